// Pi^fac, no small factor (CGGMP24 Fig. 26; specification 3.7), for one verifier.
// Public: N0; the verifier's (Nh, s, t).  Secret: p, q with N0 = p q.
// Claims |p|, |q| < 2^(l+eps) R for R = floor(sqrt(N0)), so no factor below about 2^(NB/2-l-eps-1). Says nothing about
// a modulus with three factors: verify mod first. Deviations: docs/paper.md.
#pragma once

#include "proofs/context.h"
#include "transcript/wire.h"

namespace mpc::proofs::fac {

struct Proof {
  Nat cap_p, cap_q, cap_a, cap_b, cap_t;
  Int z1, z2;  // within 2^(l+eps) R
  Int w1, w2;
  Int v;

  void encode(transcript::Writer& out, const Profile& profile) const;
  static Proof decode(transcript::Reader& in, const Profile& profile, const pedersen::Params& verifier);
};

/// key and rng must outlive the task.
Task<Proof> prove(Batch& batch, Context context, const paillier::SecretKey& key, pedersen::Params verifier, Rng& rng);
Task<Refusal> verify_var(Batch& batch, Context context, paillier::PublicKey n0, Proof proof, pedersen::Params verifier);

}  // namespace mpc::proofs::fac
