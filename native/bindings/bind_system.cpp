// What this build is and runs on.
#include <dlfcn.h>

#include "base/cpu.h"
#include "base/seeded_random.h"
#include "base/thread_pool.h"
#include "bindings/convert.h"
#include "modexp/engine.h"

namespace mpc::bindings {

namespace {

py::dict features() {
  const CpuFeatures& found = cpu_features();
  py::dict out;
  out["bmi2"] = found.bmi2;
  out["adx"] = found.adx;
  out["avx2"] = found.avx2;
  out["avx512f"] = found.avx512f;
  out["avx512vl"] = found.avx512vl;
  out["avx512ifma"] = found.avx512ifma;
  return out;
}

py::dict versions() {
  py::dict out;
  out["gmp"] = gmp_library_version();
  out["libsecp256k1"] = MPC_SECP256K1_VERSION;
  out["libsodium"] = sodium_version();
  out["compiler"] = __VERSION__;
  return out;
}

/// The file from which this extension has GMP; other extensions in the process may have brought their own.
std::string gmp_path() {
  Dl_info found{};
  return dladdr(reinterpret_cast<const void*>(&mpz_powm), &found) == 0 ? "" : found.dli_fname;
}

std::vector<std::string> profile_names() {
  std::vector<std::string> out;
  for (const char* name : {"S128", "C112", "TOY"}) {
    if (proofs::find_profile(name) != nullptr) out.emplace_back(name);
  }
  return out;
}

}  // namespace

void bind_system(py::module_& m) {
  m.def("cpu_name", &cpu_name);
  m.def("cpu_features", &features);
  m.def("kernel_name", [] { return std::string(modexp::kernel_name()); });
  m.def("library_versions", &versions);
  m.def("gmp_path", &gmp_path);
  m.def("thread_limit", &thread_limit);
  m.def("set_thread_limit", &set_thread_limit, py::arg("threads"));
  m.def("engine_stats", [] {
    const modexp::Stats stats = modexp::stats();
    return std::tuple(stats.runs, stats.products, stats.nanoseconds);
  });
  m.def("insecure_test_profile_enabled", &insecure_test_profile_enabled);
  m.def("profile_names", &profile_names);
}

}  // namespace mpc::bindings
