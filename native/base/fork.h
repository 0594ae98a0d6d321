// What threads share, in processes that fork: a child has one thread, and all memory as it was.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <mutex>

namespace mpc {

/// A lock that nobody holds in a process that was forked off: forks wait for it. To be held briefly, and with no other
/// lock beside it.
class ForkMutex {
 public:
  ForkMutex();
  ForkMutex(const ForkMutex&) = delete;
  ForkMutex& operator=(const ForkMutex&) = delete;
  ~ForkMutex();

  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

/// Whether this process was forked off since one asked: what serves once must not be found in both.
class ForkWatch {
 public:
  ForkWatch();
  /// Once in a process that was forked off, however often process ids repeat; false ever after.
  bool forked();

 private:
  std::uint64_t forks_;
  pid_t process_;
};

}  // namespace mpc
