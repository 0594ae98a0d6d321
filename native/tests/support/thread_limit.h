// The number of threads, for the length of a scope.
#pragma once

#include "base/thread_pool.h"

namespace mpc::fixtures {

class ThreadLimit {
 public:
  explicit ThreadLimit(std::size_t threads) { set_thread_limit(threads); }
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;
  ~ThreadLimit() { set_thread_limit(0); }
};

}  // namespace mpc::fixtures
