#include "modexp/fermat.h"

#include <algorithm>

#include "arith/number_theory.h"
#include "base/result.h"
#include "modexp/kernel.h"
#include "modexp/lane_memory.h"
#include "modexp/lane_ring.h"
#include "modexp/radix52.h"

namespace mpc::modexp {

namespace {

mp_size_t gmp_size(std::size_t limbs) { return static_cast<mp_size_t>(limbs); }

/// One number at a time with GMP. Left to right over the exponent: a Montgomery squaring per bit and a doubling per bit
/// that is set. Setting up a modulus costs a few squarings only, unlike OddModulus, whose set-up would add a tenth to
/// each test.
class PortableTester final : public FermatTester {
 public:
  explicit PortableTester(std::size_t max_limbs) : shifted_(max_limbs), x_(max_limbs), t_(2 * max_limbs) {}

  std::size_t width() const override { return 1; }
  std::vector<bool> passes_var(std::span<const Nat> numbers) override {
    MPC_ASSERT(numbers.size() == 1);
    return {passes_var(numbers[0])};
  }

 private:
  bool passes_var(const Nat& m) {
    m_ = m.data();
    n_ = m.limbs();
    minus_inverse_ = minus_inverse_limb(m[0]);
    const std::size_t bits = bits_var(m);
    set_power(bits, leading_bits(m, bits));
    for (std::size_t i = bits - start_bits; i-- > 0;) {
      mpn_sqr(t_.data(), x_.data(), gmp_size(n_));
      reduce();
      // The exponent is m - 1: the bits of m but for the lowest.
      if (i > 0 && m.bit(i) != 0) twice();
    }
    // Out of Montgomery form; x < R gives a result of at most m, so 1 has one representation.
    std::copy_n(x_.data(), n_, t_.data());
    std::fill_n(t_.data() + n_, n_, Limb{0});
    reduce();
    return x_[0] == 1 && std::all_of(x_.data() + 1, x_.data() + n_, [](Limb limb) { return limb == 0; });
  }

  /// Bits of the exponent that are spent on the first power, where a doubling is a thirtieth of a squaring.
  static constexpr std::size_t start_bits = 5;

  static std::size_t leading_bits(const Nat& m, std::size_t bits) {
    std::size_t top = 0;
    for (std::size_t i = 1; i <= start_bits; ++i) top = top << 1 | m.bit(bits - i);
    return top;
  }

  /// x = 2^exponent R mod m, up to multiples of m, for m of `bits` bits.
  void set_power(std::size_t bits, std::size_t exponent) {
    const std::size_t free_bits = limb_bits * n_ - bits;
    std::copy_n(m_, n_, shifted_.data());
    if (free_bits > 0) mpn_lshift(shifted_.data(), m_, gmp_size(n_), static_cast<unsigned>(free_bits));
    // R - shifted = 2^free_bits (2^bits - m), which is R modulo m.
    mpn_neg(x_.data(), shifted_.data(), gmp_size(n_));
    for (std::size_t i = 0; i < exponent; ++i) twice();
  }

  // x stays below R rather than below m: no comparison, and all that the next step needs. Taking away the multiple of m
  // whose top bit is that of R ends after two turns, however far m is below R.
  void twice() {
    Limb carry = mpn_lshift(x_.data(), x_.data(), gmp_size(n_), 1);
    while (carry != 0) carry -= mpn_sub_n(x_.data(), x_.data(), shifted_.data(), gmp_size(n_));
  }

  /// x = t R^-1 mod m, up to m. With t < R^2 the sum is below R + m, so one subtraction takes the carry away.
  void reduce() {
    Limb* t = t_.data();
    // Clears limb i; the carry out of limb i + n is kept in its place.
    for (std::size_t i = 0; i < n_; ++i) t[i] = mpn_addmul_1(t + i, m_, gmp_size(n_), t[i] * minus_inverse_);
    if (mpn_add_n(x_.data(), t + n_, t, gmp_size(n_)) != 0) mpn_sub_n(x_.data(), x_.data(), m_, gmp_size(n_));
  }

  WipedVector<Limb> shifted_;  // m 2^k, as wide as R
  WipedVector<Limb> x_;
  WipedVector<Limb> t_;
  const Limb* m_ = nullptr;
  std::size_t n_ = 0;
  Wiped<Limb> minus_inverse_;
};

/// Eight numbers at a time. Setting up a modulus costs one division.
class LaneTester final : public FermatTester {
 public:
  explicit LaneTester(std::size_t limbs52)
      : limbs_(limbs52),
        m_(limbs_),
        minus_inverse_(1),
        one_(limbs_),
        result_(limbs_),
        scratch_(ifma::fermat_scratch(static_cast<int>(limbs_))) {}

  std::size_t width() const override { return ifma::lanes; }

  std::vector<bool> passes_var(std::span<const Nat> numbers) override {
    MPC_ASSERT(!numbers.empty() && numbers.size() <= ifma::lanes);
    std::size_t bits = 0;
    for (const Nat& m : numbers) bits = std::max(bits, bits_var(m));
    digits_.assign(bits * ifma::lanes, 0);
    // Unused lanes repeat the first number.
    for (std::size_t lane = 0; lane < ifma::lanes; ++lane) load(lane, numbers[lane < numbers.size() ? lane : 0]);
    ifma::fermat({static_cast<int>(limbs_), m_.data(), minus_inverse_.data(), one_.data(), digits_.data(),
                  static_cast<int>(bits), result_.data(), scratch_.data()});
    std::vector<bool> passes;
    for (std::size_t lane = 0; lane < numbers.size(); ++lane) passes.push_back(is_one(lane));
    return passes;
  }

 private:
  void load(std::size_t lane, const Nat& m) {
    const Limbs52 limbs = limbs52(m, limbs_);
    for (std::size_t i = 0; i < limbs_; ++i) m_.data()[i].lane[lane] = limbs[i];
    minus_inverse_.data()[0].lane[lane] = minus_inverse_limb(m[0]) & radix_mask;
    const Limbs52 one = limbs52(mod_var(Nat::power_of_two(radix_bits * limbs_), m), limbs_);
    for (std::size_t i = 0; i < limbs_; ++i) one_.data()[i].lane[lane] = one[i];
    for (std::size_t i = 1; i < digits_.size() / ifma::lanes; ++i) {
      digits_[ifma::lanes * i + lane] = static_cast<std::uint8_t>(m.bit(i));  // m - 1: the lowest bit is clear
    }
  }

  /// Results are at most m, so 1 has one representation.
  bool is_one(std::size_t lane) const {
    for (std::size_t i = 0; i < limbs_; ++i) {
      if ((result_.data()[i].lane[lane] & radix_mask) != (i == 0 ? 1U : 0U)) return false;
    }
    return true;
  }

  std::size_t limbs_;
  LaneMemory m_;
  LaneMemory minus_inverse_;
  LaneMemory one_;
  LaneMemory result_;
  LaneMemory scratch_;
  WipedBytes digits_;
};

}  // namespace

std::unique_ptr<FermatTester> make_fermat_tester(std::size_t max_limbs) {
  const std::size_t limbs52 = lane_limbs(max_limbs);
  if (kernel() == Kernel::ifma && limbs52 != 0) return std::make_unique<LaneTester>(limbs52);
  return std::make_unique<PortableTester>(max_limbs);
}

}  // namespace mpc::modexp
