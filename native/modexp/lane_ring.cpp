#include "modexp/lane_ring.h"

#include <algorithm>

#include "base/result.h"

namespace mpc::modexp {

namespace {

using ifma::Vector;

constexpr std::size_t radix_bits = ifma::limb_radix_bits;
constexpr std::uint64_t radix_mask = (std::uint64_t{1} << radix_bits) - 1;
constexpr int block = 10;              // the kernel's limb counts are multiples of it
constexpr std::size_t slack_bits = 8;  // the kernel's numbers may be some times the modulus
constexpr int max_limbs = 120;

/// Limb i in radix 2^52.
std::uint64_t limb52(const Nat& a, std::size_t i) {
  const std::size_t word = radix_bits * i / limb_bits;
  const std::size_t shift = radix_bits * i % limb_bits;
  const Limb upper = shift == 0 ? 0 : a[word + 1] << (limb_bits - shift);
  return ((a[word] >> shift) | upper) & radix_mask;
}

LaneRing::Limbs limbs52(const Nat& a, int count) {
  LaneRing::Limbs out(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = limb52(a, i);
  return out;
}

/// The number whose limbs in radix 2^52 are limb(0) ... limb(count - 1).
template <class LimbAt>
Nat from_limbs52(int count, LimbAt&& limb) {
  Nat out(limbs_for_bits(radix_bits * static_cast<std::size_t>(count)) + 1);
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const std::size_t word = radix_bits * i / limb_bits;
    const std::size_t shift = radix_bits * i % limb_bits;
    const DoubleLimb shifted = static_cast<DoubleLimb>(limb(i)) << shift;
    out.data()[word] |= static_cast<Limb>(shifted);
    out.data()[word + 1] |= static_cast<Limb>(shifted >> limb_bits);
  }
  return out;
}

/// -a^-1 mod 2^(64 limbs) for odd a, by Newton's iteration: x = x (2 - a x) doubles the correct bits.
Nat inverse_mod_power(const Nat& a, std::size_t limbs) {
  Nat x = Nat::of(1, limbs);
  const Nat two = Nat::of(2, limbs);
  for (std::size_t correct = 1; correct < limbs * limb_bits; correct *= 2) {
    const Nat ax = mul(a.low(limbs), x).low(limbs);
    x = mul(x, sub(two, ax)).low(limbs);
  }
  return x;
}

Nat negate_mod_power(const Nat& a) { return sub(Nat(a.limbs()), a); }

}  // namespace

std::unique_ptr<const LaneRing> LaneRing::make(const OddModulus& m, const OddModulus* root) {
  const OddModulus& base = root != nullptr ? *root : m;
  const std::size_t needed = base.limbs() * limb_bits + slack_bits;
  const auto limbs = static_cast<int>((needed + radix_bits - 1) / radix_bits);
  const int rounded = (limbs + block - 1) / block * block;
  if (rounded > max_limbs) return nullptr;
  return std::unique_ptr<const LaneRing>(new LaneRing(m, root, rounded));
}

LaneRing::LaneRing(const OddModulus& m, const OddModulus* root, int limbs)
    : m_(m), root_(root), limbs_(limbs), base_(limbs52(root != nullptr ? root->value() : m.value(), limbs)) {
  if (root_ != nullptr) root_inverse_ = inverse_mod_power(root_->value(), root_->limbs());
  compute_fold();
  r2_ = element(m_.reduce(Nat::power_of_two(2 * radix_bits * static_cast<std::size_t>(limbs_))));
  if (adic()) compute_lift();
}

void LaneRing::compute_fold() {
  // m u + 1 = 0 mod 2^520 for u = -m^-1, so (m u + 1) / 2^520 is 2^-520 mod m.
  constexpr std::size_t bits = radix_bits * block;
  const Nat& m = root_ != nullptr ? root_->value() : m_.value();
  const std::size_t width = limbs_for_bits(bits);
  Nat u = negate_mod_power(inverse_mod_power(m, width));
  u.data()[width - 1] &= (Limb{1} << (bits % limb_bits)) - 1;
  minus_inverse_ = u[0] & radix_mask;
  fold_value_ = shift_right(add(mul(m, u), Nat::of(1)), bits).resized(m.limbs());
  fold_ = limbs52(fold_value_, limbs_);
}

void LaneRing::compute_lift() {
  // Limbs of 2^52 - 1 or more: (2^52 - 1) (1 + B + ... + B^(n-1)) + rest = R - 1 + rest, and rest = 1 - R mod root
  // makes it a multiple of the root.
  const auto n = static_cast<std::size_t>(limbs_);
  const Nat r = root_->reduce(Nat::power_of_two(radix_bits * n));
  const Nat rest = root_->sub(root_->reduce(Nat::of(1)), r);
  lift_ = limbs52(rest, limbs_);
  for (std::uint64_t& limb : lift_) limb += radix_mask;
}

std::pair<Nat, Nat> LaneRing::split(const Nat& x) const {
  const Nat low = root_->reduce(x);
  // x - low is root times a number below the root: an exact division is a product with the inverse mod 2^(64 k).
  const std::size_t k = root_->limbs();
  const Nat multiple = sub(x.low(k), low);
  return {low, mul(multiple, root_inverse_).low(k)};
}

LaneRing::Limbs LaneRing::element(const Nat& residue) const {
  if (!adic()) return limbs52(residue, limbs_);
  const auto [low, high] = split(residue);
  Limbs out = limbs52(low, limbs_);
  const Limbs upper = limbs52(high, limbs_);
  out.insert(out.end(), upper.begin(), upper.end());
  return out;
}

// Order of the constants: m, fold, minus_inverse, r2, lift.
ifma::Ring LaneRing::layout(int limbs, bool adic, const Vector* constants) {
  const int size = adic ? 2 * limbs : limbs;
  const Vector* minus_inverse = constants + 2 * limbs;
  return {limbs, adic, constants, constants + limbs, minus_inverse, minus_inverse + 1, minus_inverse + 1 + size};
}

void LaneRing::put_constants(Vector* constants, int lane) const {
  const auto append = [&](const Limbs& limbs) {
    for (const std::uint64_t limb : limbs) (constants++)->lane[lane] = limb;
  };
  append(base_);
  append(fold_);
  (constants++)->lane[lane] = minus_inverse_;
  append(r2_);
  append(lift_);
}

void LaneRing::put(Vector* out, int lane, const Nat& residue) const {
  const Limbs limbs = element(residue);
  for (std::size_t i = 0; i < limbs.size(); ++i) out[i].lane[lane] = limbs[i];
}

Nat LaneRing::take(const Vector* in, int lane) const {
  const auto half = [&](const Vector* from) {
    return from_limbs52(limbs_, [&](std::size_t i) { return from[i].lane[lane] & radix_mask; });
  };
  Nat x = half(in);
  if (adic()) x = add(x, mul(half(in + limbs_), root_->value()));
  // Below 2.1 m, and in m-adic form x0 < 1.1 m and x1 < 2.1 m.
  return m_.reduce_below_three(x);
}

Nat LaneRing::table_entry(const std::uint64_t* row, std::size_t window, std::size_t entry) const {
  MPC_ASSERT(!adic());
  const Nat a = from_limbs52(limbs_, [&](std::size_t i) { return row[(i << window) + entry] & radix_mask; });
  // R^-1 = (2^-520)^(n / 10)
  Nat out = m_.reduce_below_three(a);
  for (int i = 0; i < limbs_; i += block) out = m_.mul(out, fold_value_);
  return out;
}

}  // namespace mpc::modexp
