// Ring-Pedersen parameters: commitments against GMP's integers, refusals one by one, and the owner's trapdoor.
#include "pedersen/pedersen.h"

#include <gtest/gtest.h>

#include "arith/sample.h"
#include "base/seeded_random.h"
#include "tests/support/fixtures.h"
#include "tests/support/oracle.h"

namespace mpc::pedersen {
namespace {

using fixtures::alice;
using fixtures::evaluate;
using fixtures::Oracle;

const Oracle& nh() {
  static const Oracle out(alice().params().nh());
  return out;
}

/// s^x t^mu mod Nh.
Oracle committed(const Oracle& x, const Oracle& mu) {
  const Params& params = alice().params();
  return Oracle(params.s()).pow(x, nh()) * Oracle(params.t()).pow(mu, nh()) % nh();
}

Params with_tables(TableBits widths) {
  Params out = alice().params();
  out.use_tables(widths);
  return out;
}

/// Exponents with both signs: none, one, the ends of the ranges of the proofs, random ones.
std::vector<std::pair<Oracle, Oracle>> openings() {
  SeededRng rng(as_bytes("openings"));
  const Oracle x_end = Oracle::power_of_two(320);
  const Oracle mu_end = Oracle::power_of_two(320) * nh();
  std::vector<std::pair<Oracle, Oracle>> out = {{0, 0}, {1, 0}, {0, 1}, {-1, 0}, {0, -1}, {5, -3}};
  for (const Oracle& x : {x_end, -x_end}) {
    for (const Oracle& mu : {mu_end, -mu_end}) out.emplace_back(x, mu);
  }
  for (int i = 0; i < 4; ++i) {
    out.emplace_back(sample_within(rng, x_end.to_nat()).expose(), sample_within(rng, mu_end.to_nat()).expose());
  }
  return out;
}

TEST(Commitment, is_the_formula_with_any_tables_and_none) {
  const std::vector<Params> all = {alice().params(), with_tables({.s = 321, .t = 1345}),
                                   with_tables({.s = 0, .t = 1345}), with_tables({.s = 321, .t = 0}),
                                   with_tables({.s = 100, .t = 100})};
  for (const auto& [x, mu] : openings()) {
    const Oracle expected = committed(x, mu);
    for (const Params& params : all) {
      EXPECT_EQ(Oracle(evaluate(params.commit(Secret(x.to_int()), 321, Secret(mu.to_int()), 1345))), expected);
      EXPECT_EQ(Oracle(evaluate(params.commit_var(x.to_int(), mu.to_int()))), expected);
    }
  }
}

TEST(Commitment, is_secret_exactly_when_its_opening_is) {
  const Params& params = alice().params();
  EXPECT_FALSE(params.commit(Secret(Int::of(1)), 1, Secret(Int::of(1)), 1).is_public());
  EXPECT_TRUE(params.commit_var(Int::of(1), Int::of(1)).is_public());
  EXPECT_TRUE(params.power_of_t_var(Nat::of(5)).is_public());
}

TEST(Commitment, adds_up_over_the_integers) {
  const auto commit = [](const Oracle& x, const Oracle& mu) {
    return Oracle(evaluate(alice().params().commit_var(x.to_int(), mu.to_int())));
  };
  const Oracle large = Oracle::power_of_two(2000);
  EXPECT_EQ(commit(5, -3) * commit(-7, large) % nh(), commit(-2, large - 3));
  EXPECT_EQ(commit(0, 0), 1);
}

TEST(Params, raise_t_to_natural_numbers) {
  const Params tables = with_tables({.s = 0, .t = 1024});
  EXPECT_FALSE(alice().params().has_tables());
  EXPECT_TRUE(tables.has_tables());
  for (const Oracle& z : {Oracle(0), Oracle(1), nh() - 1, nh() * 8}) {
    const Oracle expected = Oracle(tables.t()).pow(z, nh());
    EXPECT_EQ(Oracle(evaluate(alice().params().power_of_t_var(z.to_nat()))), expected);
    EXPECT_EQ(Oracle(evaluate(tables.power_of_t_var(z.to_nat()))), expected);
  }
}

// ---- What peers send

std::string refusal(const Oracle& modulus, const Oracle& s, const Oracle& t, std::size_t bits = 1024) {
  const auto params = Params::from_public(modulus.to_nat(), s.to_nat(), t.to_nat(), bits);
  if (params) return "";
  EXPECT_EQ(params.error().code, "E_MODULUS");
  return params.error().detail;
}

TEST(Params, are_read_at_any_width) {
  const Params& params = alice().params();
  const auto read = Params::from_public(params.nh().resized(30), params.s().resized(19), params.t(), 1024);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->bits(), 1024U);
  EXPECT_EQ(read->bytes(), 128U);
  EXPECT_EQ(Oracle(evaluate(read->commit_var(Int::of(-5), Int::of(7)))), committed(-5, 7));
}

TEST(Params, of_a_bad_modulus_are_refused) {
  const Oracle s(alice().params().s());
  const Oracle t(alice().params().t());
  EXPECT_EQ(refusal(nh(), s, t), "");
  EXPECT_EQ(refusal(nh() + 1, s, t), "Nh: even");
  EXPECT_EQ(refusal(nh(), s, t, 1023), "Nh: bit length");
  EXPECT_EQ(refusal(nh(), s, t, 1025), "Nh: bit length");
  EXPECT_EQ(refusal(nh() * 3, s, t), "Nh: bit length");
  const Oracle root(alice().trapdoor.q().expose());
  const Oracle cube_root = Oracle::power_of_two(341) + 1;
  EXPECT_EQ(refusal(root * root, s, t), "Nh: perfect power");
  EXPECT_EQ(refusal(cube_root * cube_root * cube_root, s, t), "Nh: perfect power");
}

TEST(Params, of_trivial_or_dishonest_generators_are_refused) {
  const Oracle s(alice().params().s());
  const Oracle t(alice().params().t());
  const Oracle p(alice().trapdoor.p().expose());
  for (const Oracle& bad : {Oracle(0), nh(), nh() + s, p, p * 3}) {
    EXPECT_EQ(refusal(nh(), bad, t), "s, t: not units");
    EXPECT_EQ(refusal(nh(), s, bad), "s, t: not units");
  }
  for (const Oracle& bad : {Oracle(1), nh() - 1}) {
    EXPECT_EQ(refusal(nh(), bad, t), "s, t: 1 or -1");
    EXPECT_EQ(refusal(nh(), s, bad), "s, t: 1 or -1");
  }
  EXPECT_EQ(refusal(nh(), s, s), "s, t: equal");
  Oracle odd_symbol = 2;
  while (mpz_jacobi(odd_symbol.get(), nh().get()) != -1) odd_symbol = odd_symbol + 1;
  EXPECT_EQ(refusal(nh(), odd_symbol, t), "s, t: Jacobi symbol");
  EXPECT_EQ(refusal(nh(), s, odd_symbol), "s, t: Jacobi symbol");
}

// ---- The owner

void expect_consistent(const Trapdoor& trapdoor) {
  const Oracle p(trapdoor.p().expose());
  const Oracle q(trapdoor.q().expose());
  const Oracle lam(trapdoor.lam().expose());
  const Params& params = trapdoor.params();
  EXPECT_EQ(Oracle(params.nh()), p * q);
  EXPECT_EQ(Oracle(trapdoor.phi().expose()), (p - 1) * (q - 1));
  EXPECT_TRUE(0 <= lam && lam < (p - 1) * (q - 1) / 4);
  EXPECT_EQ(Oracle(params.s()), Oracle(params.t()).pow(lam, p * q));
  // t is a square: the symbols at both primes are 1.
  EXPECT_EQ(mpz_jacobi(Oracle(params.t()).get(), p.get()), 1);
  EXPECT_EQ(mpz_jacobi(Oracle(params.t()).get(), q.get()), 1);
}

TEST(Trapdoor, generates_s_as_a_power_of_a_square) {
  SeededRng rng(as_bytes("generate"));
  for (const fixtures::Party* party : {&fixtures::alice(), &fixtures::bob()}) {
    expect_consistent(party->trapdoor);
    const auto fresh = Trapdoor::generate(party->trapdoor.p(), party->trapdoor.q(), rng);
    ASSERT_TRUE(fresh);
    expect_consistent(*fresh);
    EXPECT_NE(Oracle(fresh->lam().expose()), Oracle(party->trapdoor.lam().expose()));
    EXPECT_NE(Oracle(fresh->params().t()), Oracle(party->params().t()));
  }
}

TEST(Trapdoor, is_restored_from_what_was_stored) {
  const Trapdoor& old = alice().trapdoor;
  const auto restored = Trapdoor::restore(old.p(), old.q(), old.lam(), old.params().t());
  ASSERT_TRUE(restored);
  expect_consistent(*restored);
  EXPECT_EQ(Oracle(restored->params().s()), Oracle(old.params().s()));
}

TEST(Trapdoor, is_not_restored_from_trivial_values) {
  const Trapdoor& old = alice().trapdoor;
  const auto refused = [&](const Oracle& lam, const Oracle& t) {
    const auto restored = Trapdoor::restore(old.p(), old.q(), Secret(lam.to_nat()), t.to_nat());
    return restored ? "" : restored.error().detail;
  };
  const Oracle t(old.params().t());
  const Oracle lam(old.lam().expose());
  const Oracle order = Oracle(old.phi().expose()) / 4;
  EXPECT_EQ(refused(0, t), "s, t: 1 or -1");
  EXPECT_EQ(refused(order, t), "s, t: 1 or -1");
  EXPECT_EQ(refused(1, t), "s, t: equal");
  EXPECT_EQ(refused(lam, 1), "s, t: 1 or -1");
  EXPECT_EQ(refused(lam, 0), "s, t: not units");
  EXPECT_EQ(refused(lam, nh() + t), "s, t: not units");
  EXPECT_EQ(refused(lam, nh() - t), "t: not a square");
}

}  // namespace
}  // namespace mpc::pedersen
