// Doors for tests only, shut unless MPC_FAST_INSECURE_TEST_PROFILE=1: seeded randomness and ready-made primes.
#include <vector>

#include "base/seeded_random.h"
#include "bindings/handles.h"

namespace mpc::bindings {

namespace {

std::shared_ptr<SeededRng>& seeded() {
  static std::shared_ptr<SeededRng> generator;
  return generator;
}

void require_switch() {
  if (!insecure_test_profile_enabled()) raise({"E_PROFILE", "test support is switched off"});
}

void seed_rng(const std::optional<py::bytes>& seed) {
  require_switch();
  // Earlier generators stay: a run may still hold a reference to one.
  static std::vector<std::shared_ptr<SeededRng>> kept;
  seeded() = seed ? std::make_shared<SeededRng>(view(*seed)) : nullptr;
  if (seed) kept.push_back(seeded());
}

PyPrimeSet prime_set(const std::string& profile_name, const py::bytes& p, const py::bytes& q, const py::bytes& hat_p,
                     const py::bytes& hat_q) {
  require_switch();
  const auto prime = [](const py::bytes& bytes) { return Secret(Nat::from_bytes(view(bytes))); };
  return {protocol::PrimeSet{&profile(profile_name), prime(p), prime(q), prime(hat_p), prime(hat_q)}, profile_name};
}

}  // namespace

Rng& rng() {
  if (seeded() && insecure_test_profile_enabled()) return *seeded();
  return system_rng();
}

void bind_testing(py::module_& m) {
  py::module_ testing = m.def_submodule("testing", "Shut unless MPC_FAST_INSECURE_TEST_PROFILE=1.");
  testing.def("seed_rng", &seed_rng, py::arg("seed"));
  testing.def("prime_set", &prime_set, py::arg("profile"), py::arg("p"), py::arg("q"), py::arg("hat_p"), py::arg("hat_q"));
}

}  // namespace mpc::bindings
