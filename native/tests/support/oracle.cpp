#include "tests/support/oracle.h"

#include <algorithm>
#include <string>

#include "base/result.h"

namespace mpc::fixtures {

Oracle Oracle::power_of_two(std::size_t exponent) {
  Oracle out;
  mpz_setbit(out.z_, exponent);
  return out;
}

Oracle Oracle::operator-() const {
  Oracle out;
  mpz_neg(out.z_, z_);
  return out;
}

Oracle operator+(const Oracle& a, const Oracle& b) {
  Oracle out;
  mpz_add(out.z_, a.z_, b.z_);
  return out;
}

Oracle operator-(const Oracle& a, const Oracle& b) {
  Oracle out;
  mpz_sub(out.z_, a.z_, b.z_);
  return out;
}

Oracle operator*(const Oracle& a, const Oracle& b) {
  Oracle out;
  mpz_mul(out.z_, a.z_, b.z_);
  return out;
}

Oracle operator/(const Oracle& a, const Oracle& b) {
  Oracle out;
  mpz_fdiv_q(out.z_, a.z_, b.z_);
  return out;
}

Oracle operator%(const Oracle& a, const Oracle& b) {
  Oracle out;
  mpz_fdiv_r(out.z_, a.z_, b.z_);
  return out;
}

Oracle Oracle::pow(const Oracle& exponent, const Oracle& m) const {
  Oracle out;
  mpz_powm(out.z_, z_, exponent.z_, m.z_);
  return out;
}

Oracle Oracle::balanced(const Oracle& m) const {
  const Oracle residue = *this % m;
  return residue > m / 2 ? residue - m : residue;
}

Nat Oracle::to_nat() const { return to_nat(std::max<std::size_t>(1, mpz_size(z_))); }

Nat Oracle::to_nat(std::size_t limbs) const {
  MPC_ASSERT(mpz_size(z_) <= limbs);
  Nat out(limbs);
  mpz_export(out.data(), nullptr, -1, sizeof(Limb), 0, 0, z_);
  return out;
}

void PrintTo(const Oracle& value, std::ostream* out) {
  std::string text(mpz_sizeinbase(value.z_, 16) + 2, '\0');
  mpz_get_str(text.data(), 16, value.z_);
  *out << "hex " << text.c_str();
}

Nat random_nat(Rng& rng, std::size_t limbs) {
  Bytes bytes(limbs * sizeof(Limb));
  rng.fill(bytes);
  return Nat::from_bytes(bytes);
}

std::vector<Nat> corner_values(Rng& rng, std::size_t limbs) {
  const std::size_t bits = limbs * limb_bits;
  const Oracle largest = Oracle::power_of_two(bits) - 1;
  std::vector<Oracle> values = {0, 1, 2, largest, largest - 1, Oracle::power_of_two(bits - 1)};
  for (const std::size_t k : {63, 64, 65, 128}) {
    if (k >= bits) continue;
    values.push_back(Oracle::power_of_two(k));
    values.push_back(Oracle::power_of_two(k) - 1);
    values.push_back(Oracle::power_of_two(k) + 1);
  }
  values.push_back(largest - Oracle::power_of_two(bits / 2));
  std::vector<Nat> out;
  for (const Oracle& value : values) out.push_back(value.to_nat(limbs));
  for (int i = 0; i < 3; ++i) out.push_back(random_nat(rng, limbs));
  return out;
}

std::vector<Int> signed_corner_values(Rng& rng, std::size_t limbs) {
  std::vector<Int> out;
  for (const Nat& value : corner_values(rng, limbs)) {
    out.emplace_back(value);
    out.emplace_back(all_ones, value);
  }
  return out;
}

}  // namespace mpc::fixtures
