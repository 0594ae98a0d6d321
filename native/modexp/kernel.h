// Which kernel evaluates powers: chosen once per process, by the processor or by MPC_FAST_KERNEL=portable|ifma.
#pragma once

#include <string_view>

#include "base/cpu.h"
#include "base/result.h"

namespace mpc::modexp {

enum class Kernel : std::uint8_t { portable, ifma };

std::string_view name(Kernel kernel);

/// The kernel for a processor. wanted: "" for the best one. Refuses names that are unknown, or that need instructions
/// which the processor or this build lacks.
Result<Kernel> choose_kernel(std::string_view wanted, const CpuFeatures& cpu);

/// The kernel of this process; aborts where kernel_from_environment() refuses.
Kernel kernel();
Result<Kernel> kernel_from_environment();

}  // namespace mpc::modexp
