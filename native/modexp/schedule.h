// Gives chains to kernels: like chains are put into lanes together, the rest runs one by one, all of it on threads.
#pragma once

#include <span>

#include "modexp/chain.h"

namespace mpc::modexp {

/// Sets the result of every chain.
void evaluate(std::span<Chain> chains);

/// CPU time inside kernels since the start of the process, summed over threads.
std::uint64_t kernel_nanoseconds();

}  // namespace mpc::modexp
