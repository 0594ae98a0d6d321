#include "base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace mpc {

namespace {

thread_local bool in_place = false;
std::atomic<std::size_t> override_limit{0};

std::size_t default_limit() {
  if (const char* text = std::getenv("MPC_FAST_THREADS")) {
    const long value = std::strtol(text, nullptr, 10);
    if (value >= 1) return static_cast<std::size_t>(std::min(value, 256L));
  }
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

std::size_t thread_limit() {
  static const std::size_t limit = default_limit();
  const std::size_t wanted = override_limit.load(std::memory_order_relaxed);
  return wanted != 0 ? wanted : limit;
}

void set_thread_limit(std::size_t threads) {
  override_limit.store(std::min<std::size_t>(threads, 256), std::memory_order_relaxed);
}

InPlace::InPlace() : outer_(std::exchange(in_place, true)) {}

InPlace::~InPlace() { in_place = outer_; }

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& body) {
  // Threads are started per call: a call lasts milliseconds at least, a start some tens of microseconds, and no idle
  // thread survives a fork or keeps scratch memory alive.
  const std::size_t helpers = in_place ? 0 : std::min(thread_limit(), count) - (count == 0 ? 0 : 1);
  std::atomic<std::size_t> next{0};
  std::mutex raised_mutex;
  std::exception_ptr raised;
  const auto work = [&] {
    const InPlace guard;
    try {
      for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) body(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(raised_mutex);
      if (!raised) raised = std::current_exception();
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(helpers);
  try {
    for (std::size_t i = 0; i < helpers; ++i) threads.emplace_back(work);
  } catch (...) {
    // No more threads to be had, or no memory for them: those that exist, and this one, do the work.
  }
  work();
  for (auto& thread : threads) thread.join();
  if (raised) std::rethrow_exception(raised);
}

}  // namespace mpc
