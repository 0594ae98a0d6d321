// Inverses of many numbers modulo one.
#pragma once

#include <vector>

#include "modexp/ring.h"

namespace mpc::modexp {

/// Replaces residues modulo the ring by their inverses, by one inversion for every hundred of them or so. False where
/// one has none; the numbers are worth nothing then.
bool invert_all_var(const Ring& ring, std::vector<Nat>& numbers);

}  // namespace mpc::modexp
