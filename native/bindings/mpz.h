// Public integers for the functions of GMP that work on mpz_t.
#pragma once

#include <algorithm>

#include "arith/nat.h"

namespace mpc::bindings {

/// Owns its memory; does not wipe it.
class Mpz {
 public:
  Mpz() { mpz_init(z_); }
  explicit Mpz(const Nat& a) : Mpz() { mpz_import(z_, a.limbs(), -1, sizeof(Limb), 0, 0, a.data()); }
  Mpz(Mpz&& other) noexcept : Mpz() { mpz_swap(z_, other.z_); }
  Mpz& operator=(Mpz&& other) noexcept {
    mpz_swap(z_, other.z_);
    return *this;
  }
  ~Mpz() { mpz_clear(z_); }

  operator mpz_ptr() { return z_; }
  operator mpz_srcptr() const { return z_; }

  Nat to_nat() const {
    Nat out(std::max<std::size_t>(1, mpz_size(z_)));
    mpz_export(out.data(), nullptr, -1, sizeof(Limb), 0, 0, z_);
    return out;
  }

 private:
  mpz_t z_;
};

}  // namespace mpc::bindings
