// Exponents cut into windows, for the kernels.
#pragma once

#include "arith/nat.h"

namespace mpc::modexp {

/// Good windows for exponents of that width: a table costs 2^w products per power, the digits bits / w. In lanes a
/// table is eight times as large, and reading it whole from the second cache costs more than a product saved.
constexpr std::size_t lane_window(std::size_t bits) { return bits <= 1536 ? 4 : 5; }
constexpr std::size_t lone_window(std::size_t bits) { return bits <= 160 ? 4 : bits <= 1536 ? 5 : 6; }

constexpr std::size_t digits_for(std::size_t bits, std::size_t window) { return (bits + window - 1) / window; }

/// Digit i of the exponent in base 2^window. Constant time.
inline std::uint8_t digit_at(const Nat& exponent, std::size_t i, std::size_t window) {
  unsigned digit = 0;
  for (std::size_t k = window; k-- > 0;) digit = digit << 1 | static_cast<unsigned>(exponent.bit(i * window + k));
  return static_cast<std::uint8_t>(digit);
}

/// The exponent as a sum of odd numbers below 2^window, each times a power of two: number i belongs to 2^i, most are 0.
WipedBytes sliding_digits_var(const Nat& exponent, std::size_t bits, std::size_t window);

inline WipedBytes digits_of(const Nat& exponent, std::size_t count, std::size_t window) {
  WipedBytes out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = digit_at(exponent, i, window);
  return out;
}

}  // namespace mpc::modexp
