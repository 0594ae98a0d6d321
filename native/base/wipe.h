// Memory that held secrets is overwritten before it goes back to the allocator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <vector>

namespace mpc {

/// Overwrites memory in a way that the optimiser may not remove.
void wipe(void* memory, std::size_t bytes) noexcept;

/// Allocator that wipes every block it gives back, so that growth and destruction of a vector leave nothing behind.
template <class T>
struct WipingAllocator {
  using value_type = T;

  WipingAllocator() noexcept = default;
  template <class U>
  WipingAllocator(const WipingAllocator<U>&) noexcept {}  // NOLINT: rebinding is implicit by the allocator contract

  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T))); }
  void deallocate(T* p, std::size_t n) noexcept {
    wipe(p, n * sizeof(T));
    ::operator delete(p);
  }
  template <class U>
  bool operator==(const WipingAllocator<U>&) const noexcept {
    return true;
  }
};

template <class T>
using WipedVector = std::vector<T, WipingAllocator<T>>;

/// A word that is wiped when it goes out of scope.
template <class T>
class Wiped {
 public:
  Wiped(T value = 0) : value_(value) {}  // NOLINT: stands for the word itself
  Wiped(const Wiped&) = default;
  Wiped& operator=(const Wiped&) = default;
  ~Wiped() { wipe(&value_, sizeof value_); }

  operator T() const { return value_; }
  const T* address() const { return &value_; }

 private:
  T value_;
};

/// Bytes that may hold secrets.
using WipedBytes = WipedVector<std::uint8_t>;

}  // namespace mpc
