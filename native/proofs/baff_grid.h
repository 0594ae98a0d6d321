// BAFF(P) as a grid (baff.h), experimental: one commitment holds a whole branch, under 2P generators s_1 .. s_P for
// gamma_u or w and s_P+1 .. s_2P for the y. Rows are the two branches, columns the presignatures. Claims
// |x| <= 2^(l+eps_2+1) and |y| <= 2^(lp+eps_2+1) for eps_2 = eps + 1. Each row has a challenge of its own, each column
// a weight f_u, which must not be known before the commitments are: A, B_y and B_X are about weighted sums alone.
#pragma once

#include "proofs/baff.h"

namespace mpc::proofs::baff_grid {

using namespace baff;

struct Proof {
  Pair<Nat> cap_s;
  Nat cap_c;
  FirstMessage first;
  std::vector<Int> z1, z2;  // by u
  Int z3;
  Nat w, w_y;

  void encode(transcript::Writer& out, const Profile& profile) const;
  static Proof decode(transcript::Reader& in, const Profile& profile, std::size_t presignatures,
                      const paillier::PublicKey& n0, const paillier::PublicKey& n1, const pedersen::Params& verifier);
};

struct Outcome {
  Results results;
  Proof proof;
};

/// Computes D and Y together with the commitments, in one engine run, then A, then the responses: three runs. The
/// verifier must have 2P generators, which is asserted; the witness and rng must outlive the task.
Task<Outcome> operate_and_prove(Batch& batch, Session session, Operand operand, Witness witness,
                                pedersen::Params verifier, Randomness& randomness, Rng& rng);
/// Refuses a verifier without 2P generators.
Result<Claim> claim_var(const Session& session, const Statement& statement, const Proof& proof,
                        const pedersen::Params& verifier);

}  // namespace mpc::proofs::baff_grid
