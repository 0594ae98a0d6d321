#include "protocol/prime_set.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#include "arith/primes.h"
#include "base/thread_pool.h"

namespace mpc::protocol {

namespace {

/// Four searches, as many at a time as there are threads. The calling thread only watches, so that progress and
/// cancellation never wait for a search.
class Searches {
 public:
  Searches(const Profile& profile, Rng& rng) : profile_(profile), rng_(rng) {}

  bool run(const PrimeProgress& progress) {
    std::vector<std::thread> threads;
    const std::size_t workers = std::min<std::size_t>(thread_limit(), found_.size());
    try {
      for (std::size_t i = 0; i < workers; ++i) threads.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      if (threads.empty()) throw;  // otherwise those that exist do the work
    }
    {
      std::unique_lock lock(mutex_);
      while (done_ < found_.size() && !cancelled_) {
        changed_.wait_for(lock, std::chrono::milliseconds(100));
        const std::string stage = "primes: " + std::to_string(done_) + " of " + std::to_string(found_.size());
        lock.unlock();
        const bool go_on = !progress || progress(stage);
        lock.lock();
        if (!go_on) cancelled_ = true;
      }
    }
    for (std::thread& thread : threads) thread.join();
    return !cancelled_;
  }

  Secret<Nat> take(std::size_t i) { return std::move(*found_[i]); }

 private:
  void work() {
    for (std::size_t i = next_.fetch_add(1); i < found_.size(); i = next_.fetch_add(1)) {
      const KeepSearching keep = [this] { return !cancelled_; };
      // The safe primes, which take longest, come first.
      auto prime =
          i < 2 ? find_safe_prime_var(profile_.nhb / 2, rng_, keep) : find_blum_prime_var(profile_.nb / 2, rng_, keep);
      if (!prime) return;
      const std::lock_guard lock(mutex_);
      found_[i] = std::move(prime);
      ++done_;
      changed_.notify_one();
    }
  }

  const Profile& profile_;
  Rng& rng_;
  std::array<std::optional<Secret<Nat>>, 4> found_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> cancelled_{false};
  std::size_t done_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace

std::optional<PrimeSet> generate_primes_var(const Profile& profile, Rng& rng, const PrimeProgress& progress) {
  Searches searches(profile, rng);
  if (!searches.run(progress)) return std::nullopt;
  auto hat_p = searches.take(0);
  auto hat_q = searches.take(1);
  auto p = searches.take(2);
  return PrimeSet{&profile, std::move(p), searches.take(3), std::move(hat_p), std::move(hat_q)};
}

}  // namespace mpc::protocol
