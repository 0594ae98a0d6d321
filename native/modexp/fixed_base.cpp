#include "modexp/fixed_base.h"

#include <algorithm>

#include "arith/number_theory.h"
#include "base/result.h"

namespace mpc::modexp {

FixedBase::FixedBase(ModulusPtr modulus, const Nat& base, std::size_t max_bits, std::size_t window)
    : modulus_(std::move(modulus)), base_(base), max_bits_(max_bits), window_(window) {
  const OddModulus& ring = modulus_->ring();
  const std::size_t n = ring.limbs();
  const std::size_t entries = std::size_t{1} << window_;
  const std::size_t rows = rows_for(max_bits_) + 1;
  const auto base_inverse = invert_var(base_, ring.value());
  MPC_ASSERT(base_inverse.has_value());
  table_ = Nat(rows * entries * n);
  inverse_offsets_ = Nat(rows * n);
  Nat scratch(ring.scratch_limbs());
  Nat step = ring.to_montgomery(base_);             // base^(2^(window row))
  Nat inverse = ring.to_montgomery(*base_inverse);  // its inverse
  for (std::size_t row = 0; row < rows; ++row) {
    Limb* line = table_.data() + row * entries * n;
    std::copy_n(ring.montgomery_one().data(), n, line);
    for (std::size_t d = 1; d < entries; ++d) {
      ring.montgomery_mul_var(line + d * n, line + (d - 1) * n, step.data(), scratch.data());
    }
    ring.montgomery_mul_var(step.data(), line + (entries - 1) * n, step.data(), scratch.data());
    std::copy_n(inverse.data(), n, inverse_offsets_.data() + row * n);
    for (std::size_t i = 0; i < window_; ++i) ring.montgomery_sqr_var(inverse.data(), inverse.data(), scratch.data());
  }
}

Nat FixedBase::power_montgomery(const Secret<Int>& e, std::size_t bits) const {
  MPC_ASSERT(bits <= max_bits_);
  const OddModulus& ring = modulus_->ring();
  const std::size_t n = ring.limbs();
  const auto entries = std::size_t{1} << window_;
  // e + 2^(window rows) lies in (0, 2^(window rows + 1)): one more row, whose digit is 0 or 1.
  const std::size_t rows = rows_for(bits);
  const Nat shifted = add(e.expose(), Int(Nat::power_of_two(window_ * rows))).magnitude();
  Nat accumulator(n);
  std::copy_n(inverse_offsets_.data() + rows * n, n, accumulator.data());
  Nat entry(n);
  Nat scratch(ring.scratch_limbs());
  for (std::size_t row = 0; row <= rows; ++row) {
    const auto digit = static_cast<mp_size_t>(digit_of(shifted, row));
    mpn_sec_tabselect(entry.data(), table_.data() + row * entries * n, static_cast<mp_size_t>(n),
                      static_cast<mp_size_t>(entries), digit);
    ring.montgomery_mul(accumulator.data(), accumulator.data(), entry.data(), scratch.data());
  }
  return accumulator;
}

Nat FixedBase::power_montgomery_var(const Int& e) const {
  const OddModulus& ring = modulus_->ring();
  const std::size_t n = ring.limbs();
  const auto entries = std::size_t{1} << window_;
  const std::size_t rows = rows_for(bits_var(e.magnitude()));
  MPC_ASSERT(rows <= rows_for(max_bits_));
  Nat shifted = e.magnitude();
  Nat accumulator = ring.montgomery_one();
  if (is_negative_var(e)) {
    shifted = add(e, Int(Nat::power_of_two(window_ * rows))).magnitude();
    std::copy_n(inverse_offsets_.data() + rows * n, n, accumulator.data());
  }
  Nat scratch(ring.scratch_limbs());
  for (std::size_t row = 0; row <= rows; ++row) {
    const std::size_t digit = digit_of(shifted, row);
    if (digit == 0) continue;
    const Limb* entry = table_.data() + (row * entries + digit) * n;
    ring.montgomery_mul_var(accumulator.data(), accumulator.data(), entry, scratch.data());
  }
  return accumulator;
}

std::size_t FixedBase::digit_of(const Nat& e, std::size_t row) const {
  Limb digit = 0;
  for (std::size_t i = window_; i-- > 0;) digit = digit << 1 | e.bit(row * window_ + i);
  return digit;
}

}  // namespace mpc::modexp
