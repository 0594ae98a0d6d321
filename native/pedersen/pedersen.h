// Ring-Pedersen commitments (specification 1.3):  com(x; mu) = s^x t^mu mod Nh  for signed integers x and mu.
#pragma once

#include <mutex>

#include "base/random.h"
#include "base/result.h"
#include "modexp/task.h"

namespace mpc::pedersen {

using modexp::FixedBasePtr;
using modexp::ModulusPtr;
using modexp::Product;

/// Largest exponents, in bits, that the tables of s and t must serve; 0 for no table.
struct TableBits {
  std::size_t s;
  std::size_t t;
};

/// What hides a commitment: mu, and t^mu where that was computed ahead. Serves once.
struct Blinding {
  Secret<Int> mu;  // |mu| < 2^bits
  std::size_t bits = 0;
  bool has_power = false;
  Secret<Nat> power;
};

/// Somebody's parameters (Nh, s, t), ours included.
class Params {
 public:
  /// Refuses (E_MODULUS) an Nh that is even, a perfect power or not exactly `bits` long.
  static Refusal check_modulus_var(const Nat& nh, std::size_t bits);
  /// Refuses (E_MODULUS) also s or t outside Z_Nh^* or equal to 1 or Nh - 1, s = t, and symbols (s|Nh), (t|Nh) other
  /// than 1. That s lies in <t> is what the prm proof is for.
  static Result<Params> from_public(const Nat& nh, const Nat& s, const Nat& t, std::size_t bits);

  /// The same with further generators s_2, s_3 ..., for commitments to several numbers. Refuses (E_MODULUS) what
  /// from_public refuses of s. That they lie in <t> is what BPRM is for.
  Result<Params> with_generators(std::vector<Nat> more) const;
  /// The same with the first `count` generators alone, at least one of those that there are.
  Params with_first_generators(std::size_t count) const;

  const Nat& nh() const { return ring_->value(); }
  const Nat& s() const { return s_; }
  const Nat& t() const { return t_; }
  /// s_1 = s, s_2 ...: as many as there are.
  const Nat& generator(std::size_t i) const { return i == 0 ? s_ : more_.at(i - 1); }
  std::size_t generators() const { return 1 + more_.size(); }
  const ModulusPtr& ring() const { return ring_; }
  std::size_t bits() const { return ring_->bits(); }
  std::size_t bytes() const { return ring_->bytes(); }

  /// Has powers of s and t computed from tables, which are built with the first commitment: that takes as long as two
  /// or three commitments without tables. Copies share them; results are the same.
  void use_tables(TableBits widths);
  bool has_tables() const { return tables_ != nullptr; }

  /// mu uniform in [-2^slack Nh, 2^slack Nh].
  Blinding blinding(Rng& rng, std::size_t slack) const;

  /// com(x; mu) for |x| < 2^x_bits, |mu| < 2^mu_bits.
  Product commit(const Secret<Int>& x, std::size_t x_bits, const Secret<Int>& mu, std::size_t mu_bits) const;
  Product commit(const Secret<Int>& x, std::size_t x_bits, const Blinding& blinding) const;
  Product commit_var(const Int& x, const Int& mu) const;
  /// prod s_a^x_a t^mu, for at most as many x as there are generators.
  Product commit(const std::vector<const Secret<Int>*>& x, std::size_t x_bits, const Blinding& blinding) const;
  Product commit_var(const std::vector<Int>& x, const Int& mu) const;
  /// s_a^x, a counted from 0, for |x| < 2^bits. Borrowed.
  struct Power {
    std::size_t a;
    const Secret<Int>& x;
    std::size_t bits;
  };
  /// The product of these and t^mu.
  Product commit(const std::vector<Power>& powers, const Blinding& blinding) const;
  /// t^mu.
  Product power(const Blinding& blinding) const;
  /// t^z.
  Product power_of_t_var(const Nat& z) const;

 private:
  friend class Trapdoor;
  Params(ModulusPtr ring, const Nat& s, const Nat& t) : ring_(std::move(ring)), s_(s), t_(t) {}

  struct Tables {
    TableBits widths;
    std::once_flag built = {};
    FixedBasePtr s = nullptr;
    FixedBasePtr t = nullptr;
  };
  /// Multiplies by s_a^x and by t^mu.
  void times_power(Product& product, const Power& power) const;
  void times_power_of_t(Product& product, const Secret<Int>& mu, std::size_t mu_bits) const;
  void times_blinding(Product& product, const Blinding& blinding) const;
  /// Null where there is no table.
  FixedBasePtr s_table() const;
  FixedBasePtr t_table() const;
  void build_tables() const;

  ModulusPtr ring_;
  Nat s_;
  Nat t_;
  std::vector<Nat> more_;  // s_2, s_3 ...
  std::shared_ptr<Tables> tables_;
};

/// What the owner of parameters knows: the safe primes behind Nh and lam with s = t^lam.
class Trapdoor {
 public:
  /// Parameters over the safe primes p = 2 p' + 1 and q = 2 q' + 1 (vouched for by the caller):
  /// t = u^2 for a random unit u, lam uniform in [0, phi/4), s = t^lam.
  static Result<Trapdoor> generate(const Secret<Nat>& p, const Secret<Nat>& q, Rng& rng);
  /// The same parameters again, from what was stored.
  static Result<Trapdoor> restore(const Secret<Nat>& p, const Secret<Nat>& q, const Secret<Nat>& lam, const Nat& t);

  /// The same with further generators s_a = t^lam_a, of which there are none yet (asserted).
  Trapdoor with_generators(const std::vector<Secret<Nat>>& lams) const;

  const Params& params() const { return params_; }
  const Secret<Nat>& p() const { return p_; }
  const Secret<Nat>& q() const { return q_; }
  const Secret<Nat>& lam() const { return lam_; }
  /// lam_1 = lam, lam_2 ...: one for each generator.
  const Secret<Nat>& lam(std::size_t i) const { return i == 0 ? lam_ : more_lams_.at(i - 1); }
  /// phi(Nh) = (p - 1)(q - 1), of exactly bits() bits.
  const Secret<Nat>& phi() const { return phi_; }

 private:
  Trapdoor(const Secret<Nat>& p, const Secret<Nat>& q, Secret<Nat> lam, Secret<Nat> phi, Params params);

  Secret<Nat> p_;
  Secret<Nat> q_;
  Secret<Nat> lam_;
  std::vector<Secret<Nat>> more_lams_;  // lam_2, lam_3 ...
  Secret<Nat> phi_;
  Params params_;
};

}  // namespace mpc::pedersen
