#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <optional>
#include <set>
#include <string_view>
#include <thread>
#include <vector>

#include "arith/sieve.h"
#include "base/seeded_random.h"
#include "modexp/fermat.h"
#include "modexp/primes.h"
#include "tests/support/oracle.h"

namespace mpc::modexp {
namespace {

using fixtures::Oracle;
using fixtures::random_nat;

SeededRng seeded(std::string_view seed) { return SeededRng(as_bytes(seed)); }

void expect_size_and_top_bits(const Nat& p, std::size_t bits) {
  const Oracle z(p);
  EXPECT_EQ(z.bits(), bits);
  EXPECT_TRUE(z.bit(bits - 2));
  EXPECT_EQ(p.limbs(), limbs_for_bits(bits));
}

void expect_safe_prime(const Nat& p, std::size_t bits) {
  expect_size_and_top_bits(p, bits);
  Oracle z(p);
  EXPECT_TRUE(z.is_prime());
  z = z / 2;
  EXPECT_TRUE(z.is_prime());
}

void expect_blum_prime(const Nat& p, std::size_t bits) {
  expect_size_and_top_bits(p, bits);
  const Oracle z(p);
  EXPECT_TRUE(z.is_prime());
  EXPECT_EQ(z.mod(4), 3u);
}

bool has_factor_up_to(const Oracle& z, unsigned long bound) {
  for (unsigned long d = 2; d <= bound; ++d) {
    if (z.mod(d) == 0) return true;
  }
  return false;
}

bool survives(const Survivors& survivors, std::size_t i) { return survivors.next_var(i) == i; }

// Starts of one, two and three limbs, 11 mod 12, so that they suit both sieves; bounds at, below and above a prime.
struct SieveCase {
  const char* start;
  std::uint32_t bound;
};

class SieveAgainstTrialDivision : public testing::TestWithParam<SieveCase> {};

TEST_P(SieveAgainstTrialDivision, strikes_exactly_the_odd_numbers_with_a_small_factor) {
  Oracle z(GetParam().start);
  constexpr std::size_t count = 777;
  const Survivors survivors = sieve_odd_var(z.to_nat(), count, GetParam().bound);
  for (std::size_t i = 0; i < count; ++i, z = z + 4) {
    EXPECT_EQ(survives(survivors, i), !has_factor_up_to(z, GetParam().bound)) << i;
  }
}

TEST_P(SieveAgainstTrialDivision, strikes_exactly_the_pairs_with_a_small_factor) {
  Oracle z(GetParam().start);
  constexpr std::size_t count = 777;
  const Survivors survivors = sieve_safe_var(z.to_nat(), count, GetParam().bound);
  for (std::size_t i = 0; i < count; ++i, z = z + 6) {
    const Oracle p = z * 2 + 1;
    const bool factor = has_factor_up_to(z, GetParam().bound) || has_factor_up_to(p, GetParam().bound);
    EXPECT_EQ(survives(survivors, i), !factor) << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Starts, SieveAgainstTrialDivision,
                         testing::Values(SieveCase{"1031", 0}, SieveCase{"1031", 3}, SieveCase{"1031", 5},
                                         SieveCase{"2063", 1021}, SieveCase{"100007", 1000}, SieveCase{"100007", 4099},
                                         SieveCase{"0xfffffffffffff00b", 2000},
                                         SieveCase{"0x123456789abcdef0123456789abcdf1f", 3000},
                                         SieveCase{"0xffffffffffffffffffffffffffffffffffffffff0000000b", 1009}));

TEST(Sieve, keeps_every_prime_of_its_range) {
  Oracle z("1000003");
  constexpr std::size_t count = 5000;
  const Survivors survivors = sieve_odd_var(z.to_nat(), count, 1 << 18);
  for (std::size_t i = 0; i < count; ++i, z = z + 4) {
    // The bound is above every square root here, so the survivors are the primes.
    EXPECT_EQ(survives(survivors, i), z.is_prime()) << i;
  }
}

TEST(Sieve, uses_the_primes_up_to_the_largest_bound) {
  constexpr std::uint32_t r = 33554393;  // 2^25 - 39, the last prime of the table
  Oracle cofactor("0x10000000000");
  Oracle product;
  do {
    mpz_nextprime(cofactor.get(), cofactor.get());
    product = cofactor * r;
  } while (product.mod(12) != 11);
  const Nat first = product.to_nat();
  EXPECT_FALSE(survives(sieve_odd_var(first, 1, largest_sieve_bound), 0));
  EXPECT_FALSE(survives(sieve_odd_var(first, 1, r), 0));
  EXPECT_TRUE(survives(sieve_odd_var(first, 1, r - 1), 0));
  EXPECT_FALSE(survives(sieve_safe_var(first, 1, r), 0));
}

TEST(Survivors, are_found_in_order_and_not_beyond_the_count) {
  Survivors survivors(130);
  for (std::size_t i = 0; i < 130; ++i) {
    if (i != 5 && i != 64 && i != 129) survivors.strike(i);
  }
  EXPECT_EQ(survivors.next_var(0), 5u);
  EXPECT_EQ(survivors.next_var(5), 5u);
  EXPECT_EQ(survivors.next_var(6), 64u);
  EXPECT_EQ(survivors.next_var(65), 129u);
  EXPECT_EQ(survivors.next_var(130), 130u);
  survivors.strike(129);
  EXPECT_EQ(survivors.next_var(65), 130u);
}

// Sizes around limb boundaries: p and q = (p - 1) / 2 may differ in width, and R may be far above the modulus.
TEST(SafePrimes, have_the_size_asked_for_and_both_are_prime) {
  auto rng = seeded("safe primes");
  for (const std::size_t bits : {64u, 65u, 66u, 80u, 97u, 127u, 128u, 129u, 192u, 256u, 257u, 320u, 512u}) {
    for (int i = 0; i < 4; ++i) {
      const auto p = find_safe_prime_var(bits, rng);
      ASSERT_TRUE(p.has_value());
      expect_safe_prime(p->expose(), bits);
    }
  }
}

TEST(BlumPrimes, have_the_size_asked_for_and_are_three_mod_four) {
  auto rng = seeded("blum primes");
  for (const std::size_t bits : {64u, 65u, 66u, 80u, 97u, 127u, 128u, 129u, 192u, 256u, 257u, 512u, 1024u}) {
    for (int i = 0; i < 4; ++i) {
      const auto p = find_blum_prime_var(bits, rng);
      ASSERT_TRUE(p.has_value());
      expect_blum_prime(p->expose(), bits);
    }
  }
}

TEST(Primes, are_distinct) {
  std::set<Bytes> seen;
  for (int i = 0; i < 40; ++i) {
    seen.insert(find_safe_prime_var(96, system_rng())->expose().to_bytes(12));
    seen.insert(find_blum_prime_var(96, system_rng())->expose().to_bytes(12));
  }
  EXPECT_EQ(seen.size(), 80u);
}

TEST(Primes, of_every_class_that_is_three_mod_four_are_found) {
  auto rng = seeded("classes");
  std::set<unsigned long> classes;
  for (int i = 0; i < 60; ++i) classes.insert(Oracle(find_blum_prime_var(64, rng)->expose()).mod(24));
  EXPECT_EQ(classes, (std::set<unsigned long>{7, 11, 19, 23}));
}

TEST(Primes, are_reproducible_from_a_seed) {
  auto first = seeded("seed");
  auto again = seeded("seed");
  auto other = seeded("another seed");
  const auto p = find_safe_prime_var(256, first);
  EXPECT_TRUE(equal_var(p->expose(), find_safe_prime_var(256, again)->expose()));
  EXPECT_FALSE(equal_var(p->expose(), find_safe_prime_var(256, other)->expose()));
  const auto q = find_blum_prime_var(256, first);
  EXPECT_TRUE(equal_var(q->expose(), find_blum_prime_var(256, again)->expose()));
}

// A test that refused some primes, or a sieve that struck them, would need more tests than the density of primes says:
// (ln q / (e^gamma ln B))^2 = 91 of q with a sieve to B = 2^15, and ten of p; ln p / (e^gamma ln B) = 12 for B = 2^12.
TEST(Primes, are_found_at_the_rate_of_their_density) {
  auto rng = seeded("density");
  constexpr int primes = 150;
  PrimeSearch safe;
  PrimeSearch blum;
  for (int i = 0; i < primes; ++i) {
    ASSERT_TRUE(find_safe_prime_var(256, rng, {}, &safe));
    ASSERT_TRUE(find_blum_prime_var(256, rng, {}, &blum));
  }
  // A search ends with the call that holds the prime, and wastes the rest of it; a smaller bound leaves more survivors.
  const auto lanes = static_cast<double>(make_fermat_tester(4)->width());
  EXPECT_NEAR(static_cast<double>(safe.fermat_tests) / primes, lanes == 1 ? 101 : 137 + lanes, 35);
  EXPECT_NEAR(static_cast<double>(blum.fermat_tests) / primes, 12 + lanes / 2, 4);
  EXPECT_GE(safe.sieved, std::uint64_t{primes});
}

TEST(FermatTester, agrees_with_the_definition_at_every_width_and_fill) {
  auto rng = seeded("fermat");
  for (const std::size_t bits : {12U, 64U, 127U, 256U, 512U, 1024U, 1536U}) {
    const auto tester = make_fermat_tester(limbs_for_bits(bits));
    const Oracle top = Oracle::power_of_two(bits - 1);
    for (int round = 0; round < 12; ++round) {
      std::vector<Nat> numbers;
      std::vector<bool> expected;
      for (std::size_t i = 0; i < 1 + static_cast<std::size_t>(round) % tester->width(); ++i) {
        Oracle m = top + Oracle(random_nat(rng, limbs_for_bits(bits))) % (top / 2) * 2 + 1;
        if (i % 2 == 0) mpz_nextprime(m.get(), (m / 4).get());  // of another width, and mostly a prime
        numbers.push_back(m.to_nat());
        expected.push_back(Oracle(2).pow(m - 1, m) == 1);
      }
      EXPECT_EQ(tester->passes_var(numbers), expected) << bits << " bits";
    }
  }
}

TEST(Cancellation, at_once_ends_the_search_before_the_first_sieve) {
  int asked = 0;
  PrimeSearch search;
  const KeepSearching never = [&] {
    ++asked;
    return false;
  };
  EXPECT_FALSE(find_safe_prime_var(4096, system_rng(), never, &search));
  EXPECT_FALSE(find_blum_prime_var(4096, system_rng(), never, &search));
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(search.sieved, 0u);
}

TEST(Cancellation, during_a_search_ends_it_promptly) {
  int asked = 0;
  const auto begin = std::chrono::steady_clock::now();
  // Uncancelled, a search of this size takes many seconds, and minutes under sanitizers.
#if defined(__SANITIZE_ADDRESS__)
  const std::chrono::seconds prompt(30);
#else
  const std::chrono::seconds prompt(3);
#endif
  const auto p = find_safe_prime_var(4096, system_rng(), [&] { return ++asked < 4; });
  EXPECT_FALSE(p);
  EXPECT_EQ(asked, 4);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, prompt);
}

TEST(Cancellation, leaves_a_search_alone_that_may_go_on) {
  EXPECT_TRUE(find_safe_prime_var(128, system_rng(), [] { return true; }));
}

TEST(Primes, are_found_by_parallel_searches) {
  std::array<std::optional<Secret<Nat>>, 4> found;
  {
    std::vector<std::jthread> threads;
    for (auto& slot : found) threads.emplace_back([&slot] { slot = find_safe_prime_var(256, system_rng()); });
  }
  std::set<Bytes> seen;
  for (const auto& p : found) {
    ASSERT_TRUE(p.has_value());
    expect_safe_prime(p->expose(), 256);
    seen.insert(p->expose().to_bytes(32));
  }
  EXPECT_EQ(seen.size(), found.size());
}

}  // namespace
}  // namespace mpc::modexp
