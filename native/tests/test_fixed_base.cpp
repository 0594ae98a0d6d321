// Tables of powers of a fixed base, against GMP's mpz_powm.
#include <gtest/gtest.h>

#include "base/seeded_random.h"
#include "modexp/fixed_base.h"
#include "modexp/kernel.h"
#include "tests/support/fixtures.h"
#include "tests/support/oracle.h"

namespace mpc::modexp {
namespace {

using fixtures::evaluate;
using fixtures::Oracle;

const Nat& n() { return fixtures::alice().n().n(); }

TEST(FixedBase, serves_exponents_up_to_its_width_whatever_its_memory) {
  SeededRng rng(as_bytes("tables"));
  const ModulusPtr modulus = Modulus::plain(n());
  const Oracle m(n());
  const std::size_t entry_bytes = kernel() == Kernel::ifma ? 160 : 128;  // 20 limbs of 52 bits, 16 of 64
  for (const std::size_t memory : {std::size_t{1}, 32 * entry_bytes, 200 * entry_bytes, 1000 * entry_bytes}) {
    for (const std::size_t max_bits : {1U, 6U, 35U, 64U, 65U}) {
      const auto table = std::make_shared<const FixedBase>(modulus, Nat::of(3, modulus->limbs()), max_bits, memory);
      EXPECT_LE(table->table_bytes(), std::max(memory, 16 * entry_bytes));
      const Oracle largest = Oracle::power_of_two(max_bits) - 1;
      for (const Oracle& e : {Oracle(0), Oracle(1), largest, largest / 2, largest / 2 + 1, largest / 3}) {
        for (const Oracle& exponent : {e, -e}) {
          Product secret(modulus);
          secret.power(table, Secret(exponent.to_int()), max_bits);
          Product open(modulus);
          open.power_var(table, exponent.to_int());
          EXPECT_EQ(Oracle(evaluate(secret)), Oracle(3).pow(exponent, m));
          EXPECT_EQ(Oracle(evaluate(open)), Oracle(3).pow(exponent, m));
        }
      }
    }
  }
}

TEST(Comb, is_the_quickest_that_memory_allows) {
  const auto shape = [](std::size_t bits, std::size_t entry_bytes, std::size_t memory) {
    const Comb comb = choose_comb(bits, entry_bytes, memory);
    EXPECT_GE(comb.blocks_for(bits) * comb.block_bits(), bits);
    return std::tuple{comb.teeth, comb.spacing, comb.blocks_for(bits)};
  };
  EXPECT_EQ(shape(513, 480, 1 << 30), (std::tuple{7U, 1U, 74U}));
  EXPECT_EQ(shape(513, 480, 128 * 480 * 10), (std::tuple{7U, 8U, 10U}));
  EXPECT_EQ(shape(513, 480, 128 * 480), (std::tuple{6U, 43U, 2U}));
  EXPECT_EQ(shape(513, 480, 128 * 480 - 1), (std::tuple{5U, 35U, 3U}));
  EXPECT_EQ(shape(513, 480, 1), (std::tuple{4U, 129U, 1U}));
  EXPECT_EQ(shape(1, 480, 1), (std::tuple{4U, 1U, 1U}));
}

TEST(Comb, reads_every_bit_once) {
  const Comb comb{.teeth = 5, .spacing = 3};
  for (std::size_t bit = 0; bit < 45; ++bit) {
    const Nat power = Nat::power_of_two(bit);
    for (std::size_t block = 0; block < 3; ++block) {
      for (std::size_t column = 0; column < 3; ++column) {
        const bool here = bit / 15 == block && bit % 3 == column;
        EXPECT_EQ(comb.digit(power, block, column), here ? 1U << (bit % 15 / 3) : 0U) << bit;
      }
    }
  }
}

TEST(FixedBase, leaves_exponents_beyond_its_width_to_the_base) {
  const ModulusPtr modulus = Modulus::plain(n());
  const auto table = std::make_shared<const FixedBase>(modulus, Nat::of(3), 64);
  for (const Oracle& exponent : {Oracle::power_of_two(64), -Oracle::power_of_two(64), Oracle::power_of_two(200) + 1}) {
    Product secret(modulus);
    secret.power(table, Secret(exponent.to_int()), 201);
    Product open(modulus);
    open.power_var(table, exponent.to_int());
    for (const Product* product : {&secret, &open}) {
      EXPECT_EQ(product->terms()[0].table, nullptr);
      EXPECT_EQ(Oracle(evaluate(*product)), Oracle(3).pow(exponent, Oracle(n())));
    }
  }
}

TEST(FixedBaseDeathTest, a_table_of_another_modulus_ends_the_process) {
  const auto table = std::make_shared<const FixedBase>(Modulus::plain(fixtures::bob().n().n()), Nat::of(3), 64);
  Product product(Modulus::plain(n()));
  product.power_var(table, Int::of(5));
  EXPECT_DEATH(evaluate(product), "broken invariant");
}

}  // namespace
}  // namespace mpc::modexp
