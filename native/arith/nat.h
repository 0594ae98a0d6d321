// Natural numbers of a fixed, public width in 64-bit limbs, least significant first. Unmarked functions are constant
// time in the values (never in the widths); functions named _var are for public values.
#pragma once

#include <gmp.h>

#include <compare>

#include "base/bytes.h"
#include "base/secret.h"

namespace mpc {

using Limb = mp_limb_t;
__extension__ typedef unsigned __int128 DoubleLimb;
constexpr std::size_t limb_bits = 64;
constexpr Limb all_ones = ~Limb{0};

constexpr std::size_t limbs_for_bits(std::size_t bits) { return (bits + limb_bits - 1) / limb_bits; }
constexpr std::size_t bytes_for_bits(std::size_t bits) { return (bits + 7) / 8; }

class Nat {
 public:
  Nat() = default;
  explicit Nat(std::size_t limbs) : limbs_(limbs, 0) {}
  static Nat of(std::uint64_t value, std::size_t limbs = 1);
  /// 2^exponent, as wide as it needs.
  static Nat power_of_two(std::size_t exponent);
  /// Big-endian bytes; the width follows from the length.
  static Nat from_bytes(ByteView big_endian);
  /// A decimal or 0x... constant of the source code. Asserts on anything else.
  static Nat constant(const char* text);

  std::size_t limbs() const { return limbs_.size(); }
  Limb* data() { return limbs_.data(); }
  const Limb* data() const { return limbs_.data(); }
  Limb operator[](std::size_t i) const { return i < limbs_.size() ? limbs_[i] : 0; }

  /// The same value at another width; dropped limbs must be zero (the caller knows a bound).
  Nat resized(std::size_t limbs) const;
  /// The value mod 2^(64 limbs).
  Nat low(std::size_t limbs) const;
  /// Big-endian, zero-padded to `length` bytes; the value must fit (not checked: the caller knows a bound).
  Bytes to_bytes(std::size_t length) const;
  void write_bytes(std::span<std::uint8_t> big_endian) const;
  /// Bit i, as 0 or 1.
  Limb bit(std::size_t i) const { return ((*this)[i / limb_bits] >> (i % limb_bits)) & 1; }
  bool is_odd() const { return bit(0) == 1; }

 private:
  WipedVector<Limb> limbs_;
};

template <class Visit>
void visit_memory(const Nat& value, Visit&& visit) {
  visit(value.data(), value.limbs() * sizeof(Limb));
}

// Masks are limbs that are all ones (true) or zero (false).
Limb mask_if_zero(Limb value);
inline Limb mask_if_nonzero(Limb value) { return ~mask_if_zero(value); }
Limb zero_mask(const Nat& a);
Limb equal_mask(const Nat& a, const Nat& b);
Limb less_mask(const Nat& a, const Nat& b);
/// a where mask is set, else b; as wide as the wider one.
Nat select(Limb mask, const Nat& a, const Nat& b);

/// a + b, one limb wider than the wider one.
Nat add(const Nat& a, const Nat& b);
/// a - b for a >= b, as wide as a; the caller knows that b fits.
Nat sub(const Nat& a, const Nat& b);
/// a * b, as wide as both together.
Nat mul(const Nat& a, const Nat& b);
/// a * 2^bits and floor(a / 2^bits); the shift is public.
Nat shift_left(const Nat& a, std::size_t bits);
Nat shift_right(const Nat& a, std::size_t bits);

// Variable time, for public values.
std::size_t bits_var(const Nat& a);
std::strong_ordering compare_var(const Nat& a, const Nat& b);
bool is_zero_var(const Nat& a);
inline bool equal_var(const Nat& a, const Nat& b) { return compare_var(a, b) == std::strong_ordering::equal; }
inline bool less_var(const Nat& a, const Nat& b) { return compare_var(a, b) == std::strong_ordering::less; }
/// a without leading zero limbs (at least one limb).
Nat trimmed_var(const Nat& a);

/// The version of GMP in use, for reports.
const char* gmp_library_version();

}  // namespace mpc
