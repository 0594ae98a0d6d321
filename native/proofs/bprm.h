// BPRM(M), ring-Pedersen parameters with M generators (batch-range-proofs.md 2.3).  Experimental: docs/paper.md has the
// argument, which nobody else has read.
// Public: (Nh, t, s_1 .. s_M).  Secret: lam_a with s_a = t^lam_a, and phi(Nh).
// Claims that every s_a is a power of t. As prm, with M challenge bits in each repetition: the wire carries the bits
// and the responses; the first messages A_r = t^z_r prod_a s_a^-e_r,a are recomputed and hashed.
#pragma once

#include "proofs/context.h"
#include "transcript/wire.h"

namespace mpc::proofs::bprm {

/// Enough for a grid of 64 presignatures.
constexpr std::size_t most_generators = 128;

struct Proof {
  Bytes bits;          // e_1,1 .. e_1,M, e_2,1 ..., to be read with transcript::bit
  std::vector<Nat> z;  // m_prm of them, each below Nh

  void encode(transcript::Writer& out, const Profile& profile) const;
  static Proof decode(transcript::Reader& in, const Profile& profile, const Nat& nh, std::size_t generators);
};

/// The length of an encoded proof.
std::size_t proof_bytes(const Profile& profile, std::size_t generators);

/// For all generators of the trapdoor, at most most_generators (asserted). trapdoor and rng must outlive the task.
Task<Proof> prove(Batch& batch, Context context, const pedersen::Trapdoor& trapdoor, Rng& rng);
/// For all generators of the parameters; refuses more than most_generators.
Task<Refusal> verify_var(Batch& batch, Context context, pedersen::Params params, Proof proof);

}  // namespace mpc::proofs::bprm
