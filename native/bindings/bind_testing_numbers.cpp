// Doors for tests: powers, Paillier, multiples of points.
#include <map>

#include "arith/number_theory.h"
#include "bindings/testing.h"

namespace mpc::bindings::testing {

Nat nat(const py::handle& number) {
  const Int value = integer(number);
  if (is_negative_var(value)) throw py::value_error("a number >= 0 expected");
  return value.magnitude();
}

curve::Scalar scalar(const py::handle& number) {
  const Nat value = nat(number);
  if (!less_var(value, curve::order())) throw py::value_error("a number below q expected");
  return curve::scalar_from(value);
}

curve::Point point(const py::handle& encoded) {
  const auto bytes = py::cast<py::bytes>(encoded);
  const ByteView data = view(bytes);
  const curve::CompressedPoint identity{};
  if (std::equal(data.begin(), data.end(), identity.begin(), identity.end())) return {};
  const auto decoded = curve::Point::decode(data);
  if (!decoded) throw py::value_error("33 bytes of a point, or 33 zero bytes, expected");
  return *decoded;
}

py::int_ to_python_int(const curve::Scalar& value) { return to_python_int(value.to_nat()); }

py::bytes to_python_bytes(const curve::Point& value) { return to_python(ByteView(value.transcript_bytes())); }

paillier::SecretKey secret_key(const py::handle& primes) {
  const auto [p, q] = primes.cast<std::pair<py::object, py::object>>();
  return unwrap(paillier::SecretKey::from_primes(Secret(nat(p)), Secret(nat(q))));
}

paillier::PublicKey public_key(const py::handle& number_or_primes, const proofs::Profile& profile) {
  if (py::isinstance<py::tuple>(number_or_primes)) return secret_key(number_or_primes).public_key();
  return unwrap(paillier::PublicKey::from_modulus(nat(number_or_primes), profile.nb));
}

namespace {

pedersen::Params own_params(const py::dict& setup, const proofs::Profile& profile) {
  const Secret lam(nat(setup["lam"]).resized(limbs_for_bits(profile.nhb)));
  return unwrap(pedersen::Trapdoor::restore(Secret(nat(setup["p"])), Secret(nat(setup["q"])), lam, nat(setup["t"])))
      .params();
}

void use_tables_if_asked(pedersen::Params& params, const py::dict& setup, const proofs::Profile& profile) {
  if (setup.contains("tables") && setup["tables"].cast<bool>()) {
    params.use_tables({profile.lp + profile.eps + 1, profile.l + profile.eps + profile.nhb + 1});
  }
}

}  // namespace

pedersen::Params pedersen_params(const py::dict& setup, const proofs::Profile& profile) {
  if (setup.contains("lam")) {
    // Copies of one setup share their ring, as those of one record do: batch verification goes by that.
    static auto& kept = *new std::map<std::string, pedersen::Params>();
    const std::string name = py::str(setup).cast<std::string>();
    if (const auto found = kept.find(name); found != kept.end()) return found->second;
    return kept.emplace(name, own_params(setup, profile)).first->second;
  }
  auto params = unwrap(pedersen::Params::from_public(nat(setup["nh"]), nat(setup["s"]), nat(setup["t"]), profile.nhb));
  use_tables_if_asked(params, setup, profile);
  return params;
}

pedersen::Params pedersen_vector(const py::dict& setup, const proofs::Profile& profile) {
  if (setup.contains("lam")) {
    std::vector<Secret<Nat>> lams;
    for (const py::handle& lam : setup["lam"]) lams.emplace_back(nat(lam).resized(limbs_for_bits(profile.nhb)));
    const auto first = unwrap(
        pedersen::Trapdoor::restore(Secret(nat(setup["p"])), Secret(nat(setup["q"])), lams.at(0), nat(setup["t"])));
    lams.erase(lams.begin());
    return first.with_generators(lams).params();
  }
  std::vector<Nat> s;
  for (const py::handle& generator : setup["s"]) s.push_back(nat(generator));
  auto first = unwrap(pedersen::Params::from_public(nat(setup["nh"]), s.at(0), nat(setup["t"]), profile.nhb));
  use_tables_if_asked(first, setup, profile);
  return unwrap(first.with_generators({s.begin() + 1, s.end()}));
}

namespace {

using modexp::Modulus;
using modexp::ModulusPtr;
using modexp::Product;

/// m; (p, q) for p q of our own; with squared the square of either.
ModulusPtr modulus(const py::handle& number_or_primes, bool squared) {
  if (py::isinstance<py::tuple>(number_or_primes)) {
    const paillier::PublicKey key = secret_key(number_or_primes).public_key();
    return squared ? key.square_ring() : key.ring();
  }
  const Nat m = nat(number_or_primes);
  if (!m.is_odd() || bits_var(m) < 2) throw py::value_error("an odd modulus > 1 expected");
  return squared ? Modulus::square(m) : Modulus::plain(m);
}

/// Tables over one modulus: powers of one base share theirs.
class Tables {
 public:
  modexp::FixedBasePtr of(const modexp::ModulusPtr& modulus, const Nat& base, std::size_t bits) {
    constexpr std::size_t step = 256;
    const Nat residue = mod_var(base, modulus->value());
    const std::size_t max_bits = std::max(step, (bits + step - 1) / step * step);
    modexp::FixedBasePtr& table = tables_[{residue.to_bytes(modulus->bytes()), max_bits}];
    if (!table) table = std::make_shared<const modexp::FixedBase>(modulus, residue, max_bits);
    return table;
  }

 private:
  std::map<std::pair<Bytes, std::size_t>, modexp::FixedBasePtr> tables_;
};

/// Multiplies base^exponent onto the product; `how` says what is secret and by which path.
void append_power(Product& product, Tables& tables, const py::handle& base, const py::handle& exponent,
                  const std::string& how, std::size_t spare_bits) {
  const Nat b = nat(base);
  const Int e = integer(exponent);
  const std::size_t bits = bits_var(e.magnitude()) + spare_bits;
  if ((is_negative_var(e) || how == "table" || how == "secret table") && !invert_var(b, product.modulus()->value())) {
    throw py::value_error("a unit expected");
  }
  const auto table = [&] { return tables.of(product.modulus(), b, bits); };
  if (how == "public") {
    product.power_var(b, e);
  } else if (how == "secret") {
    product.power(b, Secret(e), bits);
  } else if (how == "secret natural") {
    product.power_natural(b, Secret(nat(exponent)), bits);
  } else if (how == "secret base") {
    product.power(Secret(b), e);
  } else if (how == "nth") {
    product.nth_power_var(b);
  } else if (how == "secret nth") {
    product.nth_power(Secret(b));
  } else if (how == "table") {
    product.power_var(table(), e);
  } else if (how == "secret table") {
    product.power(table(), Secret(e), bits);
  } else {
    throw py::value_error("how: public, secret, secret natural, secret base, nth, secret nth, table, secret table");
  }
}

/// All in one engine run.
py::list evaluate(const std::vector<Product>& products) {
  std::vector<Secret<Nat>> residues;
  {
    const ReleasedGil released;
    residues = modexp::run(products);
  }
  py::list out;
  for (const Secret<Nat>& residue : residues) out.append(to_python_int(residue.expose()));
  return out;
}
py::int_ evaluate(const Product& product) { return evaluate(std::vector{product})[0]; }

using Powers = std::vector<std::tuple<py::object, py::object, std::string>>;

Product product_of(const modexp::ModulusPtr& modulus, Tables& tables, const Powers& powers,
                   const std::vector<py::object>& factors, std::size_t spare_bits) {
  Product product(modulus);
  for (const auto& [base, exponent, how] : powers) append_power(product, tables, base, exponent, how, spare_bits);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    i % 2 == 0 ? product.times_var(nat(factors[i])) : product.times(Secret(nat(factors[i])));
  }
  return product;
}

py::int_ multi_modexp(const Powers& powers, const py::object& mod, const std::vector<py::object>& factors, bool squared,
                      std::size_t spare_bits) {
  Tables tables;
  return evaluate(product_of(modulus(mod, squared), tables, powers, factors, spare_bits));
}

using Products = std::vector<std::pair<Powers, std::vector<py::object>>>;

py::list batch_modexp(const std::vector<std::tuple<py::object, bool, Products>>& groups, std::size_t spare_bits) {
  std::vector<Product> products;
  for (const auto& [mod, squared, members] : groups) {
    const modexp::ModulusPtr common = modulus(mod, squared);
    Tables tables;
    for (const auto& [powers, factors] : members) {
      products.push_back(product_of(common, tables, powers, factors, spare_bits));
    }
  }
  return evaluate(products);
}

py::int_ modexp_of(const py::object& base, const py::object& exponent, const py::object& mod, const std::string& how,
                   bool squared, std::size_t spare_bits) {
  return multi_modexp({{base, exponent, how}}, mod, {}, squared, spare_bits);
}

/// r^N mod N^2.
py::int_ nth_power(const py::object& r, const py::object& n, bool secret) {
  Product product(modulus(n, true));
  secret ? product.nth_power(Secret(nat(r))) : product.nth_power_var(nat(r));
  return evaluate(product);
}

/// enc_N(m; r); n: N or (p, q).
py::int_ encrypt(const py::object& m, const py::object& r, const py::object& n) {
  const auto key = py::isinstance<py::tuple>(n) ? secret_key(n).public_key()
                                                : unwrap(paillier::PublicKey::from_modulus(nat(n), bits_var(nat(n))));
  return evaluate(key.encryption(Secret(integer(m)), Secret(nat(r))));
}

py::int_ decrypt(const py::object& c, const py::object& primes) {
  const paillier::SecretKey key = secret_key(primes);
  const Nat ciphertext = nat(c);
  if (!key.public_key().is_ciphertext_var(ciphertext)) throw py::value_error("not a ciphertext");
  const auto residues = modexp::run(key.decryption(ciphertext));
  return to_python_int(key.plaintext(residues[0], residues[1]).expose());
}

/// k P for a secret k.
py::bytes multiply(const py::object& k, const py::bytes& p) {
  return to_python_bytes(curve::mul(Secret(scalar(k)), point(p)).expose());
}

py::bytes multiply_base(const py::object& k) { return to_python_bytes(curve::mul_base(Secret(scalar(k))).expose()); }

}  // namespace

void bind_numbers(py::module_& m) {
  door(m, "modexp", &modexp_of, py::arg("base"), py::arg("exponent"), py::arg("modulus"), py::arg("how"), py::kw_only(),
       py::arg("squared") = false, py::arg("spare_bits") = 0);
  door(m, "multi_modexp", &multi_modexp, py::arg("powers"), py::arg("modulus"), py::arg("factors") = py::tuple(),
       py::kw_only(), py::arg("squared") = false, py::arg("spare_bits") = 0);
  door(m, "batch_modexp", &batch_modexp, py::arg("groups"), py::kw_only(), py::arg("spare_bits") = 0);
  door(m, "nth_power", &nth_power, py::arg("r"), py::arg("n"), py::arg("secret"));
  door(m, "encrypt", &encrypt, py::arg("m"), py::arg("r"), py::arg("n"));
  door(m, "decrypt", &decrypt, py::arg("c"), py::arg("primes"));
  door(m, "multiply", &multiply, py::arg("k"), py::arg("point"));
  door(m, "multiply_base", &multiply_base, py::arg("k"));
}

}  // namespace mpc::bindings::testing
