// What a block of the heap holds at the moment it is given back. Replaces the global operators new and delete, so it
// belongs into one source file of a program. While operator delete runs, the block is still its caller's: looking at it
// is no use after free.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>

namespace mpc::fixtures {

/// Watches bytes somewhere inside a block that this thread will free. One at a time.
class FreedMemory {
 public:
  FreedMemory(const void* at, std::size_t bytes) : at_(static_cast<const unsigned char*>(at)), bytes_(bytes) {
    watch = this;
  }
  FreedMemory(const FreedMemory&) = delete;
  FreedMemory& operator=(const FreedMemory&) = delete;
  ~FreedMemory() { watch = nullptr; }

  bool freed() const { return freed_; }
  /// Freed, and full of zeros at that moment.
  bool wiped() const { return freed_ && wiped_; }

  static void* allocate(std::size_t bytes) {
    auto* block = static_cast<unsigned char*>(std::malloc(header + bytes));
    if (block == nullptr) throw std::bad_alloc();
    std::memcpy(block, &bytes, sizeof bytes);
    return block + header;
  }
  static void release(void* memory) noexcept {
    if (memory == nullptr) return;
    auto* begin = static_cast<unsigned char*>(memory);
    std::size_t bytes = 0;
    std::memcpy(&bytes, begin - header, sizeof bytes);
    if (watch != nullptr) watch->look_at(begin, begin + bytes);
    std::free(begin - header);
  }

 private:
  static constexpr std::size_t header = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

  void look_at(const unsigned char* begin, const unsigned char* end) {
    if (freed_ || at_ < begin || end - at_ < static_cast<std::ptrdiff_t>(bytes_)) return;
    freed_ = true;
    wiped_ = std::all_of(at_, at_ + bytes_, [](unsigned char byte) { return byte == 0; });
  }

  static inline thread_local FreedMemory* watch = nullptr;

  const unsigned char* at_;
  std::size_t bytes_;
  bool freed_ = false;
  bool wiped_ = false;
};

}  // namespace mpc::fixtures

void* operator new(std::size_t bytes) { return mpc::fixtures::FreedMemory::allocate(bytes); }
void* operator new[](std::size_t bytes) { return mpc::fixtures::FreedMemory::allocate(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  return mpc::fixtures::FreedMemory::allocate(bytes);
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
  return mpc::fixtures::FreedMemory::allocate(bytes);
}
void operator delete(void* memory) noexcept { mpc::fixtures::FreedMemory::release(memory); }
void operator delete[](void* memory) noexcept { mpc::fixtures::FreedMemory::release(memory); }
void operator delete(void* memory, std::size_t) noexcept { mpc::fixtures::FreedMemory::release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { mpc::fixtures::FreedMemory::release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { mpc::fixtures::FreedMemory::release(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { mpc::fixtures::FreedMemory::release(memory); }
