// Memory for the eight-lane kernel.
#pragma once

#include <algorithm>
#include <new>
#include <utility>

#include "base/wipe.h"
#include "modexp/ifma.h"

namespace mpc::modexp {

/// Zeroed vectors that are wiped before they are freed.
class LaneMemory {
 public:
  explicit LaneMemory(std::size_t vectors)
      : vectors_(static_cast<ifma::Vector*>(
            ::operator new(vectors * sizeof(ifma::Vector), std::align_val_t{alignof(ifma::Vector)}))),
        count_(vectors) {
    std::fill_n(vectors_, count_, ifma::Vector{});
  }
  LaneMemory(LaneMemory&& other) noexcept
      : vectors_(std::exchange(other.vectors_, nullptr)), count_(std::exchange(other.count_, 0)) {}
  LaneMemory& operator=(LaneMemory&&) = delete;
  ~LaneMemory() {
    if (vectors_ == nullptr) return;
    wipe(vectors_, count_ * sizeof(ifma::Vector));
    ::operator delete(vectors_, std::align_val_t{alignof(ifma::Vector)});
  }

  ifma::Vector* data() { return vectors_; }
  const ifma::Vector* data() const { return vectors_; }

 private:
  ifma::Vector* vectors_;
  std::size_t count_;
};

}  // namespace mpc::modexp
