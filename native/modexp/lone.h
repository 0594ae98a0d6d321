// One chain in a call of the kernel for lone numbers.
#pragma once

#include "modexp/chain.h"

namespace mpc::modexp {

/// Whether the kernel can evaluate the chain: it has no tables, and the ring is not too wide.
bool can_be_lone(const Chain& chain);

/// Sets chain.result.
void evaluate_lone(Chain& chain);

}  // namespace mpc::modexp
