#include "base/random.h"

#include <sodium.h>

#include <cstdlib>
#include <cstring>

#include "base/result.h"
#include "base/seeded_random.h"
#include "base/wipe.h"

namespace mpc {

namespace {

class SystemRng final : public Rng {
 public:
  SystemRng() { MPC_ASSERT(sodium_init() >= 0); }
  void fill(std::span<std::uint8_t> out) override { randombytes_buf(out.data(), out.size()); }
  std::unique_ptr<Rng> fork() override { return std::make_unique<SystemRng>(); }
};

}  // namespace

Rng& system_rng() {
  static SystemRng rng;
  return rng;
}

Bytes32 random32(Rng& rng) {
  Bytes32 out;
  rng.fill(out);
  return out;
}

const char* sodium_version() { return sodium_version_string(); }

void wipe(void* memory, std::size_t bytes) noexcept { sodium_memzero(memory, bytes); }

SeededRng::SeededRng(ByteView seed) {
  constexpr std::string_view label = "mpc_fast/test-rng";
  Bytes input;
  append(input, as_bytes(label));
  append(input, seed);
  crypto_generichash_blake2b(key_.data(), key_.size(), input.data(), input.size(), nullptr, 0);
}

void SeededRng::fill(std::span<std::uint8_t> out) {
  const std::scoped_lock lock(lock_);
  for (auto& byte : out) {
    if (used_ == block_.size()) {
      std::array<std::uint8_t, 8> counter{};
      for (std::size_t i = 0; i < 8; ++i) counter[i] = static_cast<std::uint8_t>(counter_ >> (8 * i));
      crypto_generichash_blake2b(block_.data(), block_.size(), counter.data(), counter.size(), key_.data(),
                                 key_.size());
      ++counter_;
      used_ = 0;
    }
    byte = block_[used_++];
  }
}

std::unique_ptr<Rng> SeededRng::fork() { return std::make_unique<SeededRng>(random32(*this)); }

bool insecure_test_profile_enabled() {
  const char* value = std::getenv("MPC_FAST_INSECURE_TEST_PROFILE");
  return value != nullptr && std::strcmp(value, "1") == 0;
}

}  // namespace mpc
