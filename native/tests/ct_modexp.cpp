// The engine and Paillier on marked secrets: exponents, bases, and the factors of an owned modulus.
#include "arith/sample.h"
#include "tests/support/fixtures.h"

using namespace mpc;  // NOLINT: a program, not a library
using fixtures::evaluate;
using modexp::Product;

namespace {

void powers(const modexp::ModulusPtr& modulus, Rng& rng) {
  const std::size_t bits = modulus->bits();
  const Secret<Int> exponent = sample_within(rng, Nat::power_of_two(bits - 1));
  const Secret<Nat> natural = sample_below(rng, modulus->value());
  const Secret<Nat> base = sample_unit(rng, modulus->value());
  const Nat two = Nat::of(2, modulus->limbs());
  Product signed_exponent(modulus);
  signed_exponent.power(two, exponent, bits);
  (void)evaluate(signed_exponent);
  Product both(modulus);
  both.power_natural(base.expose(), natural, bits).power(base, Int::of(-65537)).times(base);
  (void)evaluate(both);
}

}  // namespace

int main() {
  Rng& rng = system_rng();
  const auto& alice = fixtures::alice();
  Secret<Nat> p = alice.key.p().clone();
  Secret<Nat> q = alice.key.q().clone();
  p.taint();
  q.taint();
  const auto key = paillier::SecretKey::from_primes(p, q);
  MPC_ASSERT(key);
  powers(modexp::Modulus::plain(key->public_key().n()), rng);
  powers(modexp::Modulus::owned(p, q), rng);
  powers(key->public_key().square_ring(), rng);
  powers(alice.n().square_ring(), rng);
  const auto table = std::make_shared<const modexp::FixedBase>(modexp::Modulus::plain(alice.n().n()),
                                                               Nat::of(3, alice.n().ring()->limbs()), 300);
  Product fixed(table->modulus());
  fixed.power(table, sample_within(rng, Nat::power_of_two(290)), 291);
  (void)evaluate(fixed);

  // Encryption by the owner, then decryption.
  const Secret<Int> m = sample_within(rng, Nat::power_of_two(256));
  const Secret<Nat> r = sample_unit(rng, key->public_key().n());
  const Nat c = evaluate(key->public_key().encryption(m, r));
  const auto parts = modexp::run(key->decryption(c));
  const Secret<Int> again = key->plaintext(parts[0], parts[1]);
  const Int expected = declassify("test.plaintext", m);
  const Int decrypted = declassify("test.plaintext", again);
  MPC_ASSERT(equal_var(expected.magnitude(), decrypted.magnitude()));
  return 0;
}
