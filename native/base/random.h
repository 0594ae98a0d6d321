// Sources of random bytes. Sampling of numbers is in arith/sample.h.
#pragma once

#include <memory>
#include <span>

#include "base/bytes.h"

namespace mpc {

class Rng {
 public:
  virtual ~Rng() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
  /// A generator for a piece of work that runs beside others: what it gives does not depend on their pace.
  virtual std::unique_ptr<Rng> fork() = 0;
};

/// The operating system's generator, through libsodium; every call goes there, so a snapshot of the process holds no
/// state.
Rng& system_rng();

Bytes32 random32(Rng& rng);

/// The version of libsodium in use, for reports.
const char* sodium_version();

}  // namespace mpc
