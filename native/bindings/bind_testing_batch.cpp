// Doors for tests: batch proofs, and the verification of many proofs together. Dicts have the field names of the
// readable twin (mpc_fast/reference).
#include "base/seeded_random.h"
#include "bindings/testing.h"
#include "proofs/baff_a1.h"
#include "proofs/baff_grid.h"
#include "proofs/benc.h"
#include "proofs/verify_batch.h"

namespace mpc::bindings::testing {

namespace {

namespace pr = mpc::proofs;
namespace baff = pr::baff;
namespace benc = pr::benc;
using modexp::Batch;
using transcript::Reader;
using transcript::Writer;

Bytes32 digest(const py::dict& fields, const char* name) { return bytes32(fields[name].cast<py::bytes>(), name); }

/// A dict with profile, ssid, round, prover, l, eps.
struct Place {
  const pr::Profile* profile;
  benc::Session session;
  benc::Range range;

  explicit Place(const py::dict& fields)
      : profile(&bindings::profile(fields["profile"].cast<std::string>())),
        session{profile, digest(fields, "ssid"), fields["round"].cast<std::uint64_t>(), digest(fields, "prover")},
        range{fields["l"].cast<std::size_t>(), fields["eps"].cast<std::size_t>()} {}
};

/// n, columns, cells = [(K, A, B)] and cap_y, both points and Y None in the plain form.
benc::Statement benc_statement(const Place& place, const py::dict& fields) {
  benc::Statement out{public_key(fields["n"], *place.profile), place.range, {}, std::nullopt};
  out.columns = fields["columns"].cast<std::size_t>();
  if (!fields["cap_y"].is_none()) out.y = point(fields["cap_y"]);
  for (const auto& [k, a, b] : fields["cells"].cast<std::vector<std::tuple<py::object, py::object, py::object>>>()) {
    benc::Cell cell{nat(k), {}, {}};
    if (out.y) {
      cell.a = point(a);
      cell.b = point(b);
    }
    out.cells.push_back(std::move(cell));
  }
  return out;
}

/// pid, and what pedersen_vector takes.
benc::Verifier benc_verifier(const Place& place, const py::dict& fields) {
  return {digest(fields, "pid"), pedersen_vector(fields, *place.profile)};
}

py::tuple prove_benc(const py::dict& session, const py::dict& statement_fields,
                     const std::vector<std::tuple<py::object, py::object, py::object>>& witness_fields,
                     const std::vector<py::dict>& verifier_fields, const py::bytes& seed) {
  const Place place(session);
  const benc::Statement statement = benc_statement(place, statement_fields);
  std::vector<std::tuple<Secret<Int>, Secret<Nat>, Secret<curve::Scalar>>> secrets;
  for (const auto& [k, rho, a] : witness_fields) {
    secrets.emplace_back(integer(k), nat(rho), statement.y ? scalar(a) : curve::Scalar());
  }
  std::vector<benc::CellWitness> witness;
  for (const auto& [k, rho, a] : secrets) witness.push_back({k, rho, statement.y ? &a : nullptr});
  std::vector<benc::Verifier> verifiers;
  for (const py::dict& fields : verifier_fields) verifiers.push_back(benc_verifier(place, fields));
  SeededRng rng(view(seed));
  proofs::FreshRandomness fresh;
  Batch batch;
  const benc::Proof proof = batch.run(benc::prove(batch, place.session, statement, witness, verifiers, fresh, rng));
  const benc::Shape shape = benc::shape(*place.profile, statement, verifiers.size());
  Writer common;
  proof.common.encode(common, shape);
  py::list parts;
  for (const benc::Private& part : proof.to_each) {
    Writer out;
    part.encode(out, shape);
    parts.append(to_python(out.take()));
  }
  return py::make_tuple(to_python(common.take()), parts);
}

void verify_benc(const py::dict& session, const py::dict& statement_fields, const py::bytes& common_bytes,
                 const py::bytes& private_bytes, const py::dict& verifier_fields, std::size_t position,
                 std::size_t verifiers) {
  const Place place(session);
  const benc::Statement statement = benc_statement(place, statement_fields);
  const benc::Verifier verifier = benc_verifier(place, verifier_fields);
  const benc::Shape shape = benc::shape(*place.profile, statement, verifiers);
  Reader common_in(view(common_bytes));
  Reader private_in(view(private_bytes));
  const auto common = benc::Common::decode(common_in, shape, statement.n);
  const auto part = benc::Private::decode(private_in, shape, verifier.params);
  for (const Reader* in : {&common_in, &private_in}) {
    if (const Refusal bad = in->finish()) raise(*bad);
  }
  Batch batch;
  const Refusal bad =
      batch.run(pr::verify_var(batch, benc::claim_var(place.session, statement, common, part, verifier, position)));
  if (bad) raise(*bad);
}

baff::Session baff_session(const Place& place, const py::bytes& verifier) {
  const benc::Session& s = place.session;
  return {s.profile, s.ssid, s.round, s.prover, bytes32(verifier, "verifier")};
}

/// n0, n1, cap_w, operations = [(C, Gamma, ...)].
baff::Operand baff_operand(const Place& place, const py::dict& fields) {
  baff::Operand out{public_key(fields["n0"], *place.profile),
                    public_key(fields["n1"], *place.profile),
                    {},
                    {},
                    point(fields["cap_w"])};
  for (const auto& operation : fields["operations"].cast<std::vector<py::dict>>()) {
    out.c.push_back(nat(operation["cap_c"]));
    out.cap_gamma.push_back(point(operation["cap_gamma"]));
  }
  return out;
}

/// The secrets of one pair of operations.
struct PairSecrets {
  Secret<Int> gamma;
  baff::Pair<Secret<Int>> y;
  baff::Pair<paillier::Nonce> rho, rho_y;

  explicit PairSecrets(const py::dict& fields)
      : gamma(integer(fields["gamma"])),
        y{Secret(integer(at(fields, "y", 0))), Secret(integer(at(fields, "y", 1)))},
        rho{nonce(fields, "rho", 0), nonce(fields, "rho", 1)},
        rho_y{nonce(fields, "rho_y", 0), nonce(fields, "rho_y", 1)} {}

 private:
  static py::object at(const py::dict& fields, const char* name, std::size_t i) {
    return fields[name].cast<py::tuple>()[i];
  }
  static paillier::Nonce nonce(const py::dict& fields, const char* name, std::size_t i) {
    return paillier::Nonce(Secret(nat(at(fields, name, i))));
  }
};

/// The two forms of BAFF, and how each reads the setup of its verifier.
struct FormA1 {
  using Proof = pr::baff_a1::Proof;
  static constexpr auto operate_and_prove = &pr::baff_a1::operate_and_prove;
  static constexpr auto claim_var = &pr::baff_a1::claim_var;
  static constexpr auto params = &pedersen_params;
};
struct FormGrid {
  using Proof = pr::baff_grid::Proof;
  static constexpr auto operate_and_prove = &pr::baff_grid::operate_and_prove;
  static constexpr auto claim_var = &pr::baff_grid::claim_var;
  static constexpr auto params = &pedersen_vector;
};

template <class Form>
py::tuple prove_baff(const py::dict& session, const py::bytes& verifier, const py::dict& statement,
                     const py::dict& witness_fields, const py::dict& setup, const py::bytes& seed) {
  const Place place(session);
  const Secret<Int> w(integer(witness_fields["w"]));
  std::vector<PairSecrets> secrets;
  for (const auto& fields : witness_fields["operations"].cast<std::vector<py::dict>>()) secrets.emplace_back(fields);
  baff::Witness witness{{}, w, {}};
  for (const PairSecrets& s : secrets) {
    witness.gamma.push_back(&s.gamma);
    witness.masks.push_back({{s.y.gamma, s.rho.gamma, s.rho_y.gamma}, {s.y.x, s.rho.x, s.rho_y.x}});
  }
  SeededRng rng(view(seed));
  proofs::FreshRandomness fresh;
  Batch batch;
  const auto out =
      batch.run(Form::operate_and_prove(batch, baff_session(place, verifier), baff_operand(place, statement),
                                        std::move(witness), Form::params(setup, *place.profile), fresh, rng));
  py::list results;
  for (std::size_t u = 0; u < secrets.size(); ++u) {
    const auto& [d, y] = out.results;
    results.append(py::make_tuple(to_python_int(d[u].gamma), to_python_int(d[u].x), to_python_int(y[u].gamma),
                                  to_python_int(y[u].x)));
  }
  Writer encoding;
  out.proof.encode(encoding, *place.profile);
  return py::make_tuple(results, to_python(encoding.take()));
}

template <class Form>
Result<pr::Claim> baff_claim(const py::dict& session, const py::bytes& verifier, const py::dict& fields,
                             const pedersen::Params& params, const py::bytes& encoding) {
  const Place place(session);
  baff::Statement statement{baff_operand(place, fields), {}};
  for (const auto& operation : fields["operations"].cast<std::vector<py::dict>>()) {
    const auto pair = [&](const char* name) {
      const auto values = operation[name].cast<py::tuple>();
      return baff::Pair<Nat>{nat(values[0]), nat(values[1])};
    };
    statement.d.push_back(pair("cap_d"));
    statement.y.push_back(pair("cap_y"));
  }
  Reader in(view(encoding));
  const auto proof = Form::Proof::decode(in, *place.profile, statement.c.size(), statement.n0, statement.n1, params);
  if (Refusal bad = in.finish()) return *std::move(bad);
  return Form::claim_var(baff_session(place, verifier), statement, proof, params);
}

template <class Form>
void verify_baff(const py::dict& session, const py::bytes& verifier, const py::dict& fields, const py::dict& setup,
                 const py::bytes& encoding) {
  const pedersen::Params params = Form::params(setup, *Place(session).profile);
  Batch batch;
  if (const Refusal bad =
          batch.run(pr::verify_var(batch, baff_claim<Form>(session, verifier, fields, params, encoding)))) {
    raise(*bad);
  }
}

/// requests: (proof, context, statement, setup, encoding) of enc-elg, aff-g and baff, where the context is the session
/// and verifier; what is wrong with each, or "". Grids with one and the same setup object share its ring, as in a
/// party. owner: the primes (p, q) of our own key, whose equations go the owner's way, or None.
std::vector<std::string> verify_batch(
    const std::vector<std::tuple<std::string, py::dict, py::dict, py::dict, py::bytes>>& requests,
    const py::bytes& seed, const py::object& owner) {
  std::map<PyObject*, pedersen::Params> setups;
  std::vector<Result<pr::Claim>> claims;
  for (const auto& [proof, context, statement, setup, encoding] : requests) {
    if (proof != "baff") {
      claims.push_back(claim(proof, context, statement, setup, encoding));
      continue;
    }
    if (!setups.contains(setup.ptr())) setups.emplace(setup.ptr(), pedersen_vector(setup, *Place(context).profile));
    claims.push_back(baff_claim<FormGrid>(context, context["verifier"].cast<py::bytes>(), statement,
                                          setups.at(setup.ptr()), encoding));
  }
  std::optional<paillier::SecretKey> key;
  std::optional<paillier::Decryptions> own;
  if (!owner.is_none()) own.emplace(key.emplace(secret_key(owner)));
  SeededRng weights(view(seed));
  Batch batch;
  std::vector<std::string> out;
  for (const Refusal& bad : pr::verify_batch_var(batch, claims, weights, own ? &*own : nullptr))
    out.push_back(bad ? bad->detail : "");
  return out;
}

}  // namespace

void bind_batch_proofs(py::module_& m) {
  door(m, "prove_benc", &prove_benc, py::arg("session"), py::arg("statement"), py::arg("witness"), py::arg("verifiers"),
       py::arg("seed"));
  door(m, "verify_benc", &verify_benc, py::arg("session"), py::arg("statement"), py::arg("common"), py::arg("private"),
       py::arg("verifier"), py::arg("position"), py::arg("verifiers"));
  const auto doors = [&]<class Form>(Form, const char* prove, const char* verify) {
    door(m, prove, &prove_baff<Form>, py::arg("session"), py::arg("verifier"), py::arg("statement"), py::arg("witness"),
         py::arg("setup"), py::arg("seed"));
    door(m, verify, &verify_baff<Form>, py::arg("session"), py::arg("verifier"), py::arg("statement"), py::arg("setup"),
         py::arg("encoding"));
  };
  doors(FormA1(), "prove_baff_a1", "verify_baff_a1");
  doors(FormGrid(), "prove_baff_grid", "verify_baff_grid");
  door(m, "verify_batch", &verify_batch, py::arg("requests"), py::arg("seed"), py::arg("owner") = py::none());
}

}  // namespace mpc::bindings::testing
