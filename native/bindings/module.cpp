#include "bindings/convert.h"
#include "bindings/guard.h"
#include "modexp/fixed_base.h"
#include "modexp/kernel.h"

PYBIND11_MODULE(_native, m) {
  using namespace mpc::bindings;
  const auto kernel = mpc::modexp::kernel_from_environment();
  if (!kernel) throw py::import_error(kernel.error().detail);
  const auto table_memory = mpc::modexp::table_memory_from_environment();
  if (!table_memory) throw py::import_error(table_memory.error().detail);
  m.doc() = "The native core of mpc_fast. Private: use the packages above it.";
  py::exception<void>(m, "NativeError");
  py::exception<void>(m, "Cancelled");
  bind_system(m);
  bind_modexp(m);
  bind_identity(m);
  bind_aux_info(m);
  bind_key_share(m);
  bind_dkg(m);
  bind_generators(m);
  bind_presignature(m);
  bind_presign(m);
  bind_sign(m);
  bind_ranges(m);
  bind_exact_ranges(m);
  bind_data(m);
  bind_bench(m);
  bind_testing(m);
  guard_calls(m);
}
