// Products of plain numbers in the lanes of the kernel, one Montgomery product after the other.
#pragma once

#include "modexp/lane_memory.h"
#include "modexp/lane_ring.h"

namespace mpc::modexp {

/// One ring in all lanes. Elements are ring.lanes()->size() vectors.
class LaneProducts {
 public:
  /// The ring has lanes.
  explicit LaneProducts(const Ring& ring)
      : lanes_(*ring.lanes()),
        constants_(lanes_.constant_vectors()),
        layout_(LaneRing::layout(lanes_.limbs(), lanes_.adic(), constants_.data())),
        scratch_(ifma::multiply_scratch(layout_)) {
    for (std::size_t lane = 0; lane < ifma::lanes; ++lane) lanes_.put_constants(constants_.data(), lane);
  }

  std::size_t size() const { return lanes_.size(); }
  /// Of R, which every product divides by.
  static std::size_t radix_exponent(const Ring& ring) {
    return radix_bits * static_cast<std::size_t>(ring.lanes()->limbs());
  }
  void put(ifma::Vector* element, std::size_t lane, const Nat& residue) const { lanes_.put(element, lane, residue); }
  Nat take(const ifma::Vector* element, std::size_t lane) const { return lanes_.take(element, lane); }
  /// product = product * factor / R.
  void multiply_onto(ifma::Vector* product, const ifma::Vector* factor) {
    ifma::multiply_onto(layout_, product, factor, scratch_.data());
  }

 private:
  const LaneRing& lanes_;
  LaneMemory constants_;
  ifma::Ring layout_;
  LaneMemory scratch_;
};

}  // namespace mpc::modexp
