// Uniform sampling: the range is met exactly, every value is reached, and refused draws are drawn again whole.
#include "arith/sample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "base/seeded_random.h"
#include "tests/support/oracle.h"
#include "tests/support/scripted_random.h"

namespace mpc {
namespace {

using fixtures::Oracle;
using fixtures::ScriptedRng;

/// 2^k and both neighbours.
std::vector<Oracle> edges(std::size_t k) {
  const Oracle power = Oracle::power_of_two(k);
  return {power - 1, power, power + 1};
}

TEST(SampleBelow, stays_below_every_bound) {
  SeededRng rng(as_bytes("below"));
  for (const std::size_t k : {1U, 2U, 7U, 8U, 9U, 63U, 64U, 65U, 255U, 256U, 1024U, 3071U}) {
    for (const Oracle& bound : edges(k)) {
      for (int i = 0; i < 20; ++i) {
        const Secret<Nat> drawn = sample_below(rng, bound.to_nat());
        EXPECT_LT(Oracle(drawn.expose()), bound);
        EXPECT_EQ(drawn.expose().limbs(), limbs_for_bits(bound.bits()));
      }
    }
  }
}

TEST(SampleBelow, reaches_every_value_equally_often) {
  SeededRng rng(as_bytes("uniform"));
  for (const int bound : {1, 2, 3, 4, 5, 6, 7, 8, 9, 255, 256, 257}) {
    std::map<std::uint64_t, int> counts;
    constexpr int each = 200;
    for (int i = 0; i < each * bound; ++i) ++counts[sample_below(rng, Oracle(bound).to_nat()).expose()[0]];
    EXPECT_EQ(counts.size(), static_cast<std::size_t>(bound));
    double squares = 0;
    for (const auto& [value, count] : counts) squares += (count - each) * (count - each);
    // Chi squared, bound - 1 degrees of freedom: mean bound - 1, variance 2 (bound - 1); six deviations.
    EXPECT_LT(squares / each, bound - 1 + 6 * std::sqrt(2.0 * bound)) << bound;
  }
}

TEST(SampleBelow, draws_again_when_the_value_is_not_below_the_bound) {
  // Three bits of each byte: 7, 5 and 6 are refused.
  ScriptedRng rng({0xff, 0x05, 0xfe, 0xfc, 0x03});
  EXPECT_EQ(Oracle(sample_below(rng, Nat::of(5)).expose()), 4);
  EXPECT_EQ(rng.unread(), 1U);
  EXPECT_EQ(Oracle(sample_below(rng, Nat::of(5)).expose()), 3);
}

TEST(SampleBelow, takes_the_bytes_that_the_bound_needs_big_endian) {
  ScriptedRng nine_bits({0xff, 0xff, 0xfe, 0x02, 0xff, 0x00});
  EXPECT_EQ(Oracle(sample_below(nine_bits, Nat::of(256)).expose()), 2);  // 511 is refused
  EXPECT_EQ(nine_bits.unread(), 2U);
  EXPECT_EQ(Oracle(sample_below(nine_bits, Nat::of(257)).expose()), 256);
  ScriptedRng eight_bits({0xff, 0xfe});
  EXPECT_EQ(Oracle(sample_below(eight_bits, Nat::of(255)).expose()), 254);
}

TEST(SampleBelow, of_one_is_zero) {
  ScriptedRng rng({0x01, 0xff, 0xfe});
  EXPECT_EQ(Oracle(sample_below(rng, Nat::of(1)).expose()), 0);
  EXPECT_EQ(rng.unread(), 0U);
}

TEST(SampleBelow, ignores_leading_zero_limbs_of_the_bound) {
  SeededRng narrow(as_bytes("width"));
  SeededRng wide(as_bytes("width"));
  SeededRng told(as_bytes("width"));
  for (int i = 0; i < 20; ++i) {
    const Oracle expected(sample_below(narrow, Nat::of(1000)).expose());
    EXPECT_EQ(Oracle(sample_below(wide, Nat::of(1000, 7)).expose()), expected);
    const Secret<Nat> at_full_width = sample_below(told, Nat::of(1000, 7), 10);
    EXPECT_EQ(Oracle(at_full_width.expose()), expected);
    EXPECT_EQ(at_full_width.expose().limbs(), 7U);
  }
}

TEST(SampleWithin, covers_both_ends_and_nothing_beyond) {
  SeededRng rng(as_bytes("within"));
  for (const std::int64_t bound : {0, 1, 2, 3, 4}) {
    std::set<std::int64_t> seen;
    for (int i = 0; i < 400; ++i) {
      const Secret<Int> drawn = sample_within(rng, Oracle(bound).to_nat());
      const auto magnitude = static_cast<std::int64_t>(drawn.expose().magnitude()[0]);
      EXPECT_LE(Oracle(drawn.expose().magnitude()), Oracle(bound));
      seen.insert(is_negative_var(drawn.expose()) ? -magnitude : magnitude);
    }
    EXPECT_EQ(seen.size(), static_cast<std::size_t>(2 * bound + 1));
    EXPECT_EQ(*seen.begin(), -bound);
    EXPECT_EQ(*seen.rbegin(), bound);
  }
}

TEST(SampleWithin, has_both_signs_and_full_length_at_any_size) {
  SeededRng rng(as_bytes("sizes"));
  for (const std::size_t k : {63U, 64U, 256U, 320U, 3840U}) {
    for (const Oracle& bound : edges(k)) {
      int negative = 0;
      std::size_t bits = 0;
      for (int i = 0; i < 40; ++i) {
        const Secret<Int> drawn = sample_within(rng, bound.to_nat());
        const Oracle value(drawn.expose());
        EXPECT_TRUE(-bound <= value && value <= bound);
        negative += is_negative_var(drawn.expose());
        bits = std::max(bits, value.bits());
      }
      EXPECT_TRUE(5 < negative && negative < 35);
      EXPECT_GE(bits + 5, k);
    }
  }
}

TEST(SampleUnit, is_never_zero) {
  ScriptedRng rng({0x00, 0x08, 0x07, 0x05});
  EXPECT_EQ(Oracle(sample_unit(rng, Nat::of(7)).expose()), 5);  // 0, 0, then 7 are refused
  SeededRng seeded(as_bytes("unit"));
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(sample_unit(seeded, Nat::of(7)).expose()[0]);
  EXPECT_EQ(seen, (std::set<std::uint64_t>{1, 2, 3, 4, 5, 6}));
}

TEST(SamplersDeathTest, refuse_an_empty_range) {
  SeededRng rng(as_bytes("empty"));
  EXPECT_DEATH(sample_below(rng, Nat::of(0)), "broken invariant");
  EXPECT_DEATH(sample_unit(rng, Nat::of(1)), "broken invariant");
}

}  // namespace
}  // namespace mpc
