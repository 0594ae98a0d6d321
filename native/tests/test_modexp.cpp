// The engine against GMP's mpz_powm: however a product is computed, its residue is the same.
#include <gtest/gtest.h>

#include "arith/sample.h"
#include "base/seeded_random.h"
#include "modexp/kernel.h"
#include "modexp/lanes.h"
#include "modexp/portable.h"
#include "tests/support/fixtures.h"
#include "tests/support/oracle.h"
#include "tests/support/thread_limit.h"

namespace mpc::modexp {
namespace {

using fixtures::evaluate;
using fixtures::Oracle;
using fixtures::random_nat;
using fixtures::ThreadLimit;

const Secret<Nat>& p() { return fixtures::alice().key.p(); }
const Secret<Nat>& q() { return fixtures::alice().key.q(); }
const Nat& n() { return fixtures::alice().n().n(); }

struct Ring {
  const char* name;
  ModulusPtr modulus;
  bool secret = false;
};

/// The same numbers known in different ways, and moduli of other sizes.
const std::vector<Ring>& rings() {
  static const std::vector<Ring> out = {
      {"N plain", Modulus::plain(n())},
      {"N owned", Modulus::owned(p(), q())},
      {"N^2 of a foreign N", Modulus::square(n())},
      {"N^2 owned", Modulus::owned_square(p(), q())},
      {"square whose top limb is zero", Modulus::square((Oracle::power_of_two(1024) + 643).to_nat())},
      {"three", Modulus::plain(Nat::of(3))},
      // Primes: nothing random divides them.
      {"one limb", Modulus::plain(Nat::of(all_ones - 58))},
      {"leading zeros", Modulus::plain(Nat::of((Limb{1} << 61) - 1, 4))},
      {"20 limbs", Modulus::plain((Oracle::power_of_two(1279) - 1).to_nat())},
  };
  return out;
}

/// p and p^2: nobody else may know them.
std::vector<Ring> secret_rings() {
  return {{"p", Modulus::secret(p()), true}, {"p^2", Modulus::secret(Secret(mul(p().expose(), p().expose()))), true}};
}

/// 0, 1, -1, 2, powers of two and their neighbours, and random ones up to `bits`, with both signs.
std::vector<Oracle> exponents(Rng& rng, std::size_t bits) {
  std::vector<Oracle> out = {0, 1, -1, 2, -2};
  for (const std::size_t k : {std::size_t{64}, bits - 1}) {
    for (const Oracle& value : {Oracle::power_of_two(k) - 1, Oracle::power_of_two(k), Oracle::power_of_two(k) + 1}) {
      out.push_back(value);
      out.push_back(-value);
    }
  }
  const Oracle random = Oracle(random_nat(rng, limbs_for_bits(bits))) % Oracle::power_of_two(bits);
  out.push_back(random);
  out.push_back(-random);
  return out;
}

/// Units, which negative exponents need: 1, 2, M - 1 and random ones, also as unreduced numbers.
std::vector<Oracle> units(Rng& rng, const Oracle& m) {
  const Oracle random = Oracle(random_nat(rng, 40)) % m;
  std::vector<Oracle> out = {1, m - 1, m + 2, m * 5 + 2};
  Oracle gcd;
  mpz_gcd(gcd.get(), random.get(), m.get());
  if (gcd == 1) out.push_back(random);
  return out;
}

/// Every way to ask for base^exponent with |exponent| < 2^bits; `table` may be null.
std::vector<std::pair<const char*, Product>> ways(const Ring& ring, const FixedBasePtr& table, const Nat& base,
                                                  const Int& exponent, std::size_t bits) {
  std::vector<std::pair<const char*, Product>> out;
  const auto add_way = [&](const char* name, auto&& ask) {
    Product product(ring.modulus);
    ask(product);
    EXPECT_EQ(product.is_public(), !ring.secret && std::string_view(name).starts_with("public")) << name;
    out.emplace_back(name, std::move(product));
  };
  const bool negative = is_negative_var(exponent);
  const Secret<Int> secret(exponent);
  add_way("public", [&](Product& product) { product.power_var(base, exponent); });
  add_way("public twice",
          [&](Product& product) { product.power_var(base, exponent).power_var(Nat::of(1), Int::of(7)); });
  add_way("secret base", [&](Product& product) { product.power(Secret<Nat>(base), exponent); });
  if (!ring.secret) {
    add_way("secret exponent", [&](Product& product) { product.power(base, secret, bits); });
    add_way("secret exponent, wider", [&](Product& product) { product.power(base, secret, bits + 77); });
  }
  if (!negative) {
    const Secret<Nat> natural(exponent.magnitude());
    add_way("natural", [&](Product& product) { product.power_natural(base, natural, bits); });
  }
  if (table) {
    add_way("public table", [&](Product& product) { product.power_var(table, exponent); });
    add_way("table", [&](Product& product) { product.power(table, secret, bits); });
  }
  return out;
}

void expect_all_ways_agree(const Ring& ring, const Oracle& base, Rng& rng) {
  const Oracle m(ring.modulus->value());
  const std::size_t bits = 300;
  const bool units_only = !ring.secret;
  const FixedBasePtr table =
      units_only ? std::make_shared<const FixedBase>(ring.modulus, (base % m).to_nat(), bits) : nullptr;
  for (const Oracle& exponent : exponents(rng, bits)) {
    if (exponent < 0 && !units_only) continue;
    const Oracle expected = base.pow(exponent, m);
    for (const auto& [way, product] : ways(ring, table, base.to_nat(), exponent.to_int(), bits)) {
      const Nat residue = evaluate(product);
      EXPECT_EQ(Oracle(residue), expected)
          << ring.name << ", " << way << ", exponent " << testing::PrintToString(exponent);
      EXPECT_EQ(residue.limbs(), ring.modulus->limbs());
    }
  }
}

TEST(Engine, every_way_to_compute_a_power_gives_the_same_residue) {
  SeededRng rng(as_bytes("ways"));
  for (const Ring& ring : rings()) {
    for (const Oracle& base : units(rng, Oracle(ring.modulus->value()))) expect_all_ways_agree(ring, base, rng);
  }
}

TEST(Engine, computes_modulo_a_secret_modulus) {
  SeededRng rng(as_bytes("secret modulus"));
  for (const Ring& ring : secret_rings()) {
    EXPECT_TRUE(ring.modulus->is_secret());
    for (const Oracle& base : units(rng, Oracle(ring.modulus->value()))) expect_all_ways_agree(ring, base, rng);
  }
}

TEST(Engine, takes_bases_that_are_no_units) {
  const Oracle prime(p().expose());
  for (const Ring& ring : rings()) {
    const Oracle m(ring.modulus->value());
    for (const Oracle& base : {Oracle(0), m, prime, prime * prime * 3}) {
      for (const Oracle& exponent : {Oracle(0), Oracle(1), Oracle(2), Oracle::power_of_two(70) + 1}) {
        for (const auto& [way, product] : ways(ring, nullptr, base.to_nat(), exponent.to_int(), 71)) {
          EXPECT_EQ(Oracle(evaluate(product)), base.pow(exponent, m)) << ring.name << ", " << way;
        }
      }
    }
  }
}

// ---- Products

struct Factors {
  Product product;
  Oracle expected;
};

/// A product of one power of each kind and plain factors, with exponents of every window width.
Factors mixture(const ModulusPtr& modulus, Rng& rng, bool only_public) {
  const Oracle m(modulus->value());
  Factors out{Product(modulus), 1};
  for (const std::size_t bits : {1U, 24U, 25U, 80U, 81U, 240U, 241U, 768U, 769U, 1200U}) {
    const Nat base = sample_unit(rng, modulus->value()).expose();
    const Secret<Int> exponent = sample_within(rng, (Oracle::power_of_two(bits) - 1).to_nat());
    const Oracle e(exponent.expose());
    const bool flip = bits % 2 == 0;
    if (only_public) {
      out.product.power_var(base, exponent.expose());
    } else if (flip) {
      out.product.power(base, exponent, bits);
    } else {
      out.product.power(Secret<Nat>(base), exponent.expose());
    }
    out.expected = out.expected * Oracle(base).pow(e, m) % m;
  }
  const Nat factor = random_nat(rng, 70);
  only_public ? out.product.times_var(factor) : out.product.times(Secret<Nat>(factor));
  out.expected = out.expected * Oracle(factor) % m;
  return out;
}

TEST(Engine, multiplies_powers_of_unequal_lengths_and_factors) {
  SeededRng rng(as_bytes("mixture"));
  for (const Ring& ring : rings()) {
    if (ring.modulus->bits() < 1000) continue;  // random bases of tiny moduli are no units
    for (const bool only_public : {true, false}) {
      const Factors mixed = mixture(ring.modulus, rng, only_public);
      EXPECT_EQ(mixed.product.is_public(), only_public);
      EXPECT_EQ(Oracle(evaluate(mixed.product)), mixed.expected) << ring.name;
    }
  }
}

TEST(Engine, multiplies_tables_powers_and_factors) {
  const ModulusPtr modulus = Modulus::plain(n());
  const auto three = std::make_shared<const FixedBase>(modulus, Nat::of(3), 100);
  const auto five = std::make_shared<const FixedBase>(modulus, Nat::of(5), 200);
  Product product(modulus);
  product.power(three, Secret(Int::of(-41)), 6).power_var(five, Int::of(-9)).power(Nat::of(7), Secret(Int::of(-2)), 2);
  product.times_var(Nat::of(11)).times(Secret(mul(n(), n()))).times_var(Nat::of(0));
  EXPECT_EQ(Oracle(evaluate(product)), 0);
  Product units_only(modulus);
  units_only.power(three, Secret(Int::of(-41)), 6).power_var(five, Int::of(-9)).times_var(Nat::of(11));
  const Oracle m(n());
  EXPECT_EQ(Oracle(evaluate(units_only)), Oracle(3).pow(-41, m) * Oracle(5).pow(-9, m) * 11 % m);
}

TEST(Engine, a_product_of_nothing_is_one_and_factors_alone_are_reduced) {
  for (const Ring& ring : rings()) {
    EXPECT_EQ(Oracle(evaluate(Product(ring.modulus))), 1) << ring.name;
    Product factor(ring.modulus);
    factor.times_var(add(ring.modulus->value(), Nat::of(2)));
    EXPECT_EQ(Oracle(evaluate(factor)), 2) << ring.name;
  }
}

TEST(Engine, nth_powers_agree_for_the_owner_and_everybody_else) {
  SeededRng rng(as_bytes("nth"));
  const Oracle big_n(n());
  const Oracle square = big_n * big_n;
  const Oracle prime(p().expose());
  const std::vector<Oracle> bases = {1,     2, big_n - 1, big_n + 1, square - 1, Oracle(sample_unit(rng, n()).expose()),
                                     prime, 0, big_n};
  for (const auto& modulus :
       {Modulus::square(n()), Modulus::owned_square(p(), q()), Modulus::plain(n()), Modulus::owned(p(), q())}) {
    const Oracle m(modulus->value());
    for (const Oracle& r : bases) {
      Product secret(modulus);
      secret.nth_power(Secret<Nat>(r.to_nat())).times_var(Nat::of(5));
      Product open(modulus);
      open.nth_power_var(r.to_nat()).power_var(Nat::of(3), Int::of(-4));
      EXPECT_EQ(Oracle(evaluate(secret)), r.pow(big_n, m) * 5 % m);
      EXPECT_EQ(Oracle(evaluate(open)), r.pow(big_n, m) * Oracle(3).pow(-4, m) % m);
      EXPECT_FALSE(secret.is_public());
      EXPECT_TRUE(open.is_public());
    }
  }
}

// ---- Kernels, moduli

TEST(Portable, chains_with_and_without_secrets_agree) {
  SeededRng rng(as_bytes("kernel"));
  const modexp::Ring ring(n());
  Chain secret{&ring, {}, {}, Nat::of(1, ring.limbs())};
  Chain open = secret;
  open.is_public = true;
  Oracle expected = 1;
  for (const std::size_t bits : {7U, 64U, 0U, 300U, 1024U}) {
    for (Chain* chain : {&secret, &open}) {
      portable::evaluate(*chain);
      EXPECT_EQ(Oracle(chain->result), expected);
    }
    const Nat base = sample_unit(rng, n()).expose();
    const Nat exponent = sample_below(rng, Nat::power_of_two(bits)).expose();
    for (Chain* chain : {&secret, &open}) chain->powers.push_back({base, exponent, bits, bits % 64 == 0});
    expected = expected * Oracle(base).pow(Oracle(exponent), Oracle(n())) % Oracle(n());
  }
}

TEST(Modulus, knows_its_size_root_and_factors) {
  const auto plain = Modulus::plain(n().resized(20));
  EXPECT_EQ(plain->bits(), 1024U);
  EXPECT_EQ(plain->bytes(), 128U);
  EXPECT_EQ(plain->limbs(), 16U);
  EXPECT_FALSE(plain->root() || plain->factors() || plain->is_secret());
  const auto owned = Modulus::owned_square(p(), q());
  EXPECT_EQ(Oracle(owned->value()), Oracle(n()) * Oracle(n()));
  EXPECT_EQ(Oracle(*owned->root()), Oracle(n()));
  EXPECT_NE(owned->factors(), nullptr);
  EXPECT_EQ(Modulus::owned(p(), q())->root(), std::nullopt);
  EXPECT_EQ(Modulus::square(n())->factors(), nullptr);
}

TEST(ModulusDeathTest, must_be_odd_and_above_one) {
  EXPECT_DEATH(Modulus::plain(Nat::of(10)), "broken invariant");
  EXPECT_DEATH(Modulus::plain(Nat::of(1)), "broken invariant");
}

TEST(ModulusDeathTest, a_secret_one_admits_no_negative_exponents) {
  Product product(Modulus::secret(p()));
  EXPECT_DEATH(product.power(Nat::of(2), Secret(Int::of(1)), 1), "broken invariant");
  EXPECT_DEATH(product.power(Secret(Nat::of(2)), Int::of(-1)), "broken invariant");
  EXPECT_DEATH(product.power_var(Nat::of(2), Int::of(-1)), "broken invariant");
}

// ---- Runs

TEST(Engine, a_batch_over_many_threads_equals_one_thread) {
  SeededRng rng(as_bytes("batch"));
  std::vector<Product> products;
  std::vector<Oracle> expected;
  for (int i = 0; i < 24; ++i) {
    Factors mixed = mixture(rings()[static_cast<std::size_t>(i) % 4].modulus, rng, i % 3 == 0);
    products.push_back(std::move(mixed.product));
    expected.push_back(mixed.expected);
  }
  for (const std::size_t threads : {1U, 2U, 8U}) {
    const ThreadLimit limit(threads);
    const auto residues = run(products);
    ASSERT_EQ(residues.size(), products.size());
    for (std::size_t i = 0; i < products.size(); ++i) EXPECT_EQ(Oracle(residues[i].expose()), expected[i]) << i;
  }
}

TEST(Engine, counts_runs_and_products) {
  const Stats before = stats();
  EXPECT_TRUE(run({}).empty());
  EXPECT_EQ(stats().runs, before.runs);
  Product product(Modulus::plain(n()));
  product.power_var(Nat::of(2), Int(n()));
  const std::vector<Product> products(5, product);
  (void)run(products);
  (void)run(products);
  EXPECT_EQ(stats().runs, before.runs + 2);
  EXPECT_EQ(stats().products, before.products + 10);
  EXPECT_GT(stats().nanoseconds, before.nanoseconds);
  EXPECT_FALSE(kernel_name().empty());
}

}  // namespace
}  // namespace mpc::modexp
