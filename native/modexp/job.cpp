#include "modexp/job.h"

#include "base/result.h"

namespace mpc::modexp {

Product& Product::power(const Nat& base, const Secret<Int>& exponent, std::size_t bits) & {
  MPC_ASSERT(!modulus_->is_secret());
  terms_.push_back({nullptr, base, exponent.expose(), bits, Secrecy::secret_exponent, false});
  public_ = false;
  return *this;
}

Product& Product::power(FixedBasePtr base, const Secret<Int>& exponent, std::size_t bits) & {
  if (bits > base->max_bits()) return power(base->base(), exponent, bits);
  terms_.push_back({std::move(base), Nat(), exponent.expose(), bits, Secrecy::secret_exponent, false});
  public_ = false;
  return *this;
}

Product& Product::power_natural(const Nat& base, const Secret<Nat>& exponent, std::size_t bits) & {
  terms_.push_back({nullptr, base, Int(exponent.expose()), bits, Secrecy::secret_natural, false});
  public_ = false;
  return *this;
}

Product& Product::power(const Secret<Nat>& base, const Int& exponent) & {
  MPC_ASSERT(!modulus_->is_secret() || !is_negative_var(exponent));
  terms_.push_back({nullptr, base.expose(), exponent, bits_var(exponent.magnitude()), Secrecy::secret_base, false});
  public_ = false;
  return *this;
}

Product& Product::power_var(const Nat& base, const Int& exponent) & {
  MPC_ASSERT(!modulus_->is_secret() || !is_negative_var(exponent));
  terms_.push_back({nullptr, base, exponent, bits_var(exponent.magnitude()), Secrecy::public_value, false});
  return *this;
}

Product& Product::power_var(FixedBasePtr base, const Int& exponent) & {
  const std::size_t bits = bits_var(exponent.magnitude());
  if (bits > base->max_bits()) return power_var(base->base(), exponent);
  terms_.push_back({std::move(base), Nat(), exponent, bits, Secrecy::public_value, false});
  return *this;
}

Product& Product::nth_power(const Secret<Nat>& r) & {
  power(r, Int(modulus_->root().value_or(modulus_->value())));
  terms_.back().nth_power = true;
  return *this;
}

Product& Product::nth_power_var(const Nat& r) & {
  power_var(r, Int(modulus_->root().value_or(modulus_->value())));
  terms_.back().nth_power = true;
  return *this;
}

Product& Product::times(const Secret<Nat>& factor) & {
  factors_.push_back(factor.expose());
  public_ = false;
  return *this;
}

Product& Product::times_var(const Nat& factor) & {
  factors_.push_back(factor);
  return *this;
}

}  // namespace mpc::modexp
