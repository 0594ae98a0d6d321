// Natural numbers against GMP's: every function at unequal widths from 1 to 96 limbs, on corners and random numbers.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/seeded_random.h"
#include "tests/support/hex.h"
#include "tests/support/oracle.h"

namespace mpc {
namespace {

using fixtures::corner_values;
using fixtures::Oracle;

constexpr std::size_t widths[] = {1, 2, 3, 8, 17, 48, 96};

Limb mask(bool condition) { return condition ? all_ones : 0; }

/// Calls check(a, b) for corner values of all pairs of widths.
template <class Check>
void for_pairs(Check check) {
  SeededRng rng(as_bytes("test_arith pairs"));
  for (const std::size_t m : widths) {
    for (const std::size_t n : widths) {
      const auto right = corner_values(rng, n);
      for (const Nat& a : corner_values(rng, m)) {
        for (const Nat& b : right) check(a, b);
      }
    }
  }
}

template <class Check>
void for_each_value(Check check) {
  SeededRng rng(as_bytes("test_arith values"));
  for (const std::size_t n : widths) {
    for (const Nat& a : corner_values(rng, n)) check(a);
  }
}

TEST(Nat, sum_is_exact_and_one_limb_wider) {
  for_pairs([](const Nat& a, const Nat& b) {
    const Nat sum = add(a, b);
    EXPECT_EQ(Oracle(sum), Oracle(a) + Oracle(b));
    EXPECT_EQ(sum.limbs(), std::max(a.limbs(), b.limbs()) + 1);
  });
}

TEST(Nat, difference_is_exact_and_as_wide_as_the_minuend) {
  for_pairs([](const Nat& a, const Nat& b) {
    if (Oracle(a) < Oracle(b)) return;
    const Nat difference = sub(a, b);
    EXPECT_EQ(Oracle(difference), Oracle(a) - Oracle(b));
    EXPECT_EQ(difference.limbs(), a.limbs());
  });
}

TEST(Nat, product_is_exact_and_as_wide_as_both_factors) {
  for_pairs([](const Nat& a, const Nat& b) {
    const Nat product = mul(a, b);
    EXPECT_EQ(Oracle(product), Oracle(a) * Oracle(b));
    EXPECT_EQ(product.limbs(), a.limbs() + b.limbs());
  });
}

TEST(Nat, comparisons_agree_with_gmp_at_any_width) {
  for_pairs([](const Nat& a, const Nat& b) {
    const Oracle x(a);
    const Oracle y(b);
    EXPECT_EQ(less_mask(a, b), mask(x < y));
    EXPECT_EQ(equal_mask(a, b), mask(x == y));
    EXPECT_EQ(compare_var(a, b), x <=> y);
    EXPECT_EQ(less_var(a, b), x < y);
    EXPECT_EQ(equal_var(a, b), x == y);
  });
}

TEST(Nat, select_takes_one_of_the_two_at_the_wider_width) {
  for_pairs([](const Nat& a, const Nat& b) {
    const Nat first = select(all_ones, a, b);
    const Nat second = select(0, a, b);
    EXPECT_EQ(Oracle(first), Oracle(a));
    EXPECT_EQ(Oracle(second), Oracle(b));
    EXPECT_EQ(first.limbs(), std::max(a.limbs(), b.limbs()));
    EXPECT_EQ(second.limbs(), first.limbs());
  });
}

TEST(Nat, functions_accept_one_number_twice) {
  for_each_value([](const Nat& a) {
    EXPECT_EQ(Oracle(add(a, a)), Oracle(a) * 2);
    EXPECT_EQ(Oracle(sub(a, a)), 0);
    EXPECT_EQ(Oracle(mul(a, a)), Oracle(a) * Oracle(a));
    Nat b = a;
    b = add(b, b);
    EXPECT_EQ(Oracle(b), Oracle(a) * 2);
  });
}

TEST(Nat, masks_of_limbs_and_numbers_tell_zero) {
  for (const Limb value : {Limb{0}, Limb{1}, Limb{2}, Limb{1} << 63, (Limb{1} << 63) - 1, all_ones}) {
    EXPECT_EQ(mask_if_zero(value), mask(value == 0));
    EXPECT_EQ(mask_if_nonzero(value), mask(value != 0));
  }
  for_each_value([](const Nat& a) {
    EXPECT_EQ(zero_mask(a), mask(Oracle(a) == 0));
    EXPECT_EQ(is_zero_var(a), Oracle(a) == 0);
  });
}

TEST(Nat, shifts_agree_with_gmp) {
  for_each_value([](const Nat& a) {
    const std::size_t width = a.limbs() * limb_bits;
    for (const std::size_t bits :
         std::vector<std::size_t>{0, 1, 63, 64, 65, 127, 128, 129, width - 1, width, width + 70}) {
      const Oracle power = Oracle::power_of_two(bits);
      EXPECT_EQ(Oracle(shift_left(a, bits)), Oracle(a) * power) << bits;
      EXPECT_EQ(Oracle(shift_right(a, bits)), Oracle(a) / power) << bits;
      EXPECT_GE(shift_right(a, bits).limbs(), 1U);
    }
  });
}

TEST(Nat, bits_and_size_agree_with_gmp) {
  for_each_value([](const Nat& a) {
    const Oracle x(a);
    EXPECT_EQ(bits_var(a), x.bits());
    EXPECT_EQ(a.is_odd(), x.bit(0));
    for (const std::size_t i : std::vector<std::size_t>{0, 1, 62, 63, 64, 65, 64 * a.limbs() - 1}) {
      EXPECT_EQ(a.bit(i), x.bit(i) ? 1U : 0U);
    }
    EXPECT_EQ(a.bit(64 * a.limbs()), 0U);
    EXPECT_EQ(a[a.limbs()], 0U);
    EXPECT_EQ(Oracle(trimmed_var(a)), x);
    EXPECT_EQ(trimmed_var(a).limbs(), std::max<std::size_t>(1, limbs_for_bits(x.bits())));
  });
}

TEST(Nat, changes_its_width_and_keeps_its_value) {
  for_each_value([](const Nat& a) {
    for (const std::size_t limbs : {a.limbs(), a.limbs() + 1, a.limbs() + 40}) {
      EXPECT_EQ(Oracle(a.resized(limbs)), Oracle(a));
      EXPECT_EQ(a.resized(limbs).limbs(), limbs);
    }
    EXPECT_EQ(Oracle(a.low(1)), Oracle(a) % Oracle::power_of_two(64));
    EXPECT_EQ(Oracle(a.low(2)), Oracle(a) % Oracle::power_of_two(128));
  });
}

/// Big-endian bytes, by GMP.
Bytes exported(const Oracle& x, std::size_t length) {
  Bytes out(length);
  const std::size_t used = (x.bits() + 7) / 8;
  mpz_export(out.data() + (length - used), nullptr, 1, 1, 1, 0, x.get());
  return out;
}

TEST(Nat, bytes_agree_with_gmp_and_are_padded_with_zeros) {
  for_each_value([](const Nat& a) {
    const Oracle x(a);
    const std::size_t shortest = bytes_for_bits(x.bits());
    for (const std::size_t length : {shortest, shortest + 1, shortest + 7, 8 * a.limbs() + 9}) {
      const Bytes bytes = exported(x, length);
      EXPECT_EQ(a.to_bytes(length), bytes);
      const Nat read = Nat::from_bytes(bytes);
      EXPECT_EQ(Oracle(read), x);
      EXPECT_EQ(read.limbs(), std::max<std::size_t>(1, (length + 7) / 8));
    }
  });
}

TEST(Nat, from_bytes_reads_big_endian) {
  EXPECT_EQ(Oracle(Nat::from_bytes({})), 0);
  EXPECT_EQ(Nat::from_bytes({}).limbs(), 1U);
  EXPECT_EQ(Oracle(Nat::from_bytes(fixtures::from_hex("0102030405060708090a"))), Oracle("0x0102030405060708090a"));
}

TEST(Nat, constants_are_decimal_or_hexadecimal) {
  EXPECT_EQ(Oracle(Nat::constant("0")), 0);
  EXPECT_EQ(Oracle(Nat::constant("340282366920938463463374607431768211455")), Oracle::power_of_two(128) - 1);
  EXPECT_EQ(Oracle(Nat::constant("0xffffffffffffffffffffffffffffffff")), Oracle::power_of_two(128) - 1);
  EXPECT_EQ(Oracle(Nat::constant("0xFfA0")), 0xffa0);
  EXPECT_EQ(Oracle(Nat::constant("0x0000000000000000000000001")), 1);
  for (const std::size_t exponent : {0U, 1U, 63U, 64U, 127U, 128U, 6143U}) {
    EXPECT_EQ(Oracle(Nat::power_of_two(exponent)), Oracle::power_of_two(exponent));
    EXPECT_EQ(Nat::power_of_two(exponent).limbs(), exponent / 64 + 1);
  }
  EXPECT_EQ(Oracle(Nat::of(all_ones, 3)), Oracle::power_of_two(64) - 1);
  EXPECT_EQ(Nat::of(7, 3).limbs(), 3U);
}

TEST(NatDeathTest, a_malformed_constant_ends_the_process) {
  for (const char* text : {"12a", "0xg", "1 2", "-1", "", "0x"})
    EXPECT_DEATH(Nat::constant(text), "broken invariant") << text;
}

}  // namespace
}  // namespace mpc
