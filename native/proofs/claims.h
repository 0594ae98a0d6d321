// What is left of a proof's verification when its fields are decoded and its ranges, challenges and curve equations
// have been seen to: the equations over Paillier and ring-Pedersen groups, and that all elements in them are units. As
// data, those of one proof can be looked at on their own, and those of many together.
#pragma once

#include "proofs/context.h"

namespace mpc::proofs {

/// A power, or a plain factor, and the name of its base.
struct PublicPower {
  const char* name;
  Nat base;
  Int exponent = Int::of(1);
};

/// enc_N(plaintext; randomiser) prod left == prod right  mod N^2. The first factor on the right is the first message
/// that the equation is named after.
struct PaillierEquation {
  paillier::PublicKey key;
  Int plaintext;
  PublicPower randomiser;
  std::vector<PublicPower> left;
  std::vector<PublicPower> right;
};

/// com(x; mu) == prod right  mod Nh; the same holds for the first factor.
struct CommitmentEquation {
  pedersen::Params params;
  std::vector<Int> x;  // one for each generator that is used
  Int mu;
  std::vector<PublicPower> right;
};

struct Claim {
  std::string_view proof;
  Refusal curve;  // what is wrong with its curve equations: to be said of a proof whose elements are units
  std::vector<PaillierEquation> paillier;
  std::vector<CommitmentEquation> commitments;
};

/// Refuses the first element that is no unit, then what is wrong with the curve equations. Elements of Paillier
/// equations are 0 < c < N^2 with gcd(c, N) = 1, the randomiser 0 < r < N; elements of the others are 0 < s < Nh with
/// gcd(s, Nh) = 1.
Refusal check_var(const Claim& claim);
/// Whether check_var would pass for all: one gcd for each modulus.
bool check_all_var(const std::vector<const Claim*>& claims);

/// Evaluates the equations of one proof, whose elements are units, each of them exactly.
Task<Refusal> hold_var(Batch& batch, Claim claim);
/// The verification of one proof, the first part of which is done.
Task<Refusal> verify_var(Batch& batch, Result<Claim> claim);

/// One equation, borrowed.
Task<bool> holds_var(Batch& batch, const PaillierEquation& equation);
Task<bool> holds_var(Batch& batch, const CommitmentEquation& equation);

}  // namespace mpc::proofs
