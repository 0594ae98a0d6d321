#include "pedersen/pedersen.h"

#include "arith/number_theory.h"
#include "arith/sample.h"

namespace mpc::pedersen {

namespace {

using modexp::FixedBase;
using modexp::Modulus;

bool is_trivial(const Nat& a, const Nat& nh) { return equal_var(a, Nat::of(1)) || equal_var(a, sub(nh, Nat::of(1))); }

Secret<Nat> totient(const Secret<Nat>& p, const Secret<Nat>& q) {
  const Nat one = Nat::of(1);
  return Secret(mul(sub(p.expose(), one), sub(q.expose(), one)));
}

}  // namespace

Refusal Params::check_modulus_var(const Nat& nh, std::size_t bits) {
  if (!nh.is_odd()) return refuse("E_MODULUS", "Nh: even");
  if (bits_var(nh) != bits) return refuse("E_MODULUS", "Nh: bit length");
  if (is_perfect_power_var(nh)) return refuse("E_MODULUS", "Nh: perfect power");
  return Refusal();
}

Result<Params> Params::from_public(const Nat& nh, const Nat& s, const Nat& t, std::size_t bits) {
  if (Refusal bad = check_modulus_var(nh, bits)) return *std::move(bad);
  if (!mpc::is_unit_var(s, nh) || !mpc::is_unit_var(t, nh)) return refuse("E_MODULUS", "s, t: not units");
  if (is_trivial(s, nh) || is_trivial(t, nh)) return refuse("E_MODULUS", "s, t: 1 or -1");
  if (equal_var(s, t)) return refuse("E_MODULUS", "s, t: equal");
  if (jacobi_var(s, nh) != 1 || jacobi_var(t, nh) != 1) return refuse("E_MODULUS", "s, t: Jacobi symbol");
  ModulusPtr ring = Modulus::plain(nh);
  const std::size_t limbs = ring->limbs();
  return Params(std::move(ring), s.resized(limbs), t.resized(limbs));
}

Result<Params> Params::with_generators(std::vector<Nat> more) const {
  Params out = *this;
  for (Nat& s : more) {
    if (!mpc::is_unit_var(s, nh()) || is_trivial(s, nh()) || equal_var(s, t_))
      return refuse("E_MODULUS", "s: no unit, 1, -1 or t");
    if (jacobi_var(s, nh()) != 1) return refuse("E_MODULUS", "s: Jacobi symbol");
    out.more_.push_back(s.resized(ring_->limbs()));
  }
  return out;
}

Params Params::with_first_generators(std::size_t count) const {
  MPC_ASSERT(count >= 1 && count <= generators());
  Params out = *this;
  out.more_.resize(count - 1);
  return out;
}

void Params::use_tables(TableBits widths) { tables_ = std::make_shared<Tables>(widths); }

void Params::build_tables() const {
  std::call_once(tables_->built, [this] {
    const auto [s_bits, t_bits] = tables_->widths;
    if (s_bits != 0) tables_->s = std::make_shared<const FixedBase>(ring_, s_, s_bits);
    if (t_bits != 0) tables_->t = std::make_shared<const FixedBase>(ring_, t_, t_bits);
  });
}

FixedBasePtr Params::s_table() const {
  if (tables_ == nullptr) return nullptr;
  build_tables();
  return tables_->s;
}

FixedBasePtr Params::t_table() const {
  if (tables_ == nullptr) return nullptr;
  build_tables();
  return tables_->t;
}

Blinding Params::blinding(Rng& rng, std::size_t slack) const {
  return {sample_within(rng, shift_left(nh(), slack)), bits() + slack + 1, false, {}};
}

void Params::times_power(Product& product, const Power& power) const {
  const FixedBasePtr s = power.a == 0 ? s_table() : nullptr;
  s ? product.power(s, power.x, power.bits) : product.power(generator(power.a), power.x, power.bits);
}

void Params::times_power_of_t(Product& product, const Secret<Int>& mu, std::size_t mu_bits) const {
  const FixedBasePtr t = t_table();
  t ? product.power(t, mu, mu_bits) : product.power(t_, mu, mu_bits);
}

void Params::times_blinding(Product& product, const Blinding& blinding) const {
  if (blinding.has_power) {
    product.times(blinding.power);
  } else {
    times_power_of_t(product, blinding.mu, blinding.bits);
  }
}

Product Params::commit(const Secret<Int>& x, std::size_t x_bits, const Secret<Int>& mu, std::size_t mu_bits) const {
  Product product(ring_);
  times_power(product, {0, x, x_bits});
  times_power_of_t(product, mu, mu_bits);
  return product;
}

Product Params::commit(const Secret<Int>& x, std::size_t x_bits, const Blinding& blinding) const {
  return commit({{0, x, x_bits}}, blinding);
}

Product Params::commit_var(const Int& x, const Int& mu) const {
  Product product(ring_);
  const FixedBasePtr s = s_table();
  const FixedBasePtr t = t_table();
  s ? product.power_var(s, x) : product.power_var(s_, x);
  t ? product.power_var(t, mu) : product.power_var(t_, mu);
  return product;
}

Product Params::commit(const std::vector<const Secret<Int>*>& x, std::size_t x_bits, const Blinding& blinding) const {
  std::vector<Power> powers;
  for (std::size_t a = 0; a < x.size(); ++a) powers.push_back({a, *x[a], x_bits});
  return commit(powers, blinding);
}

Product Params::commit_var(const std::vector<Int>& x, const Int& mu) const {
  Product product = commit_var(x.at(0), mu);
  for (std::size_t a = 1; a < x.size(); ++a) product.power_var(generator(a), x[a]);
  return product;
}

Product Params::commit(const std::vector<Power>& powers, const Blinding& blinding) const {
  Product product(ring_);
  for (const Power& power : powers) times_power(product, power);
  times_blinding(product, blinding);
  return product;
}

Product Params::power(const Blinding& blinding) const {
  Product product(ring_);
  times_power_of_t(product, blinding.mu, blinding.bits);
  return product;
}

Product Params::power_of_t_var(const Nat& z) const {
  Product product(ring_);
  const FixedBasePtr t = t_table();
  t ? product.power_var(t, Int(z)) : product.power_var(t_, Int(z));
  return product;
}

Result<Trapdoor> Trapdoor::generate(const Secret<Nat>& p, const Secret<Nat>& q, Rng& rng) {
  const Nat nh = declassify("pedersen.modulus", mul(p.expose(), q.expose()));
  // t = u^2 is published, and so may u be; lam is what is secret.
  const Nat u = declassify("pedersen.unit", sample_unit(rng, nh));
  const Nat t = mod_var(mul(u, u), nh);
  const Secret<Nat> phi = totient(p, q);
  // phi/4 = p' q' has exactly two bits fewer than Nh: both primes have their two top bits set.
  const Secret<Nat> lam = sample_below(rng, shift_right(phi.expose(), 2), bits_var(nh) - 2);
  return restore(p, q, lam, t);
}

Result<Trapdoor> Trapdoor::restore(const Secret<Nat>& p, const Secret<Nat>& q, const Secret<Nat>& lam, const Nat& t) {
  const ModulusPtr owned = Modulus::owned(p, q);
  const Secret<Nat> order(shift_right(totient(p, q).expose(), 2));
  std::vector<Product> products(2, Product(owned));
  products[0].power_natural(t, lam, owned->bits());
  products[1].power_natural(t, order, owned->bits());
  const auto powers = modexp::run(products);
  const Nat s = declassify("pedersen.s", powers[0]);
  auto params = Params::from_public(owned->value(), s, t, owned->bits());
  if (!params) return params.error();
  // The shortcut s^a t^b = t^(lam a + b) counts exponents modulo p' and q': t must be a square, p and q 3 mod 4.
  const Limb blum = mask_if_zero((p.expose()[0] & q.expose()[0] & 3) ^ 3);
  const Limb square = equal_mask(powers[1].expose(), Nat::of(1, owned->limbs()));
  if (declassify("pedersen.t_is_a_square", blum & square) == 0) return refuse("E_MODULUS", "t: not a square");
  // Our own parameters compute by the factors, and s^a t^b as one power.
  params->ring_ = Modulus::with_logarithm(owned, t, {{s.resized(owned->limbs()), lam.expose()}});
  return Trapdoor(p, q, lam.clone(), totient(p, q), std::move(*params));
}

Trapdoor Trapdoor::with_generators(const std::vector<Secret<Nat>>& lams) const {
  MPC_ASSERT(params_.generators() == 1);
  std::vector<Product> products;
  for (const Secret<Nat>& lam : lams) {
    products.emplace_back(params_.ring());
    products.back().power_natural(params_.t(), lam, params_.bits());
  }
  const auto powers = modexp::run(products);
  Trapdoor out(p_, q_, lam_.clone(), phi_.clone(), params_);
  std::vector<modexp::KnownPower> known = {{params_.s(), lam_.expose()}};
  for (std::size_t a = 0; a < lams.size(); ++a) {
    out.params_.more_.push_back(declassify("pedersen.s", powers[a]));
    known.push_back({out.params_.more_[a], lams[a].expose()});
    out.more_lams_.push_back(lams[a].clone());
  }
  out.params_.ring_ = Modulus::with_logarithm(params_.ring(), params_.t(), std::move(known));
  return out;
}

Trapdoor::Trapdoor(const Secret<Nat>& p, const Secret<Nat>& q, Secret<Nat> lam, Secret<Nat> phi, Params params)
    : p_(p.clone()), q_(q.clone()), lam_(std::move(lam)), phi_(std::move(phi)), params_(std::move(params)) {}

}  // namespace mpc::pedersen
