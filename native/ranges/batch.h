// One proof that many Paillier ciphertexts hold values in range, and the verification of many such proofs together:
// BENC(m, 1) without ElGamal commitments (batch-range-proofs.md 3), between strangers.
#pragma once

#include "proofs/benc.h"
#include "ranges/received.h"
#include "ranges/setup.h"

namespace mpc::ranges {

/// Ciphertexts of one proof; each has a challenge of its own.
constexpr std::size_t max_values = 128;
/// By how many bits masks hide what they cover; at least.
constexpr std::size_t min_hiding = 32;
/// Tables for each of them take up to a megabyte.
constexpr std::size_t max_verifiers = 256;

/// Values under somebody's key, with what only their encryptor knows.
struct Encrypted {
  const Profile* profile;
  paillier::PublicKey key;
  std::size_t bits;
  std::vector<Secret<Int>> values;
  std::vector<Secret<Nat>> nonces;
  std::vector<Nat> ciphertexts;
};

/// E_PARAMETER for a value outside of |value| < 2^bits. An own key takes the owner's shortcuts.
Result<Encrypted> encrypt(const Setup& owner, std::vector<Secret<Int>> values, std::size_t bits, Rng& rng);

/// What prover and verifier must agree on. Honest provers stay below 2^bits in absolute value; what is proven is
/// 2^(bits + kappa + hiding + ceil(log2 m) + 1).
struct Terms {
  Bytes context;  // what the proof is for; one that is fresh keeps old proofs out
  Bytes prover;   // a name
  std::size_t bits;
  std::size_t hiding;

  proofs::benc::Range range(const Profile& profile) const;
  /// log2 of the bound that is proven.
  std::size_t proven_bits(const Profile& profile, std::size_t values) const;
  /// E_PARAMETER: no values or too many, hiding below min_hiding, or a range in which sums of the proof could wrap
  /// modulo N.
  Refusal check(const Profile& profile, std::size_t values) const;
};

/// One proof for all verifiers, who share a mask: the encoding of each. E_PARAMETER, E_PROFILE.
Result<std::vector<Bytes>> prove(const Encrypted& encrypted, const Terms& terms,
                                 const std::vector<const Setup*>& verifiers, Rng& rng);

struct ReceivedProof {
  Terms terms;
  Received received;
};

/// Of all together, at about the price of one for each key: refusals[i] belongs to proofs[i]. E_DECODE, E_VERSION,
/// E_PARAMETER, E_PROFILE, E_CIPHERTEXT, E_PROOF.
std::vector<Refusal> verify_batch_var(const OwnSetup& own, const std::vector<ReceivedProof>& proofs, Rng& weights);

}  // namespace mpc::ranges
