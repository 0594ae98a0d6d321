// A generator that deals out given bytes, for the paths that random ones take too seldom.
#pragma once

#include <cstdlib>

#include "base/random.h"

namespace mpc::fixtures {

class ScriptedRng final : public Rng {
 public:
  explicit ScriptedRng(Bytes script) : script_(std::move(script)) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& byte : out) byte = script_.at(next_++);
  }
  std::unique_ptr<Rng> fork() override { std::abort(); }  // a script has one reader
  std::size_t unread() const { return script_.size() - next_; }

 private:
  Bytes script_;
  std::size_t next_ = 0;
};

}  // namespace mpc::fixtures
