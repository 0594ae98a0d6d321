// Partial signatures (specification 4.6), whatever their presignature comes from: made, checked and added up.
#pragma once

#include "protocol/presignature.h"

namespace mpc::protocol {

/// R4. In an interactive session it stands behind an R3e payload.
struct PartialSignature {
  PresignatureId id{};
  Bytes32 digest{}, tr{};
  Scalar sigma;

  void encode(Writer& out) const;
  /// "R4.<field>"
  static PartialSignature decode(Reader& in);
};

using PartialSignatures = std::map<PartyIndex, PartialSignature>;

/// A final ECDSA signature with low s, and which of the candidate keys it recovers to.
struct EcdsaSignature {
  Scalar r, s;
  std::uint8_t recovery_id;
};

/// Checks the partial signatures of one presignature for one message, and adds them up. Knows no secret.
class Combiner {
 public:
  /// PRESIGN_RESTART when zeta or r is zero.
  static Result<Combiner> create(PublicPresignature presignature, const Bytes32& digest);

  const PublicPresignature& presignature() const { return presignature_; }
  const PresignatureLabel& label() const { return presignature_.label; }
  /// The name of a session that signs with it from stores: it follows from what all signers hold.
  Bytes32 ssid() const;
  const Bytes32& digest() const { return digest_; }

  /// sigma_i = zeta^-1 (k~_i m + r chi~_i), for a presignature with these public values. Wipes k~_i and chi~_i.
  PartialSignature sign(Presignature& presignature) const;

  /// A round of all signers that has nothing else in it, decoded; B-DEC. Ours (0: we are none of them) is left out.
  Failures receive(const Messages& broadcast, PartyIndex self, PartialSignatures& partials) const;
  /// B-CONF, B-SIGMA of all but ours.
  Failures check(const PartialSignatures& partials, PartyIndex self) const;
  /// B-CONF or B-SIGMA of a signer.
  Refusal check(PartyIndex sender, const PartialSignature& partial) const;
  /// From partial signatures that passed. E_ORDER unless those of all signers are there; E_INTERNAL if the signature
  /// does not verify under X_c all the same.
  Result<EcdsaSignature> combine(const PartialSignatures& partials) const;

 private:
  Combiner(PublicPresignature presignature, const Bytes32& digest);

  PublicPresignature presignature_;
  Bytes32 digest_;
  Scalar zeta_;
  Point cap_r_;  // R = zeta Gamma
  Scalar r_;     // x(R) mod q
  Scalar m_;     // the digest mod q
};

}  // namespace mpc::protocol
