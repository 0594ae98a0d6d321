// BVER: the proofs of a round, verified together (batch-range-proofs.md 5).
#pragma once

#include <set>

#include "proofs/owner_check.h"

namespace mpc::proofs {

/// The verification of many proofs at about the price of one: refusals[i] belongs to claims[i], and is empty for a
/// proof that holds. weights must be a generator of our own, and is drawn from only now that the proofs are fixed.
///
/// Equations modulo the square of one key are combined with random weights of 128 bits, and so are commitments under
/// parameters of our own, those with cofactor 2. Where a combination fails, its proofs are verified one by one. What is
/// alone, and commitments under parameters of others, is evaluated exactly.
///
/// A proof that holds is never refused. One that does not is accepted with probability 2^-128, or when its equations
/// are off by elements of small order only, which changes nothing of what it shows: docs/paper.md. The keys must have
/// passed mod and fac, and our own Nh be a product of two safe primes.
///
/// own: equations under this key take the owner's way, exactly, and when no claim is refused all plaintexts that they
/// need are known afterwards.
std::vector<Refusal> verify_batch_var(Batch& batch, const std::vector<Result<Claim>>& claims, Rng& weights,
                                      paillier::Decryptions* own = nullptr);

/// The part of it that combines equations: the indices of claims with an equation in a combination that fails. All
/// elements must be units.
std::set<std::size_t> suspects_var(Batch& batch, const std::vector<const Claim*>& claims, Rng& weights,
                                   paillier::Decryptions* own = nullptr);

}  // namespace mpc::proofs
