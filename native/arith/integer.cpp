#include "arith/integer.h"

#include <algorithm>

namespace mpc {

namespace {

/// Two's complement of the value at the given width: (x xor s) - s for the sign mask s.
Nat conditional_negate(Limb mask, const Nat& a) {
  Nat out(a.limbs());
  Limb carry = mask & 1;
  for (std::size_t i = 0; i < a.limbs(); ++i) {
    const DoubleLimb sum = static_cast<DoubleLimb>(a[i] ^ mask) + carry;
    out.data()[i] = static_cast<Limb>(sum);
    carry = static_cast<Limb>(sum >> limb_bits);
  }
  return out;
}

}  // namespace

Int::Int(Limb negative, Nat magnitude)
    : negative_(negative & ~zero_mask(magnitude)), magnitude_(std::move(magnitude)) {}

Int Int::of(std::int64_t value) {
  const auto magnitude =
      value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  return Int(value < 0 ? all_ones : 0, Nat::of(magnitude));
}

Int negate(const Int& a) { return Int(~a.negative_mask(), a.magnitude()); }

Int add(const Int& a, const Int& b) {
  // One spare limb holds the sign of the two's complement sum.
  const std::size_t width = std::max(a.limbs(), b.limbs()) + 1;
  const Nat x = conditional_negate(a.negative_mask(), a.magnitude().resized(width));
  const Nat y = conditional_negate(b.negative_mask(), b.magnitude().resized(width));
  const Nat sum = add(x, y).low(width);
  const Limb negative = Limb{0} - (sum[width - 1] >> (limb_bits - 1));
  return Int(negative, conditional_negate(negative, sum));
}

Int sub(const Int& a, const Int& b) { return add(a, negate(b)); }

Int mul(const Int& a, const Int& b) {
  return Int(a.negative_mask() ^ b.negative_mask(), mul(a.magnitude(), b.magnitude()));
}

Limb within_bits_mask(const Int& a, std::size_t bits) { return zero_mask(shift_right(a.magnitude(), bits)); }

bool magnitude_less_var(const Int& a, const Nat& bound) { return less_var(a.magnitude(), bound); }

bool magnitude_at_most_var(const Int& a, const Nat& bound) { return !less_var(bound, a.magnitude()); }

bool is_negative_var(const Int& a) { return a.negative_mask() != 0; }

}  // namespace mpc
