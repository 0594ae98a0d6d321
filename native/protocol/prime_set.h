// The primes of one party's auxiliary information: two Blum primes for N, two safe primes for Nh. For one use.
#pragma once

#include <functional>

#include "protocol/common.h"

namespace mpc::protocol {

struct PrimeSet {
  const Profile* profile;
  Secret<Nat> p, q;          // Blum primes
  Secret<Nat> hat_p, hat_q;  // safe primes
};

/// Called several times a second with what is being searched for; false cancels.
using PrimeProgress = std::function<bool(const std::string& stage)>;

/// Variable time: the search ends before any message exists that could depend on it. Searches for the four primes run
/// side by side. Empty when cancelled.
std::optional<PrimeSet> generate_primes_var(const Profile& profile, Rng& rng, const PrimeProgress& progress);

}  // namespace mpc::protocol
