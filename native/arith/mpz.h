// A number for those functions of GMP that work on mpz_t, which are variable time.
#pragma once

#include <algorithm>

#include "arith/nat.h"
#include "base/result.h"

namespace mpc {

/// Owns its memory and wipes it.
class Mpz {
 public:
  Mpz() { mpz_init(z_); }
  explicit Mpz(const Nat& a) {
    mpz_init2(z_, a.limbs() * limb_bits);
    mpz_import(z_, a.limbs(), -1, sizeof(Limb), 0, 0, a.data());
  }
  Mpz(Mpz&& other) noexcept : Mpz() { mpz_swap(z_, other.z_); }
  Mpz& operator=(Mpz&& other) noexcept {
    mpz_swap(z_, other.z_);
    return *this;
  }
  ~Mpz() {
    wipe(z_->_mp_d, static_cast<std::size_t>(z_->_mp_alloc) * sizeof(Limb));
    mpz_clear(z_);
  }

  operator mpz_ptr() { return z_; }
  operator mpz_srcptr() const { return z_; }

  bool is_one() const { return mpz_cmp_ui(z_, 1) == 0; }
  Nat to_nat(std::size_t limbs) const {
    Nat out(limbs);
    MPC_ASSERT(mpz_size(z_) <= limbs);
    mpz_export(out.data(), nullptr, -1, sizeof(Limb), 0, 0, z_);
    return out;
  }
  Nat to_nat() const { return to_nat(std::max<std::size_t>(1, mpz_size(z_))); }

 private:
  mpz_t z_;
};

}  // namespace mpc
