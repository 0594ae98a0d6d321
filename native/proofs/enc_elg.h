// Pi^enc-elg, a ciphertext in range, bound to an ElGamal commitment (CGGMP24 Fig. 24; specification 3.2).
// Public: N0, C, points A, B, X; the verifier's (Nh, s, t).  Secret: x, rho, b with
//     C = enc_N0(x; rho),   B = b G,   X = b A + x G.
// Claims |x| <= 2^(l+eps+1). Deviations: docs/paper.md.
#pragma once

#include "proofs/claims.h"
#include "transcript/wire.h"

namespace mpc::proofs::enc_elg {

struct Statement {
  paillier::PublicKey n0;  // the prover's
  Nat c;
  Point a, b, x;
};

/// Borrowed: must outlive the task.
struct Witness {
  const Secret<Int>& x;  // |x| <= 2^l
  const Secret<Nat>& rho;
  const Secret<Scalar>& b;
};

struct Proof {
  Nat cap_s, cap_t, cap_d;
  Point cap_y, cap_z;
  Int z1;
  Nat z2;
  Int z3;
  Scalar w;

  void encode(transcript::Writer& out, const Profile& profile) const;
  static Proof decode(transcript::Reader& in, const Profile& profile, const paillier::PublicKey& n0,
                      const pedersen::Params& verifier);
};

/// The statement is borrowed, too, and its C is read after the first engine run only: it may be a result of that same
/// run, set by a task that was started earlier.
Task<Proof> prove(Batch& batch, Context context, const Statement& statement, Witness witness, pedersen::Params verifier,
                  Rng& rng);
/// Everything but membership and the equations of D and T, which are left as a claim.
Result<Claim> claim_var(const Context& context, const Statement& statement, const Proof& proof,
                        const pedersen::Params& verifier);
inline Task<Refusal> verify_var(Batch& batch, const Context& context, const Statement& statement, const Proof& proof,
                                const pedersen::Params& verifier) {
  return verify_var(batch, claim_var(context, statement, proof, verifier));
}

}  // namespace mpc::proofs::enc_elg
