#include "arith/nat.h"

#include <algorithm>
#include <string_view>

#include "base/result.h"

namespace mpc {

namespace {

constexpr std::size_t limb_bytes = sizeof(Limb);

mp_size_t gmp_size(std::size_t limbs) { return static_cast<mp_size_t>(limbs); }

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

}  // namespace

Nat Nat::of(std::uint64_t value, std::size_t limbs) {
  Nat out(limbs);
  out.limbs_[0] = value;
  return out;
}

Nat Nat::power_of_two(std::size_t exponent) {
  Nat out(exponent / limb_bits + 1);
  out.limbs_[exponent / limb_bits] = Limb{1} << (exponent % limb_bits);
  return out;
}

Nat Nat::from_bytes(ByteView big_endian) {
  Nat out(std::max<std::size_t>(1, (big_endian.size() + limb_bytes - 1) / limb_bytes));
  for (std::size_t i = 0; i < big_endian.size(); ++i) {
    const Limb byte = big_endian[big_endian.size() - 1 - i];
    out.limbs_[i / limb_bytes] |= byte << (8 * (i % limb_bytes));
  }
  return out;
}

Nat Nat::constant(const char* text) {
  std::string_view digits(text);
  const bool hex = digits.starts_with("0x");
  if (hex) digits.remove_prefix(2);
  MPC_ASSERT(!digits.empty());
  const Limb base = hex ? 16 : 10;
  Nat out(limbs_for_bits(4 * digits.size()));
  for (const char c : digits) {
    const int digit = digit_value(c);
    MPC_ASSERT(digit < static_cast<int>(base));
    const Limb carry = mpn_mul_1(out.data(), out.data(), gmp_size(out.limbs()), base);
    MPC_ASSERT(carry == 0);
    mpn_add_1(out.data(), out.data(), gmp_size(out.limbs()), static_cast<Limb>(digit));
  }
  return out;
}

Nat Nat::resized(std::size_t limbs) const { return low(limbs); }

Nat Nat::low(std::size_t limbs) const {
  Nat out(limbs);
  std::copy_n(limbs_.begin(), std::min(limbs, limbs_.size()), out.limbs_.begin());
  return out;
}

Bytes Nat::to_bytes(std::size_t length) const {
  Bytes out(length);
  write_bytes(out);
  return out;
}

void Nat::write_bytes(std::span<std::uint8_t> big_endian) const {
  for (std::size_t i = 0; i < big_endian.size(); ++i) {
    big_endian[big_endian.size() - 1 - i] =
        static_cast<std::uint8_t>((*this)[i / limb_bytes] >> (8 * (i % limb_bytes)));
  }
}

Limb mask_if_zero(Limb value) {
  // value | -value has its top bit set unless value = 0.
  return ((value | (Limb{0} - value)) >> (limb_bits - 1)) - 1;
}

Limb zero_mask(const Nat& a) {
  Limb seen = 0;
  for (std::size_t i = 0; i < a.limbs(); ++i) seen |= a[i];
  return mask_if_zero(seen);
}

Limb equal_mask(const Nat& a, const Nat& b) {
  Limb seen = 0;
  for (std::size_t i = 0; i < std::max(a.limbs(), b.limbs()); ++i) seen |= a[i] ^ b[i];
  return mask_if_zero(seen);
}

Limb less_mask(const Nat& a, const Nat& b) {
  Limb borrow = 0;
  for (std::size_t i = 0; i < std::max(a.limbs(), b.limbs()); ++i) {
    const DoubleLimb difference = static_cast<DoubleLimb>(a[i]) - b[i] - borrow;
    borrow = static_cast<Limb>(difference >> limb_bits) & 1;
  }
  return Limb{0} - borrow;
}

Nat select(Limb mask, const Nat& a, const Nat& b) {
  Nat out(std::max(a.limbs(), b.limbs()));
  for (std::size_t i = 0; i < out.limbs(); ++i) out.data()[i] = (a[i] & mask) | (b[i] & ~mask);
  return out;
}

Nat add(const Nat& a, const Nat& b) {
  const Nat& wide = a.limbs() >= b.limbs() ? a : b;
  const Nat& narrow = a.limbs() >= b.limbs() ? b : a;
  const Nat padded = narrow.resized(wide.limbs());
  Nat out(wide.limbs() + 1);
  out.data()[wide.limbs()] = mpn_add_n(out.data(), wide.data(), padded.data(), gmp_size(wide.limbs()));
  return out;
}

Nat sub(const Nat& a, const Nat& b) {
  const Nat padded = b.resized(a.limbs());
  Nat out(a.limbs());
  mpn_sub_n(out.data(), a.data(), padded.data(), gmp_size(a.limbs()));
  return out;
}

Nat mul(const Nat& a, const Nat& b) {
  const Nat& wide = a.limbs() >= b.limbs() ? a : b;
  const Nat& narrow = a.limbs() >= b.limbs() ? b : a;
  const auto wide_size = gmp_size(wide.limbs());
  const auto narrow_size = gmp_size(narrow.limbs());
  Nat out(wide.limbs() + narrow.limbs());
  Nat scratch(static_cast<std::size_t>(mpn_sec_mul_itch(wide_size, narrow_size)));
  mpn_sec_mul(out.data(), wide.data(), wide_size, narrow.data(), narrow_size, scratch.data());
  return out;
}

Nat shift_left(const Nat& a, std::size_t bits) {
  const std::size_t whole = bits / limb_bits;
  const unsigned rest = bits % limb_bits;
  Nat out(a.limbs() + whole + 1);
  for (std::size_t i = 0; i <= a.limbs(); ++i) {
    const Limb below = i == 0 || rest == 0 ? 0 : a[i - 1] >> (limb_bits - rest);
    out.data()[i + whole] = (a[i] << rest) | below;
  }
  return out;
}

Nat shift_right(const Nat& a, std::size_t bits) {
  const std::size_t whole = bits / limb_bits;
  const unsigned rest = bits % limb_bits;
  Nat out(a.limbs() > whole ? a.limbs() - whole : 1);
  for (std::size_t i = 0; i < out.limbs(); ++i) {
    const Limb above = rest == 0 ? 0 : a[i + whole + 1] << (limb_bits - rest);
    out.data()[i] = (a[i + whole] >> rest) | above;
  }
  return out;
}

std::size_t bits_var(const Nat& a) {
  for (std::size_t i = a.limbs(); i-- > 0;) {
    if (a[i] != 0) return (i + 1) * limb_bits - static_cast<std::size_t>(__builtin_clzll(a[i]));
  }
  return 0;
}

std::strong_ordering compare_var(const Nat& a, const Nat& b) {
  for (std::size_t i = std::max(a.limbs(), b.limbs()); i-- > 0;) {
    if (a[i] != b[i]) return a[i] <=> b[i];
  }
  return std::strong_ordering::equal;
}

bool is_zero_var(const Nat& a) { return bits_var(a) == 0; }

const char* gmp_library_version() { return gmp_version; }

Nat trimmed_var(const Nat& a) { return a.low(std::max<std::size_t>(1, limbs_for_bits(bits_var(a)))); }

}  // namespace mpc
