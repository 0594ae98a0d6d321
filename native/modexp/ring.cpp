#include "modexp/ring.h"

#include "modexp/kernel.h"
#include "modexp/lane_ring.h"
#include "modexp/lone_ring.h"
#include "modexp/radix52.h"

namespace mpc::modexp {

Ring::Ring(Nat m, Known known) : odd_(std::move(m)), known_(known) { prepare_kernels(); }

namespace {

/// A square may be a limb shorter than twice its root; the width of a secret one must not tell.
Nat square_of(const Nat& root, Ring::Known known) {
  Nat square = mul(root, root);
  return known == Ring::Known::to_everybody ? trimmed_var(square) : square;
}

}  // namespace

Ring::Ring(SquareOf square, Known known)
    : odd_(square_of(square.root, known)),
      known_(known),
      root_(square.root),
      root_inverse_(inverse_mod_power_of_two(square.root, square.root.limbs())) {
  prepare_kernels();
}

Ring::~Ring() = default;

void Ring::prepare_kernels() {
  if (kernel() != Kernel::ifma) return;
  lanes_ = LaneRing::make(*this);
  lone_ = LoneRing::make(*this);
}

std::pair<Nat, Nat> Ring::split(const Nat& x) const {
  const Nat low = root_->reduce(x);
  // x - low is root times a number below the root: an exact division is a product with the inverse mod 2^(64 k).
  const std::size_t k = root_->limbs();
  return {low, mul(sub(x.low(k), low), root_inverse_).low(k)};
}

std::pair<Nat, Nat> Ring::split_var(const Nat& x) const {
  const std::size_t k = root_->limbs();
  const auto size = static_cast<mp_size_t>(x.limbs());
  const auto divisor = static_cast<mp_size_t>(k);
  Nat low(k);
  Nat high(x.limbs() - k + 1);
  mpn_tdiv_qr(high.data(), low.data(), 0, x.data(), size, root_->value().data(), divisor);
  return {std::move(low), high.low(k)};
}

}  // namespace mpc::modexp
