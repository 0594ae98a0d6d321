#include "ranges/exact.h"

#include "protocol/generator_list.h"

namespace mpc::ranges {

namespace {

using modexp::Batch;
using protocol::GeneratorList;
using transcript::Encoder;
using transcript::Reader;
using transcript::Writer;
namespace bexact = proofs::bexact;
namespace bprm = proofs::bprm;

/// Of published generators, and of proofs.
constexpr std::uint16_t format_version = 1;

static_assert(generators_per_value * bexact::max_values <= bprm::most_generators);

bool is_count(std::size_t values) { return values >= 1 && values <= bexact::max_values; }

/// As the proofs of the setup itself.
proofs::Context context(const Profile& profile, const Bytes32& id) {
  return {&profile, id, 0, id, std::nullopt, "bprm"};
}

bexact::Session session(const ExactTerms& terms, const ExactSetup& verifier) {
  return {verifier.profile, transcript::h256(Encoder().label("exact-range-proof").bytes(terms.context)), 0,
          transcript::h256(Encoder().label("exact-range-prover").bytes(terms.prover)), verifier.id};
}

bexact::Statement statement(const ExactTerms& terms, const Profile& profile, const paillier::PublicKey& key,
                            const std::vector<Nat>& ciphertexts) {
  return {key, profile.kappa + exact_hiding, ciphertexts, terms.upper};
}

pedersen::Params generators_for(const ExactSetup& verifier, std::size_t values) {
  return verifier.pedersen.with_first_generators(generators_per_value * values);
}

Result<std::vector<bexact::Value>> find_squares_var(const bexact::Statement& st, const std::vector<Secret<Int>>& values,
                                                    Rng& rng) {
  std::vector<bexact::Value> out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    auto found = bexact::with_squares_var(st, {&values[i]}, rng);
    if (!found) return refuse("E_PARAMETER", "values[" + std::to_string(i) + "]: not within 0 and upper");
    out.push_back(std::move(found->front()));
  }
  return out;
}

/// version | proof.
Result<proofs::Claim> claim_var(const ExactSetup& own, const ReceivedExactProof& proof) {
  const Received& r = proof.received;
  const std::size_t values = r.ciphertexts.size();
  if (const Refusal bad = proof.terms.check_var(own, values)) return *bad;
  if (const Refusal bad = r.check_var(*own.profile)) return *bad;
  Reader in(r.proof);
  const std::uint16_t version = in.u16("proof.version");
  if (in.ok() && version != format_version) return refuse("E_VERSION", "proof.version: " + std::to_string(version));
  const bexact::Statement st = statement(proof.terms, *own.profile, r.key, r.ciphertexts);
  const pedersen::Params params = generators_for(own, values);
  const auto decoded = bexact::Proof::decode(in, bexact::shape(*own.profile, st), st.n, params);
  if (const Refusal bad = in.finish()) return *bad;
  return bexact::claim_var(session(proof.terms, own), st, decoded, params);
}

}  // namespace

// ---- Generators

Result<ExactSetup> ExactSetup::decode_var(const Setup& setup, ByteView encoding) {
  Reader in(encoding);
  const std::uint16_t version = in.u16("generators.version");
  if (in.ok() && version != format_version) {
    return refuse("E_VERSION", "generators.version: " + std::to_string(version));
  }
  const Bytes32 id = in.bytes32("generators.setup");
  const std::size_t values = in.u16("generators.values");
  if (!in.ok()) return *in.finish();
  if (id != setup.id) return refuse("E_CONTEXT", "generators.setup: of another setup");
  if (!is_count(values)) return refuse("E_DECODE", "generators.values: out of range");
  auto list = GeneratorList::decode(in, *setup.profile, setup.pedersen, generators_per_value * values);
  if (!list) return list.error();
  Batch batch;
  if (const Refusal bad =
          batch.run(bprm::verify_var(batch, context(*setup.profile, id), list->params, std::move(list->proof)))) {
    return refuse("E_PROOF", bad->code + ": " + bad->detail);
  }
  return ExactSetup{setup.profile, id, std::move(list->params), Bytes(encoding.begin(), encoding.end())};
}

Result<OwnExactSetup> OwnExactSetup::derive(const OwnSetup& own, std::size_t values, Rng& rng) {
  if (!is_count(values)) return refuse("E_PARAMETER", "values: their number");
  const Profile& p = *own.setup().profile;
  const Bytes32& id = own.setup().id;
  const pedersen::Trapdoor trapdoor = own.with_generators(generators_per_value * values);
  Batch batch;
  auto proof = batch.run(bprm::prove(batch, context(p, id), trapdoor, rng));
  Writer out;
  out.u16(format_version).bytes(id).u16(static_cast<std::uint16_t>(values));
  GeneratorList{trapdoor.params(), std::move(proof)}.encode(out, p);
  return OwnExactSetup(ExactSetup{&p, id, trapdoor.params(), out.take()});
}

// ---- Proofs

Refusal ExactTerms::check_var(const ExactSetup& verifier, std::size_t values) const {
  if (values == 0 || values > verifier.values()) return refuse("E_PARAMETER", "ciphertexts: their number");
  if (is_zero_var(upper) || bits_var(upper) > bexact::max_upper_bits) {
    return refuse("E_PARAMETER", "upper: out of range");
  }
  return Refusal();
}

Result<Bytes> prove_exact_var(const Encrypted& encrypted, const ExactTerms& terms, const ExactSetup& verifier,
                              Rng& rng) {
  const Profile& p = *encrypted.profile;
  const std::size_t count = encrypted.ciphertexts.size();
  if (verifier.profile != &p) return refuse("E_PROFILE", "verifier: of another profile than the key");
  if (const Refusal bad = terms.check_var(verifier, count)) return *bad;
  const bexact::Statement st = statement(terms, p, encrypted.key, encrypted.ciphertexts);
  const auto values = find_squares_var(st, encrypted.values, rng);
  if (!values) return values.error();
  bexact::Witness witness{*values, {}};
  for (const Secret<Nat>& nonce : encrypted.nonces) witness.rho.push_back(&nonce);
  proofs::FreshRandomness fresh;
  Batch batch;
  const bexact::Proof proof = batch.run(bexact::prove(batch, session(terms, verifier), st, std::move(witness),
                                                      generators_for(verifier, count), fresh, rng));
  Writer out;
  out.u16(format_version);
  proof.encode(out, bexact::shape(p, st));
  return out.take();
}

std::vector<Refusal> verify_exact_batch_var(const OwnExactSetup& own, const std::vector<ReceivedExactProof>& proofs,
                                            Rng& weights) {
  std::vector<Result<proofs::Claim>> claims;
  for (const ReceivedExactProof& proof : proofs) claims.push_back(claim_var(own.setup(), proof));
  return verify_claims_var(claims, weights);
}

}  // namespace mpc::ranges
