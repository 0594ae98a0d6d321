// Doors for tests only, shut unless MPC_FAST_INSECURE_TEST_PROFILE=1: seeded randomness, ready-made primes, and the
// lower layers of the core for comparison with the readable twin and with other libraries.
#include <vector>

#include "base/seeded_random.h"
#include "bindings/testing.h"

namespace mpc::bindings {

namespace {

std::shared_ptr<SeededRng>& seeded() {
  static std::shared_ptr<SeededRng> generator;
  return generator;
}

void seed_rng(const std::optional<py::bytes>& seed) {
  // Earlier generators stay: a run may still hold a reference to one.
  static std::vector<std::shared_ptr<SeededRng>> kept;
  seeded() = seed ? std::make_shared<SeededRng>(view(*seed)) : nullptr;
  if (seed) kept.push_back(seeded());
}

PyPrimeSet prime_set(const std::string& profile_name, const py::bytes& p, const py::bytes& q, const py::bytes& hat_p,
                     const py::bytes& hat_q) {
  const auto prime = [](const py::bytes& bytes) { return Secret(Nat::from_bytes(view(bytes))); };
  return {protocol::PrimeSet{&profile(profile_name), prime(p), prime(q), prime(hat_p), prime(hat_q)}, profile_name};
}

}  // namespace

void testing::require_switch() {
  if (!insecure_test_profile_enabled()) raise({"E_PROFILE", "test support is switched off"});
}

Rng& rng() {
  if (seeded() && insecure_test_profile_enabled()) return *seeded();
  return system_rng();
}

void bind_testing(py::module_& m) {
  py::module_ submodule = m.def_submodule("testing", "Shut unless MPC_FAST_INSECURE_TEST_PROFILE=1.");
  testing::door(submodule, "seed_rng", &seed_rng, py::arg("seed"));
  testing::door(submodule, "prime_set", &prime_set, py::arg("profile"), py::arg("p"), py::arg("q"), py::arg("hat_p"),
                py::arg("hat_q"));
  testing::bind_transcript(submodule);
  testing::bind_numbers(submodule);
  testing::bind_proofs(submodule);
  testing::bind_batch_proofs(submodule);
  testing::bind_bexact(submodule);
  testing::bind_generators(submodule);
}

}  // namespace mpc::bindings
