#include "paillier/paillier.h"

#include "arith/number_theory.h"

namespace mpc::paillier {

namespace {

/// L(u) = (u - 1) / p for u = 1 mod p below p^2: the quotient fits the width of p, so the exact division is a product
/// modulo 2^(64 limbs).
Nat exact_quotient(const Nat& u, const Nat& low_inverse_of_p) {
  const std::size_t n = low_inverse_of_p.limbs();
  return mul(sub(u, Nat::of(1)).low(n), low_inverse_of_p).low(n);
}

}  // namespace

Result<PublicKey> PublicKey::from_modulus(const Nat& n, std::size_t bits) {
  if (!n.is_odd()) return refuse("E_MODULUS", "N: even");
  if (bits_var(n) != bits) return refuse("E_MODULUS", "N: bit length");
  return PublicKey(modexp::Modulus::plain(n), modexp::Modulus::square(n));
}

Secret<Nat> PublicKey::plaintext_factor(const Secret<Int>& m) const {
  const Nat residue = ring_->odd().reduce(m.expose());
  return Secret(add(mul(residue, n()), Nat::of(1)).resized(square_ring_->limbs()));
}

Nat PublicKey::plaintext_factor_var(const Int& m) const {
  const Nat residue = ring_->odd().reduce(m);
  return add(mul(residue, n()), Nat::of(1)).resized(square_ring_->limbs());
}

Product PublicKey::encryption(const Secret<Int>& m, const Secret<Nat>& r) const {
  Product product(square_ring_);
  product.nth_power(r).times(plaintext_factor(m));
  return product;
}

Product PublicKey::power(const Nonce& nonce) const {
  Product product(square_ring_);
  nonce.has_power ? product.times(nonce.power) : product.nth_power(nonce.r);
  return product;
}

Product PublicKey::encryption(const Secret<Int>& m, const Nonce& nonce) const {
  Product product = power(nonce);
  product.times(plaintext_factor(m));
  return product;
}

bool PublicKey::is_ciphertext_var(const Nat& c) const {
  return less_var(c, n_squared()) && is_unit_var(mod_var(c, n()), n());
}

Result<SecretKey> SecretKey::from_primes(const Secret<Nat>& p, const Secret<Nat>& q) {
  const std::size_t bits = p.expose().limbs() * limb_bits;
  if (p.expose().limbs() != q.expose().limbs()) return refuse("E_MODULUS", "p, q: widths differ");
  const Limb order = less_mask(p.expose(), q.expose());
  const Nat distance = sub(select(order, q.expose(), p.expose()), select(order, p.expose(), q.expose()));
  const std::size_t closest_bits = bits > 100 ? bits - 100 : 1;
  if (declassify("paillier.primes_too_close", less_mask(distance, Nat::power_of_two(closest_bits))) != 0) {
    return refuse("E_MODULUS", "p, q: too close");
  }
  return SecretKey(p, q);
}

SecretKey::SecretKey(const Secret<Nat>& p, const Secret<Nat>& q)
    : p_(p.clone()),
      q_(q.clone()),
      public_key_(modexp::Modulus::owned(p, q), modexp::Modulus::owned_square(p, q)),
      p_ring_(modexp::Modulus::secret(p)),
      q_ring_(modexp::Modulus::secret(q)),
      p_square_ring_(modexp::Modulus::secret_square(p)),
      q_square_ring_(modexp::Modulus::secret_square(q)),
      p_low_inverse_(inverse_mod_power_of_two(p.expose(), p.expose().limbs())),
      q_low_inverse_(inverse_mod_power_of_two(q.expose(), q.expose().limbs())) {
  const OddModulus& mod_p = p_ring_->odd();
  const OddModulus& mod_q = q_ring_->odd();
  q_inverse_ = mod_p.invert(mod_p.reduce(q.expose()));
  p_decryption_ = mod_p.negate(q_inverse_);
  q_decryption_ = mod_q.negate(mod_q.invert(mod_q.reduce(p.expose())));
}

std::vector<Product> SecretKey::decryption(const Nat& ciphertext) const {
  std::vector<Product> products;
  for (const bool at_p : {true, false}) {
    const Nat& prime = at_p ? p_.expose() : q_.expose();
    Product product(at_p ? p_square_ring_ : q_square_ring_);
    product.power_natural(ciphertext, Secret(sub(prime, Nat::of(1))), prime_bits());
    products.push_back(std::move(product));
  }
  return products;
}

Secret<Int> SecretKey::plaintext(const Secret<Nat>& at_p, const Secret<Nat>& at_q) const {
  // m mod p = L_p(c^(p-1) mod p^2) h_p mod p, likewise mod q.
  const OddModulus& mod_p = p_ring_->odd();
  const OddModulus& mod_q = q_ring_->odd();
  const Nat m_p = mod_p.mul(mod_p.reduce(exact_quotient(at_p.expose(), p_low_inverse_)), p_decryption_);
  const Nat m_q = mod_q.mul(mod_q.reduce(exact_quotient(at_q.expose(), q_low_inverse_)), q_decryption_);
  const Nat& n = public_key_.n();
  const Secret<Nat> m = join(m_p, m_q);
  const Limb upper_half = less_mask(shift_right(n, 1), m.expose());  // N is odd: m > (N - 1)/2
  const Nat magnitude = select(upper_half, sub(n, m.expose()), m.expose());
  return Secret(Int(upper_half, magnitude));
}

Secret<Nat> SecretKey::join(const Nat& at_p, const Nat& at_q) const {
  const OddModulus& mod_p = p_ring_->odd();
  const Nat h = mod_p.mul(mod_p.sub(at_p, mod_p.reduce(at_q)), q_inverse_);
  return Secret(add(mul(q_.expose(), h), at_q).resized(public_key_.ring()->limbs()));
}

}  // namespace mpc::paillier
