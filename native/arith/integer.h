// Signed integers of fixed public width: a sign mask and a magnitude. Zero has sign 0. Constant time unless _var.
#pragma once

#include "arith/nat.h"

namespace mpc {

class Int {
 public:
  Int() : magnitude_(1) {}
  /// Non-negative.
  explicit Int(Nat magnitude) : magnitude_(std::move(magnitude)) {}
  /// negative: a mask. A zero magnitude gets sign 0.
  Int(Limb negative, Nat magnitude);
  static Int of(std::int64_t value);

  Limb negative_mask() const { return negative_; }
  const Nat& magnitude() const { return magnitude_; }
  std::size_t limbs() const { return magnitude_.limbs(); }
  Int resized(std::size_t limbs) const { return Int(negative_, magnitude_.resized(limbs)); }

 private:
  Wiped<Limb> negative_;
  Nat magnitude_;

  template <class Visit>
  friend void visit_memory(const Int& value, Visit&& visit) {
    visit(value.negative_.address(), sizeof(Limb));
    visit_memory(value.magnitude_, visit);
  }
};

Int negate(const Int& a);
Int add(const Int& a, const Int& b);
Int sub(const Int& a, const Int& b);
Int mul(const Int& a, const Int& b);

/// All ones where |a| < 2^bits, else zero.
Limb within_bits_mask(const Int& a, std::size_t bits);

/// |a| < bound, |a| <= bound; for public a.
bool magnitude_less_var(const Int& a, const Nat& bound);
bool magnitude_at_most_var(const Int& a, const Nat& bound);
bool is_negative_var(const Int& a);

}  // namespace mpc
