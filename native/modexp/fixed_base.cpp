#include "modexp/fixed_base.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <span>

#include "arith/number_theory.h"
#include "modexp/lane_ring.h"
#include "modexp/lanes.h"
#include "modexp/schedule.h"

namespace mpc::modexp {

std::uint8_t Comb::digit(const Nat& exponent, std::size_t block, std::size_t column) const {
  const std::size_t lowest = block * block_bits() + column;
  unsigned digit = 0;
  for (std::size_t i = teeth; i-- > 0;) digit = digit << 1 | static_cast<unsigned>(exponent.bit(lowest + i * spacing));
  return static_cast<std::uint8_t>(digit);
}

Comb choose_comb(std::size_t bits, std::size_t entry_bytes, std::size_t memory) {
  Comb best{};
  std::size_t least_work = 0;
  for (std::size_t teeth = 4; teeth <= 7; ++teeth) {
    const std::size_t blocks = std::max<std::size_t>(1, memory / (entry_bytes << teeth));
    const std::size_t columns = (bits + teeth - 1) / teeth;
    const Comb comb{teeth, std::max<std::size_t>(1, (columns + blocks - 1) / blocks)};
    // In quarters of a product; a squaring takes three. Reading an entry is far cheaper.
    const std::size_t work = 4 * comb.spacing * comb.blocks_for(bits) + 3 * (comb.spacing - 1);
    const bool fits = teeth == 4 || (entry_bytes << teeth) <= memory;
    if (fits && (least_work == 0 || work < least_work)) {
      best = comb;
      least_work = work;
    }
  }
  return best;
}

Result<std::size_t> table_memory_from_environment() {
  constexpr std::size_t default_kib = 512;
  constexpr std::size_t largest_kib = 1024 * 1024;
  const char* text = std::getenv("MPC_FAST_TABLE_KIB");
  if (text == nullptr || *text == 0) return default_kib * 1024;
  std::size_t kib = 0;
  const char* end = text + std::strlen(text);
  const auto [stopped, error] = std::from_chars(text, end, kib);
  if (error != std::errc() || stopped != end || kib < 1 || kib > largest_kib) {
    return refuse("E_TABLE_KIB", "MPC_FAST_TABLE_KIB must be a number from 1 to 1048576");
  }
  return kib * 1024;
}

std::size_t table_memory() {
  static const std::size_t bytes = [] {
    const auto result = table_memory_from_environment();
    MPC_ASSERT(static_cast<bool>(result));
    return *result;
  }();
  return bytes;
}

FixedBase::FixedBase(ModulusPtr modulus, const Nat& base, std::size_t max_bits, std::size_t memory)
    : modulus_(std::move(modulus)), base_(base), max_bits_(max_bits) {
  MPC_ASSERT(is_unit_var(base_, modulus_->value()));
  const LaneRing* lanes = modulus_->ring().lanes();
  const bool in_lanes = lanes != nullptr && !lanes->adic();
  const std::size_t entry_bytes = 8 * (in_lanes ? lanes->size() : modulus_->limbs());
  comb_ = choose_comb(max_bits_ + 1, entry_bytes, memory);
  block_count_ = comb_.blocks_for(max_bits_ + 1);
  in_lanes ? build_lanes(tooth_powers()) : build_portable(tooth_powers());
}

/// base^(2^(spacing k)) for every tooth k.
std::vector<Nat> FixedBase::tooth_powers() const {
  const Ring& ring = modulus_->ring();
  std::vector<Nat> teeth{base_.resized(ring.limbs())};
  while (teeth.size() < block_count_ * comb_.teeth) {
    Chain chain{&ring, {}, {}, Nat::of(1, ring.limbs()), true};
    chain.powers.push_back({teeth.back(), Nat::power_of_two(comb_.spacing), comb_.spacing + 1, true});
    evaluate({&chain, 1});
    teeth.push_back(std::move(chain.result));
  }
  return teeth;
}

void FixedBase::build_portable(const std::vector<Nat>& teeth) {
  const OddModulus& m = modulus_->odd();
  const std::size_t n = m.limbs();
  table_ = Nat(block_count_ * comb_.entries() * n);
  Nat scratch(m.scratch_limbs());
  for (std::size_t block = 0; block < block_count_; ++block) {
    Limb* entries = table_.data() + block * comb_.entries() * n;
    std::copy_n(m.montgomery_one().data(), n, entries);
    for (std::size_t i = 0; i < comb_.teeth; ++i) {
      const Nat tooth = m.to_montgomery(teeth[block * comb_.teeth + i]);
      const std::size_t half = std::size_t{1} << i;
      for (std::size_t d = 0; d < half; ++d) {
        m.montgomery_mul_var(entries + (half + d) * n, entries + d * n, tooth.data(), scratch.data());
      }
    }
  }
}

void FixedBase::build_lanes(const std::vector<Nat>& teeth) {
  const Ring& ring = modulus_->ring();
  lane_block_words_ = ring.lanes()->size() << comb_.teeth;
  lane_table_.reserve(block_count_ * lane_block_words_);
  for (std::size_t block = 0; block < block_count_; block += lane_count) {
    const std::size_t count = std::min(lane_count, block_count_ - block);
    const std::span<const Nat> some(teeth.data() + block * comb_.teeth, count * comb_.teeth);
    for (const auto& entries : tabulate_in_lanes(ring, some, comb_.teeth)) {
      lane_table_.insert(lane_table_.end(), entries.begin(), entries.end());
    }
  }
}

Nat FixedBase::power_of_two_power(std::size_t position) const {
  const Ring& ring = modulus_->ring();
  const OddModulus& m = ring.odd();
  const std::size_t block = position / comb_.block_bits();
  const std::size_t entry = std::size_t{1} << (position % comb_.block_bits() / comb_.spacing);
  Nat power(m.limbs());
  if (const std::uint64_t* entries = lane_block(block)) {
    power = ring.lanes()->table_entry(entries, comb_.teeth, entry);
  } else {
    std::copy_n(table_.data() + (block * comb_.entries() + entry) * m.limbs(), m.limbs(), power.data());
    power = m.from_montgomery(power);
  }
  for (std::size_t i = 0; i < position % comb_.spacing; ++i) power = m.mul(power, power);
  return power;
}

Nat FixedBase::inverse_offset(std::size_t position) const {
  const std::scoped_lock lock(offsets_lock_);
  if (const auto kept = inverse_offsets_.find(position); kept != inverse_offsets_.end()) return kept->second;
  const auto inverse = invert_var(power_of_two_power(position), modulus_->odd().value());
  MPC_ASSERT(inverse.has_value());
  return inverse_offsets_.emplace(position, *inverse).first->second;
}

void FixedBase::multiply_onto(Nat& product, const Nat& exponent, std::size_t blocks, bool exponent_public) const {
  MPC_ASSERT(lane_block(0) == nullptr && blocks <= block_count_);
  const OddModulus& m = modulus_->odd();
  const std::size_t n = m.limbs();
  Nat power = m.montgomery_one();
  Nat entry(n);
  Nat scratch(m.scratch_limbs());
  for (std::size_t column = comb_.spacing; column-- > 0;) {
    if (column + 1 < comb_.spacing) m.montgomery_sqr(power.data(), power.data(), scratch.data());
    for (std::size_t block = 0; block < blocks; ++block) {
      const std::uint8_t digit = comb_.digit(exponent, block, column);
      const Limb* entries = table_.data() + block * comb_.entries() * n;
      if (exponent_public) {
        if (digit != 0) m.montgomery_mul_var(power.data(), power.data(), entries + digit * n, scratch.data());
      } else {
        mpn_sec_tabselect(entry.data(), entries, static_cast<mp_size_t>(n), static_cast<mp_size_t>(comb_.entries()),
                          digit);
        m.montgomery_mul(power.data(), power.data(), entry.data(), scratch.data());
      }
    }
  }
  m.montgomery_mul(product.data(), product.data(), power.data(), scratch.data());
}

}  // namespace mpc::modexp
