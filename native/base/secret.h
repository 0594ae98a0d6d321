// Secrecy as a type. A Secret<T> cannot be compared, printed or copied by accident; it leaves the type in two ways
// only:
//   expose()      hands the value to a routine that is constant time in it; the value stays secret
//   declassify()  ends its secrecy, with a reason listed in docs/constant_time.md
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/poison.h"
#include "base/wipe.h"

namespace mpc {

/// Calls visit(pointer, size) for every block of memory that holds the value. Types add overloads beside themselves.
template <class T, class Visit>
  requires std::is_arithmetic_v<T>
void visit_memory(const T& value, Visit&& visit) {
  visit(&value, sizeof value);
}
template <std::size_t n, class Visit>
void visit_memory(const std::array<std::uint8_t, n>& value, Visit&& visit) {
  visit(value.data(), n);
}
template <class Visit>
void visit_memory(const WipedBytes& value, Visit&& visit) {
  visit(value.data(), value.size());
}

template <class T>
class Secret {
 public:
  explicit Secret(T value) : value_(std::move(value)) {
    // Moving plain bytes copies them: the parameter holds the value too.
    if constexpr (std::is_trivially_copyable_v<T>) wipe(&value, sizeof value);
  }
  Secret() = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() {
    // All of a plain value; of others, what they report (their heap blocks wipe themselves once more).
    if constexpr (std::is_trivially_copyable_v<T>) {
      wipe(&value_, sizeof value_);
    } else if constexpr (requires { visit_memory(value_, [](const void*, std::size_t) {}); }) {
      visit_memory(value_, [](const void* at, std::size_t n) { wipe(const_cast<void*>(at), n); });
    }
  }

  /// A second copy, asked for by name.
  Secret clone() const { return Secret(value_); }

  const T& expose() const { return value_; }

  /// Marks the value for the constant-time checker; sources of secrets call this once.
  Secret& taint() {
    visit_memory(value_, [](const void* at, std::size_t n) { poison(at, n); });
    return *this;
  }

 private:
  T value_{};
};

template <class T>
Secret(T) -> Secret<T>;

/// Ends the secrecy of a value. `reason` is an identifier explained in docs/constant_time.md; a test compares the
/// lists.
template <class T>
T declassify([[maybe_unused]] std::string_view reason, T value) {
  visit_memory(value, [](const void* at, std::size_t n) { unpoison(at, n); });
  return value;
}
template <class T>
T declassify(std::string_view reason, const Secret<T>& secret) {
  return declassify(reason, T(secret.expose()));
}

}  // namespace mpc
