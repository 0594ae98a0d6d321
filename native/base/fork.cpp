#include "base/fork.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <unordered_set>
#include <utility>

namespace mpc {

namespace {

/// Lives as long as the process: handlers of forks cannot be taken back.
struct Forks {
  std::mutex mutex;
  std::unordered_set<ForkMutex*> locks;
  std::atomic<std::uint64_t> count{0};  // of the forks that made this process or its ancestors

  void hold() {
    mutex.lock();
    for (ForkMutex* lock : locks) lock->lock();
  }
  void release() {
    for (ForkMutex* lock : locks) lock->unlock();
    mutex.unlock();
  }
};

Forks& forks() {
  static Forks& all = *new Forks;
  // Fails for want of memory alone. Process ids still tell of forks then.
  [[maybe_unused]] static const int registered = pthread_atfork([] { forks().hold(); }, [] { forks().release(); },
                                                                [] {
                                                                  ++forks().count;
                                                                  forks().release();
                                                                });
  return all;
}

}  // namespace

ForkMutex::ForkMutex() {
  Forks& all = forks();
  const std::lock_guard lock(all.mutex);
  all.locks.insert(this);
}

ForkMutex::~ForkMutex() {
  Forks& all = forks();
  const std::lock_guard lock(all.mutex);
  all.locks.erase(this);
}

ForkWatch::ForkWatch() : forks_(forks().count), process_(getpid()) {}

// Both: clone() runs no handlers, and a descendant may bear the number of its ancestor.
bool ForkWatch::forked() {
  const std::uint64_t before = std::exchange(forks_, forks().count);
  const pid_t process = std::exchange(process_, getpid());
  return before != forks_ || process != process_;
}

}  // namespace mpc
