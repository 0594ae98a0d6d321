// Powers of integers of any size and sign modulo anything, for callers who bring plain numbers: the arithmetic behind
// mpc_fast.modexp. Moduli that the engine is made for, odd and not wider than its kernels, go there in one run; for
// others GMP computes, on the same threads.
#pragma once

#include "modexp/engine.h"

namespace mpc::modexp {

/// bases[i]^exponents[i] mod m for m > 0; where there is one base or one exponent alone, it serves all. Refuses
/// (E_INVERSE) a negative exponent of a base that is no unit.
Result<std::vector<Nat>> integer_powers_var(const std::vector<Int>& bases, const std::vector<Int>& exponents,
                                            const Nat& m);
/// prod bases[i]^exponents[i] mod m for m > 0. Refuses (E_INVERSE) as above.
Result<Nat> product_of_powers_var(const std::vector<Int>& bases, const std::vector<Int>& exponents, const Nat& m);
/// numbers[i]^-1 mod m for m > 0, by one inversion. Refuses (E_INVERSE) the first number that is no unit.
Result<std::vector<Nat>> inverses_var(const std::vector<Int>& numbers, const Nat& m);
/// base^exponent mod m for odd m, constant time in base and exponent (not in their widths).
Secret<Nat> integer_power(const Secret<Int>& base, const Secret<Nat>& exponent, const Nat& m);

}  // namespace mpc::modexp
