// Signing (specification 4.6): from a stored presignature in one round, or in the interactive form of 4.7, where the
// digest is agreed first and bound into the session, presigning follows, and the partial signature leaves at once.
#pragma once

#include "protocol/partial_signature.h"
#include "protocol/presign_session.h"

namespace mpc::protocol {

class Signer {
 public:
  /// E_SIGNERS, E_RECORD, E_CONTEXT, E_PARAMETER.
  static Result<std::unique_ptr<Signer>> create(std::shared_ptr<const KeyShare> share, std::vector<PartyIndex> signers,
                                                const std::vector<Bytes32>& sid_values, const Bytes32& digest,
                                                Proving proving, Rng& rng,
                                                std::shared_ptr<proofs::Randomness> randomness = nullptr);

  Presigner& presigner() { return presigner_; }
  const Presigner& presigner() const { return presigner_; }

  /// R3e for a failed sum: the outcome and the echo of the R3 broadcasts.
  Bytes round4(ByteView echo) const;
  /// R4 behind its R3e part; uses up the presignature. E_INTERNAL; PRESIGN_RESTART when zeta or r is zero.
  Result<Bytes> round5(ByteView echo);

  // After R3 a signer sends either R3e or R4, so these take the messages of a part of the signers, others only.
  /// B-DEC.
  Failures receive_round4(const Messages& broadcast) { return outcomes_.receive(broadcast, presigner_); }
  /// B-CONF: an outcome that contradicts the agreed R3 messages. Call once the echoes were compared.
  Failures check_round4() const { return outcomes_.check(presigner_); }
  Failures receive_round5(const Messages& broadcast);
  /// E_ECHO with party 0; B-CONF, B-SIGMA.
  Failures check_round5() const;
  /// After check_round5 passed for all other signers. E_ORDER when a partial signature is missing; E_INTERNAL if the
  /// signature does not verify under X_c although every partial one did.
  Result<EcdsaSignature> signature() const;

 private:
  Signer(Presigner presigner, const Bytes32& digest) : presigner_(std::move(presigner)), digest_(digest) {}

  Presigner presigner_;
  Bytes32 digest_;
  Bytes echo3_;
  OutcomeRound outcomes_;
  std::optional<Combiner> combiner_;
  PartialSignatures partials_;
};

/// One signer's part in signing one message with a presignature that was stored.
class PresignedSigner {
 public:
  /// E_CONTEXT for a presignature of something else than this share; PRESIGN_RESTART.
  static Result<std::unique_ptr<PresignedSigner>> create(const KeyShare& share, Presignature presignature,
                                                         const Bytes32& digest);

  const Combiner& combiner() const { return combiner_; }
  /// R4. E_PRESIGNATURE_USED for a second call: the shares of the presignature are gone with the first.
  Result<Bytes> round5();
  /// Of all signers. B-DEC.
  Failures receive_round5(const Messages& broadcast) { return combiner_.receive(broadcast, self(), partials_); }
  /// B-CONF, B-SIGMA.
  Failures check_round5() const { return combiner_.check(partials_, self()); }
  /// Once round5 was called (E_ORDER): what a combiner elsewhere needs.
  Result<Bytes> public_values() const;
  /// As Signer::signature.
  Result<EcdsaSignature> signature() const { return combiner_.combine(partials_); }

 private:
  PresignedSigner(Presignature presignature, Combiner combiner)
      : presignature_(std::move(presignature)), combiner_(std::move(combiner)) {}
  PartyIndex self() const { return combiner_.label().index; }

  std::optional<Presignature> presignature_;
  Combiner combiner_;
  PartialSignatures partials_;
};

}  // namespace mpc::protocol
