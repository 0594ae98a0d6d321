// A reproducible generator for tests: the XOF of the specification (section 2.1) over a seed. The bindings hand it out
// only when MPC_FAST_INSECURE_TEST_PROFILE=1, and the Python twin reads the same stream, so that proofs can be compared
// byte for byte.
#pragma once

#include <array>
#include <mutex>

#include "base/random.h"

namespace mpc {

class SeededRng final : public Rng {
 public:
  explicit SeededRng(ByteView seed);
  void fill(std::span<std::uint8_t> out) override;
  /// Seeded by the next 32 bytes.
  std::unique_ptr<Rng> fork() override;

 private:
  std::array<std::uint8_t, 64> key_{};
  std::array<std::uint8_t, 64> block_{};
  std::uint64_t counter_ = 0;
  std::size_t used_ = 64;
  std::mutex lock_;  // threads of Python may share a generator
};

/// True when the process was started with the switch that admits the TOY profile and seeded randomness.
bool insecure_test_profile_enabled();

}  // namespace mpc
