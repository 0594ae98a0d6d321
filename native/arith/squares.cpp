#include "arith/squares.h"

#include "arith/number_theory.h"
#include "arith/sample.h"
#include "base/result.h"

namespace mpc {

namespace {

/// A composite passes with probability at most 4^-25, and would end in a search for a root that does not exist.
constexpr int miller_rabin_rounds = 25;

/// Below this root every a is tried in turn: few numbers are so small, and all of them have a sum (a test looks).
constexpr std::uint64_t small_root = 1 << 10;

Nat square_of(const Nat& a) { return mul(a, a); }

/// A root of -1 modulo a prime p = 1 mod 4: half of all bases give one.
Nat root_of_minus_one_var(const Nat& p, Rng& rng) {
  const Nat minus_one = sub(p, Nat::of(1));
  const Nat exponent = shift_right(minus_one, 2);
  for (;;) {
    const Nat root = pow_var(declassify("squares.draw", sample_unit(rng, p)), exponent, p);
    if (equal_var(mod_var(square_of(root), p), minus_one)) return root;
  }
}

/// b^2 + c^2 = p for a prime p = 1 mod 4 (Cornacchia): the first remainder below sqrt(p) of p and a root of -1 is b.
std::pair<Nat, Nat> two_squares_var(const Nat& p, Rng& rng) {
  Nat high = p;
  Nat low = root_of_minus_one_var(p, rng);
  while (less_var(p, square_of(low))) {
    Nat remainder = mod_var(high, low);
    high = std::move(low);
    low = std::move(remainder);
  }
  Nat c = sqrt_var(sub(p, square_of(low)));
  return {std::move(low), std::move(c)};
}

Secret<Nat> secret(const Nat& value, std::size_t limbs) {
  Secret out(value.resized(limbs));
  out.taint();
  return out;
}

}  // namespace

Squares three_squares_var(const Secret<Nat>& number, Rng& rng) {
  const Nat n = trimmed_var(declassify("squares.number", number));
  MPC_ASSERT(n[0] % 4 == 1);
  const std::size_t limbs = number.expose().limbs();
  const Nat root = sqrt_var(n);
  const Nat choices = add(shift_right(root, 1), Nat::of(1));
  const bool small = less_var(root, Nat::of(small_root));
  for (std::uint64_t tries = 0;; ++tries) {
    const bool in_turn = small || tries == 0;
    const Nat half = in_turn ? Nat::of(tries) : declassify("squares.draw", sample_below(rng, choices));
    const Nat a = shift_left(half, 1);
    MPC_ASSERT(!less_var(root, a));
    const Nat rest = sub(n, square_of(a));
    const Nat b = sqrt_var(rest);
    if (equal_var(square_of(b), rest)) return {secret(a, limbs), secret(b, limbs), secret(Nat(1), limbs)};
    if (!is_probable_prime_var(rest, miller_rabin_rounds, rng)) continue;
    const auto [first, second] = two_squares_var(rest, rng);
    return {secret(a, limbs), secret(first, limbs), secret(second, limbs)};
  }
}

}  // namespace mpc
