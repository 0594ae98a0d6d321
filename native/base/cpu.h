// What this processor offers to the kernels of the engine.
#pragma once

#include <string>

namespace mpc {

struct CpuFeatures {
  bool bmi2 = false;
  bool adx = false;
  bool avx2 = false;
  bool avx512f = false;
  bool avx512vl = false;
  bool avx512ifma = false;
};

const CpuFeatures& cpu_features();

/// The processor's own name, for reports.
std::string cpu_name();

}  // namespace mpc
