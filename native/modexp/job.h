// What the engine is asked for: a product of powers modulo one modulus,
//     prod_k base_k^exp_k * prod_k factor_k   mod M.
// Callers say what is secret; how it is computed (CRT, tables, windows, lanes, threads) is the engine's business.
//
// Unmarked members take secrets and are evaluated in constant time in them; _var members take public values. A product
// of _var members only is public, and so is its residue.
#pragma once

#include <vector>

#include "modexp/fixed_base.h"

namespace mpc::modexp {

enum class Secrecy : std::uint8_t {
  public_value,
  secret_exponent,  // signed; the base is public
  secret_natural,   // a non-negative secret exponent; the base may be secret too
  secret_base,      // the exponent is public
};

/// base^exponent with |exponent| < 2^bits. With a table the base is the table's.
struct Term {
  FixedBasePtr table;
  Nat base;
  Int exponent;
  std::size_t bits = 0;
  Secrecy secrecy = Secrecy::public_value;
  bool nth_power = false;  // the exponent is N, the modulus N or N^2: an owner has a shortcut

  bool base_is_secret() const { return secrecy == Secrecy::secret_base || secrecy == Secrecy::secret_natural; }
};

class Product {
 public:
  // A secret modulus admits no exponent that is, or may be, negative: inverses are computed in variable time.

  explicit Product(ModulusPtr modulus) : modulus_(std::move(modulus)), public_(!modulus_->is_secret()) {}

  /// A public base and a secret signed exponent below 2^bits in absolute value.
  Product& power(const Nat& base, const Secret<Int>& exponent, std::size_t bits) &;
  Product& power(FixedBasePtr base, const Secret<Int>& exponent, std::size_t bits) &;
  /// Any base (treated as secret) and a secret non-negative exponent below 2^bits.
  Product& power_natural(const Nat& base, const Secret<Nat>& exponent, std::size_t bits) &;
  /// A secret base and a public signed exponent. A negative one needs the base to be a unit.
  Product& power(const Secret<Nat>& base, const Int& exponent) &;
  Product& power_var(const Nat& base, const Int& exponent) &;
  Product& power_var(FixedBasePtr base, const Int& exponent) &;
  /// r^N; the modulus is N^2, or else N.
  Product& nth_power(const Secret<Nat>& r) &;
  Product& nth_power_var(const Nat& r) &;
  /// A plain factor, reduced by the engine.
  Product& times(const Secret<Nat>& factor) &;
  Product& times_var(const Nat& factor) &;

  const ModulusPtr& modulus() const { return modulus_; }
  const std::vector<Term>& terms() const { return terms_; }
  const std::vector<Nat>& factors() const { return factors_; }
  bool is_public() const { return public_; }

 private:
  ModulusPtr modulus_;
  std::vector<Term> terms_;
  std::vector<Nat> factors_;
  bool public_;
};

}  // namespace mpc::modexp
