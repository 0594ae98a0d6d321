#include "modexp/portable.h"

#include <algorithm>
#include <vector>

#include "arith/number_theory.h"
#include "base/result.h"
#include "modexp/bos_coster.h"
#include "modexp/digits.h"

namespace mpc::modexp::portable {

namespace {

mp_size_t gmp_size(std::size_t limbs) { return static_cast<mp_size_t>(limbs); }

/// Windowed powers of one base; all bases of a product advance together, each at its own window width.
class Window {
 public:
  Window(const OddModulus& m, const Power& power, bool variable_time, Limb* scratch)
      : m_(m),
        power_(power),
        width_(window_bits(power.bits)),
        entries_(std::size_t{1} << width_),
        table_(entries_ * m.limbs()) {
    const std::size_t n = m.limbs();
    const Nat base = m.to_montgomery(power.base);
    std::copy_n(m.montgomery_one().data(), n, table_.data());
    for (std::size_t i = 1; i < entries_; ++i) {
      Limb* out = table_.data() + i * n;
      if (variable_time) {
        m.montgomery_mul_var(out, out - n, base.data(), scratch);
      } else {
        m.montgomery_mul(out, out - n, base.data(), scratch);
      }
    }
  }

  /// Whether a digit of this base ends at bit position `position` (its digits sit at multiples of the width).
  bool due(std::size_t position) const { return position % width_ == 0 && position < power_.bits; }
  bool exponent_public() const { return power_.exponent_public; }

  std::size_t digit(std::size_t position) const { return digit_at(power_.exponent, position / width_, width_); }

  /// The entry, by a scan of the whole table.
  void select(Limb* out, std::size_t position) const {
    mpn_sec_tabselect(out, table_.data(), gmp_size(m_.limbs()), gmp_size(entries_), gmp_size(digit(position)));
  }
  const Limb* entry_var(std::size_t digit) const { return table_.data() + digit * m_.limbs(); }

 private:
  const OddModulus& m_;
  const Power& power_;
  std::size_t width_;
  std::size_t entries_;
  Nat table_;
};

std::vector<Window> windows_for(const OddModulus& m, std::span<const Power> powers, bool variable_time, Limb* scratch) {
  std::vector<Window> windows;
  windows.reserve(powers.size());
  for (const Power& power : powers) windows.emplace_back(m, power, variable_time, scratch);
  return windows;
}

std::size_t widest(std::span<const Power> powers) {
  std::size_t bits = 0;
  for (const Power& power : powers) bits = std::max(bits, power.bits);
  return bits;
}

/// prod base_k^exponent_k, in Montgomery form.
Nat multi_power(const OddModulus& m, std::span<const Power> powers, Limb* scratch) {
  const auto windows = windows_for(m, powers, false, scratch);
  Nat accumulator = m.montgomery_one();
  Nat entry(m.limbs());
  for (std::size_t position = widest(powers); position-- > 0;) {
    m.montgomery_sqr(accumulator.data(), accumulator.data(), scratch);
    for (const Window& window : windows) {
      if (!window.due(position)) continue;
      const Limb* factor = entry.data();
      if (window.exponent_public()) {
        const std::size_t digit = window.digit(position);
        if (digit == 0) continue;
        factor = window.entry_var(digit);
      } else {
        window.select(entry.data(), position);
      }
      m.montgomery_mul(accumulator.data(), accumulator.data(), factor, scratch);
    }
  }
  return accumulator;
}

Nat multi_power_var(const OddModulus& m, std::span<const Power> powers, Limb* scratch) {
  if (powers.size() == 1) return m.to_montgomery(pow_var(powers[0].base, powers[0].exponent, m.value()));
  const auto windows = windows_for(m, powers, true, scratch);
  Nat accumulator = m.montgomery_one();
  for (std::size_t position = widest(powers); position-- > 0;) {
    m.montgomery_sqr_var(accumulator.data(), accumulator.data(), scratch);
    for (const Window& window : windows) {
      const std::size_t digit = window.due(position) ? window.digit(position) : 0;
      if (digit != 0) m.montgomery_mul_var(accumulator.data(), accumulator.data(), window.entry_var(digit), scratch);
    }
  }
  return accumulator;
}

/// base^exponent modulo a public m, in Montgomery form: a lone power is GMP's own business.
Nat lone_power(const OddModulus& m, const Power& power) {
  if (power.bits == 0) return m.montgomery_one();
  const auto n = gmp_size(m.limbs());
  const Nat exponent = power.exponent.resized(limbs_for_bits(power.bits));
  Nat out(m.limbs());
  Nat scratch(static_cast<std::size_t>(mpn_sec_powm_itch(n, power.bits, n)));
  mpn_sec_powm(out.data(), power.base.data(), n, exponent.data(), power.bits, m.value().data(), n, scratch.data());
  return m.to_montgomery(out);
}

/// Many powers with public exponents, by Bos and Coster.
Nat many_powers_product(const OddModulus& m, std::span<const Power> powers, Limb* scratch) {
  std::vector<Nat> slots;
  std::vector<const Nat*> exponents;
  for (const Power& power : powers) {
    slots.push_back(m.to_montgomery(power.base));
    exponents.push_back(&power.exponent);
  }
  slots.push_back(m.montgomery_one());
  for (const Step& step : bos_coster_var(exponents)) {
    Limb* to = slots[step.to].data();
    step.to == step.from ? m.montgomery_sqr(to, to, scratch)
                         : m.montgomery_mul(to, to, slots[step.from].data(), scratch);
  }
  return slots.back();
}

Nat product_of_powers(const Chain& chain, Limb* scratch) {
  const OddModulus& m = chain.ring->odd();
  const auto is_public = [](const Power& power) { return power.exponent_public; };
  if (chain.powers.size() >= many_powers && std::all_of(chain.powers.begin(), chain.powers.end(), is_public)) {
    return many_powers_product(m, chain.powers, scratch);
  }
  if (chain.powers.empty()) return m.montgomery_one();
  if (chain.is_public) return multi_power_var(m, chain.powers, scratch);
  if (chain.powers.size() == 1 && chain.ring->is_public()) return lone_power(m, chain.powers[0]);
  return multi_power(m, chain.powers, scratch);
}

}  // namespace

void evaluate(Chain& chain) {
  const OddModulus& m = chain.ring->odd();
  Nat scratch(m.scratch_limbs());
  Nat product = product_of_powers(chain, scratch.data());
  for (const TableUse& use : chain.tables) {
    MPC_ASSERT(use.first_block == 0);  // only lanes share the blocks of a chain
    use.table->multiply_onto(product, use.exponent, use.blocks, use.exponent_public);
  }
  // A plain factor turns the product plain.
  chain.result = Nat(m.limbs());
  m.montgomery_mul(chain.result.data(), product.data(), chain.start.data(), scratch.data());
}

}  // namespace mpc::modexp::portable
