#include "base/cpu.h"

#include <fstream>

namespace mpc {

namespace {

CpuFeatures detect() {
  CpuFeatures found;
#if defined(__x86_64__)
  __builtin_cpu_init();
  found.bmi2 = __builtin_cpu_supports("bmi2") != 0;
  found.adx = __builtin_cpu_supports("adx") != 0;
  found.avx2 = __builtin_cpu_supports("avx2") != 0;
  found.avx512f = __builtin_cpu_supports("avx512f") != 0;
  found.avx512vl = __builtin_cpu_supports("avx512vl") != 0;
  found.avx512ifma = __builtin_cpu_supports("avx512ifma") != 0;
#endif
  return found;
}

}  // namespace

const CpuFeatures& cpu_features() {
  static const CpuFeatures features = detect();
  return features;
}

std::string cpu_name() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

}  // namespace mpc
