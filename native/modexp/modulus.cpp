#include "modexp/modulus.h"

#include "base/result.h"

namespace mpc::modexp {

namespace {

PrimePower prime_power(const Nat& p, const Nat& q, bool squared) {
  return PrimePower{OddModulus(squared ? mul(p, p) : p), OddModulus(p), q};
}

}  // namespace

Modulus::Modulus(OddModulus ring, std::size_t bits, std::optional<Nat> root,
                 std::unique_ptr<const Factorisation> factors)
    : ring_(std::move(ring)), bits_(bits), root_(std::move(root)), factors_(std::move(factors)) {}

ModulusPtr Modulus::make_public(const Nat& value, std::optional<Nat> root,
                                std::unique_ptr<const Factorisation> factors) {
  const std::size_t bits = bits_var(value);
  MPC_ASSERT(value.is_odd() && bits > 1);
  return ModulusPtr(new Modulus(OddModulus(trimmed_var(value)), bits, std::move(root), std::move(factors)));
}

ModulusPtr Modulus::plain(const Nat& m) { return make_public(m, std::nullopt, nullptr); }

ModulusPtr Modulus::square(const Nat& n) { return make_public(mul(n, n), n, nullptr); }

ModulusPtr Modulus::secret(const Secret<Nat>& m) {
  const std::size_t width = m.expose().limbs() * limb_bits;
  auto* modulus = new Modulus(OddModulus(m.expose()), width, std::nullopt, nullptr);
  modulus->secret_ = true;
  return ModulusPtr(modulus);
}

ModulusPtr Modulus::owned(const Secret<Nat>& p, const Secret<Nat>& q) {
  return make_owned(p.expose(), q.expose(), false);
}

ModulusPtr Modulus::owned_square(const Secret<Nat>& p, const Secret<Nat>& q) {
  return make_owned(p.expose(), q.expose(), true);
}

ModulusPtr Modulus::make_owned(const Nat& p, const Nat& q, bool squared) {
  const Nat n = declassify("modulus.product", mul(p, q));
  auto p_side = prime_power(p, q, squared);
  auto q_side = prime_power(q, p, squared);
  Nat q_inverse = p_side.power.invert(p_side.power.reduce(q_side.power.value()));
  auto factors =
      std::make_unique<const Factorisation>(Factorisation{std::move(p_side), std::move(q_side), std::move(q_inverse)});
  if (!squared) return make_public(n, std::nullopt, std::move(factors));
  return make_public(mul(n, n), n, std::move(factors));
}

}  // namespace mpc::modexp
