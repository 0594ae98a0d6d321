// Equations under our own key, through its factors (batch-range-proofs.md 5.5). An equation modulo N^2 holds exactly if
// it holds for the plaintexts and modulo N: r -> r^N is one to one on units modulo N, and a ciphertext modulo N is r^N.
// So the powers of ciphertexts are computed modulo the primes instead of their squares; plaintexts are known, or are
// decrypted for the protocol's sake.
#pragma once

#include "paillier/decryptions.h"
#include "proofs/claims.h"

namespace mpc::proofs {

/// Whether all hold, exactly. All elements must be units. What is not known yet of the plaintexts of their ciphertexts,
/// and of all others that are wanted, is decrypted in the same run.
Task<bool> hold_owned_var(Batch& batch, std::vector<const PaillierEquation*> equations, paillier::Decryptions& own);

}  // namespace mpc::proofs
