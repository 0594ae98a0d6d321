// Products of groups of plain numbers, and inverses of many, against GMP: in lanes where there are some, one by one
// where the ring is too wide for them.
#include "modexp/groups.h"

#include <gtest/gtest.h>

#include "arith/number_theory.h"
#include "base/seeded_random.h"
#include "base/thread_pool.h"
#include "modexp/inverses.h"
#include "modexp/modulus.h"
#include "tests/support/fixtures.h"
#include "tests/support/oracle.h"

namespace mpc::modexp {
namespace {

using fixtures::Oracle;
using fixtures::random_nat;

void expect_products(const ModulusPtr& modulus, const Groups& groups, Rng& rng) {
  const Oracle m(modulus->value());
  std::vector<Nat> factors;
  for (std::size_t i = 0; i < groups.count * groups.length; ++i) {
    const Oracle corners[] = {Oracle(0), Oracle(1), m - 1};
    const Oracle factor = i % 50 < 3 && i % 7 == 0 ? corners[i % 50] : Oracle(random_nat(rng, modulus->limbs())) % m;
    factors.push_back(factor.to_nat().resized(modulus->limbs()));
  }
  const std::vector<Nat> products = multiply_groups(modulus->ring(), groups, [&](std::size_t i) { return factors[i]; });
  ASSERT_EQ(products.size(), groups.count);
  for (std::size_t g = 0; g < groups.count; ++g) {
    Oracle expected(1);
    for (std::size_t i = 0; i < groups.length; ++i) expected = expected * Oracle(factors[g * groups.length + i]) % m;
    EXPECT_EQ(Oracle(products[g]), expected) << groups.count << " x " << groups.length << ", group " << g;
  }
}

TEST(Groups, are_multiplied_whatever_their_shape) {
  SeededRng rng(as_bytes("groups"));
  const Nat n = (Oracle::power_of_two(1023) + Oracle(random_nat(rng, 15)) * 2 + 1).to_nat();
  const Nat wide = (Oracle::power_of_two(6399) + Oracle(random_nat(rng, 90)) * 2 + 1).to_nat();
  for (const ModulusPtr& modulus : {Modulus::plain(n), Modulus::square(n), Modulus::plain(wide)}) {
    for (const std::size_t threads : {1, 2, 3}) {
      set_thread_limit(threads);
      for (const Groups groups : {Groups{0, 3},
                                  {1, 1},
                                  {1, 2},
                                  {1, 16},
                                  {1, 17},
                                  {1, 129},
                                  {2, 9},
                                  {3, 31},
                                  {7, 5},
                                  {8, 1},
                                  {9, 2},
                                  {40, 3}}) {
        expect_products(modulus, groups, rng);
      }
    }
  }
  set_thread_limit(0);
}

TEST(Inverses, of_many_numbers) {
  SeededRng rng(as_bytes("inverses"));
  const Nat n = (Oracle::power_of_two(1023) + Oracle(random_nat(rng, 15)) * 2 + 1).to_nat();
  const Nat wide = (Oracle::power_of_two(6399) + Oracle(random_nat(rng, 90)) * 2 + 1).to_nat();
  for (const ModulusPtr& modulus : {Modulus::plain(n), Modulus::square(n), Modulus::plain(wide)}) {
    const Oracle m(modulus->value());
    for (const std::size_t count : {0, 1, 2, 3, 7, 8, 25, 130}) {
      std::vector<Nat> numbers;
      while (numbers.size() < count) {
        const Nat a = (Oracle(random_nat(rng, modulus->limbs())) % m).to_nat().resized(modulus->limbs());
        if (is_unit_var(a, modulus->value())) numbers.push_back(a);
      }
      std::vector<Nat> inverses = numbers;
      ASSERT_TRUE(invert_all_var(modulus->ring(), inverses));
      for (std::size_t i = 0; i < count; ++i) {
        EXPECT_EQ(Oracle(inverses[i]) * Oracle(numbers[i]) % m, Oracle(1)) << count << ", number " << i;
      }
      if (count == 0) continue;
      numbers[count / 2] = Nat(modulus->limbs());
      EXPECT_FALSE(invert_all_var(modulus->ring(), numbers)) << count;
    }
  }
}

}  // namespace
}  // namespace mpc::modexp
