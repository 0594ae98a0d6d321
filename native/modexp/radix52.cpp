#include "modexp/radix52.h"

namespace mpc::modexp {

Limbs52 limbs52(const Nat& a, std::size_t count) {
  Limbs52 out(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t word = radix_bits * i / limb_bits;
    const std::size_t shift = radix_bits * i % limb_bits;
    const Limb upper = shift == 0 ? 0 : a[word + 1] << (limb_bits - shift);
    out[i] = ((a[word] >> shift) | upper) & radix_mask;
  }
  return out;
}

Fold fold52(const Nat& m, std::size_t limbs) {
  // m u + 1 = 0 mod 2^bits for u = -m^-1, so (m u + 1) / 2^bits is 2^-bits mod m.
  const std::size_t bits = radix_bits * limbs;
  const std::size_t width = limbs_for_bits(bits);
  Nat u = sub(Nat(width), inverse_mod_power_of_two(m, width));
  u.data()[width - 1] &= all_ones >> (width * limb_bits - bits);
  return {shift_right(add(mul(m, u), Nat::of(1)), bits).resized(m.limbs()), u[0] & radix_mask};
}

}  // namespace mpc::modexp
