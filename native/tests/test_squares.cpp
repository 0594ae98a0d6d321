// Sums of three squares: found for every number that is 1 mod 4, as wide as the number, and over as soon as they can
// be.
#include "arith/squares.h"

#include <gtest/gtest.h>

#include "arith/sample.h"
#include "base/seeded_random.h"
#include "tests/support/oracle.h"
#include "tests/support/scripted_random.h"

namespace mpc {
namespace {

using fixtures::Oracle;
using fixtures::ScriptedRng;

Oracle square(const Secret<Nat>& a) { return Oracle(a.expose()) * Oracle(a.expose()); }

void expect_sum(const Oracle& n, Rng& rng) {
  const Squares found = three_squares_var(Secret(n.to_nat()), rng);
  EXPECT_EQ(square(found.a) + square(found.b) + square(found.c), n);
}

TEST(ThreeSquares, of_all_small_numbers) {
  SeededRng rng(as_bytes("small"));
  for (std::int64_t n = 1; n < 6000; n += 4) expect_sum(n, rng);
  // Both sides of the root below which every a is tried in turn.
  for (std::int64_t n = (1 << 20) - 399; n < (1 << 20) + 400; n += 4) expect_sum(n, rng);
}

TEST(ThreeSquares, of_large_numbers) {
  SeededRng rng(as_bytes("large"));
  for (const std::size_t bits : {30U, 31U, 62U, 63U, 64U, 128U, 190U, 512U}) {
    for (int i = 0; i < 6; ++i) {
      const Secret<Nat> drawn = sample_below(rng, Oracle::power_of_two(bits).to_nat());
      expect_sum(Oracle(drawn.expose()) * 4 + 1, rng);
    }
  }
}

TEST(ThreeSquares, of_a_square_need_no_randomness) {
  ScriptedRng empty({});
  for (const std::int64_t root : {1, 3, 1023, 1025, 65537, 1000001}) expect_sum(Oracle(root) * root, empty);
}

TEST(ThreeSquares, are_as_wide_as_the_number) {
  SeededRng rng(as_bytes("wide"));
  for (const std::uint64_t n : {1U, 13U, 4000037U}) {
    const Squares found = three_squares_var(Secret(Nat::of(n, 9)), rng);
    for (const auto* part : {&found.a, &found.b, &found.c}) EXPECT_EQ(part->expose().limbs(), 9U);
  }
}

}  // namespace
}  // namespace mpc
