// The rings that kernels compute in: the residues modulo an odd m, or modulo m = root^2 with the root known.
#pragma once

#include <memory>
#include <optional>

#include "arith/odd_modulus.h"

namespace mpc::modexp {

class LaneRing;
class LoneRing;

/// Immutable. Constant time in the modulus, which may be secret.
class Ring {
 public:
  enum class Known : std::uint8_t { to_everybody, to_its_owner };

  /// A modulus that only its owner knows never meets an algorithm that is variable time in it.
  explicit Ring(Nat m, Known known = Known::to_its_owner);
  /// The residues modulo root^2.
  struct SquareOf {
    const Nat& root;
  };
  explicit Ring(SquareOf square, Known known = Known::to_its_owner);
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring();

  const OddModulus& odd() const { return odd_; }
  std::size_t limbs() const { return odd_.limbs(); }
  bool is_public() const { return known_ == Known::to_everybody; }

  const std::optional<OddModulus>& root() const { return root_; }
  /// The modulus whose limbs kernels compute with: the root if there is one.
  const OddModulus& base() const { return root_ ? *root_ : odd_; }
  /// x = x0 + x1 root, for a residue x modulo root^2.
  std::pair<Nat, Nat> split(const Nat& x) const;
  /// The same for a public residue of a public ring.
  std::pair<Nat, Nat> split_var(const Nat& x) const;

  /// What the IFMA kernels need to know, for eight numbers at once and for a lone one; null where those kernels are not
  /// in use, or not made for this width.
  const LaneRing* lanes() const { return lanes_.get(); }
  const LoneRing* lone() const { return lone_.get(); }

 private:
  void prepare_kernels();

  OddModulus odd_;
  Known known_;
  std::optional<OddModulus> root_;
  Nat root_inverse_;  // modulo 2^(64 limbs of the root)
  std::unique_ptr<const LaneRing> lanes_;
  std::unique_ptr<const LoneRing> lone_;
};

}  // namespace mpc::modexp
