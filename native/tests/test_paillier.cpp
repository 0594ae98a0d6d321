// Paillier against its formula in GMP's integers, over a key of 1024 bits and over N = 77 by hand.
#include "paillier/paillier.h"

#include <gtest/gtest.h>

#include <numeric>

#include "arith/sample.h"
#include "base/seeded_random.h"
#include "tests/support/fixtures.h"
#include "tests/support/oracle.h"

namespace mpc::paillier {
namespace {

using fixtures::alice;
using fixtures::evaluate;
using fixtures::Oracle;

/// What everybody else knows of alice's key.
const PublicKey& foreign() {
  static const PublicKey out = *PublicKey::from_modulus(alice().n().n(), 1024);
  return out;
}

const Oracle& big_n() {
  static const Oracle out(alice().n().n());
  return out;
}

/// (1 + m N) r^N mod N^2, as the specification says.
Oracle encrypted(const Oracle& m, const Oracle& r, const Oracle& n) {
  const Oracle square = n * n;
  return (n * (m % n) + 1) * r.pow(n, square) % square;
}

Oracle decrypted(const SecretKey& key, const Nat& ciphertext) {
  const auto parts = modexp::run(key.decryption(ciphertext));
  return Oracle(key.plaintext(parts[0], parts[1]).expose());
}
Oracle decrypted(const Oracle& ciphertext) { return decrypted(alice().key, ciphertext.to_nat()); }

/// 0, +-1, both ends, values that wrap around once and often.
std::vector<Oracle> corner_plaintexts() {
  const Oracle half = big_n() / 2;  // (N - 1) / 2
  std::vector<Oracle> out = {
      0, 1, half, half + 1, half - 1, big_n(), big_n() - 1, big_n() + 5, big_n() * big_n() * 7 + 3};
  for (std::size_t i = 1, n = out.size(); i < n; ++i) out.push_back(-out[i]);
  return out;
}

std::vector<Oracle> corner_nonces() {
  SeededRng rng(as_bytes("nonces"));
  return {1, 2, big_n() - 1, Oracle(sample_unit(rng, big_n().to_nat()).expose())};
}

TEST(Paillier, encryption_is_the_formula_for_the_owner_and_everybody_else) {
  for (const Oracle& m : corner_plaintexts()) {
    for (const Oracle& r : corner_nonces()) {
      const Secret plaintext(m.to_int());
      const Secret nonce(r.to_nat());
      EXPECT_EQ(Oracle(evaluate(foreign().encryption(plaintext, nonce))), encrypted(m, r, big_n()));
      EXPECT_EQ(Oracle(evaluate(alice().n().encryption(plaintext, nonce))), encrypted(m, r, big_n()));
    }
  }
}

TEST(Paillier, decryption_gives_the_representative_around_zero) {
  for (const Oracle& m : corner_plaintexts()) {
    for (const Oracle& r : corner_nonces()) EXPECT_EQ(decrypted(encrypted(m, r, big_n())), m.balanced(big_n()));
  }
  EXPECT_EQ(decrypted(encrypted(big_n() / 2, 3, big_n())), big_n() / 2);
  EXPECT_EQ(decrypted(encrypted(big_n() / 2 + 1, 3, big_n())), -(big_n() / 2));
}

TEST(Paillier, decrypts_ciphertexts_that_are_not_reduced) {
  const Oracle c = encrypted(-12345, 3, big_n());
  EXPECT_EQ(decrypted(c + big_n() * big_n() * 9), -12345);
}

TEST(Paillier, ciphertexts_add_and_multiply_by_integers) {
  SeededRng rng(as_bytes("homomorphism"));
  for (int i = 0; i < 8; ++i) {
    const Oracle a(sample_within(rng, Nat::power_of_two(600)).expose());
    const Oracle b(sample_within(rng, Nat::power_of_two(600)).expose());
    const Oracle k(sample_within(rng, Nat::power_of_two(300)).expose());
    Product product(foreign().square_ring());
    product.power_var(encrypted(a, 5, big_n()).to_nat(), k.to_int()).times_var(encrypted(b, 7, big_n()).to_nat());
    EXPECT_EQ(decrypted(Oracle(evaluate(product))), a * k + b);
    Product difference(alice().n().square_ring());
    difference.power_var(encrypted(b, 7, big_n()).to_nat(), Int::of(-1)).times_var(encrypted(a, 5, big_n()).to_nat());
    EXPECT_EQ(decrypted(Oracle(evaluate(difference))), a - b);
  }
}

TEST(Paillier, plaintext_factor_is_the_same_for_secret_and_public_plaintexts) {
  for (const Oracle& m : corner_plaintexts()) {
    const Nat open = foreign().plaintext_factor_var(m.to_int());
    const Secret<Nat> secret = foreign().plaintext_factor(Secret(m.to_int()));
    EXPECT_EQ(Oracle(open), (m % big_n()) * big_n() + 1);
    EXPECT_EQ(Oracle(secret.expose()), Oracle(open));
    EXPECT_EQ(secret.expose().limbs(), foreign().square_ring()->limbs());
  }
}

TEST(Paillier, ciphertexts_are_the_units_below_the_square) {
  const Oracle square = big_n() * big_n();
  const Oracle p(alice().key.p().expose());
  const Oracle q(alice().key.q().expose());
  for (const Oracle& c : {Oracle(1), square - 1, encrypted(5, 6, big_n()), big_n() + 1}) {
    EXPECT_TRUE(foreign().is_ciphertext_var(c.to_nat()));
    EXPECT_TRUE(alice().n().is_ciphertext_var(c.to_nat(40)));
  }
  for (const Oracle& c : {Oracle(0), big_n(), big_n() * 2, square - big_n(), square, square + 1, square * 2 + 1, p, q,
                          p * p, p * 12345, q * (big_n() - 2), p * q * 3}) {
    EXPECT_FALSE(foreign().is_ciphertext_var(c.to_nat())) << testing::PrintToString(c);
    EXPECT_FALSE(alice().n().is_ciphertext_var(c.to_nat(40)));
  }
}

TEST(PublicKey, knows_its_sizes) {
  EXPECT_EQ(foreign().bits(), 1024U);
  EXPECT_EQ(foreign().n_bytes(), 128U);
  EXPECT_EQ(foreign().ciphertext_bytes(), 256U);
  EXPECT_EQ(Oracle(foreign().n_squared()), big_n() * big_n());
  EXPECT_EQ(alice().n().bits(), 1024U);
}

std::string refusal(const Oracle& n, std::size_t bits) {
  const auto key = PublicKey::from_modulus(n.to_nat(), bits);
  return key ? "" : key.error().code + " " + key.error().detail;
}

TEST(PublicKey, is_odd_and_exactly_as_long_as_agreed) {
  EXPECT_EQ(refusal(big_n(), 1024), "");
  EXPECT_EQ(refusal(big_n() + 1, 1024), "E_MODULUS N: even");
  EXPECT_EQ(refusal(big_n(), 1023), "E_MODULUS N: bit length");
  EXPECT_EQ(refusal(big_n(), 1025), "E_MODULUS N: bit length");
  EXPECT_EQ(refusal(Oracle::power_of_two(1023) - 1, 1024), "E_MODULUS N: bit length");
  EXPECT_EQ(refusal(Oracle::power_of_two(1024) + 1, 1024), "E_MODULUS N: bit length");
  EXPECT_EQ(refusal(0, 1024), "E_MODULUS N: even");
  EXPECT_EQ(refusal(1, 1024), "E_MODULUS N: bit length");
}

std::string refusal(const Oracle& p, const Oracle& q) {
  const auto key = SecretKey::from_primes(Secret(p.to_nat()), Secret(q.to_nat()));
  return key ? "" : key.error().code + " " + key.error().detail;
}

TEST(SecretKey, refuses_primes_of_unequal_width_and_close_ones) {
  const Oracle p(alice().key.p().expose());
  // 512 bits: closer than 2^412 is too close.
  const Oracle closest = Oracle::power_of_two(412);
  for (const Oracle& distance : {Oracle(0), Oracle(2), closest - 2}) {
    EXPECT_EQ(refusal(p, p + distance), "E_MODULUS p, q: too close");
    EXPECT_EQ(refusal(p + distance, p), "E_MODULUS p, q: too close");
  }
  EXPECT_EQ(refusal(p, p + closest), "");
  EXPECT_EQ(refusal(p + closest, p), "");
  EXPECT_EQ(refusal(p, Oracle::power_of_two(512) + 75), "E_MODULUS p, q: widths differ");
}

TEST(SecretKey, joins_residues_of_both_primes) {
  SeededRng rng(as_bytes("join"));
  const SecretKey& key = alice().key;
  const Oracle p(key.p().expose());
  const Oracle q(key.q().expose());
  for (const Oracle& x :
       {Oracle(0), Oracle(1), big_n() - 1, p, q, Oracle(sample_unit(rng, big_n().to_nat()).expose())}) {
    const Secret<Nat> joined = key.join((x % p).to_nat(8), (x % q).to_nat(8));
    EXPECT_EQ(Oracle(joined.expose()), x);
    EXPECT_EQ(joined.expose().limbs(), 16U);
  }
}

// ---- N = 77, where every plaintext and every ciphertext can be tried. p = 7 and q = 11 are no Blum primes with top
// bits set, but q < 2 (p - 1) and p < q - 1 is all that the arithmetic needs of them.

SecretKey tiny_key() { return std::move(*SecretKey::from_primes(Secret(Nat::of(7)), Secret(Nat::of(11)))); }

TEST(PaillierByHand, agrees_with_a_worked_example) {
  // 2^77 = 18 mod 49 and 40 mod 121, so 2^77 = 3791 mod 5929; (1 + 5 * 77) * 3791 = 4792 mod 5929.
  const SecretKey key = tiny_key();
  EXPECT_EQ(Oracle(key.public_key().n()), 77);
  EXPECT_EQ(Oracle(key.public_key().n_squared()), 5929);
  Product power(key.public_key().square_ring());
  power.nth_power_var(Nat::of(2));
  EXPECT_EQ(Oracle(evaluate(power)), 3791);
  EXPECT_EQ(Oracle(evaluate(key.public_key().encryption(Secret(Int::of(5)), Secret(Nat::of(2))))), 4792);
  EXPECT_EQ(decrypted(key, Nat::of(4792)), 5);
}

TEST(PaillierByHand, every_plaintext_returns) {
  const SecretKey key = tiny_key();
  for (std::int64_t m = -80; m <= 80; ++m) {
    for (const std::uint64_t r : {1U, 2U, 76U}) {
      const Nat c = evaluate(key.public_key().encryption(Secret(Int::of(m)), Secret(Nat::of(r))));
      EXPECT_EQ(Oracle(c), encrypted(m, Oracle(static_cast<std::int64_t>(r)), 77));
      EXPECT_EQ(decrypted(key, c), Oracle(m).balanced(77)) << m;
    }
  }
}

TEST(PaillierByHand, every_ciphertext_is_classified) {
  const PublicKey key = *PublicKey::from_modulus(Nat::of(77), 7);
  for (std::uint64_t c = 0; c < 6100; ++c) {
    EXPECT_EQ(key.is_ciphertext_var(Nat::of(c)), 0 < c && c < 5929 && std::gcd(c, std::uint64_t{77}) == 1) << c;
  }
}

}  // namespace
}  // namespace mpc::paillier
