#include "curve/scalar.h"

#include <algorithm>

#include "arith/odd_modulus.h"
#include "arith/sample.h"

namespace mpc::curve {

namespace {

const OddModulus& field() {
  static const OddModulus modulus(order());
  return modulus;
}

/// (q - 1) / 2, the largest residue that balanced() leaves positive.
const Nat& half_order() {
  static const Nat half = shift_right(order(), 1);
  return half;
}

}  // namespace

const Nat& order() {
  static const Nat q = Nat::constant("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  return q;
}

Scalar Scalar::of(std::uint64_t value) {
  Scalar out;
  out.limbs_[0] = value;
  return out;
}

Scalar Scalar::of_reduced(const Nat& residue) {
  Scalar out;
  for (std::size_t i = 0; i < limb_count; ++i) out.limbs_[i] = residue[i];
  return out;
}

std::optional<Scalar> Scalar::from_bytes(ByteView big_endian) {
  if (big_endian.size() != bytes_for_bits(order_bits)) return std::nullopt;
  const Nat value = Nat::from_bytes(big_endian);
  if (!less_var(value, order())) return std::nullopt;
  return of_reduced(value);
}

Bytes32 Scalar::to_bytes() const {
  Bytes32 out;
  to_nat().write_bytes(out);
  return out;
}

Nat Scalar::to_nat() const {
  Nat out(limb_count);
  std::copy(limbs_.begin(), limbs_.end(), out.data());
  return out;
}

Scalar add(const Scalar& a, const Scalar& b) { return Scalar::of_reduced(field().add(a.to_nat(), b.to_nat())); }

Scalar sub(const Scalar& a, const Scalar& b) { return Scalar::of_reduced(field().sub(a.to_nat(), b.to_nat())); }

Scalar negate(const Scalar& a) { return sub(Scalar(), a); }

Scalar mul(const Scalar& a, const Scalar& b) { return Scalar::of_reduced(field().mul(a.to_nat(), b.to_nat())); }

Scalar invert(const Scalar& a) {
  const Scalar inverse = Scalar::of_reduced(field().invert(a.to_nat()));
  // The inversion leaves garbage for zero.
  return select(zero_mask(a), Scalar(), inverse);
}

Limb zero_mask(const Scalar& a) {
  Limb seen = 0;
  for (const Limb limb : a.limbs_) seen |= limb;
  return mask_if_zero(seen);
}

Scalar select(Limb mask, const Scalar& a, const Scalar& b) {
  Scalar out;
  for (std::size_t i = 0; i < Scalar::limb_count; ++i) {
    out.limbs_[i] = (a.limbs_[i] & mask) | (b.limbs_[i] & ~mask);
  }
  return out;
}

bool equal_var(const Scalar& a, const Scalar& b) { return is_zero_var(sub(a, b)); }

bool is_zero_var(const Scalar& a) { return zero_mask(a) != 0; }

Scalar scalar_from(const Nat& a) { return Scalar::of_reduced(field().reduce(a)); }

Scalar scalar_from(const Int& a) { return Scalar::of_reduced(field().reduce(a)); }

Int balanced(const Scalar& a) {
  const Nat residue = a.to_nat();
  const Limb negative = less_mask(half_order(), residue);
  return Int(negative, select(negative, sub(order(), residue), residue));
}

Secret<Scalar> sample_scalar(Rng& rng) {
  const Secret<Nat> drawn = sample_below(rng, order());
  return Secret(scalar_from(drawn.expose()));
}

Secret<Scalar> sample_nonzero_scalar(Rng& rng) {
  // q is prime, so its units are the nonzero residues; sample_unit draws below q until the draw is not zero.
  const Secret<Nat> drawn = sample_unit(rng, order());
  return Secret(scalar_from(drawn.expose()));
}

}  // namespace mpc::curve
