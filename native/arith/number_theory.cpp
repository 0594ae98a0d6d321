#include "arith/number_theory.h"

#include <algorithm>

#include "arith/mpz.h"
#include "arith/sample.h"

namespace mpc {

namespace {

/// One Miller-Rabin round: n - 1 = d 2^s, d odd.
bool passes_round(const Mpz& n, const Mpz& n_minus_1, const Mpz& d, mp_bitcnt_t s, const Mpz& base) {
  Mpz x;
  mpz_powm(x, base, d, n);
  if (x.is_one() || mpz_cmp(x, n_minus_1) == 0) return true;
  for (mp_bitcnt_t i = 1; i < s; ++i) {
    mpz_powm_ui(x, x, 2, n);
    if (mpz_cmp(x, n_minus_1) == 0) return true;
  }
  return false;
}

}  // namespace

Nat mod_var(const Nat& a, const Nat& m) {
  Mpz x(a);
  mpz_mod(x, x, Mpz(m));
  return x.to_nat(m.limbs());
}

Nat div_var(const Nat& a, const Nat& b) {
  Mpz x(a);
  mpz_fdiv_q(x, x, Mpz(b));
  return x.to_nat();
}

Nat gcd_var(const Nat& a, const Nat& b) {
  Mpz g;
  mpz_gcd(g, Mpz(a), Mpz(b));
  return g.to_nat();
}

std::optional<Nat> invert_var(const Nat& a, const Nat& m) {
  Mpz x;
  if (mpz_invert(x, Mpz(a), Mpz(m)) == 0) return std::nullopt;
  return x.to_nat(m.limbs());
}

Nat pow_var(const Nat& base, const Nat& exponent, const Nat& m) {
  Mpz x;
  mpz_powm(x, Mpz(base), Mpz(exponent), Mpz(m));
  return x.to_nat(m.limbs());
}

Nat sqrt_var(const Nat& a) {
  Mpz x;
  mpz_sqrt(x, Mpz(a));
  return x.to_nat();
}

int jacobi_var(const Nat& a, const Nat& m) { return mpz_jacobi(Mpz(a), Mpz(m)); }

bool is_perfect_power_var(const Nat& a) { return mpz_perfect_power_p(Mpz(a)) != 0; }

bool is_unit_var(const Nat& a, const Nat& m) {
  return !is_zero_var(a) && less_var(a, m) && equal_var(gcd_var(a, m), Nat::of(1));
}

std::size_t first_non_unit_var(std::span<const Nat* const> numbers, const Nat& m) {
  const Mpz modulus(m);
  Mpz product(Nat::of(1));
  bool in_range = true;
  for (const Nat* a : numbers) {
    in_range = in_range && !is_zero_var(*a) && less_var(*a, m);
    mpz_mul(product, product, Mpz(*a));
    mpz_mod(product, product, modulus);
  }
  mpz_gcd(product, product, modulus);
  if (in_range && product.is_one()) return numbers.size();
  const auto first = std::find_if(numbers.begin(), numbers.end(), [&](const Nat* a) { return !is_unit_var(*a, m); });
  return static_cast<std::size_t>(first - numbers.begin());
}

bool is_probable_prime_var(const Nat& a, int rounds, Rng& rng) {
  if (bits_var(a) < 2) return false;
  if (!a.is_odd()) return equal_var(a, Nat::of(2));
  if (equal_var(a, Nat::of(3))) return true;
  const Mpz n(a);
  Mpz n_minus_1;
  mpz_sub_ui(n_minus_1, n, 1);
  const mp_bitcnt_t s = mpz_scan1(n_minus_1, 0);
  Mpz d;
  mpz_fdiv_q_2exp(d, n_minus_1, s);
  const Nat bases = sub(a, Nat::of(3));
  for (int round = 0; round < rounds; ++round) {
    const Mpz base(add(declassify("prime_test.base", sample_below(rng, bases)), Nat::of(2)));
    if (!passes_round(n, n_minus_1, d, s, base)) return false;
  }
  return true;
}

}  // namespace mpc
