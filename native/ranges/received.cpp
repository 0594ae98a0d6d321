#include "ranges/received.h"

#include "proofs/verify_batch.h"

namespace mpc::ranges {

Refusal Received::check_var(const Profile& verifier) const {
  if (profile != &verifier) return refuse("E_PROFILE", "key: not of the verifier's profile");
  for (std::size_t i = 0; i < ciphertexts.size(); ++i) {
    if (!less_var(ciphertexts[i], key.n_squared())) {
      return refuse("E_CIPHERTEXT", "ciphertexts[" + std::to_string(i) + "]: no ciphertext under this key");
    }
  }
  return Refusal();
}

std::vector<Refusal> verify_claims_var(const std::vector<Result<proofs::Claim>>& claims, Rng& weights) {
  modexp::Batch batch;
  std::vector<Refusal> refusals = proofs::verify_batch_var(batch, claims, weights);
  for (Refusal& bad : refusals) {
    if (bad && !bad->code.starts_with("E_")) bad = refuse("E_PROOF", bad->code + ": " + bad->detail);
  }
  return refusals;
}

}  // namespace mpc::ranges
