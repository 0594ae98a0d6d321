// What is left of a proof's verification when everything but its equations over Paillier and ring-Pedersen groups has
// been checked. As data, the equations of one proof can be evaluated on their own, and those of many together.
#pragma once

#include "proofs/context.h"

namespace mpc::proofs {

struct PublicPower {
  Nat base;
  Int exponent;
};

/// A residue times a product of powers.
struct PublicProduct {
  Nat factor;
  std::vector<PublicPower> powers = {};
};

/// enc_N(plaintext; randomiser) prod left == right  mod N^2
struct PaillierEquation {
  const char* name;
  paillier::PublicKey key;
  Int plaintext;
  Nat randomiser;
  std::vector<PublicPower> left;
  PublicProduct right;
};

/// com(x; mu) == right  mod Nh
struct CommitmentEquation {
  const char* name;
  pedersen::Params params;
  std::vector<Int> x;  // one for each generator that is used
  Int mu;
  PublicProduct right;
};

struct Claim {
  std::string_view proof;
  std::vector<PaillierEquation> paillier;
  std::vector<CommitmentEquation> commitments;
};

/// Evaluates the equations of one proof, each of them exactly.
Task<Refusal> hold_var(Batch& batch, Claim claim);
/// The verification of one proof, the first part of which is done.
Task<Refusal> verify_var(Batch& batch, Result<Claim> claim);

/// One equation, borrowed.
Task<bool> holds_var(Batch& batch, const PaillierEquation& equation);
Task<bool> holds_var(Batch& batch, const CommitmentEquation& equation);

}  // namespace mpc::proofs
