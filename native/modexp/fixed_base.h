// Tables for a public base that is raised to many exponents: no squarings, one multiplication per window.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "modexp/modulus.h"

namespace mpc::modexp {

class FixedBase {
 public:
  /// For exponents |e| < 2^max_bits, with a window of 4 to 6 bits. window 0 chooses one: 6 bits for exponents of a few
  /// hundred bits, 4 for long ones, so that tables stay in the caches and below 12 MB modulo 3072 bits.
  FixedBase(ModulusPtr modulus, const Nat& base, std::size_t max_bits, std::size_t window = 0);

  const ModulusPtr& modulus() const { return modulus_; }
  const Nat& base() const { return base_; }
  std::size_t max_bits() const { return max_bits_; }
  std::size_t window() const { return window_; }
  std::size_t table_bytes() const { return table_.limbs() * sizeof(Limb) + lane_table_.size() * sizeof(std::uint64_t); }

  /// Rows that hold the digits of a number below 2^bits.
  std::size_t rows_for(std::size_t bits) const { return (bits + window_ - 1) / window_; }
  /// Rows of the table: one more, for the offset of a negative exponent.
  std::size_t row_count() const { return rows_for(max_bits_) + 1; }
  /// base^-(2^(window rows)): makes up for an offset that turns a signed exponent positive. Kept once computed: a base
  /// sees exponents of a few widths only.
  Nat inverse_offset(std::size_t rows) const;

  /// product *= base^exponent for an exponent below 2^(window rows), in the Montgomery form of OddModulus. Constant
  /// time in both, by scanning every row whole, unless the exponent is public: then rows are indexed, zero digits
  /// skipped. For tables of the portable kernel.
  void multiply_rows(Nat& product, const Nat& exponent, std::size_t rows, bool exponent_public) const;

  /// Row `row` for the eight-lane kernel; null when the table is made for the portable kernel.
  const std::uint64_t* lane_row(std::size_t row) const {
    return lane_table_.empty() ? nullptr : lane_table_.data() + row * lane_row_words_;
  }

 private:
  void build_portable(const std::vector<Nat>& steps);
  void build_lanes(const std::vector<Nat>& steps);
  /// base^(2^(window row)), a residue.
  Nat step(std::size_t row) const;

  ModulusPtr modulus_;
  Nat base_;
  std::size_t max_bits_;
  std::size_t window_;
  Nat table_;  // row-major: row i holds base^(d 2^(window i)) for d < 2^window, Montgomery form
  std::vector<std::uint64_t> lane_table_;  // the same, each row [limb][d], in the form of the eight-lane kernel
  std::size_t lane_row_words_ = 0;
  mutable std::mutex offsets_lock_;
  mutable std::map<std::size_t, Nat> inverse_offsets_;  // by rows
};

using FixedBasePtr = std::shared_ptr<const FixedBase>;

}  // namespace mpc::modexp
