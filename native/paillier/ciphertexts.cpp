#include "paillier/ciphertexts.h"

#include <algorithm>

#include "arith/number_theory.h"
#include "arith/sample.h"
#include "base/thread_pool.h"
#include "modexp/engine.h"

namespace mpc::paillier {

namespace {

/// How many go into one engine run: bounds memory, and is how often progress is told.
constexpr std::size_t chunk_size = 512;
/// The powers of one product; the engine takes some more.
constexpr std::size_t most_powers = 4096;

const OddModulus& square_of(const DataKeyPtr& key) { return key->key.square_ring()->odd(); }

/// Calls body(first, last) for chunk after chunk; false when cancelled.
template <class Body>
bool in_chunks(std::size_t count, const ArrayProgress& progress, Body&& body) {
  for (std::size_t first = 0; first < count;) {
    const std::size_t last = std::min(count, first + chunk_size);
    body(first, last);
    first = last;
    if (progress && !progress(first)) return false;
  }
  return true;
}

/// job(i) for all of them into out, by the engine.
template <class Job>
std::optional<Ciphertexts> evaluated(const DataKeyPtr& key, std::size_t count, const ArrayProgress& progress,
                                     Job&& job) {
  Ciphertexts out(key, count);
  const bool finished = in_chunks(count, progress, [&](std::size_t first, std::size_t last) {
    std::vector<Product> jobs;
    for (std::size_t i = first; i < last; ++i) jobs.push_back(job(i));
    const auto residues = modexp::run(jobs);
    for (std::size_t i = first; i < last; ++i) {
      out.set(i, declassify("paillier.ciphertexts", residues[i - first]));
    }
  });
  if (!finished) return std::nullopt;
  return out;
}

/// Replaces units modulo N^2 by their inverses, with one inversion.
void invert_all_var(std::vector<Nat>& units, const OddModulus& m) {
  if (units.empty()) return;
  std::vector<Nat> up = {units[0]};
  for (std::size_t i = 1; i < units.size(); ++i) up.push_back(m.mul(up.back(), units[i]));
  const auto total = invert_var(up.back(), m.value());
  MPC_ASSERT(total.has_value());  // every ciphertext is a unit
  Nat inverse = *total;
  for (std::size_t i = units.size(); i-- > 1;) {
    const Nat own = m.mul(inverse, up[i - 1]);
    inverse = m.mul(inverse, units[i]);
    units[i] = own;
  }
  units[0] = inverse;
}

/// One term of a product of powers with public exponents of one sign.
struct Base {
  const Nat* c;
  const Nat* exponent;
};

/// Into how long pieces a product of so many powers is cut: as many as there are threads, where it is the only one.
std::size_t piece(std::size_t powers, std::size_t products) {
  const std::size_t pieces = (thread_limit() + products - 1) / std::max<std::size_t>(products, 1);
  return std::clamp<std::size_t>((powers + pieces - 1) / std::max<std::size_t>(pieces, 1), 1, most_powers);
}

/// prod c^|k| over some bases, in pieces.
std::vector<Product> products_of(const ModulusPtr& ring, const std::vector<Base>& bases, std::size_t most) {
  std::vector<Product> out;
  for (std::size_t first = 0; first < bases.size(); first += most) {
    Product& product = out.emplace_back(ring);
    for (std::size_t i = first; i < std::min(bases.size(), first + most); ++i) {
      product.power_var(*bases[i].c, Int(*bases[i].exponent));
    }
  }
  return out;
}

}  // namespace

DataKey::DataKey(PublicKey public_key)
    : key(std::move(public_key)), flat(modexp::Modulus::plain(key.square_ring()->value())) {}

Ciphertexts::Ciphertexts(DataKeyPtr key, std::size_t count)
    : key_(std::move(key)), limbs_(key_->key.square_ring()->limbs()), memory_(count * limbs_) {}

Result<Ciphertexts> Ciphertexts::from_memory_var(DataKeyPtr key, std::span<const Limb> memory) {
  Ciphertexts out(std::move(key), 0);
  MPC_ASSERT(memory.size() % out.limbs_ == 0);
  out.memory_.assign(memory.begin(), memory.end());
  const PublicKey& owner = out.key_->key;
  std::vector<Nat> residues(out.size());
  std::vector<char> too_large(out.size(), 0);
  parallel_for(out.size(), [&](std::size_t i) {
    const Nat c = out.at(i);
    too_large[i] = less_var(c, owner.n_squared()) ? 0 : 1;
    residues[i] = mod_var(c, owner.n());
  });
  std::vector<const Nat*> pointers;
  for (std::size_t i = 0; i < residues.size(); ++i) {
    if (too_large[i] != 0) return refuse("E_CIPHERTEXT", "[" + std::to_string(i) + "]: not below N^2");
    pointers.push_back(&residues[i]);
  }
  const std::size_t bad = first_non_unit_var(pointers, owner.n());
  if (bad < out.size()) return refuse("E_CIPHERTEXT", "[" + std::to_string(bad) + "]: not coprime to N");
  return out;
}

Nat Ciphertexts::at(std::size_t i) const {
  Nat out(limbs_);
  std::copy_n(memory_.data() + i * limbs_, limbs_, out.data());
  return out;
}

void Ciphertexts::set(std::size_t i, const Nat& residue) {
  MPC_ASSERT(residue.limbs() == limbs_);
  std::copy_n(residue.data(), limbs_, memory_.data() + i * limbs_);
}

std::optional<Ciphertexts> encrypt(const DataKeyPtr& key, const PublicKey& through,
                                   const std::vector<Secret<Int>>& plaintexts, Rng& rng,
                                   const ArrayProgress& progress) {
  return evaluated(key, plaintexts.size(), progress,
                   [&](std::size_t i) { return through.encryption(plaintexts[i], sample_unit(rng, through.n())); });
}

std::optional<Ciphertexts> rerandomise(const View& a, const PublicKey& through, Rng& rng,
                                       const ArrayProgress& progress) {
  return evaluated(a.key(), a.size(), progress, [&](std::size_t i) {
    Product product(through.square_ring());
    return std::move(product.nth_power(sample_unit(rng, through.n())).times_var(a.at(i)));
  });
}

std::optional<std::vector<Secret<Int>>> decrypt(const SecretKey& key, const View& a, const ArrayProgress& progress) {
  std::vector<Secret<Int>> out(a.size());
  const bool finished = in_chunks(a.size(), progress, [&](std::size_t first, std::size_t last) {
    std::vector<Product> jobs;
    for (std::size_t i = first; i < last; ++i) {
      for (Product& side : key.decryption(a.at(i))) jobs.push_back(std::move(side));
    }
    const auto sides = modexp::run(jobs);
    parallel_for(last - first, [&](std::size_t i) { out[first + i] = key.plaintext(sides[2 * i], sides[2 * i + 1]); });
  });
  if (!finished) return std::nullopt;
  return out;
}

Ciphertexts add(const View& a, const View& b) {
  MPC_ASSERT(a.size() == b.size());
  Ciphertexts out(a.key(), a.size());
  parallel_for(a.size(), [&](std::size_t i) { out.set(i, square_of(a.key()).mul(a.at(i), b.at(i))); });
  return out;
}

Ciphertexts negate(const View& a) {
  std::vector<Nat> units;
  for (std::size_t i = 0; i < a.size(); ++i) units.push_back(a.at(i));
  invert_all_var(units, square_of(a.key()));
  Ciphertexts out(a.key(), a.size());
  for (std::size_t i = 0; i < a.size(); ++i) out.set(i, units[i]);
  return out;
}

Ciphertexts add_plain(const View& a, const std::vector<Secret<Int>>& plaintexts) {
  MPC_ASSERT(a.size() == plaintexts.size());
  Ciphertexts out(a.key(), a.size());
  parallel_for(a.size(), [&](std::size_t i) {
    const Secret<Nat> factor = a.key()->key.plaintext_factor(plaintexts[i]);
    const Secret product(square_of(a.key()).mul(a.at(i), factor.expose()));
    out.set(i, declassify("paillier.add_plain", product));
  });
  return out;
}

std::optional<Ciphertexts> multiply_var(const View& a, const std::vector<Int>& factors, const ArrayProgress& progress) {
  MPC_ASSERT(a.size() == factors.size());
  std::vector<std::size_t> negative;
  std::vector<Nat> inverses;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!is_negative_var(factors[i])) continue;
    negative.push_back(i);
    inverses.push_back(a.at(i));
  }
  invert_all_var(inverses, square_of(a.key()));
  auto next = negative.cbegin();
  return evaluated(a.key(), a.size(), progress, [&](std::size_t i) {
    Product product(a.key()->key.square_ring());
    const bool inverted = next != negative.cend() && *next == i;
    const Nat base = inverted ? inverses[static_cast<std::size_t>(next++ - negative.cbegin())] : a.at(i);
    return std::move(product.power_var(base, Int(factors[i].magnitude())));
  });
}

Ciphertexts sums(const View& a, std::size_t group) {
  const std::size_t count = a.size() / group;
  MPC_ASSERT(count * group == a.size());
  const std::size_t most = piece(group, count);
  const Nat one = Nat::of(1);
  Ciphertexts out(a.key(), count);
  parallel_for(count, [&](std::size_t g) {
    std::vector<Nat> terms;
    std::vector<Base> bases;
    for (std::size_t i = 0; i < group; ++i) terms.push_back(a.at(g * group + i));
    for (const Nat& term : terms) bases.push_back({&term, &one});
    Nat sum = Nat::of(1, out.limbs());
    for (const auto& part : modexp::run(products_of(a.key()->flat, bases, most))) {
      sum = square_of(a.key()).mul(sum, part.expose());  // public: a product of _var terms
    }
    out.set(g, sum);
  });
  return out;
}

namespace {

/// One cell of a product of matrices: prod c^k over k > 0, and the same over k < 0, which is inverted later.
struct Cell {
  Nat positive, negative;
};

Cell cell_var(const View& a, const std::vector<Int>& factors, const MatrixShape& shape, std::size_t row,
              std::size_t column, std::size_t most) {
  std::vector<Nat> terms(shape.inner);
  std::vector<Base> bases[2];
  for (std::size_t i = 0; i < shape.inner; ++i) {
    const Int& k = factors[i * shape.columns + column];
    if (is_zero_var(k.magnitude())) continue;
    terms[i] = a.at(row * shape.inner + i);
    bases[is_negative_var(k) ? 1 : 0].push_back({&terms[i], &k.magnitude()});
  }
  const OddModulus& m = square_of(a.key());
  Nat out[2] = {Nat::of(1, m.limbs()), Nat::of(1, m.limbs())};
  for (const int side : {0, 1}) {
    for (const auto& part : modexp::run(products_of(a.key()->key.square_ring(), bases[side], most))) {
      out[side] = m.mul(out[side], part.expose());  // public: a product of _var terms
    }
  }
  return {std::move(out[0]), std::move(out[1])};
}

}  // namespace

std::optional<Ciphertexts> multiply_matrix_var(const View& a, const std::vector<Int>& factors, const MatrixShape& shape,
                                               const ArrayProgress& progress) {
  MPC_ASSERT(a.size() == shape.rows * shape.inner && factors.size() == shape.inner * shape.columns);
  const std::size_t count = shape.rows * shape.columns;
  const std::size_t most = piece(shape.inner, count);
  std::vector<Nat> positive(count);
  std::vector<Nat> negative(count);
  const bool finished = in_chunks(count, progress, [&](std::size_t first, std::size_t last) {
    parallel_for(last - first, [&](std::size_t i) {
      const std::size_t at = first + i;
      Cell cell = cell_var(a, factors, shape, at / shape.columns, at % shape.columns, most);
      positive[at] = std::move(cell.positive);
      negative[at] = std::move(cell.negative);
    });
  });
  if (!finished) return std::nullopt;
  invert_all_var(negative, square_of(a.key()));
  Ciphertexts out(a.key(), count);
  for (std::size_t i = 0; i < count; ++i) out.set(i, square_of(a.key()).mul(positive[i], negative[i]));
  return out;
}

}  // namespace mpc::paillier
