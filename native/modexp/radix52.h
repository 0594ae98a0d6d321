// Numbers in limbs of 52 bits, for the kernels that multiply 52 bits at a time. Constant time in values.
#pragma once

#include "arith/odd_modulus.h"

namespace mpc::modexp {

constexpr std::size_t radix_bits = 52;
constexpr std::uint64_t radix_mask = (std::uint64_t{1} << radix_bits) - 1;

using Limbs52 = WipedVector<std::uint64_t>;

/// The low `count` limbs.
Limbs52 limbs52(const Nat& a, std::size_t count);

/// The number whose limbs are limb(0) ... limb(count - 1), each below 2^52.
template <class LimbAt>
Nat from_limbs52(std::size_t count, LimbAt&& limb) {
  Nat out(limbs_for_bits(radix_bits * count) + 1);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t word = radix_bits * i / limb_bits;
    const std::size_t shift = radix_bits * i % limb_bits;
    const DoubleLimb shifted = static_cast<DoubleLimb>(limb(i)) << shift;
    out.data()[word] |= static_cast<Limb>(shifted);
    out.data()[word + 1] |= static_cast<Limb>(shifted >> limb_bits);
  }
  return out;
}

/// 2^(-52 limbs) mod m, which replaces the low limbs of a number that is reduced from below.
struct Fold {
  Nat value;
  Wiped<std::uint64_t> minus_inverse;  // -m^-1 mod 2^52
};
Fold fold52(const Nat& m, std::size_t limbs);

}  // namespace mpc::modexp
