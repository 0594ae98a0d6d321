#include "arith/odd_modulus.h"

#include <algorithm>

#include "base/result.h"
#include "base/secret.h"

namespace mpc {

namespace {

mp_size_t gmp_size(std::size_t limbs) { return static_cast<mp_size_t>(limbs); }

/// Takes m from the number whose limb n is `above`, unless the number is below m. Returns the new limb n.
Limb subtract_once(Limb* r, Limb above, const Limb* m, Limb* scratch, std::size_t n) {
  const Limb borrow = mpn_sub_n(scratch, r, m, gmp_size(n));
  // r + above 2^(64 n) - m is negative iff nothing above pays for the borrow.
  const Limb keep = (Limb{0} - borrow) & mask_if_zero(above);
  for (std::size_t i = 0; i < n; ++i) r[i] = (r[i] & keep) | (scratch[i] & ~keep);
  return above - (borrow & ~keep);
}

}  // namespace

Limb minus_inverse_limb(Limb m) {
  // Newton's iteration: each step doubles the correct bits of x = m^-1, from 3 on.
  Limb x = m;
  for (int correct = 3; correct < 64; correct *= 2) x *= 2 - m * x;
  return Limb{0} - x;
}

Nat inverse_mod_power_of_two(const Nat& a, std::size_t limbs) {
  // Newton's iteration: x = x (2 - a x) doubles the correct bits.
  Nat x = Nat::of(1, limbs);
  const Nat two = Nat::of(2, limbs);
  for (std::size_t correct = 1; correct < limbs * limb_bits; correct *= 2) {
    const Nat ax = mul(a.low(limbs), x).low(limbs);
    x = mul(x, sub(two, ax)).low(limbs);
  }
  return x;
}

OddModulus::OddModulus(Nat m)
    : m_(std::move(m)),
      minus_inverse_(minus_inverse_limb(m_[0])),
      fills_limbs_(declassify("odd_modulus.top_bits", mask_if_nonzero(m_[limbs() - 1] >> (limb_bits - 2))) != 0),
      one_(m_.limbs()),
      r2_(m_.limbs()) {
  // R mod m and R^2 mod m by doubling, from 1: no division, so nothing depends on the modulus but its width.
  Nat scratch(limbs());
  Nat power = Nat::of(1, limbs());
  const std::size_t steps = limb_bits * limbs();
  for (std::size_t i = 1; i <= 2 * steps; ++i) {
    const Limb carry = mpn_lshift(power.data(), power.data(), gmp_size(limbs()), 1);
    subtract_once(power.data(), carry, m_.data(), scratch.data(), limbs());
    if (i == steps) one_ = power;
  }
  r2_ = power;
}

std::size_t OddModulus::scratch_limbs() const {
  const auto n = gmp_size(limbs());
  return 2 * limbs() + static_cast<std::size_t>(std::max(mpn_sec_mul_itch(n, n), mpn_sec_sqr_itch(n)));
}

void OddModulus::redc(Limb* out, Limb* t) const {
  const std::size_t n = limbs();
  for (std::size_t i = 0; i < n; ++i) {
    // Clears limb i; the carry out of limb i + n is kept in its place.
    t[i] = mpn_addmul_1(t + i, m_.data(), gmp_size(n), t[i] * minus_inverse_);
  }
  const Limb carry = mpn_add_n(out, t + n, t, gmp_size(n));
  subtract_once(out, carry, m_.data(), t, n);
}

void OddModulus::montgomery_mul(Limb* out, const Limb* a, const Limb* b, Limb* scratch) const {
  const auto n = gmp_size(limbs());
  mpn_sec_mul(scratch, a, n, b, n, scratch + 2 * n);
  redc(out, scratch);
}

void OddModulus::montgomery_sqr(Limb* out, const Limb* a, Limb* scratch) const {
  const auto n = gmp_size(limbs());
  mpn_sec_sqr(scratch, a, n, scratch + 2 * n);
  redc(out, scratch);
}

void OddModulus::montgomery_mul_var(Limb* out, const Limb* a, const Limb* b, Limb* scratch) const {
  mpn_mul_n(scratch, a, b, gmp_size(limbs()));
  redc(out, scratch);
}

void OddModulus::montgomery_sqr_var(Limb* out, const Limb* a, Limb* scratch) const {
  mpn_sqr(scratch, a, gmp_size(limbs()));
  redc(out, scratch);
}

Nat OddModulus::to_montgomery(const Nat& a) const {
  MPC_ASSERT(a.limbs() <= limbs());
  Nat out(limbs());
  Nat scratch(scratch_limbs());
  const Nat padded = a.resized(limbs());
  montgomery_mul(out.data(), padded.data(), r2_.data(), scratch.data());
  return out;
}

Nat OddModulus::from_montgomery(const Nat& a) const {
  MPC_ASSERT(a.limbs() == limbs());
  return from_montgomery_wide(a);
}

Nat OddModulus::from_montgomery_wide(const Nat& a) const {
  Nat out(limbs());
  Nat t = a.resized(2 * limbs());
  redc(out.data(), t.data());
  return out;
}

Nat OddModulus::reduce(const Nat& a) const {
  // Horner over chunks c of n limbs: acc = acc R + c. A chunk is below R, not below m, which the product with
  // R mod m admits (c (R mod m) < m R).
  const std::size_t n = limbs();
  if (a.limbs() + 1 < n) return a.resized(n);  // below m
  Nat accumulator(n);
  if (a.limbs() <= n && fills_limbs_) {  // below 4 m
    Nat out = a.resized(n);
    for (int i = 0; i < 3; ++i) subtract_once(out.data(), 0, m_.data(), accumulator.data(), n);
    return out;
  }
  Nat chunk(n);
  Nat scratch(scratch_limbs());
  const std::size_t last = (a.limbs() + n - 1) / n - 1;
  for (std::size_t at = last + 1; at-- > 0;) {
    for (std::size_t i = 0; i < n; ++i) chunk.data()[i] = a[at * n + i];
    montgomery_mul(chunk.data(), chunk.data(), one_.data(), scratch.data());
    if (at < last) montgomery_mul(accumulator.data(), accumulator.data(), r2_.data(), scratch.data());
    accumulator = at < last ? add(accumulator, chunk) : chunk;
  }
  return accumulator;
}

Nat OddModulus::reduce(const Int& a) const {
  const Nat residue = reduce(a.magnitude());
  return select(a.negative_mask(), negate(residue), residue);
}

Nat OddModulus::reduce_below_three(const Nat& a) const {
  const std::size_t n = limbs();
  Nat out = a.resized(n);
  Limb above = a[n];
  Nat scratch(n);
  for (int times = 0; times < 2; ++times) above = subtract_once(out.data(), above, m_.data(), scratch.data(), n);
  return out;
}

Nat OddModulus::add(const Nat& a, const Nat& b) const {
  MPC_ASSERT(a.limbs() == limbs() && b.limbs() == limbs());
  Nat out(limbs());
  Nat scratch(limbs());
  const Limb carry = mpn_add_n(out.data(), a.data(), b.data(), gmp_size(limbs()));
  subtract_once(out.data(), carry, m_.data(), scratch.data(), limbs());
  return out;
}

Nat OddModulus::sub(const Nat& a, const Nat& b) const {
  MPC_ASSERT(a.limbs() == limbs() && b.limbs() == limbs());
  Nat out(limbs());
  const Limb borrow = mpn_sub_n(out.data(), a.data(), b.data(), gmp_size(limbs()));
  mpn_cnd_add_n(borrow, out.data(), out.data(), m_.data(), gmp_size(limbs()));
  return out;
}

Nat OddModulus::mul(const Nat& a, const Nat& b) const {
  MPC_ASSERT(b.limbs() == limbs());
  Nat out = to_montgomery(a);
  Nat scratch(scratch_limbs());
  montgomery_mul(out.data(), out.data(), b.data(), scratch.data());
  return out;
}

Nat OddModulus::invert(const Nat& a) const {
  MPC_ASSERT(a.limbs() == limbs());
  const auto n = gmp_size(limbs());
  Nat out(limbs());
  Nat destroyed = a;
  Nat scratch(static_cast<std::size_t>(mpn_sec_invert_itch(n)));
  mpn_sec_invert(out.data(), destroyed.data(), m_.data(), n, 2 * limbs() * limb_bits, scratch.data());
  return out;
}

Nat OddModulus::pow(const Nat& base, const Nat& exponent, std::size_t exponent_bits) const {
  const std::size_t n = limbs();
  const std::size_t window = window_bits(exponent_bits);
  const std::size_t entries = std::size_t{1} << window;
  Nat scratch(scratch_limbs());
  Nat table(entries * n);  // base^0 ... base^(entries - 1), Montgomery form
  const Nat base_form = to_montgomery(base);
  std::copy_n(one_.data(), n, table.data());
  for (std::size_t i = 1; i < entries; ++i) {
    montgomery_mul(table.data() + i * n, table.data() + (i - 1) * n, base_form.data(), scratch.data());
  }
  Nat accumulator = one_;
  Nat entry(n);
  for (std::size_t digits = (exponent_bits + window - 1) / window; digits-- > 0;) {
    for (std::size_t i = 0; i < window; ++i) montgomery_sqr(accumulator.data(), accumulator.data(), scratch.data());
    Limb digit = 0;
    for (std::size_t i = window; i-- > 0;) digit = digit << 1 | exponent.bit(digits * window + i);
    mpn_sec_tabselect(entry.data(), table.data(), gmp_size(n), gmp_size(entries), gmp_size(digit));
    montgomery_mul(accumulator.data(), accumulator.data(), entry.data(), scratch.data());
  }
  return from_montgomery(accumulator);
}

}  // namespace mpc
