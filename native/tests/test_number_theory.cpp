// Number theory on public values. It is GMP's, so the oracles here are definitions: brute force, Euler's criterion,
// products of known primes.
#include "arith/number_theory.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "base/seeded_random.h"
#include "tests/support/oracle.h"

namespace mpc {
namespace {

using fixtures::corner_values;
using fixtures::Oracle;
using fixtures::random_nat;

Nat nat(std::uint64_t value) { return Nat::of(value); }
std::uint64_t value_of(const Nat& a) { return a[0]; }

bool is_prime_by_division(std::uint64_t n) {
  for (std::uint64_t d = 2; d * d <= n; ++d) {
    if (n % d == 0) return false;
  }
  return n >= 2;
}

TEST(NumberTheory, division_is_exact_at_unequal_widths) {
  SeededRng rng(as_bytes("division"));
  for (const std::size_t m : {1U, 2U, 16U, 48U}) {
    for (const std::size_t n : {1U, 2U, 16U, 48U}) {
      const auto divisors = corner_values(rng, n);
      for (const Nat& a : corner_values(rng, m)) {
        for (const Nat& b : divisors) {
          if (is_zero_var(b)) continue;
          EXPECT_EQ(Oracle(mod_var(a, b)), Oracle(a) % Oracle(b));
          EXPECT_EQ(Oracle(div_var(a, b)), Oracle(a) / Oracle(b));
          EXPECT_EQ(mod_var(a, b).limbs(), n);
          EXPECT_EQ(Oracle(a), Oracle(add(mul(div_var(a, b), b), mod_var(a, b))));
        }
      }
    }
  }
}

TEST(NumberTheory, divisors_inverses_and_units_by_brute_force) {
  for (std::uint64_t m = 2; m < 60; ++m) {
    for (std::uint64_t a = 0; a < 130; ++a) {
      EXPECT_EQ(value_of(gcd_var(nat(a), nat(m))), std::gcd(a, m));
      const auto inverse = invert_var(Nat::of(a, 3), nat(m));
      EXPECT_EQ(inverse.has_value(), std::gcd(a, m) == 1);
      EXPECT_EQ(inverse ? value_of(*inverse) * a % m : 1, 1U);
      EXPECT_EQ(is_unit_var(Nat::of(a, 2), nat(m)), 0 < a && a < m && std::gcd(a, m) == 1);
    }
  }
  EXPECT_FALSE(is_unit_var(nat(0), nat(1)));
  EXPECT_FALSE(is_unit_var(nat(1), nat(1)));
}

TEST(NumberTheory, inverse_is_as_wide_as_its_modulus) {
  const Nat m = Oracle("0x100000000000000000000000000000033").to_nat();
  EXPECT_EQ(invert_var(nat(1), m)->limbs(), m.limbs());
  EXPECT_EQ(pow_var(nat(1), nat(1), m).limbs(), m.limbs());
  EXPECT_EQ(Oracle(*invert_var(add(m, nat(5)), m)), Oracle(*invert_var(nat(5), m)));
}

TEST(NumberTheory, powers_by_repeated_multiplication) {
  for (std::uint64_t m = 3; m < 40; m += 2) {
    for (std::uint64_t base = 0; base < 45; ++base) {
      std::uint64_t expected = 1;
      for (std::uint64_t exponent = 0; exponent < 12; ++exponent) {
        EXPECT_EQ(value_of(pow_var(nat(base), nat(exponent), nat(m))), expected);
        expected = expected * base % m;
      }
    }
  }
}

TEST(NumberTheory, square_root_is_the_floor) {
  SeededRng rng(as_bytes("roots"));
  for (const std::size_t limbs : {1U, 2U, 17U, 48U}) {
    for (const Nat& root : corner_values(rng, limbs)) {
      const Oracle r(root);
      EXPECT_EQ(Oracle(sqrt_var((r * r).to_nat())), r);
      EXPECT_EQ(Oracle(sqrt_var((r * r + r * 2).to_nat())), r);
      EXPECT_EQ(Oracle(sqrt_var((r * r + r * 2 + 1).to_nat())), r + 1);
    }
  }
}

/// (a | p) for a prime p, by listing the squares.
int legendre(std::uint64_t a, std::uint64_t p) {
  if (a % p == 0) return 0;
  for (std::uint64_t x = 1; x < p; ++x) {
    if (x * x % p == a % p) return 1;
  }
  return -1;
}

TEST(NumberTheory, jacobi_is_the_product_of_legendre_symbols) {
  constexpr std::uint64_t primes[] = {3, 5, 7, 11, 13};
  for (const std::uint64_t p : primes) {
    for (const std::uint64_t r : primes) {
      for (std::uint64_t a = 0; a < 2 * p * r; ++a) {
        EXPECT_EQ(jacobi_var(Nat::of(a, 2), nat(p * r)), legendre(a, p) * legendre(a, r))
            << a << " | " << p << " " << r;
      }
    }
  }
}

TEST(NumberTheory, perfect_powers_by_brute_force_and_at_full_size) {
  std::set<std::uint64_t> powers = {0, 1};
  for (std::uint64_t a = 2; a < 32; ++a) {
    for (std::uint64_t power = a * a; power < 1000; power *= a) powers.insert(power);
  }
  for (std::uint64_t n = 0; n < 1000; ++n) EXPECT_EQ(is_perfect_power_var(Nat::of(n, 2)), powers.contains(n)) << n;
  SeededRng rng(as_bytes("powers"));
  const Oracle a(random_nat(rng, 8));
  EXPECT_TRUE(is_perfect_power_var((a * a).to_nat()));
  EXPECT_TRUE(is_perfect_power_var((a * a * a).to_nat()));
  EXPECT_FALSE(is_perfect_power_var((a * a + 1).to_nat()));
  EXPECT_FALSE(is_perfect_power_var((a * (a + 2)).to_nat()));
}

// ---- Primality

bool passes(const Oracle& n, int rounds = 24) {
  SeededRng rng(as_bytes("primality"));
  return is_probable_prime_var(n.to_nat(), rounds, rng);
}

TEST(PrimeTest, tells_all_small_numbers_apart) {
  for (std::int64_t n = 0; n < 3000; ++n) {
    EXPECT_EQ(passes(n), is_prime_by_division(static_cast<std::uint64_t>(n))) << n;
  }
}

TEST(PrimeTest, rejects_carmichael_numbers) {
  for (const std::int64_t n : {561L, 1105L, 1729L, 2465L, 2821L, 6601L, 8911L, 41041L, 825265L, 321197185L, 5394826801L,
                               232250619601L, 9746347772161L, 1436697831295441L}) {
    EXPECT_FALSE(passes(n)) << n;
  }
  // (6k + 1)(12k + 1)(18k + 1) is one when the three factors are prime.
  const Oracle k = Oracle::power_of_two(120) + 8465;
  for (const int factor : {6, 12, 18}) EXPECT_TRUE((k * factor + 1).is_prime());
  const Oracle n = (k * 6 + 1) * (k * 12 + 1) * (k * 18 + 1);
  EXPECT_EQ(Oracle(2).pow(n - 1, n), 1);
  EXPECT_FALSE(passes(n));
}

/// One round to base 2, here to prove that the numbers below deserve their name.
bool is_strong_probable_prime_base_2(const Oracle& n) {
  Oracle d = n - 1;
  while (!d.bit(0)) d = d / 2;
  Oracle x = Oracle(2).pow(d, n);
  if (x == 1) return true;
  for (; d < n - 1; d = d * 2, x = x * x % n) {
    if (x == n - 1) return true;
  }
  return false;
}

TEST(PrimeTest, rejects_strong_pseudoprimes_to_base_2) {
  const std::vector<Oracle> numbers = {2047,
                                       3277,
                                       4033,
                                       4681,
                                       8321,
                                       15841,
                                       29341,
                                       42799,
                                       49141,
                                       52633,
                                       Oracle("318665857834031151167461"),    // to the first 12 primes
                                       Oracle("3317044064679887385961981")};  // to the first 13
  for (const Oracle& n : numbers) {
    EXPECT_TRUE(is_strong_probable_prime_base_2(n));
    EXPECT_FALSE(n.is_prime());
    EXPECT_FALSE(passes(n));
  }
}

TEST(PrimeTest, rejects_products_of_two_related_primes) {
  // p (2p - 1): the shape on which most bases lie.
  const Oracle p = Oracle::power_of_two(255) + 63929;
  EXPECT_TRUE(p.is_prime() && (p * 2 - 1).is_prime());
  EXPECT_FALSE(passes(p * (p * 2 - 1)));
  EXPECT_FALSE(passes(p * p));
}

TEST(PrimeTest, accepts_primes_of_many_shapes_at_any_width) {
  for (const std::size_t exponent : {61U, 89U, 127U, 521U, 607U})
    EXPECT_TRUE(passes(Oracle::power_of_two(exponent) - 1));
  EXPECT_TRUE(passes(65537));  // p - 1 = 2^16
  SeededRng rng(as_bytes("wide"));
  EXPECT_TRUE(is_probable_prime_var(Nat::of(65537, 5), 24, rng));
  EXPECT_FALSE(is_probable_prime_var(Nat::of(65536, 5), 24, rng));
  EXPECT_TRUE(is_probable_prime_var(Nat::of(2, 5), 24, rng));
}

}  // namespace
}  // namespace mpc
