#include "ranges/batch.h"

#include "arith/sample.h"
#include "modexp/engine.h"

namespace mpc::ranges {

namespace {

using modexp::Batch;
using transcript::Encoder;
using transcript::Reader;
using transcript::Writer;
namespace benc = proofs::benc;

constexpr std::uint16_t format_version = 1;

benc::Session session(const Profile& profile, const Terms& terms) {
  return {&profile, transcript::h256(Encoder().label("range-proof").bytes(terms.context)), 0,
          transcript::h256(Encoder().label("range-prover").bytes(terms.prover))};
}

benc::Statement statement(const Profile& profile, const Terms& terms, const paillier::PublicKey& key,
                          const std::vector<Nat>& ciphertexts) {
  benc::Statement out{key, terms.range(profile), {}, std::nullopt};
  for (const Nat& c : ciphertexts) out.cells.push_back({c, {}, {}});
  return out;
}

/// version | number of verifiers | whose part follows | common part | that part.
Result<proofs::Claim> claim_var(const OwnSetup& own, const ReceivedProof& proof) {
  const Profile& p = *own.setup().profile;
  const auto& [terms, r] = proof;
  if (const Refusal bad = terms.check(p, r.ciphertexts.size())) return *bad;
  if (const Refusal bad = r.check_var(p)) return *bad;
  Reader in(r.proof);
  const std::uint16_t version = in.u16("proof.version");
  if (in.ok() && version != format_version) return refuse("E_VERSION", "proof.version: " + std::to_string(version));
  const std::size_t verifiers = in.u16("proof.verifiers");
  const std::size_t position = in.u16("proof.position");
  if (!in.ok()) return *in.finish();
  if (verifiers > max_verifiers || position >= verifiers) return refuse("E_DECODE", "proof.position: out of range");
  const benc::Statement st = statement(p, terms, r.key, r.ciphertexts);
  const benc::Shape shape = benc::shape(p, st, verifiers);
  const auto common = benc::Common::decode(in, shape, st.n);
  const auto part = benc::Private::decode(in, shape, own.setup().pedersen);
  if (const Refusal bad = in.finish()) return *bad;
  return benc::claim_var(session(p, terms), st, common, part, {own.setup().id, own.setup().pedersen}, position);
}

}  // namespace

benc::Range Terms::range(const Profile& profile) const { return {bits, profile.kappa + hiding}; }

std::size_t Terms::proven_bits(const Profile& profile, std::size_t values) const {
  const benc::Shape s{&profile, range(profile), values, 1, 1, false};
  return s.z_bits() + 1;
}

Refusal Terms::check(const Profile& profile, std::size_t values) const {
  if (values == 0 || values > max_values) return refuse("E_PARAMETER", "ciphertexts: their number");
  if (hiding < min_hiding || hiding > profile.nb) return refuse("E_PARAMETER", "hiding: out of range");
  // A proven value is what decryption gives: below N / 2 in absolute value.
  if (bits == 0 || bits > profile.nb || proven_bits(profile, values) + 2 > profile.nb) {
    return refuse("E_PARAMETER", "bits: the range does not fit the key");
  }
  return Refusal();
}

Result<Encrypted> encrypt(const Setup& owner, std::vector<Secret<Int>> values, std::size_t bits, Rng& rng) {
  if (bits == 0 || bits > owner.profile->nb) return refuse("E_PARAMETER", "bits: out of range");
  Encrypted out{owner.profile, owner.paillier, bits, {}, {}, {}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (declassify("ranges.value_fits", within_bits_mask(values[i].expose(), bits)) == 0) {
      return refuse("E_PARAMETER", "values[" + std::to_string(i) + "]: out of range");
    }
    // All of one width, whatever their size.
    out.values.emplace_back(values[i].expose().resized(limbs_for_bits(bits)));
  }
  std::vector<modexp::Product> jobs;
  for (const Secret<Int>& value : out.values) {
    out.nonces.push_back(sample_unit(rng, out.key.n()));
    jobs.push_back(out.key.encryption(value, out.nonces.back()));
  }
  for (Secret<Nat>& c : modexp::run(jobs)) out.ciphertexts.push_back(declassify("ranges.ciphertext", c));
  return out;
}

Result<std::vector<Bytes>> prove(const Encrypted& encrypted, const Terms& terms,
                                 const std::vector<const Setup*>& verifiers, Rng& rng) {
  const Profile& p = *encrypted.profile;
  if (const Refusal bad = terms.check(p, encrypted.ciphertexts.size())) return *bad;
  if (terms.bits < encrypted.bits) return refuse("E_PARAMETER", "bits: fewer than those of the values");
  if (verifiers.empty() || verifiers.size() > max_verifiers) return refuse("E_PARAMETER", "verifiers: their number");
  const benc::Statement st = statement(p, terms, encrypted.key, encrypted.ciphertexts);
  std::vector<benc::CellWitness> witness;
  for (std::size_t i = 0; i < st.cells.size(); ++i) {
    witness.push_back({encrypted.values[i], encrypted.nonces[i], nullptr});
  }
  std::vector<benc::Verifier> receivers;
  for (const Setup* verifier : verifiers) {
    if (verifier->profile != &p) return refuse("E_PROFILE", "verifiers: of another profile than the key");
    receivers.push_back({verifier->id, verifier->pedersen});
  }
  proofs::FreshRandomness fresh;
  Batch batch;
  const benc::Proof proof =
      batch.run(benc::prove(batch, session(p, terms), st, std::move(witness), std::move(receivers), fresh, rng));
  const benc::Shape shape = benc::shape(p, st, verifiers.size());
  std::vector<Bytes> out;
  for (const benc::Private& part : proof.to_each) {
    Writer message;
    message.u16(format_version).u16(static_cast<std::uint16_t>(verifiers.size()));
    message.u16(static_cast<std::uint16_t>(out.size()));
    proof.common.encode(message, shape);
    part.encode(message, shape);
    out.push_back(message.take());
  }
  return out;
}

std::vector<Refusal> verify_batch_var(const OwnSetup& own, const std::vector<ReceivedProof>& proofs, Rng& weights) {
  std::vector<Result<proofs::Claim>> claims;
  for (const ReceivedProof& proof : proofs) claims.push_back(claim_var(own, proof));
  return verify_claims_var(claims, weights);
}

}  // namespace mpc::ranges
