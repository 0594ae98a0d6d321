// Random primes for the moduli of a party. Variable time throughout, on purpose: a search precedes every message, and
// its duration depends mostly on candidates that are thrown away. The primes are secrets all the same: every number on
// the way to one is wiped (what GMP leaves on the stack is not).
//
// A search walks an arithmetic progression from a random start, so a prime that follows a long gap is more likely than
// one that follows a short one. The loss of entropy is below a few bits (Brandt, Damgard, "On generation of probable
// primes by incremental search", Crypto '92). A progression that is used up is followed by a fresh random start.
//
// Error: a number is accepted after a base-2 Fermat test and 32 Miller-Rabin rounds with random bases. Any composite,
// however it was chosen, passes with probability below 4^-32 = 2^-64. The candidates here are random, and for random
// odd numbers the bound of Damgard, Landrock and Pomerance (Math. Comp. 1993) is 2^-127 at 255 bits and 2^-310 at 1023;
// walking a progression and asking for a prime 2q + 1 as well cost some bits of that (est. below 20). Of a safe prime
// p = 2q + 1 this concerns q alone: once q is prime, the Fermat test on p proves p (Pocklington).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "arith/nat.h"
#include "base/random.h"

namespace mpc::modexp {

/// Called when a search starts and about twenty times a second from then on, in the thread of the search. Once it
/// returns false the search ends without a prime, and it is not called again. Empty: the search is never cancelled.
using KeepSearching = std::function<bool()>;

/// What a search did, for measurements.
struct PrimeSearch {
  std::uint64_t sieved = 0;        // progressions
  std::uint64_t fermat_tests = 0;  // of both numbers, for a safe prime; lanes count one by one
};

/// p = 2q + 1 with p and q prime, of exactly `bits` >= 64 bits with the two top bits set. Empty when cancelled.
/// Searches may run in parallel, each in a thread of its own.
std::optional<Secret<Nat>> find_safe_prime_var(std::size_t bits, Rng& rng, const KeepSearching& keep_searching = {},
                                               PrimeSearch* search = nullptr);

/// A prime p = 3 mod 4; everything else as for a safe prime.
std::optional<Secret<Nat>> find_blum_prime_var(std::size_t bits, Rng& rng, const KeepSearching& keep_searching = {},
                                               PrimeSearch* search = nullptr);

}  // namespace mpc::modexp
