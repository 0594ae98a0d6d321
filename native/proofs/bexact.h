// BEXACT(m), one proof that m ciphertexts hold numbers in a range, exactly and without slack (batch-range-proofs.md 7):
//     K_i = enc_N(x_i; rho_i) with 0 <= x_i <= U,   under the key N of whoever collects the values.
// For an integer x that is 4x(U - x) + 1 >= 0, the same as being a sum of three squares a^2 + b^2 + c^2. With responses
// z = alpha + e W for every W among x_i, a_i, b_i, c_i, the polynomial
//     Q(e) = sum f_i (4 z_x (e U - z_x) + e^2 - z_a^2 - z_b^2 - z_c^2)
// has no e^2 exactly if the sums are right; what is left of it, q_0 + q_1 e, is committed to before e is known.
//
// Experimental: the argument in docs/paper.md has not been reviewed by others.
#pragma once

#include "proofs/baff_a1.h"

namespace mpc::proofs::bexact {

using baff_a1::Session;

constexpr std::size_t max_values = 32;
/// Of U. Far below N / 4, so that nothing wraps; a search for squares of that size takes some 20 milliseconds, and its
/// time grows with the fourth power of the length.
constexpr std::size_t max_upper_bits = 256;

struct Statement {
  paillier::PublicKey n;
  std::size_t eps;     // of the profile, or a caller's choice
  std::vector<Nat> k;  // K_1 .. K_m
  Nat upper;           // U

  /// bits(U) + 1: x, a, b, c lie within 2^l, and masks are 2^eps wider.
  std::size_t l() const { return bits_var(upper) + 1; }
};

/// Refuses 0 values or more than max_values, U outside [1, 2^max_upper_bits), K >= N^2, eps < kappa + 32, and a
/// verifier whose generators are not exactly four for each value. Both sides go by it.
Refusal check_var(const Session& session, const Statement& statement, const pedersen::Params& verifier);

/// x and 4x(U - x) + 1 = a^2 + b^2 + c^2.
struct Value {
  Secret<Int> x, a, b, c;
};

/// Finds the squares for values in [0, U], and refuses others. Variable time in the values: arith/squares.h says what
/// it tells. All else about a proof is constant time.
Result<std::vector<Value>> with_squares_var(const Statement& statement, const std::vector<const Secret<Int>*>& x,
                                            Rng& rng);

/// Borrowed: must outlive the task.
struct Witness {
  const std::vector<Value>& values;
  std::vector<const Secret<Nat>*> rho;
};

/// Widths and counts of the fields of a proof.
struct Shape {
  const Profile* profile;
  std::size_t values, l, eps;

  std::size_t z_bits() const { return l + eps; }
  /// Of z'' and tau, which are bounded by their fields alone: whole bytes.
  std::size_t mask_bits() const { return 8 * bytes_for_bits(profile->sigma + eps + profile->nhb); }
};
Shape shape(const Profile& profile, const Statement& statement);

struct Proof {
  Nat cap_s, cap_c;  // commitments to x_1, a_1, b_1, c_1, x_2 ... and to their masks
  Nat cap_a;
  Nat cap_t1, cap_t0;  // commitments to q_1 and q_0
  std::vector<Int> z;
  Nat z_prime;
  Int z_second, tau;

  void encode(transcript::Writer& out, const Shape& shape) const;
  static Proof decode(transcript::Reader& in, const Shape& shape, const paillier::PublicKey& n,
                      const pedersen::Params& verifier);
};

/// The statement, borrowed like the witness, is one that check_var accepts (asserted).
Task<Proof> prove(Batch& batch, Session session, const Statement& statement, Witness witness, pedersen::Params verifier,
                  Randomness& randomness, Rng& rng);

Result<Claim> claim_var(const Session& session, const Statement& statement, const Proof& proof,
                        const pedersen::Params& verifier);

}  // namespace mpc::proofs::bexact
