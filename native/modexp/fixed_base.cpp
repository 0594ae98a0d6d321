#include "modexp/fixed_base.h"

#include <algorithm>
#include <span>

#include "arith/number_theory.h"
#include "base/result.h"
#include "modexp/digits.h"
#include "modexp/lane_ring.h"
#include "modexp/lanes.h"

namespace mpc::modexp {

namespace {

std::size_t window_for(std::size_t max_bits) { return max_bits <= 640 ? 6 : max_bits <= 2048 ? 5 : 4; }

}  // namespace

FixedBase::FixedBase(ModulusPtr modulus, const Nat& base, std::size_t max_bits, std::size_t window)
    : modulus_(std::move(modulus)),
      base_(base),
      max_bits_(max_bits),
      window_(window == 0 ? window_for(max_bits) : window) {
  MPC_ASSERT(lane_window(window_));
  const OddModulus& m = modulus_->odd();
  MPC_ASSERT(is_unit_var(base_, m.value()));
  // steps[row] = base^(2^(window row))
  std::vector<Nat> steps;
  Nat scratch(m.scratch_limbs());
  Nat square = m.to_montgomery(base_);
  for (std::size_t row = 0; row < row_count(); ++row) {
    steps.push_back(m.from_montgomery(square));
    for (std::size_t i = 0; i < window_; ++i) m.montgomery_sqr_var(square.data(), square.data(), scratch.data());
  }
  const LaneRing* lanes = modulus_->ring().lanes();
  if (lanes != nullptr && !lanes->adic()) {
    build_lanes(steps);
  } else {
    build_portable(steps);
  }
}

void FixedBase::build_portable(const std::vector<Nat>& steps) {
  const OddModulus& m = modulus_->odd();
  const std::size_t n = m.limbs();
  const std::size_t entries = std::size_t{1} << window_;
  table_ = Nat(steps.size() * entries * n);
  Nat scratch(m.scratch_limbs());
  for (std::size_t row = 0; row < steps.size(); ++row) {
    const Nat step = m.to_montgomery(steps[row]);
    Limb* line = table_.data() + row * entries * n;
    std::copy_n(m.montgomery_one().data(), n, line);
    for (std::size_t d = 1; d < entries; ++d) {
      m.montgomery_mul_var(line + d * n, line + (d - 1) * n, step.data(), scratch.data());
    }
  }
}

void FixedBase::build_lanes(const std::vector<Nat>& steps) {
  const Ring& ring = modulus_->ring();
  lane_row_words_ = ring.lanes()->size() << window_;
  lane_table_.reserve(steps.size() * lane_row_words_);
  for (std::size_t row = 0; row < steps.size(); row += lane_count) {
    const std::size_t count = std::min(lane_count, steps.size() - row);
    for (const auto& line : tabulate_in_lanes(ring, {steps.data() + row, count}, window_)) {
      lane_table_.insert(lane_table_.end(), line.begin(), line.end());
    }
  }
}

Nat FixedBase::step(std::size_t row) const {
  const Ring& ring = modulus_->ring();
  if (const std::uint64_t* line = lane_row(row)) return ring.lanes()->table_entry(line, window_, 1);
  const std::size_t n = ring.limbs();
  Nat entry(n);
  std::copy_n(table_.data() + ((row << window_) + 1) * n, n, entry.data());
  return ring.odd().from_montgomery(entry);
}

Nat FixedBase::inverse_offset(std::size_t rows) const {
  const std::scoped_lock lock(offsets_lock_);
  if (const auto kept = inverse_offsets_.find(rows); kept != inverse_offsets_.end()) return kept->second;
  const auto inverse = invert_var(step(rows), modulus_->odd().value());
  MPC_ASSERT(inverse.has_value());
  return inverse_offsets_.emplace(rows, *inverse).first->second;
}

void FixedBase::multiply_rows(Nat& product, const Nat& exponent, std::size_t rows, bool exponent_public) const {
  MPC_ASSERT(lane_row(0) == nullptr);
  const OddModulus& m = modulus_->odd();
  const std::size_t n = m.limbs();
  const auto entries = std::size_t{1} << window_;
  Nat entry(n);
  Nat scratch(m.scratch_limbs());
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t digit = digit_at(exponent, row, window_);
    const Limb* line = table_.data() + row * entries * n;
    if (exponent_public) {
      if (digit != 0) m.montgomery_mul_var(product.data(), product.data(), line + digit * n, scratch.data());
    } else {
      mpn_sec_tabselect(entry.data(), line, static_cast<mp_size_t>(n), static_cast<mp_size_t>(entries),
                        static_cast<mp_size_t>(digit));
      m.montgomery_mul(product.data(), product.data(), entry.data(), scratch.data());
    }
  }
}

}  // namespace mpc::modexp
