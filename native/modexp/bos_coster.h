// Products of many public powers by the method of Bos and Coster ("Addition chain heuristics", Crypto '89): of the two
// largest exponents e >= f, base_e^e base_f^f = base_e^(e - f) (base_e base_f)^f. A step takes about log2(count) bits
// off the largest one, so it beats windows from some twenty powers on.
#pragma once

#include <span>
#include <vector>

#include "arith/nat.h"

namespace mpc::modexp {

/// From this many powers on.
constexpr std::size_t many_powers = 20;

/// slots[to] *= slots[from].
struct Step {
  std::uint16_t to, from;
};

/// Steps over the slots base_0 ... base_(n-1), 1 that leave prod base_i^exponent_i in the last slot. n <= 65534.
std::vector<Step> bos_coster_var(std::span<const Nat* const> exponents);

}  // namespace mpc::modexp
