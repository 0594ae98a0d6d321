// BAFF-A1(P), the form of BAFF (baff.h) that commits to every witness on its own, which asks for no setup but (s, t).
// Claims |x| <= 2^(l+eps_1+1) and |y| <= 2^(lp+eps_y+1) for eps_1 = eps + 1 and eps_y = eps + ceil(log2(2P)). Each of
// the 2P operations has a challenge of its own.
#pragma once

#include "proofs/baff.h"

namespace mpc::proofs::baff_a1 {

using namespace baff;

struct Proof {
  /// What there is for every u.
  struct Row {
    Nat cap_s, cap_e;
    Pair<Nat> cap_t;
    Int z1, z3;
  };
  Nat cap_s_x;
  std::vector<Row> rows;
  Nat cap_f;
  FirstMessage first;
  Int z2, z4;
  Nat w, w_y;

  void encode(transcript::Writer& out, const Profile& profile) const;
  static Proof decode(transcript::Reader& in, const Profile& profile, std::size_t presignatures,
                      const paillier::PublicKey& n0, const paillier::PublicKey& n1, const pedersen::Params& verifier);
};

struct Outcome {
  Results results;
  Proof proof;
};

/// What a proof takes.
std::vector<BlindingNeed> blindings(const Profile& profile, std::size_t presignatures);

/// Computes D and Y together with the proof's first messages, in one engine run, then the responses in a second one.
/// The witness and rng must outlive the task.
Task<Outcome> operate_and_prove(Batch& batch, Session session, Operand operand, Witness witness,
                                pedersen::Params verifier, Randomness& randomness, Rng& rng);
Result<Claim> claim_var(const Session& session, const Statement& statement, const Proof& proof,
                        const pedersen::Params& verifier);

}  // namespace mpc::proofs::baff_a1
