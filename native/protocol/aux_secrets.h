// A party's own factors, kept for as long as its moduli are used.
#pragma once

#include "pedersen/pedersen.h"
#include "protocol/prime_set.h"
#include "protocol/secret_fields.h"

namespace mpc::protocol {

/// The public numbers that factors belong to.
struct Moduli {
  Nat n, nh, s, t;
};

struct AuxSecrets {
  paillier::SecretKey paillier;
  pedersen::Trapdoor pedersen;

  /// E_MODULUS for primes that make no good key (too close, wrong size).
  static Result<AuxSecrets> create(const Profile& profile, PrimeSet primes, Rng& rng);

  Moduli moduli() const;

  /// The length of what is stored.
  static std::size_t stored_bytes(const Profile& profile);
  void store(SecretWriter& out, const Profile& profile) const;
  /// Of possible moduli, to which they are compared before anything is built on them. E_RECORD.
  static Result<AuxSecrets> restore(SecretReader& in, const Profile& profile, const Moduli& moduli);
};

}  // namespace mpc::protocol
