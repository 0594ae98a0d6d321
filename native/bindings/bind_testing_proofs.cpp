// Doors for tests: one proof at a time. Statements and witnesses are dicts with the field names of the readable twin
// (mpc_fast/reference); moduli of Paillier keys are N or the owner's (p, q).
#include "base/seeded_random.h"
#include "bindings/testing.h"
#include "proofs/aff_g.h"
#include "proofs/bprm.h"
#include "proofs/elog.h"
#include "proofs/enc_elg.h"
#include "proofs/fac.h"
#include "proofs/mod.h"
#include "proofs/prm.h"
#include "proofs/sch.h"

namespace mpc::bindings::testing {

namespace {

namespace pr = mpc::proofs;
using modexp::Batch;
using modexp::Task;
using transcript::Reader;
using transcript::Writer;

template <class T>
std::optional<T> optional_field(const py::dict& fields, const char* name) {
  if (!fields.contains(name) || fields[name].is_none()) return std::nullopt;
  return fields[name].cast<T>();
}

pr::Context proof_context(const py::dict& fields) {
  const auto digest = [&](const char* name) { return bytes32(fields[name].cast<py::bytes>(), name); };
  pr::Context out{&profile(fields["profile"].cast<std::string>()),
                  digest("ssid"),
                  fields["round"].cast<std::uint64_t>(),
                  digest("prover"),
                  std::nullopt,
                  fields["slot"].cast<std::string>()};
  if (optional_field<py::bytes>(fields, "verifier")) out.verifier = digest("verifier");
  out.index = optional_field<std::uint64_t>(fields, "index");
  if (optional_field<py::bytes>(fields, "rid")) out.rid = digest("rid");
  return out;
}

/// What a call is about.
struct Request {
  pr::Context context;
  const py::dict& statement;
  const std::optional<py::dict>& setup;

  const pr::Profile& profile() const { return *context.profile; }
  paillier::PublicKey key(const char* name) const { return public_key(statement[name], profile()); }
  Nat residue(const char* name) const { return nat(statement[name]); }
  curve::Point point_at(const char* name) const { return point(statement[name]); }
  pedersen::Params verifier() const {
    if (!setup) throw py::value_error("this proof needs the verifier's setup");
    return pedersen_params(*setup, profile());
  }
};

template <class T>
T run(Batch& batch, Task<T> task) {
  const ReleasedGil released;
  return batch.run(std::move(task));
}

template <class Proof>
py::bytes encoded(const Proof& proof, const pr::Profile& profile) {
  Writer out;
  if constexpr (requires { proof.encode(out, profile); }) {
    proof.encode(out, profile);
  } else {
    proof.encode(out);
  }
  return to_python(out.take());
}

Secret<curve::Scalar> secret_scalar(const py::dict& witness, const char* name) { return Secret(scalar(witness[name])); }
Secret<Nat> secret_nat(const py::dict& witness, const char* name) { return Secret(nat(witness[name])); }
Secret<Int> secret_int(const py::dict& witness, const char* name) { return Secret(integer(witness[name])); }

paillier::SecretKey key_of(const py::dict& witness) { return secret_key(py::make_tuple(witness["p"], witness["q"])); }

pr::enc_elg::Statement enc_elg_statement(const Request& r) {
  return {r.key("n0"), r.residue("cap_c"), r.point_at("cap_a"), r.point_at("cap_b"), r.point_at("cap_x")};
}

pr::aff_g::Operand aff_g_operand(const Request& r) {
  return {r.key("n0"), r.key("n1"), r.residue("cap_c"), r.point_at("cap_x")};
}

/// nh, t and s = [s_1, ...].
pedersen::Params bprm_statement(const Request& r) {
  std::vector<Nat> s;
  for (const py::handle& generator : r.statement["s"]) s.push_back(nat(generator));
  if (s.empty()) throw py::value_error("no generators");
  const auto first = unwrap(pedersen::Params::from_public(r.residue("nh"), s[0], r.residue("t"), r.profile().nhb));
  return unwrap(first.with_generators({s.begin() + 1, s.end()}));
}

pr::elog::Statement elog_statement(const Request& r) {
  return {r.point_at("cap_l"), r.point_at("cap_m"), r.point_at("cap_x"), r.point_at("cap_y"), r.point_at("h")};
}

pedersen::Params prm_statement(const Request& r) { return pedersen_params(r.statement, r.profile()); }

py::object prove_enc_elg(const Request& r, const py::dict& witness, Rng& rng) {
  const auto x = secret_int(witness, "x");
  const auto rho = secret_nat(witness, "rho");
  const auto b = secret_scalar(witness, "b");
  Batch batch;
  return encoded(run(batch, pr::enc_elg::prove(batch, r.context, enc_elg_statement(r), {x, rho, b}, r.verifier(), rng)),
                 r.profile());
}

py::object prove_aff_g(const Request& r, const py::dict& witness, Rng& rng) {
  const auto x = secret_int(witness, "x");
  const auto y = secret_int(witness, "y");
  const auto rho = secret_nat(witness, "rho");
  const auto rho_y = secret_nat(witness, "rho_y");
  Batch batch;
  const auto out = run(
      batch, pr::aff_g::operate_and_prove(batch, r.context, aff_g_operand(r), {x, y, rho, rho_y}, r.verifier(), rng));
  return py::make_tuple(to_python_int(out.d), to_python_int(out.yc), encoded(out.proof, r.profile()));
}

py::object prove_elog(const Request& r, const py::dict& witness, Rng& rng) {
  const pr::elog::Statement statement = elog_statement(r);
  if (statement.h.is_identity()) throw py::value_error("h = O");
  const auto y = secret_scalar(witness, "y");
  const auto lam = secret_scalar(witness, "lam");
  return encoded(pr::elog::prove(r.context, statement, {y, lam}, rng), r.profile());
}

py::object prove_sch(const Request& r, const py::dict& witness, Rng& rng) {
  return encoded(pr::sch::prove(r.context, r.point_at("cap_x"), secret_scalar(witness, "x"), rng), r.profile());
}

py::object prove_mod(const Request& r, const py::dict& witness, Rng& rng) {
  const paillier::SecretKey key = key_of(witness);
  Batch batch;
  return encoded(run(batch, pr::mod::prove(batch, r.context, key, rng)), r.profile());
}

py::object prove_prm(const Request& r, const py::dict& witness, Rng& rng) {
  const auto trapdoor = unwrap(pedersen::Trapdoor::restore(
      secret_nat(witness, "p"), secret_nat(witness, "q"),
      Secret(nat(witness["lam"]).resized(limbs_for_bits(r.profile().nhb))), r.residue("t")));
  if (!equal_var(trapdoor.params().s(), r.residue("s"))) throw py::value_error("s is not t^lam");
  Batch batch;
  return encoded(run(batch, pr::prm::prove(batch, r.context, trapdoor, rng)), r.profile());
}

/// p, q and lam = [lam_1, ...]; the statement's s are not looked at.
py::object prove_bprm(const Request& r, const py::dict& witness, Rng& rng) {
  std::vector<Secret<Nat>> lams;
  for (const py::handle& lam : witness["lam"]) lams.emplace_back(nat(lam).resized(limbs_for_bits(r.profile().nhb)));
  const auto first = unwrap(
      pedersen::Trapdoor::restore(secret_nat(witness, "p"), secret_nat(witness, "q"), lams.at(0), r.residue("t")));
  lams.erase(lams.begin());
  const auto trapdoor = first.with_generators(lams);
  Batch batch;
  return encoded(run(batch, pr::bprm::prove(batch, r.context, trapdoor, rng)), r.profile());
}

py::object prove_fac(const Request& r, const py::dict& witness, Rng& rng) {
  const paillier::SecretKey key = key_of(witness);
  Batch batch;
  return encoded(run(batch, pr::fac::prove(batch, r.context, key, r.verifier(), rng)), r.profile());
}

Result<pr::Claim> claim_enc_elg(const Request& r, Reader& in) {
  const auto statement = enc_elg_statement(r);
  const auto verifier = r.verifier();
  const auto proof = pr::enc_elg::Proof::decode(in, r.profile(), statement.n0, verifier);
  if (const Refusal bad = in.finish()) return *bad;
  return pr::enc_elg::claim_var(r.context, statement, proof, verifier);
}

Result<pr::Claim> claim_aff_g(const Request& r, Reader& in) {
  const pr::aff_g::Statement statement{aff_g_operand(r), r.residue("cap_d"), r.residue("cap_yc")};
  const auto verifier = r.verifier();
  const auto proof = pr::aff_g::Proof::decode(in, r.profile(), statement.n0, statement.n1, verifier);
  if (const Refusal bad = in.finish()) return *bad;
  return pr::aff_g::claim_var(r.context, statement, proof, verifier);
}

template <Result<pr::Claim> (*claim)(const Request&, Reader&)>
Refusal verify_claim(const Request& r, Reader& in) {
  Batch batch;
  return run(batch, pr::verify_var(batch, claim(r, in)));
}

Refusal verify_elog(const Request& r, Reader& in) {
  const auto proof = pr::elog::Proof::decode(in);
  if (const Refusal bad = in.finish()) return bad;
  return pr::elog::verify_var(r.context, elog_statement(r), proof);
}

Refusal verify_sch(const Request& r, Reader& in) {
  const auto proof = pr::sch::Proof::decode(in);
  if (const Refusal bad = in.finish()) return bad;
  return pr::sch::verify_var(r.context, r.point_at("cap_x"), proof.cap_a, proof.z);
}

Refusal verify_mod(const Request& r, Reader& in) {
  const paillier::PublicKey key = r.key("n");
  auto proof = pr::mod::Proof::decode(in, r.profile(), key);
  if (const Refusal bad = in.finish()) return bad;
  Batch batch;
  return run(batch, pr::mod::verify_var(batch, r.context, key, std::move(proof)));
}

Refusal verify_prm(const Request& r, Reader& in) {
  const auto params = prm_statement(r);
  auto proof = pr::prm::Proof::decode(in, r.profile(), params.nh());
  if (const Refusal bad = in.finish()) return bad;
  Batch batch;
  return run(batch, pr::prm::verify_var(batch, r.context, params, std::move(proof)));
}

Refusal verify_bprm(const Request& r, Reader& in) {
  const auto params = bprm_statement(r);
  auto proof = pr::bprm::Proof::decode(in, r.profile(), params.nh(), params.generators());
  if (const Refusal bad = in.finish()) return bad;
  Batch batch;
  return run(batch, pr::bprm::verify_var(batch, r.context, params, std::move(proof)));
}

Refusal verify_fac(const Request& r, Reader& in) {
  const paillier::PublicKey n0 = r.key("n0");
  const auto verifier = r.verifier();
  auto proof = pr::fac::Proof::decode(in, r.profile(), verifier);
  if (const Refusal bad = in.finish()) return bad;
  Batch batch;
  return run(batch, pr::fac::verify_var(batch, r.context, n0, std::move(proof), verifier));
}

struct Kind {
  const char* name;
  py::object (*prove)(const Request&, const py::dict&, Rng&);
  Refusal (*verify)(const Request&, Reader&);
};

constexpr Kind kinds[] = {
    {"sch", &prove_sch, &verify_sch},
    {"enc-elg", &prove_enc_elg, &verify_claim<claim_enc_elg>},
    {"aff-g", &prove_aff_g, &verify_claim<claim_aff_g>},
    {"elog", &prove_elog, &verify_elog},
    {"mod", &prove_mod, &verify_mod},
    {"prm", &prove_prm, &verify_prm},
    {"fac", &prove_fac, &verify_fac},
    {"bprm", &prove_bprm, &verify_bprm},
};

const Kind& kind(const std::string& proof) {
  for (const Kind& candidate : kinds) {
    if (candidate.name == proof) return candidate;
  }
  throw py::value_error("no such proof");
}

py::object prove(const std::string& proof, const py::dict& context, const py::dict& statement, const py::dict& witness,
                 const std::optional<py::dict>& setup, const py::bytes& seed) {
  SeededRng seeded(view(seed));
  return kind(proof).prove({proof_context(context), statement, setup}, witness, seeded);
}

void verify(const std::string& proof, const py::dict& context, const py::dict& statement,
            const std::optional<py::dict>& setup, const py::bytes& encoding) {
  Reader in(view(encoding));
  if (const Refusal bad = kind(proof).verify({proof_context(context), statement, setup}, in)) raise(*bad);
}

}  // namespace

Result<pr::Claim> claim(const std::string& proof, const py::dict& context, const py::dict& statement,
                        const std::optional<py::dict>& setup, const py::bytes& encoding) {
  if (proof != "enc-elg" && proof != "aff-g") throw py::value_error("enc-elg or aff-g expected");
  Reader in(view(encoding));
  const Request request{proof_context(context), statement, setup};
  return proof == "enc-elg" ? claim_enc_elg(request, in) : claim_aff_g(request, in);
}

void bind_proofs(py::module_& m) {
  door(m, "prove", &prove, py::arg("proof"), py::arg("context"), py::arg("statement"), py::arg("witness"),
       py::arg("setup"), py::arg("seed"));
  door(m, "verify", &verify, py::arg("proof"), py::arg("context"), py::arg("statement"), py::arg("setup"),
       py::arg("encoding"));
}

}  // namespace mpc::bindings::testing
