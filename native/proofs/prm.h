// Pi^prm, ring-Pedersen parameters (CGGMP24 Fig. 13; specification 3.6).
// Public: (Nh, s, t).  Secret: lam with s = t^lam, and phi(Nh).
// Claims s in <t>: a commitment under (s, t) hides. The wire carries the challenge bits e_i and the responses z_i; the
// first messages A_i = t^z_i s^-e_i are recomputed and hashed.
#pragma once

#include "proofs/context.h"
#include "transcript/wire.h"

namespace mpc::proofs::prm {

struct Proof {
  Bytes bits;          // e_i, to be read with transcript::bit
  std::vector<Nat> z;  // m_prm of them, each below Nh

  void encode(transcript::Writer& out, const Profile& profile) const;
  static Proof decode(transcript::Reader& in, const Profile& profile, const Nat& nh);
};

/// trapdoor and rng must outlive the task.
Task<Proof> prove(Batch& batch, Context context, const pedersen::Trapdoor& trapdoor, Rng& rng);
Task<Refusal> verify_var(Batch& batch, Context context, pedersen::Params params, Proof proof);

}  // namespace mpc::proofs::prm
