// Paillier encryption with g = 1 + N (specification 1.2):
//     enc_N(m; r) = (1 + m N) r^N  mod N^2,   dec(c) in (-N/2, N/2].
// Powers are described here and evaluated by the engine.
#pragma once

#include "base/result.h"
#include "modexp/task.h"

namespace mpc::paillier {

using modexp::ModulusPtr;
using modexp::Product;

/// What randomises an encryption: r, uniform in Z_N^*, and r^N mod N^2 where that was computed ahead. Serves once.
struct Nonce {
  Nonce() = default;
  explicit Nonce(Secret<Nat> value) : r(std::move(value)) {}

  Secret<Nat> r;
  bool has_power = false;
  Secret<Nat> power;
};

/// A modulus N with the rings modulo N and N^2. For a key of our own the rings know the factors, and everything
/// computed through them takes the owner's shortcuts.
class PublicKey {
 public:
  /// Refuses (E_MODULUS) an N that is even or not exactly `bits` long. That N is a product of two large primes is what
  /// the mod and fac proofs are for.
  static Result<PublicKey> from_modulus(const Nat& n, std::size_t bits);

  const Nat& n() const { return ring_->value(); }
  const Nat& n_squared() const { return square_ring_->value(); }
  const ModulusPtr& ring() const { return ring_; }
  const ModulusPtr& square_ring() const { return square_ring_; }
  std::size_t bits() const { return ring_->bits(); }
  std::size_t n_bytes() const { return bytes_for_bits(bits()); }
  std::size_t ciphertext_bytes() const { return bytes_for_bits(2 * bits()); }

  /// 1 + m N for m reduced mod N: the part of an encryption that carries the plaintext.
  Secret<Nat> plaintext_factor(const Secret<Int>& m) const;
  Nat plaintext_factor_var(const Int& m) const;
  /// enc_N(m; r).
  Product encryption(const Secret<Int>& m, const Secret<Nat>& r) const;
  Product encryption(const Secret<Int>& m, const Nonce& nonce) const;
  /// r^N.
  Product power(const Nonce& nonce) const;
  /// 0 < c < N^2 and gcd(c, N) = 1.
  bool is_ciphertext_var(const Nat& c) const;

 private:
  friend class SecretKey;
  PublicKey(ModulusPtr ring, ModulusPtr square_ring) : ring_(std::move(ring)), square_ring_(std::move(square_ring)) {}

  ModulusPtr ring_;
  ModulusPtr square_ring_;
};

/// The primes behind a key of our own, and what decryption and the mod proof derive from them.
class SecretKey {
 public:
  /// p, q: distinct primes = 3 mod 4 of equal width with their two top bits set, which the caller vouches for. Refuses
  /// (E_MODULUS) primes closer than 2^(bits/2 - 100). Constant time in the primes.
  static Result<SecretKey> from_primes(const Secret<Nat>& p, const Secret<Nat>& q);

  const PublicKey& public_key() const { return public_key_; }
  const Secret<Nat>& p() const { return p_; }
  const Secret<Nat>& q() const { return q_; }
  std::size_t prime_bits() const { return p_.expose().limbs() * limb_bits; }
  /// The secret rings modulo p and q.
  const ModulusPtr& p_ring() const { return p_ring_; }
  const ModulusPtr& q_ring() const { return q_ring_; }

  /// The two powers behind one decryption, to be evaluated together with others.
  std::vector<Product> decryption(const Nat& ciphertext) const;
  /// dec(c) from the residues of decryption(c).
  Secret<Int> plaintext(const Secret<Nat>& at_p, const Secret<Nat>& at_q) const;
  /// The residue mod N with the given residues mod p and q.
  Secret<Nat> join(const Nat& at_p, const Nat& at_q) const;

 private:
  SecretKey(const Secret<Nat>& p, const Secret<Nat>& q);

  Secret<Nat> p_;
  Secret<Nat> q_;
  PublicKey public_key_;
  ModulusPtr p_ring_;
  ModulusPtr q_ring_;
  ModulusPtr p_square_ring_;
  ModulusPtr q_square_ring_;
  Nat p_low_inverse_;  // p^-1 mod 2^(64 limbs), for exact division by p
  Nat q_low_inverse_;
  Nat p_decryption_;  // L_p((1 + N)^(p - 1))^-1 mod p = -q^-1 mod p
  Nat q_decryption_;
  Nat q_inverse_;  // q^-1 mod p
};

}  // namespace mpc::paillier
