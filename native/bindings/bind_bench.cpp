// What the benchmark times natively.
#include "bindings/bench_proofs.h"
#include "bindings/convert.h"
#include "modexp/digits.h"
#include "modexp/ifma_peak.h"
#include "modexp/kernel.h"
#include "modexp/primes.h"

namespace mpc::bindings {

namespace {

using bench::Exponents;
using bench::OwnKey;
using bench::ReceivedProofs;
using bench::TablePowers;
using bench::Workload;

const auto unlocked = py::call_guard<ReleasedGil>();

Exponents exponents(const std::string& name) {
  if (name == "public") return Exponents::public_value;
  if (name == "secret") return Exponents::secret;
  if (name == "secret both") return Exponents::secret_both;
  throw py::value_error("exponents: public, secret, secret both");
}

Workload powers(std::size_t bits, std::size_t exponent_bits, std::size_t count, const std::string& how,
                std::uint64_t seed) {
  return bench::powers(bits, exponent_bits, count, exponents(how), seed);
}

/// Multiplications of eight limbs, vpmadd52, per CPU second.
double multiply_rate(std::uint64_t rounds) {
  const auto kernel = modexp::choose_kernel("ifma", cpu_features());
  if (!kernel) throw std::runtime_error(kernel.error().detail);
  const ReleasedGil without_gil;
  const double start = bench::cpu_seconds();
  // The result must go somewhere, or there would be nothing to compute.
  volatile std::uint64_t sink = modexp::ifma::multiply_chains(rounds);
  static_cast<void>(sink);
  return static_cast<double>(rounds * modexp::ifma::peak_chains) / (bench::cpu_seconds() - start);
}

/// Searches a safe prime and forgets it: CPU seconds, Fermat tests.
std::tuple<double, std::uint64_t> safe_prime(std::size_t bits) {
  modexp::PrimeSearch search;
  const double start = bench::cpu_seconds();
  modexp::find_safe_prime_var(bits, system_rng(), {}, &search);
  return {bench::cpu_seconds() - start, search.fermat_tests};
}

void bind_workloads(py::module_& m) {
  py::class_<Workload>(m, "Workload")
      .def("run", &Workload::run, unlocked)
      .def("run_baseline", &Workload::run_baseline, unlocked)
      .def("run_on_threads", &Workload::run_on_threads, unlocked)
      .def("check", &Workload::check, unlocked);
  py::class_<OwnKey>(m, "OwnKey")
      .def(py::init<std::size_t, std::uint64_t>(), py::arg("bits"), py::arg("seed"), unlocked)
      .def("encryption", &OwnKey::encryption, py::arg("count"), py::arg("seed"))
      .def("decryption", &OwnKey::decryption, py::arg("count"), py::arg("seed"));
  py::class_<ReceivedProofs>(m, "ReceivedProofs")
      .def(py::init<std::size_t, std::uint64_t>(), py::arg("count"), py::arg("seed"), unlocked)
      .def("verification", &ReceivedProofs::verification)
      .def("equations", &ReceivedProofs::equations);
  py::class_<TablePowers>(m, "TablePowers")
      .def(py::init<std::size_t, std::size_t, std::size_t, std::uint64_t>(), py::arg("bits"), py::arg("exponent_bits"),
           py::arg("count"), py::arg("seed"), unlocked)
      .def_property_readonly("workload", &TablePowers::workload)
      .def_property_readonly("table_bytes", &TablePowers::table_bytes)
      .def_property_readonly("build_seconds", &TablePowers::build_seconds);
}

}  // namespace

void bind_bench(py::module_& m) {
  py::module_ submodule = m.def_submodule("bench", "Workloads of the benchmark, on operands that it draws itself.");
  bind_workloads(submodule);
  submodule.def("powers", &powers, py::arg("bits"), py::arg("exponent_bits"), py::arg("count"), py::arg("exponents"),
                py::arg("seed"));
  submodule.def("products", &bench::products, py::arg("bits"), py::arg("terms"), py::arg("count"), py::arg("seed"));
  submodule.def("nth_powers", &bench::nth_powers, py::arg("bits"), py::arg("count"), py::arg("seed"));
  submodule.def("lane_window", &modexp::lane_window, py::arg("exponent_bits"));
  submodule.def("multiply_rate", &multiply_rate, py::arg("rounds"));
  submodule.def("safe_prime", &safe_prime, py::arg("bits"), unlocked);
}

}  // namespace mpc::bindings
