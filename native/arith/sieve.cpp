#include "arith/sieve.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/result.h"

namespace mpc {

namespace {

/// Half the gap from each odd prime to the next, from 3 on, up to the first prime above the largest bound. Below 2^25
/// no gap exceeds 210, so half of one fits a byte: a fifth of the memory of the primes themselves, and read in order.
std::vector<std::uint8_t> make_half_gaps() {
  // composite[i] stands for 2 i + 1; the margin holds the first prime above the bound, which ends the table.
  constexpr std::uint32_t odds = largest_sieve_bound / 2 + 256;
  std::vector<std::uint64_t> composite((odds + 63) / 64, 0);
  const auto is_composite = [&](std::uint32_t i) { return (composite[i / 64] >> (i % 64) & 1) != 0; };
  // One block of 2^18 odd numbers (32 KB) at a time, which stays in the first cache.
  constexpr std::uint32_t block = std::uint32_t{1} << 18;
  for (std::uint32_t begin = 0; begin < odds; begin += block) {
    const std::uint32_t end = std::min(odds, begin + block);
    for (std::uint32_t p = 3; p * p / 2 < end; p += 2) {
      // p is decided: it lies in the first block, before everything that its own multiples strike.
      if (is_composite(p / 2)) continue;
      std::uint32_t i = p * p / 2;
      if (i < begin) i += (begin - i + p - 1) / p * p;
      for (; i < end; i += p) composite[i / 64] |= std::uint64_t{1} << (i % 64);
    }
  }
  std::vector<std::uint8_t> half_gaps;
  half_gaps.reserve(largest_sieve_bound / 16);
  std::uint32_t previous = 1;
  for (std::uint32_t i = 2; 2 * previous + 1 <= largest_sieve_bound; ++i) {
    MPC_ASSERT(i < odds);
    if (is_composite(i)) continue;
    half_gaps.push_back(static_cast<std::uint8_t>(i - previous));
    previous = i;
  }
  return half_gaps;
}

const std::vector<std::uint8_t>& half_gaps() {
  static const std::vector<std::uint8_t> table = make_half_gaps();
  return table;
}

/// Calls visit(r, first mod r) for every prime r with 3 <= r <= bound. As many consecutive primes as fit share one
/// limb, so that the long division by a limb is paid once for two (large) to fifteen (small) of them.
template <class Visit>
void for_each_residue(const Nat& first, std::uint32_t bound, Visit&& visit) {
  const std::uint8_t* half_gap = half_gaps().data();
  std::array<std::uint32_t, 16> group{};
  std::uint32_t r = 3;
  while (r <= bound) {
    Limb product = 1;
    std::size_t size = 0;
    while (r <= bound && product <= all_ones / r) {
      product *= r;
      group[size++] = r;
      r += 2u * *half_gap++;
    }
    const Limb residue = mpn_mod_1(first.data(), static_cast<mp_size_t>(first.limbs()), product);
    for (std::size_t i = 0; i < size; ++i) visit(group[i], static_cast<std::uint32_t>(residue % group[i]));
  }
}

/// The least i >= 0 with step i = c mod r, for c < r. For a step that divides 24 every unit is its own inverse, so
/// k = -c r mod step makes c + k r divisible by it, and i = (c + k r) / step < r.
template <std::uint32_t step>
std::uint32_t solve(std::uint32_t c, std::uint32_t r) {
  static_assert(24 % step == 0);
  const std::uint32_t k = (step - (c % step) * (r % step) % step) % step;
  return (c + k * r) / step;
}

void strike_class(Survivors& survivors, std::size_t i, std::size_t r) {
  for (; i < survivors.count(); i += r) survivors.strike(i);
}

void check(const Nat& first, std::uint32_t bound) {
  MPC_ASSERT(bound <= largest_sieve_bound && bits_var(first) > static_cast<std::size_t>(std::bit_width(bound)));
}

// solve() works in 32 bits: c + k r < 6 * 2^25 + 2^25.
static_assert(std::uint64_t{largest_sieve_bound} * 7 < std::uint64_t{1} << 32);

}  // namespace

std::size_t Survivors::next_var(std::size_t i) const {
  if (i >= count_) return count_;
  std::uint64_t standing = ~struck_[i / 64] & (~std::uint64_t{0} << (i % 64));
  std::size_t word = i / 64;
  while (standing == 0) {
    if (++word == struck_.size()) return count_;
    standing = ~struck_[word];
  }
  return std::min(count_, word * 64 + static_cast<std::size_t>(std::countr_zero(standing)));
}

Survivors sieve_odd_var(const Nat& first, std::size_t count, std::uint32_t bound) {
  check(first, bound);
  MPC_ASSERT(first.is_odd());
  Survivors survivors(count);
  for_each_residue(first, bound, [&](std::uint32_t r, std::uint32_t residue) {
    // first + 4 i = 0 mod r
    strike_class(survivors, solve<4>(residue == 0 ? 0 : r - residue, r), r);
  });
  return survivors;
}

Survivors sieve_safe_var(const Nat& first, std::size_t count, std::uint32_t bound) {
  check(first, bound);
  MPC_ASSERT(mpn_mod_1(first.data(), static_cast<mp_size_t>(first.limbs()), 6) == 5);
  Survivors survivors(count);
  for_each_residue(first, bound, [&](std::uint32_t r, std::uint32_t residue) {
    if (r == 3) return;  // excluded by first = 5 mod 6
    // first + 6 i = 0 mod r, and 2 (first + 6 i) + 1 = 0, that is first + 6 i = (r - 1) / 2 mod r
    strike_class(survivors, solve<6>(residue == 0 ? 0 : r - residue, r), r);
    const std::uint32_t half = (r - 1) / 2;
    strike_class(survivors, solve<6>(half >= residue ? half - residue : half + r - residue, r), r);
  });
  return survivors;
}

}  // namespace mpc
