// The portable kernel: GMP's mpn and mpz functions. Works on one modulus and plain residues; knows nothing of jobs.
#pragma once

#include <span>

#include "arith/odd_modulus.h"

namespace mpc::modexp::portable {

/// base^exponent with a non-negative exponent of public width `bits`. The base is always treated as secret; the
/// exponent's digits are used as table addresses only when exponent_public.
struct Power {
  Nat base;  // residue
  Nat exponent;
  std::size_t bits;
  bool exponent_public;
};

/// prod base_k^exponent_k, simultaneously (one chain of squarings). Constant time in the modulus, the bases, and the
/// exponents that are not public.
Nat multi_power(const OddModulus& m, std::span<const Power> powers);

/// The same for public operands throughout.
Nat multi_power_var(const OddModulus& m, std::span<const Power> powers);

}  // namespace mpc::modexp::portable
