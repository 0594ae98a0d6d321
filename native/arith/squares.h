// Sums of three squares, for exact ranges: a number n = 1 mod 4 is one, and a random search finds it (Rabin and
// Shallit, "Randomized algorithms in number theory", 1986). The readable twin (reference/squares.py) draws the same.
#pragma once

#include "arith/nat.h"
#include "base/random.h"

namespace mpc {

/// Each as wide as n.
struct Squares {
  Secret<Nat> a, b, c;
};

/// n = a^2 + b^2 + c^2 for n = 1 mod 4 (asserted): tries even a until n - a^2 is a square or a prime, which is one of
/// ln(n) / 2 or so, and splits the prime by Euclid's algorithm.
///
/// Variable time in n, which leaves its type here; every number on the way is wiped (what GMP leaves on the stack is
/// not). Whoever measures the search learns
/// - the length of n;
/// - whether n is a square, for then a = 0 will do: in an exact range n = 1 means that x is an end of it, 0 or U;
/// - how many tries it took. From n = 2^20 on their a are fresh, so the number depends on n by the density of primes
///   among n - a^2 alone, that is by the length of n and by its residues modulo small primes, of which one count says
///   a fraction of a bit; and the steps of Euclid's algorithm depend on the prime that was met by chance. Below 2^20,
///   where every a is tried in turn, the number of tries is a function of n, and narrows it down accordingly.
Squares three_squares_var(const Secret<Nat>& n, Rng& rng);

}  // namespace mpc
