// The rings that kernels compute in: the residues modulo an odd m, or modulo m = root^2 with the root known.
#pragma once

#include <memory>
#include <optional>

#include "arith/odd_modulus.h"

namespace mpc::modexp {

class LaneRing;

/// Immutable. Constant time in the modulus, which may be secret.
class Ring {
 public:
  explicit Ring(Nat m);
  /// The residues modulo root^2.
  struct SquareOf {
    const Nat& root;
  };
  explicit Ring(SquareOf square);
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring();

  const OddModulus& odd() const { return odd_; }
  std::size_t limbs() const { return odd_.limbs(); }
  const std::optional<OddModulus>& root() const { return root_; }
  /// What the eight-lane kernel needs to know; null where that kernel is not in use, or not made for this width.
  const LaneRing* lanes() const { return lanes_.get(); }

 private:
  OddModulus odd_;
  std::optional<OddModulus> root_;
  std::unique_ptr<const LaneRing> lanes_;
};

}  // namespace mpc::modexp
