// A bounded pool of threads for independent pieces of work.
#pragma once

#include <cstddef>
#include <functional>

namespace mpc {

/// Threads used by parallel_for: MPC_FAST_THREADS when set (1 to 256), else the number of cores.
std::size_t thread_limit();

/// Overrides the limit for the whole process (0 = back to the default).
void set_thread_limit(std::size_t threads);

/// Runs body(0) ... body(count - 1), the caller included, in any order, and returns when all are done. Safe to call
/// from several threads at once; a call from inside a body runs its work in place. The first exception of a body comes
/// through when all that were begun have ended.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body);

/// While it lives, calls of parallel_for from its thread run in place: for threads that are one of many themselves.
class InPlace {
 public:
  InPlace();
  InPlace(const InPlace&) = delete;
  InPlace& operator=(const InPlace&) = delete;
  ~InPlace();

 private:
  bool outer_;
};

}  // namespace mpc
