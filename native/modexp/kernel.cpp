#include "modexp/kernel.h"

#include <cstdlib>

#include "modexp/ifma.h"

namespace mpc::modexp {

namespace {

bool runs_ifma(const CpuFeatures& cpu) { return ifma::built() && cpu.avx512f && cpu.avx512vl && cpu.avx512ifma; }

}  // namespace

std::string_view name(Kernel kernel) { return kernel == Kernel::ifma ? "ifma" : "portable"; }

Result<Kernel> choose_kernel(std::string_view wanted, const CpuFeatures& cpu) {
  if (wanted == "portable") return Kernel::portable;
  if (wanted.empty()) return runs_ifma(cpu) ? Kernel::ifma : Kernel::portable;
  if (wanted != "ifma") return refuse("E_KERNEL", "MPC_FAST_KERNEL must be portable or ifma");
  if (!runs_ifma(cpu)) return refuse("E_KERNEL", "MPC_FAST_KERNEL=ifma: this processor or build has no AVX-512 IFMA");
  return Kernel::ifma;
}

Result<Kernel> kernel_from_environment() {
  const char* wanted = std::getenv("MPC_FAST_KERNEL");
  return choose_kernel(wanted == nullptr ? "" : wanted, cpu_features());
}

Kernel kernel() {
  static const Kernel chosen = [] {
    const auto result = kernel_from_environment();
    MPC_ASSERT(static_cast<bool>(result));
    return *result;
  }();
  return chosen;
}

}  // namespace mpc::modexp
