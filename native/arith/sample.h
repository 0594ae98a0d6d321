// Uniform sampling by rejection: exact, and constant time in the value that is kept. The Python twin draws the same way
// (reference/rng.py), so a seeded run can be compared byte for byte.
#pragma once

#include "arith/integer.h"
#include "base/random.h"

namespace mpc {

/// Uniform in [0, bound) for bound > 0, where `bits` is the exact bit length of the bound. Constant time in the bound
/// as well.
Secret<Nat> sample_below(Rng& rng, const Nat& bound, std::size_t bits);
/// The same for a public bound.
Secret<Nat> sample_below(Rng& rng, const Nat& public_bound);
/// Uniform in [-bound, bound]; the bound is public.
Secret<Int> sample_within(Rng& rng, const Nat& public_bound);
/// Uniform in [1, modulus) for modulus > 1. That the value shares a factor with an honest modulus has probability below
/// 2^-500 and is not tested.
Secret<Nat> sample_unit(Rng& rng, const Nat& public_modulus);

}  // namespace mpc
