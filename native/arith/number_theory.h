// Number theory on public values, by GMP. Everything here is variable time; the names say so.
#pragma once

#include <optional>
#include <span>

#include "arith/nat.h"
#include "base/random.h"

namespace mpc {

Nat mod_var(const Nat& a, const Nat& m);
Nat div_var(const Nat& a, const Nat& b);
Nat gcd_var(const Nat& a, const Nat& b);
/// a^-1 mod m, as wide as m; empty when a is no unit.
std::optional<Nat> invert_var(const Nat& a, const Nat& m);
/// base^exponent mod m, as wide as m.
Nat pow_var(const Nat& base, const Nat& exponent, const Nat& m);
/// floor of the square root.
Nat sqrt_var(const Nat& a);
/// The Jacobi symbol (a | m) for odd m: -1, 0 or 1.
int jacobi_var(const Nat& a, const Nat& m);
bool is_perfect_power_var(const Nat& a);
/// True iff 0 < a < m and gcd(a, m) = 1: "a in Z_m^*" in the sense of the specification.
bool is_unit_var(const Nat& a, const Nat& m);
/// The index of the first that is no such unit, or their number: one gcd, of their product, where all are.
std::size_t first_non_unit_var(std::span<const Nat* const> numbers, const Nat& m);
/// Miller-Rabin with random bases in [2, a - 2], drawn round by round; a composite passes with probability at most
/// 4^-rounds.
bool is_probable_prime_var(const Nat& a, int rounds, Rng& rng);

}  // namespace mpc
