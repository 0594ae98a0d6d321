// Tables for a public base that is raised to many exponents: combs (Lim and Lee, "More flexible exponentiation with
// precomputation", Crypto '94).
//
// The exponent is cut into blocks of teeth * spacing bits. The table of block j holds 2^teeth products,
//     T_j[d] = prod_i base^(d_i 2^(j teeth spacing + i spacing))   for the bits d_i of d,
// and the teeth of column c of a block are its bits c, c + spacing, c + 2 spacing ... So base^e takes a product for
// each block and column, and a squaring between columns: little more than with a window of `teeth` bits and no
// squarings, in a fraction (1 / spacing) of the memory. That matters, because tables are read whole: they must stay in
// the second cache.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "base/fork.h"
#include "base/result.h"
#include "modexp/modulus.h"

namespace mpc::modexp {

/// The shape of a comb.
struct Comb {
  std::size_t teeth;  // 4 to 7
  std::size_t spacing;

  std::size_t block_bits() const { return teeth * spacing; }
  std::size_t entries() const { return std::size_t{1} << teeth; }
  /// Blocks that hold a number below 2^bits.
  std::size_t blocks_for(std::size_t bits) const { return (bits + block_bits() - 1) / block_bits(); }
  /// The teeth of a column, as the index of an entry. Constant time.
  std::uint8_t digit(const Nat& exponent, std::size_t block, std::size_t column) const;
};

/// The quickest comb for exponents below 2^bits whose blocks take at most `memory` bytes, or the smallest one if none
/// is that small.
Comb choose_comb(std::size_t bits, std::size_t entry_bytes, std::size_t memory);

/// Bytes that one table may take: MPC_FAST_TABLE_KIB, 1 to 1048576, else 512 KiB. Refuses anything else.
Result<std::size_t> table_memory_from_environment();
/// The same, read once; aborts where table_memory_from_environment() refuses.
std::size_t table_memory();

class FixedBase {
 public:
  /// For exponents |e| < 2^max_bits of a unit.
  FixedBase(ModulusPtr modulus, const Nat& base, std::size_t max_bits, std::size_t memory = table_memory());

  const ModulusPtr& modulus() const { return modulus_; }
  const Nat& base() const { return base_; }
  std::size_t max_bits() const { return max_bits_; }
  const Comb& comb() const { return comb_; }
  std::size_t table_bytes() const { return table_.limbs() * sizeof(Limb) + lane_table_.size() * sizeof(std::uint64_t); }

  /// The exponent that is added to signed ones, |e| < 2^bits, to make them positive, as a power of two; it fills
  /// blocks_for(bits + 1) blocks.
  std::size_t offset_position(std::size_t bits) const { return comb_.blocks_for(bits + 1) * comb_.block_bits() - 1; }
  /// base^-(2^offset_position): makes up for it. Kept once computed.
  Nat inverse_offset(std::size_t position) const;

  /// product *= base^exponent for an exponent of `blocks` blocks, in the Montgomery form of OddModulus. Constant time
  /// in both, by reading tables whole, unless the exponent is public: then entries are indexed, zero digits skipped.
  /// For tables of the portable kernel.
  void multiply_onto(Nat& product, const Nat& exponent, std::size_t blocks, bool exponent_public) const;

  /// Block `block` for the eight-lane kernel; null when the table is made for the portable kernel.
  const std::uint64_t* lane_block(std::size_t block) const {
    return lane_table_.empty() ? nullptr : lane_table_.data() + block * lane_block_words_;
  }

 private:
  std::vector<Nat> tooth_powers() const;
  void build_portable(const std::vector<Nat>& teeth);
  void build_lanes(const std::vector<Nat>& teeth);
  /// base^(2^position), a residue.
  Nat power_of_two_power(std::size_t position) const;

  ModulusPtr modulus_;
  Nat base_;
  std::size_t max_bits_;
  Comb comb_;
  std::size_t block_count_;                // one bit more than max_bits: for the offset of a signed exponent
  Nat table_;                              // block by block, entry by entry, Montgomery form
  std::vector<std::uint64_t> lane_table_;  // block by block, each [limb][entry], in the form of the eight-lane kernel
  std::size_t lane_block_words_ = 0;
  mutable ForkMutex offsets_lock_;
  mutable std::map<std::size_t, Nat> inverse_offsets_;  // by position: one for each number of blocks
};

using FixedBasePtr = std::shared_ptr<const FixedBase>;

}  // namespace mpc::modexp
