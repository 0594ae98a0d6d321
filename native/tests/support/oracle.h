// GMP's mpz integers as the oracle of the arithmetic tests: nothing of arith/ is used to judge a result.
#pragma once

#include <gmp.h>

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "arith/integer.h"
#include "base/random.h"

namespace mpc::fixtures {

class Oracle {
 public:
  Oracle() { mpz_init(z_); }
  Oracle(std::int64_t value) : Oracle() { mpz_set_si(z_, value); }  // NOLINT: integers are numbers
  /// Decimal, or 0x...
  explicit Oracle(const std::string& text) : Oracle() { mpz_set_str(z_, text.c_str(), 0); }
  explicit Oracle(const Nat& a) : Oracle() { mpz_import(z_, a.limbs(), -1, sizeof(Limb), 0, 0, a.data()); }
  explicit Oracle(const Int& a) : Oracle(a.magnitude()) {
    if (a.negative_mask() != 0) mpz_neg(z_, z_);
  }
  Oracle(const Oracle& other) { mpz_init_set(z_, other.z_); }
  Oracle& operator=(const Oracle& other) {
    mpz_set(z_, other.z_);
    return *this;
  }
  ~Oracle() { mpz_clear(z_); }
  static Oracle power_of_two(std::size_t exponent);

  mpz_ptr get() { return z_; }
  mpz_srcptr get() const { return z_; }

  Oracle operator-() const;
  friend Oracle operator+(const Oracle& a, const Oracle& b);
  friend Oracle operator-(const Oracle& a, const Oracle& b);
  friend Oracle operator*(const Oracle& a, const Oracle& b);
  /// Floor and remainder of the division by a positive number.
  friend Oracle operator/(const Oracle& a, const Oracle& b);
  friend Oracle operator%(const Oracle& a, const Oracle& b);
  friend bool operator==(const Oracle& a, const Oracle& b) { return mpz_cmp(a.z_, b.z_) == 0; }
  friend auto operator<=>(const Oracle& a, const Oracle& b) { return mpz_cmp(a.z_, b.z_) <=> 0; }

  /// this^exponent mod m; a negative exponent needs a unit.
  Oracle pow(const Oracle& exponent, const Oracle& m) const;
  /// The representative of this mod the odd m in [-(m - 1)/2, (m - 1)/2].
  Oracle balanced(const Oracle& m) const;
  unsigned long mod(unsigned long m) const { return mpz_fdiv_ui(z_, m); }
  bool is_prime() const { return mpz_probab_prime_p(z_, 40) != 0; }
  bool bit(std::size_t i) const { return mpz_tstbit(z_, i) != 0; }
  /// Of the magnitude; 0 for zero.
  std::size_t bits() const { return mpz_sgn(z_) == 0 ? 0 : mpz_sizeinbase(z_, 2); }

  /// The magnitude, as wide as it needs or at the width given.
  Nat to_nat() const;
  Nat to_nat(std::size_t limbs) const;
  Int to_int() const { return Int(mpz_sgn(z_) < 0 ? all_ones : 0, to_nat()); }

  friend void PrintTo(const Oracle& value, std::ostream* out);

 private:
  mpz_t z_;
};

Nat random_nat(Rng& rng, std::size_t limbs);

/// Numbers of one width where carries, borrows and signs go wrong: 0, 1, 2, the largest ones, powers of two and their
/// neighbours around limb boundaries, a run of zeros inside, and random ones.
std::vector<Nat> corner_values(Rng& rng, std::size_t limbs);

/// The same with both signs.
std::vector<Int> signed_corner_values(Rng& rng, std::size_t limbs);

}  // namespace mpc::fixtures
