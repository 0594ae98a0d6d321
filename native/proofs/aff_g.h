// Pi^aff-g, an affine operation in range with group commitment (CGGMP24 Fig. 25; specification 3.3).
// Public: N0 (the receiver's), N1 (the prover's), C, D mod N0^2, Yc mod N1^2, point X; the verifier's (Nh, s, t).
// Secret: x, y, rho, rho_y with
//     D = C^x enc_N0(y; rho),   Yc = enc_N1(y; rho_y),   X = x G.
// Claims |x| <= 2^(l+eps+1), |y| <= 2^(lp+eps+1). Deviations: docs/paper.md.
#pragma once

#include "proofs/claims.h"
#include "transcript/wire.h"

namespace mpc::proofs::aff_g {

/// What the operation is applied to. D and Yc are made by operate_and_prove.
struct Operand {
  paillier::PublicKey n0;
  paillier::PublicKey n1;
  Nat c;
  Point x;
};

struct Statement : Operand {
  Nat d, yc;
};

/// Borrowed: must outlive the task.
struct Witness {
  const Secret<Int>& x;  // |x| <= 2^l
  const Secret<Int>& y;  // |y| <= 2^lp
  const Secret<Nat>& rho;
  const Secret<Nat>& rho_y;
};

struct Proof {
  Nat cap_a;
  Point cap_bx;
  Nat cap_by, cap_e, cap_s, cap_f, cap_t;
  Int z1, z2, z3, z4;
  Nat w, w_y;

  void encode(transcript::Writer& out, const Profile& profile) const;
  static Proof decode(transcript::Reader& in, const Profile& profile, const paillier::PublicKey& n0,
                      const paillier::PublicKey& n1, const pedersen::Params& verifier);
};

struct Outcome {
  Nat d, yc;
  Proof proof;
};

/// Computes D and Yc together with the proof's first messages, in one engine run, then the responses in a second one.
/// The witness and rng must outlive the task.
Task<Outcome> operate_and_prove(Batch& batch, Context context, Operand operand, Witness witness,
                                pedersen::Params verifier, Rng& rng);
/// Everything but membership and the equations of A, By, E and F, which are left as a claim.
Result<Claim> claim_var(const Context& context, const Statement& statement, const Proof& proof,
                        const pedersen::Params& verifier);
inline Task<Refusal> verify_var(Batch& batch, const Context& context, const Statement& statement, const Proof& proof,
                                const pedersen::Params& verifier) {
  return verify_var(batch, claim_var(context, statement, proof, verifier));
}

}  // namespace mpc::proofs::aff_g
