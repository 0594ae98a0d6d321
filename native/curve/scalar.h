// Residues modulo the prime order q of the group of secp256k1. Constant time in every value unless _var; none of the
// functions here branches on a scalar or uses one as an address.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "arith/integer.h"
#include "base/random.h"

namespace mpc::curve {

constexpr std::size_t order_bits = 256;

/// q, in four limbs.
const Nat& order();

class Scalar {
 public:
  static constexpr std::size_t limb_count = limbs_for_bits(order_bits);

  /// Zero.
  Scalar() = default;
  static Scalar of(std::uint64_t value);
  /// 32 bytes, big endian, below q; anything else is refused, never reduced. For public input: whether the bytes are
  /// canonical shows in the time. (A sealed secret goes through scalar_from.)
  static std::optional<Scalar> from_bytes(ByteView big_endian);
  Bytes32 to_bytes() const;

  /// The representative in [0, q), in four limbs.
  Nat to_nat() const;

 private:
  /// A Nat that is known to lie in [0, q).
  static Scalar of_reduced(const Nat& residue);

  std::array<Limb, limb_count> limbs_{};

  friend Scalar add(const Scalar& a, const Scalar& b);
  friend Scalar sub(const Scalar& a, const Scalar& b);
  friend Scalar mul(const Scalar& a, const Scalar& b);
  friend Scalar invert(const Scalar& a);
  friend Limb zero_mask(const Scalar& a);
  friend Scalar select(Limb mask, const Scalar& a, const Scalar& b);
  friend Scalar scalar_from(const Nat& a);
  friend Scalar scalar_from(const Int& a);

  template <class Visit>
  friend void visit_memory(const Scalar& value, Visit&& visit) {
    visit(value.limbs_.data(), sizeof value.limbs_);
  }
};
static_assert(std::is_trivially_copyable_v<Scalar>, "Secret<Scalar> wipes only what is trivially copyable");

Scalar add(const Scalar& a, const Scalar& b);
Scalar sub(const Scalar& a, const Scalar& b);
Scalar negate(const Scalar& a);
Scalar mul(const Scalar& a, const Scalar& b);
/// a^-1 for a != 0; zero for a = 0.
Scalar invert(const Scalar& a);
/// All ones where a = 0, else zero.
Limb zero_mask(const Scalar& a);
/// a where mask is set, else b.
Scalar select(Limb mask, const Scalar& a, const Scalar& b);

/// For public scalars.
bool equal_var(const Scalar& a, const Scalar& b);
bool is_zero_var(const Scalar& a);

/// The residue mod q of a number of any width.
Scalar scalar_from(const Nat& a);
Scalar scalar_from(const Int& a);
/// bal(a): the representative in [-(q-1)/2, (q-1)/2]; its magnitude has four limbs.
Int balanced(const Scalar& a);

/// Uniform in [0, q).
Secret<Scalar> sample_scalar(Rng& rng);
/// Uniform in [1, q).
Secret<Scalar> sample_nonzero_scalar(Rng& rng);

}  // namespace mpc::curve
