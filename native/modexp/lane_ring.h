// A ring as the eight-lane kernel sees it: its constants in radix 2^52, and the way of residues into a lane and back.
#pragma once

#include <memory>

#include "arith/odd_modulus.h"
#include "modexp/ifma.h"

namespace mpc::modexp {

/// Constant time in the modulus and in residues. Refers to the moduli it was made of.
class LaneRing {
 public:
  using Limbs = WipedVector<std::uint64_t>;

  /// root: of m = root^2, or null. Empty for moduli that are wider than the kernel's numbers.
  static std::unique_ptr<const LaneRing> make(const OddModulus& m, const OddModulus* root);

  /// Limbs of m, or of the root.
  int limbs() const { return limbs_; }
  bool adic() const { return root_ != nullptr; }
  /// Vectors of one element.
  int size() const { return adic() ? 2 * limbs_ : limbs_; }
  /// Vectors of the constants of eight such rings, and those of this one written into one lane.
  std::size_t constant_vectors() const { return 5 * static_cast<std::size_t>(limbs_) + 1; }
  static ifma::Ring layout(int limbs, bool adic, const ifma::Vector* constants);
  void put_constants(ifma::Vector* constants, int lane) const;

  /// A residue into a lane of an element.
  void put(ifma::Vector* element, int lane, const Nat& residue) const;
  /// The residue in a lane of a result.
  Nat take(const ifma::Vector* element, int lane) const;
  /// Entry `entry` of a table row [limb][entry], out of the kernel's Montgomery form. Not adic.
  Nat table_entry(const std::uint64_t* row, std::size_t window, std::size_t entry) const;

 private:
  LaneRing(const OddModulus& m, const OddModulus* root, int limbs);

  /// x = x0 + x1 root for x < m.
  std::pair<Nat, Nat> split(const Nat& x) const;
  Limbs element(const Nat& residue) const;
  void compute_fold();
  void compute_lift();

  const OddModulus& m_;
  const OddModulus* root_;
  int limbs_;
  Nat root_inverse_;  // mod 2^(64 limbs of root)
  Nat fold_value_;
  Limbs base_;  // m, or the root
  Limbs fold_;
  std::uint64_t minus_inverse_ = 0;
  Limbs r2_;
  Limbs lift_;
};

}  // namespace mpc::modexp
