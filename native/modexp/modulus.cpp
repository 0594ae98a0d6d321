#include "modexp/modulus.h"

#include "base/result.h"

namespace mpc::modexp {

namespace {

PrimePower side(const Nat& p, const Nat& q, bool squared) {
  if (squared) return PrimePower{Ring(Ring::SquareOf{p}), Ring(p), q};
  return PrimePower{Ring(p), Ring(p), q};
}

}  // namespace

Factorisation::Factorisation(const Nat& p_value, const Nat& q_value, bool squared)
    : p(side(p_value, q_value, squared)),
      q(side(q_value, p_value, squared)),
      q_inverse(p.power.odd().invert(p.power.odd().reduce(q.power.odd().value()))) {}

Modulus::Modulus(Nat m, std::size_t bits, Ring::Known known) : ring_(std::move(m), known), bits_(bits) {}

Modulus::Modulus(Ring::SquareOf square, std::size_t bits, Ring::Known known) : ring_(square, known), bits_(bits) {}

std::shared_ptr<Modulus> Modulus::public_plain(const Nat& m) {
  const std::size_t bits = bits_var(m);
  MPC_ASSERT(m.is_odd() && bits > 1);
  return std::shared_ptr<Modulus>(new Modulus(trimmed_var(m), bits, Ring::Known::to_everybody));
}

std::shared_ptr<Modulus> Modulus::public_square(const Nat& n) {
  MPC_ASSERT(n.is_odd() && bits_var(n) > 1);
  const Nat root = trimmed_var(n);
  std::shared_ptr<Modulus> modulus(
      new Modulus(Ring::SquareOf{root}, bits_var(mul(root, root)), Ring::Known::to_everybody));
  modulus->root_ = root;
  return modulus;
}

ModulusPtr Modulus::plain(const Nat& m) { return public_plain(m); }

ModulusPtr Modulus::square(const Nat& n) { return public_square(n); }

ModulusPtr Modulus::secret(const Secret<Nat>& p) {
  auto* modulus = new Modulus(p.expose(), p.expose().limbs() * limb_bits, Ring::Known::to_its_owner);
  modulus->secret_ = true;
  return ModulusPtr(modulus);
}

ModulusPtr Modulus::secret_square(const Secret<Nat>& p) {
  auto* modulus =
      new Modulus(Ring::SquareOf{p.expose()}, 2 * p.expose().limbs() * limb_bits, Ring::Known::to_its_owner);
  modulus->secret_ = true;
  return ModulusPtr(modulus);
}

ModulusPtr Modulus::owned(const Secret<Nat>& p, const Secret<Nat>& q) {
  return make_owned(p.expose(), q.expose(), false);
}

ModulusPtr Modulus::owned_square(const Secret<Nat>& p, const Secret<Nat>& q) {
  return make_owned(p.expose(), q.expose(), true);
}

ModulusPtr Modulus::with_logarithm(const ModulusPtr& owned, const Nat& t, std::vector<KnownPower> powers) {
  MPC_ASSERT(owned->factors() != nullptr && !owned->root());
  auto modulus = public_plain(owned->value());
  modulus->factors_ = owned->factors_;
  const auto order = [](const PrimePower& side) {
    const Nat& prime = side.prime.odd().value();
    return OddModulus(shift_right(prime, 1).resized(prime.limbs()));
  };
  powers.insert(powers.begin(), {t, Nat::of(1)});
  modulus->logarithm_ = std::unique_ptr<const Logarithm>(new Logarithm{
      t.resized(modulus->limbs()), std::move(powers), order(modulus->factors_->p), order(modulus->factors_->q)});
  return modulus;
}

std::shared_ptr<Modulus> Modulus::make_owned(const Nat& p, const Nat& q, bool squared) {
  const Nat n = declassify("modulus.product", mul(p, q));
  auto modulus = squared ? public_square(n) : public_plain(n);
  modulus->factors_ = std::make_shared<const Factorisation>(p, q, squared);
  return modulus;
}

}  // namespace mpc::modexp
