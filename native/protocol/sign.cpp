#include "protocol/sign.h"

namespace mpc::protocol {

Result<std::unique_ptr<Signer>> Signer::create(std::shared_ptr<const KeyShare> share, std::vector<PartyIndex> signers,
                                               const std::vector<Bytes32>& sid_values, const Bytes32& digest,
                                               Proving proving, Rng& rng,
                                               std::shared_ptr<proofs::Randomness> randomness) {
  auto set = SigningSet::create(*share, std::move(signers));
  if (!set) return set.error();
  const PresignPlan plan{"sign", proving, 1, digest};
  const auto ssid = presigning_ssid(plan, *share, *set, sid_values);
  if (!ssid) return ssid.error();
  Presigner presigner(std::move(share), std::move(*set), std::move(proving), 1, *ssid, rng, std::move(randomness));
  return std::unique_ptr<Signer>(new Signer(std::move(presigner), digest));
}

Bytes Signer::round4(ByteView echo) const { return OutcomeRound::encode(presigner_.outcome(), echo); }

Result<Bytes> Signer::round5(ByteView echo) {
  echo3_ = Bytes(echo.begin(), echo.end());
  auto presignatures = presigner_.finish(echo);
  if (!presignatures) return presignatures.error();
  Presignature& presignature = (*presignatures)[0];
  auto combiner = Combiner::create(presignature, digest_);
  if (!combiner) return combiner.error();
  combiner_ = std::move(*combiner);
  const PartialSignature own = combiner_->sign(presignature);
  partials_[presigner_.key().index] = own;
  Writer out;
  out.bytes(OutcomeRound::encode(PresignOutcome::ok, echo));
  own.encode(out);
  return out.take();
}

Failures Signer::receive_round5(const Messages& broadcast) {
  Failures failures;
  std::map<PartyIndex, Bytes> echoes;
  for (const auto& [sender, payload] : broadcast) {
    if (sender == presigner_.key().index) continue;
    Reader in(payload);
    in.u8("R4.outcome", 0);
    echoes[sender] = in.bytes("R4.echo", sizeof(Bytes32) * presigner_.set().signers.size());
    partials_[sender] = PartialSignature::decode(in);
    if (const Refusal bad = in.finish()) report(failures, sender, "B-DEC", bad->detail);
  }
  presigner_.set_echoes(std::move(echoes));
  return failures;
}

Failures Signer::check_round5() const {
  const PartyIndex self = presigner_.key().index;
  if (combiner_) {
    if (Failures differing = presigner_.compare_echoes(echo3_); !differing.empty()) return differing;
    return combiner_->check(partials_, self);
  }
  Failures failures;
  for (const auto& [sender, partial] : partials_) {
    report(failures, sender, "B-CONF", "R4.outcome: contradicts the R3 messages");
  }
  return failures;
}

Result<EcdsaSignature> Signer::signature() const {
  if (!combiner_) return refuse("E_ORDER", "partial signatures are missing");
  return combiner_->combine(partials_);
}

Result<std::unique_ptr<PresignedSigner>> PresignedSigner::create(const KeyShare& share, Presignature presignature,
                                                                 const Bytes32& digest) {
  if (const Refusal foreign = presignature.label.check_share(share)) return *foreign;
  auto combiner = Combiner::create(presignature, digest);
  if (!combiner) return combiner.error();
  return std::unique_ptr<PresignedSigner>(new PresignedSigner(std::move(presignature), std::move(*combiner)));
}

Result<Bytes> PresignedSigner::round5() {
  if (!presignature_) return refuse("E_PRESIGNATURE_USED", "this presignature has signed already");
  const PartialSignature own = combiner_.sign(*presignature_);
  presignature_.reset();
  partials_[self()] = own;
  Writer out;
  own.encode(out);
  return out.take();
}

/// R stays unknown as long as the presignature is unused (4.9).
Result<Bytes> PresignedSigner::public_values() const {
  if (presignature_) return refuse("E_ORDER", "the presignature has not signed yet");
  Writer out;
  combiner_.presignature().encode(out);
  return out.take();
}

}  // namespace mpc::protocol
