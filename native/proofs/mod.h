// Pi^mod, N is a Paillier-Blum modulus (CGGMP24 Fig. 12; specification 3.5).
// Public: N.  Secret: p, q = 3 mod 4 with N = p q and gcd(N, phi(N)) = 1.
// For y_1 .. y_m from the hash the prover shows N-th roots, which exist for all y_i only if gcd(N, phi(N)) = 1, and
// fourth roots of (-1)^a w^b y_i, which exist for all y_i only if N has two prime factors, both 3 mod 4.
#pragma once

#include "proofs/context.h"
#include "transcript/wire.h"

namespace mpc::proofs::mod {

struct Proof {
  /// For one y_i.
  struct Entry {
    Nat x;  // x^4 = (-1)^a w^b y_i
    Nat z;  // z^N = y_i
    bool a, b;
  };
  Nat w;                       // (w|N) = -1
  std::vector<Entry> entries;  // m_mod of them

  void encode(transcript::Writer& out, const Profile& profile) const;
  static Proof decode(transcript::Reader& in, const Profile& profile, const paillier::PublicKey& n);
};

/// key and rng must outlive the task.
Task<Proof> prove(Batch& batch, Context context, const paillier::SecretKey& key, Rng& rng);
Task<Refusal> verify_var(Batch& batch, Context context, paillier::PublicKey n, Proof proof);

}  // namespace mpc::proofs::mod
