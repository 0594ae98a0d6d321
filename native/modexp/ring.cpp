#include "modexp/ring.h"

#include "modexp/kernel.h"
#include "modexp/lane_ring.h"

namespace mpc::modexp {

Ring::Ring(Nat m) : odd_(std::move(m)) {
  if (kernel() == Kernel::ifma) lanes_ = LaneRing::make(odd_, nullptr);
}

Ring::Ring(SquareOf square) : odd_(mpc::mul(square.root, square.root)), root_(square.root) {
  if (kernel() == Kernel::ifma) lanes_ = LaneRing::make(odd_, &*root_);
}

Ring::~Ring() = default;

}  // namespace mpc::modexp
