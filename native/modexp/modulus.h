// A modulus as the engine knows it: its Montgomery constants, whether it is N^2 of a known N, and its prime factors
// when they are ours. Immutable and shared between jobs.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "modexp/ring.h"

namespace mpc::modexp {

/// One side of the Chinese remainder: the ring modulo P = p^k (k = 1 or 2) with p secret.
struct PrimePower {
  Ring power;    // p^k
  Ring prime;    // p
  Nat cofactor;  // the other prime
};

/// The factorisation of an owned modulus, with Garner's constant.
struct Factorisation {
  Factorisation(const Nat& p, const Nat& q, bool squared);

  PrimePower p;
  PrimePower q;
  Nat q_inverse;  // (q^k)^-1 mod p^k
};

/// base = t^exponent.
struct KnownPower {
  Nat base;
  Nat exponent;
};

/// What the owner of p q, both of them safe primes, knows about some squares: that they are powers of one of them, t.
/// Then a product of their powers is one power of t, whose exponent counts modulo the order p' = (p - 1)/2 on one side
/// and q' on the other.
struct Logarithm {
  Nat t;
  std::vector<KnownPower> powers;  // t itself is the first
  OddModulus p_order;
  OddModulus q_order;
};

class Modulus {
 public:
  /// Somebody else's odd modulus, or one whose factors do not matter.
  static std::shared_ptr<const Modulus> plain(const Nat& m);
  /// n^2 for somebody else's n.
  static std::shared_ptr<const Modulus> square(const Nat& n);
  /// Our own n = p q and n^2. p and q have equal width.
  static std::shared_ptr<const Modulus> owned(const Secret<Nat>& p, const Secret<Nat>& q);
  static std::shared_ptr<const Modulus> owned_square(const Secret<Nat>& p, const Secret<Nat>& q);

  /// An owned modulus of safe primes, with squares whose logarithms to the base t, a square too, are known.
  static std::shared_ptr<const Modulus> with_logarithm(const std::shared_ptr<const Modulus>& owned, const Nat& t,
                                                       std::vector<KnownPower> powers);

  /// A modulus that is itself secret, a prime p of ours of full limb width or p^2. Everything computed with it is
  /// secret.
  static std::shared_ptr<const Modulus> secret(const Secret<Nat>& p);
  static std::shared_ptr<const Modulus> secret_square(const Secret<Nat>& p);

  const Nat& value() const { return ring_.odd().value(); }
  std::size_t bits() const { return bits_; }
  std::size_t bytes() const { return bytes_for_bits(bits_); }
  std::size_t limbs() const { return ring_.limbs(); }
  const Ring& ring() const { return ring_; }
  const OddModulus& odd() const { return ring_.odd(); }
  bool is_secret() const { return secret_; }
  /// n when this is n^2.
  const std::optional<Nat>& root() const { return root_; }
  /// The factors, null unless ours. Constant-time use only.
  const Factorisation* factors() const { return factors_.get(); }
  /// Null unless ours. Constant-time use only.
  const Logarithm* logarithm() const { return logarithm_.get(); }

 private:
  Modulus(Nat m, std::size_t bits, Ring::Known known);
  Modulus(Ring::SquareOf square, std::size_t bits, Ring::Known known);
  static std::shared_ptr<Modulus> public_square(const Nat& n);
  static std::shared_ptr<Modulus> public_plain(const Nat& m);
  static std::shared_ptr<Modulus> make_owned(const Nat& p, const Nat& q, bool squared);

  Ring ring_;
  std::size_t bits_;
  bool secret_ = false;
  std::optional<Nat> root_;
  std::shared_ptr<const Factorisation> factors_;
  std::unique_ptr<const Logarithm> logarithm_;
};

using ModulusPtr = std::shared_ptr<const Modulus>;

}  // namespace mpc::modexp
