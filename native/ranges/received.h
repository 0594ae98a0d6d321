// What all proofs between strangers have in common when they arrive.
#pragma once

#include "proofs/claims.h"

namespace mpc::ranges {

using proofs::Profile;

/// Ciphertexts and a proof about them. The key must be good: the verifier's own, or one whose setup and factors were
/// proven to the verifier.
struct Received {
  const Profile* profile;
  paillier::PublicKey key;
  std::vector<Nat> ciphertexts;
  Bytes proof;

  /// E_PROFILE unless the key is of the verifier's profile; E_CIPHERTEXT for what is not below N^2. Units are looked
  /// for in all claims together.
  Refusal check_var(const Profile& verifier) const;
};

/// proofs::verify_batch_var, where E_PROOF says of a proof that it does not hold, and what was wrong with its bytes
/// keeps its own code.
std::vector<Refusal> verify_claims_var(const std::vector<Result<proofs::Claim>>& claims, Rng& weights);

}  // namespace mpc::ranges
