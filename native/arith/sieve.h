// Sieving of arithmetic progressions of large numbers by every small prime. Variable time: searches for primes run
// before the first message of a protocol, on numbers that are thrown away or drawn afresh.
#pragma once

#include <cstdint>

#include "arith/nat.h"

namespace mpc {

/// The largest bound that a sieve may have. The primes up to here are tabulated on first use (safe from any thread):
/// 2 MB that stay, 2 MB more while the table is made.
constexpr std::uint32_t largest_sieve_bound = std::uint32_t{1} << 25;

/// Which indices of a progression are still standing. Wiped, since the indices say much about the numbers.
class Survivors {
 public:
  explicit Survivors(std::size_t count) : count_(count), struck_((count + 63) / 64, 0) {}

  std::size_t count() const { return count_; }
  void strike(std::size_t i) { struck_[i / 64] |= std::uint64_t{1} << (i % 64); }
  /// The first survivor from index i on; count() when there is none.
  std::size_t next_var(std::size_t i) const;

 private:
  std::size_t count_;
  WipedVector<std::uint64_t> struck_;
};

/// The progression first + 4 i of odd numbers, 0 <= i < count: strikes those with a prime factor up to `bound`.
/// In both sieves `first` must exceed the bound, so that no prime of the progression is struck as its own factor.
Survivors sieve_odd_var(const Nat& first, std::size_t count, std::uint32_t bound);

/// The progression q = first + 6 i with first = 5 mod 6, the only class where neither q nor 2q + 1 is divisible by 2 or
/// 3: strikes those where q or 2q + 1 has a prime factor up to `bound`.
Survivors sieve_safe_var(const Nat& first, std::size_t count, std::uint32_t bound);

}  // namespace mpc
