// Signed integers against GMP's, and the rule that zero has one sign.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "base/seeded_random.h"
#include "tests/support/oracle.h"

namespace mpc {
namespace {

using fixtures::Oracle;
using fixtures::signed_corner_values;

constexpr std::size_t widths[] = {1, 2, 5, 17, 48, 96};

template <class Check>
void for_pairs(Check check) {
  SeededRng rng(as_bytes("test_integer pairs"));
  for (const std::size_t m : widths) {
    for (const std::size_t n : widths) {
      const auto right = signed_corner_values(rng, n);
      for (const Int& a : signed_corner_values(rng, m)) {
        for (const Int& b : right) check(a, b);
      }
    }
  }
}

template <class Check>
void for_each_value(Check check) {
  SeededRng rng(as_bytes("test_integer values"));
  for (const std::size_t n : widths) {
    for (const Int& a : signed_corner_values(rng, n)) check(a);
  }
}

/// The value of `expected`, and its sign in the one form allowed: a mask, zero for zero.
void expect_is(const Int& a, const Oracle& expected) {
  EXPECT_EQ(Oracle(a), expected);
  EXPECT_EQ(a.negative_mask(), expected < 0 ? all_ones : 0);
}

TEST(Int, sum_and_difference_are_exact) {
  for_pairs([](const Int& a, const Int& b) {
    expect_is(add(a, b), Oracle(a) + Oracle(b));
    expect_is(sub(a, b), Oracle(a) - Oracle(b));
    EXPECT_EQ(add(a, b).limbs(), std::max(a.limbs(), b.limbs()) + 1);
  });
}

TEST(Int, product_is_exact) {
  for_pairs([](const Int& a, const Int& b) {
    expect_is(mul(a, b), Oracle(a) * Oracle(b));
    EXPECT_EQ(mul(a, b).limbs(), a.limbs() + b.limbs());
  });
}

TEST(Int, zero_is_not_negative_however_it_came_about) {
  expect_is(Int(), 0);
  expect_is(Int(all_ones, Nat(5)), 0);
  expect_is(negate(Int()), 0);
  expect_is(negate(Int(Nat(3))), 0);
  expect_is(mul(Int::of(-7), Int()), 0);
  expect_is(add(Int::of(-7), Int::of(7)), 0);
  expect_is(Int::of(-1).resized(4), -1);
  expect_is(Int(all_ones, Nat::power_of_two(64)).resized(1), 0);
}

TEST(Int, negation_changes_the_sign_alone) {
  for_each_value([](const Int& a) {
    expect_is(negate(a), -Oracle(a));
    expect_is(negate(negate(a)), Oracle(a));
    EXPECT_EQ(negate(a).limbs(), a.limbs());
    EXPECT_EQ(is_negative_var(a), Oracle(a) < 0);
  });
}

TEST(Int, of_reaches_both_ends_of_a_machine_word) {
  constexpr auto smallest = std::numeric_limits<std::int64_t>::min();
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t value :
       {smallest, smallest + 1, std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}, largest}) {
    expect_is(Int::of(value), value);
  }
}

TEST(Int, keeps_value_and_sign_at_another_width) {
  for_each_value([](const Int& a) {
    expect_is(a.resized(a.limbs() + 3), Oracle(a));
    EXPECT_EQ(a.resized(a.limbs() + 3).limbs(), a.limbs() + 3);
  });
}

TEST(Int, is_within_as_many_bits_as_it_has) {
  for_each_value([](const Int& a) {
    const std::size_t bits = Oracle(a).bits();
    EXPECT_EQ(within_bits_mask(a, bits), all_ones);
    EXPECT_EQ(within_bits_mask(a, bits + 1), all_ones);
    EXPECT_EQ(within_bits_mask(a, 64 * a.limbs() + 100), all_ones);
    if (bits == 0) return;
    EXPECT_EQ(within_bits_mask(a, bits - 1), 0U);
  });
}

TEST(Int, range_edges_are_exact_at_every_position) {
  for (const std::size_t k : {1U, 63U, 64U, 65U, 127U, 128U, 320U, 768U, 1792U}) {
    const Nat power = Nat::power_of_two(k);
    const Nat below = sub(power, Nat::of(1));
    for (const Limb sign : {Limb{0}, all_ones}) {
      EXPECT_EQ(within_bits_mask(Int(sign, below), k), all_ones);
      EXPECT_EQ(within_bits_mask(Int(sign, power), k), 0U);
      EXPECT_TRUE(magnitude_less_var(Int(sign, below), power));
      EXPECT_FALSE(magnitude_less_var(Int(sign, power), power));
      EXPECT_TRUE(magnitude_at_most_var(Int(sign, power), power));
      EXPECT_FALSE(magnitude_at_most_var(Int(sign, power), below));
    }
  }
}

TEST(Int, visits_its_sign_and_its_magnitude) {
  const Int a = Int::of(-5).resized(3);
  std::size_t bytes = 0;
  visit_memory(a, [&](const void*, std::size_t n) { bytes += n; });
  EXPECT_EQ(bytes, 4 * sizeof(Limb));
}

}  // namespace
}  // namespace mpc
