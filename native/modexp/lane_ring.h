// A ring as the eight-lane kernel sees it: its constants, and the way of residues into a lane and back.
#pragma once

#include <memory>

#include "modexp/ifma.h"
#include "modexp/radix52.h"
#include "modexp/ring.h"

namespace mpc::modexp {

/// Limbs of 52 bits that the kernel takes for a modulus of so many 64-bit limbs; 0 when it is too wide.
std::size_t lane_limbs(std::size_t limbs);

/// Constant time in the modulus and in residues. Refers to the ring it was made of.
class LaneRing {
 public:
  /// Empty for moduli that are wider than the kernel's numbers.
  static std::unique_ptr<const LaneRing> make(const Ring& ring);

  /// Limbs of m, or of the root.
  int limbs() const { return static_cast<int>(limbs_); }
  bool adic() const { return ring_.root().has_value(); }
  /// Vectors of one element.
  std::size_t size() const { return adic() ? 2 * limbs_ : limbs_; }
  /// Vectors of the constants of eight such rings, and those of this one written into one lane.
  std::size_t constant_vectors() const { return 5 * limbs_ + 1; }
  static ifma::Ring layout(int limbs, bool adic, const ifma::Vector* constants);
  void put_constants(ifma::Vector* constants, std::size_t lane) const;

  /// A residue into a lane of an element.
  void put(ifma::Vector* element, std::size_t lane, const Nat& residue) const;
  /// The residue in a lane of a result.
  Nat take(const ifma::Vector* element, std::size_t lane) const;
  /// Entry `entry` of a block [limb][entry] of 2^teeth entries, out of the kernel's Montgomery form. Not adic.
  Nat table_entry(const std::uint64_t* table, std::size_t teeth, std::size_t entry) const;

 private:
  LaneRing(const Ring& ring, std::size_t limbs);

  Limbs52 element(const Nat& residue) const;
  void compute_lift();

  const Ring& ring_;
  std::size_t limbs_;
  Fold fold_value_;
  Limbs52 base_;  // m, or the root
  Limbs52 fold_;
  Limbs52 r2_;
  Limbs52 lift_;
};

}  // namespace mpc::modexp
