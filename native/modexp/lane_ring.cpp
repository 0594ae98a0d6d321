#include "modexp/lane_ring.h"

#include "base/result.h"

namespace mpc::modexp {

namespace {

using ifma::Vector;

constexpr std::size_t block = 10;  // the kernel's limb counts are multiples of it

}  // namespace

std::size_t lane_limbs(std::size_t limbs) {
  constexpr std::size_t slack_bits = 8;  // the kernel's numbers may be some times the modulus
  constexpr std::size_t max_limbs = 120;
  const std::size_t needed = limbs * limb_bits + slack_bits;
  const std::size_t out = (needed + radix_bits * block - 1) / (radix_bits * block) * block;
  return out > max_limbs ? 0 : out;
}

std::unique_ptr<const LaneRing> LaneRing::make(const Ring& ring) {
  const std::size_t limbs = lane_limbs(ring.base().limbs());
  if (limbs == 0) return nullptr;
  return std::unique_ptr<const LaneRing>(new LaneRing(ring, limbs));
}

LaneRing::LaneRing(const Ring& ring, std::size_t limbs)
    : ring_(ring),
      limbs_(limbs),
      fold_value_(fold52(ring.base().value(), block)),
      base_(limbs52(ring.base().value(), limbs)),
      fold_(limbs52(fold_value_.value, limbs)),
      r2_(element(ring.odd().reduce(Nat::power_of_two(2 * radix_bits * limbs)))) {
  if (adic()) compute_lift();
}

void LaneRing::compute_lift() {
  // Limbs of 2^52 - 1 or more: (2^52 - 1) (1 + B + ... + B^(n-1)) + rest = R - 1 + rest, and rest = 1 - R mod root
  // makes it a multiple of the root.
  const OddModulus& root = *ring_.root();
  const Nat r = root.reduce(Nat::power_of_two(radix_bits * limbs_));
  lift_ = limbs52(root.sub(root.reduce(Nat::of(1)), r), limbs_);
  for (std::uint64_t& limb : lift_) limb += radix_mask;
}

Limbs52 LaneRing::element(const Nat& residue) const {
  if (!adic()) return limbs52(residue, limbs_);
  const auto [low, high] = ring_.split(residue);
  Limbs52 out = limbs52(low, limbs_);
  const Limbs52 upper = limbs52(high, limbs_);
  out.insert(out.end(), upper.begin(), upper.end());
  return out;
}

// Order of the constants: m, fold, minus_inverse, r2, lift.
ifma::Ring LaneRing::layout(int limbs, bool adic, const Vector* constants) {
  const int size = adic ? 2 * limbs : limbs;
  const Vector* minus_inverse = constants + 2 * limbs;
  return {limbs, adic, constants, constants + limbs, minus_inverse, minus_inverse + 1, minus_inverse + 1 + size};
}

void LaneRing::put_constants(Vector* constants, std::size_t lane) const {
  const auto append = [&](const Limbs52& limbs) {
    for (const std::uint64_t limb : limbs) (constants++)->lane[lane] = limb;
  };
  append(base_);
  append(fold_);
  (constants++)->lane[lane] = fold_value_.minus_inverse;
  append(r2_);
  append(lift_);
}

void LaneRing::put(Vector* out, std::size_t lane, const Nat& residue) const {
  const Limbs52 limbs = element(residue);
  for (std::size_t i = 0; i < limbs.size(); ++i) out[i].lane[lane] = limbs[i];
}

Nat LaneRing::take(const Vector* in, std::size_t lane) const {
  const auto half = [&](const Vector* from) {
    return from_limbs52(limbs_, [&](std::size_t i) { return from[i].lane[lane] & radix_mask; });
  };
  Nat x = half(in);
  if (adic()) x = add(x, mul(half(in + limbs_), ring_.base().value()));
  // Below 2.1 m, and in m-adic form x0 < 1.1 m and x1 < 2.1 m.
  return ring_.odd().reduce_below_three(x);
}

Nat LaneRing::table_entry(const std::uint64_t* table, std::size_t teeth, std::size_t entry) const {
  MPC_ASSERT(!adic());
  const OddModulus& m = ring_.odd();
  Nat out = m.reduce_below_three(
      from_limbs52(limbs_, [&](std::size_t i) { return table[(i << teeth) + entry] & radix_mask; }));
  // R^-1 = (2^-520)^(n / 10)
  for (std::size_t i = 0; i < limbs_; i += block) out = m.mul(out, fold_value_.value);
  return out;
}

}  // namespace mpc::modexp
