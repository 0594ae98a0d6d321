// Errors as values. What a peer or a file sends may be wrong at any time: that is a value, never an exception.
// A broken promise of our own code is an MPC_ASSERT, which ends the process and never carries data.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace mpc {

/// Why something received was refused: a code of the specification, and the field or check that failed. Never secret.
struct Error {
  std::string code;
  std::string detail;
};

/// The outcome of a check: empty when it passed.
using Refusal = std::optional<Error>;

inline Error refuse(std::string code, std::string detail) { return Error{std::move(code), std::move(detail)}; }

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit by design
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace mpc

#define MPC_ASSERT(condition)                                                          \
  do {                                                                                 \
    if (!(condition)) {                                                                \
      std::fprintf(stderr, "mpc_fast: broken invariant, %s:%d\n", __FILE__, __LINE__); \
      std::abort();                                                                    \
    }                                                                                  \
  } while (false)
