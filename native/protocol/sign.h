// Signing (specification 4.6, in the interactive form of 4.7): the digest is agreed first and bound into the session,
// presigning follows, and the partial signature leaves at once.
#pragma once

#include "protocol/presign.h"

namespace mpc::protocol {

/// A final ECDSA signature with low s, and which of the candidate keys it recovers to.
struct EcdsaSignature {
  Scalar r, s;
  std::uint8_t recovery_id;
};

class Signer {
 public:
  /// E_SIGNERS, E_RECORD.
  static Result<std::unique_ptr<Signer>> create(std::shared_ptr<const KeyShare> share, std::vector<PartyIndex> signers,
                                                const std::vector<Bytes32>& sid_values, const Bytes32& digest,
                                                ProofMode mode, Rng& rng);

  Presigner& presigner() { return presigner_; }
  const Presigner& presigner() const { return presigner_; }

  /// R3e for a failed sum: the outcome and the echo of the R3 broadcasts.
  Bytes round4(ByteView echo) const;
  /// R4 behind its R3e part; uses up the presignature. E_INTERNAL; PRESIGN_RESTART when zeta or r is zero.
  Result<Bytes> round5(ByteView echo);

  // After R3 a signer sends either R3e or R4, so these take the messages of a part of the signers, others only.
  /// B-DEC.
  Failures receive_round4(const Messages& broadcast);
  /// B-CONF: an outcome that contradicts the agreed R3 messages. Call once the echoes were compared.
  Failures check_round4() const;
  Failures receive_round5(const Messages& broadcast);
  /// E_ECHO with party 0; B-CONF, B-SIGMA.
  Failures check_round5() const;
  /// After check_round5 passed for all other signers. E_ORDER when a partial signature is missing; E_INTERNAL if the
  /// signature does not verify under X_c although every partial one did.
  Result<EcdsaSignature> signature() const;

 private:
  struct Round5 {
    std::array<std::uint8_t, 16> id{};
    Bytes32 digest{}, tr{};
    Scalar sigma;
  };

  Signer(Presigner presigner, const Bytes32& digest) : presigner_(std::move(presigner)), digest_(digest) {}
  bool rerandomise();
  Bytes r3e(PresignOutcome outcome, ByteView echo) const;

  Presigner presigner_;
  Bytes32 digest_;
  Bytes echo3_;
  std::map<PartyIndex, std::uint8_t> outcomes_;  // of R3e messages
  std::optional<Presignature> presignature_;
  Scalar zeta_;
  Point cap_r_;  // R = zeta Gamma
  Scalar r_;     // x(R) mod q
  Scalar m_;     // the digest mod q
  std::map<PartyIndex, Round5> round5_;
};

}  // namespace mpc::protocol
