// Montgomery arithmetic modulo an odd number. Constant time in every value, the modulus included (its width is public),
// so the same code serves public moduli and the secret primes of a key. _var functions need public operands.
//
// Residues are Nats of exactly limbs() limbs, below the modulus. "Montgomery form" of a is a R mod m with R = 2^(64 n).
#pragma once

#include "arith/integer.h"

namespace mpc {

/// A good window for exponents of that many bits.
constexpr std::size_t window_bits(std::size_t exponent_bits) {
  if (exponent_bits <= 24) return 2;
  if (exponent_bits <= 80) return 3;
  if (exponent_bits <= 240) return 4;
  if (exponent_bits <= 768) return 5;
  return 6;
}

/// -m^-1 mod 2^64 for odd m.
Limb minus_inverse_limb(Limb m);
/// a^-1 mod 2^(64 limbs) for odd a.
Nat inverse_mod_power_of_two(const Nat& a, std::size_t limbs);

class OddModulus {
 public:
  /// m odd, m > 1, with at most one leading zero limb (the square of a secret may have one).
  explicit OddModulus(Nat m);

  const Nat& value() const { return m_; }
  std::size_t limbs() const { return m_.limbs(); }

  /// The residue of a number of any width, and of a signed one.
  Nat reduce(const Nat& a) const;
  Nat reduce(const Int& a) const;
  /// The same for a < 3 m, by subtraction.
  Nat reduce_below_three(const Nat& a) const;
  Nat add(const Nat& a, const Nat& b) const;
  Nat sub(const Nat& a, const Nat& b) const;
  Nat negate(const Nat& a) const { return sub(Nat(limbs()), a); }
  Nat mul(const Nat& a, const Nat& b) const;
  /// a^-1; a must be a unit (the result is meaningless otherwise). Constant time, and slow: about 1.5 full powers.
  Nat invert(const Nat& a) const;
  /// base^exponent for an exponent of the declared width; constant time in both.
  Nat pow(const Nat& base, const Nat& exponent, std::size_t exponent_bits) const;

  // Montgomery form, for kernels. Pointers to limbs() limbs; outputs may alias inputs. scratch: scratch_limbs().
  Nat to_montgomery(const Nat& a) const;
  Nat from_montgomery(const Nat& a) const;
  /// The same for any a < m R.
  Nat from_montgomery_wide(const Nat& a) const;
  const Nat& montgomery_one() const { return one_; }
  void montgomery_mul(Limb* out, const Limb* a, const Limb* b, Limb* scratch) const;
  void montgomery_sqr(Limb* out, const Limb* a, Limb* scratch) const;
  /// The same for public operands, with GMP's subquadratic products.
  void montgomery_mul_var(Limb* out, const Limb* a, const Limb* b, Limb* scratch) const;
  void montgomery_sqr_var(Limb* out, const Limb* a, Limb* scratch) const;
  std::size_t scratch_limbs() const;

 private:
  /// out = t R^-1 mod m for t < m R in 2n limbs; destroys t.
  void redc(Limb* out, Limb* t) const;

  Nat m_;
  Wiped<Limb> minus_inverse_;  // -m^-1 mod 2^64
  bool fills_limbs_;           // m >= 2^(64 n - 2), as nearly all that we use
  Nat one_;                    // R mod m
  Nat r2_;                     // R^2 mod m
};

template <class Visit>
void visit_memory(const OddModulus& value, Visit&& visit) {
  visit_memory(value.value(), visit);
  visit_memory(value.montgomery_one(), visit);
}

}  // namespace mpc
