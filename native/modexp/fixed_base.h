// Tables for a public base that is raised to many exponents: no squarings, one multiplication per window.
#pragma once

#include <memory>

#include "modexp/modulus.h"

namespace mpc::modexp {

class FixedBase {
 public:
  /// For exponents |e| < 2^max_bits. Builds ceil(max_bits / window) + 1 rows of 2^window residues.
  FixedBase(ModulusPtr modulus, const Nat& base, std::size_t max_bits, std::size_t window = 5);

  const ModulusPtr& modulus() const { return modulus_; }
  const Nat& base() const { return base_; }
  std::size_t max_bits() const { return max_bits_; }
  std::size_t table_bytes() const { return table_.limbs() * sizeof(Limb); }

  /// base^e in Montgomery form for |e| < 2^bits, bits <= max_bits. Constant time in e: every row is scanned whole, and
  /// a negative e is no special case, because an offset that makes it positive is added and divided out by a constant.
  Nat power_montgomery(const Secret<Int>& e, std::size_t bits) const;
  /// The same for a public exponent: rows are indexed, zero digits skipped.
  Nat power_montgomery_var(const Int& e) const;

 private:
  /// Rows that hold the digits of a number below 2^bits.
  std::size_t rows_for(std::size_t bits) const { return (bits + window_ - 1) / window_; }

  std::size_t digit_of(const Nat& e, std::size_t row) const;

  ModulusPtr modulus_;
  Nat base_;
  std::size_t max_bits_;
  std::size_t window_;
  Nat table_;            // row-major: row i holds base^(d 2^(window i)) for d < 2^window, Montgomery form
  Nat inverse_offsets_;  // row i: base^-(2^(window i)), Montgomery form
};

using FixedBasePtr = std::shared_ptr<const FixedBase>;

}  // namespace mpc::modexp
