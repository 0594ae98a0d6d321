#include "protocol/prime_set.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/thread_pool.h"
#include "modexp/primes.h"
#include "protocol/secret_fields.h"

namespace mpc::protocol {

namespace {

/// Four searches, as many at a time as there are threads. The calling thread only watches, so that progress and
/// cancellation never wait for a search.
class Searches {
 public:
  Searches(const Profile& profile, Rng& rng) : profile_(profile) {
    for (auto& own : rngs_) own = rng.fork();
  }

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
    const InPlace guard;
    for (std::size_t i = next_.fetch_add(1); i < found_.size(); i = next_.fetch_add(1)) {
      const modexp::KeepSearching keep = [this] { return !cancelled_; };
      // The safe primes, which take longest, come first.
      auto prime = i < 2 ? modexp::find_safe_prime_var(profile_.nhb / 2, *rngs_[i], keep)
                         : modexp::find_blum_prime_var(profile_.nb / 2, *rngs_[i], keep);
      if (!prime) return;
      const std::lock_guard lock(mutex_);
      found_[i] = std::move(prime);
      ++done_;
      changed_.notify_one();
    }
  }

  const Profile& profile_;
  std::array<std::unique_ptr<Rng>, 4> rngs_;
  std::array<std::optional<Secret<Nat>>, 4> found_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> cancelled_{false};
  std::size_t done_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
};

/// Two top bits set, as every search leaves them, and 3 mod 4.
Limb shape_mask(const Nat& prime, std::size_t bits) {
  return mask_if_nonzero(prime.bit(bits - 1) & prime.bit(bits - 2) & prime.bit(1) & prime.bit(0));
}

}  // namespace

std::optional<PrimeSet> generate_primes_var(const Profile& profile, Rng& rng, const PrimeProgress& progress) {
  Searches searches(profile, rng);
  if (!searches.run(progress)) return std::nullopt;
  auto hat_p = searches.take(0);
  auto hat_q = searches.take(1);
  auto p = searches.take(2);
  return PrimeSet{&profile, std::move(p), searches.take(3), std::move(hat_p), std::move(hat_q)};
}

Bytes PrimeSet::seal(ByteView passphrase, Rng& rng) const {
  std::array<std::uint8_t, 16> id;
  rng.fill(id);
  Writer label;
  label.u8(static_cast<std::uint8_t>(profile->name.size())).bytes(as_bytes(profile->name)).bytes(id);
  SecretWriter content;
  for (const Secret<Nat>* prime : {&p, &q}) content.nat(prime->expose(), profile->n_bytes() / 2);
  for (const Secret<Nat>* prime : {&hat_p, &hat_q}) content.nat(prime->expose(), profile->nh_bytes() / 2);
  return protocol::seal(label.take(), content.take(), passphrase, seal_kind::prime_set, rng);
}

Result<PrimeSet> PrimeSet::open(ByteView file, ByteView passphrase) {
  const auto label = PrimeSetLabel::read(file);
  if (!label) return label.error();
  const Profile& profile = *label->profile;
  const auto content = open_sealed(file, passphrase, seal_kind::prime_set);
  if (!content) return content.error();
  if (content->size() != profile.n_bytes() + profile.nh_bytes()) return refuse("E_RECORD", "primes: length");
  SecretReader in(*content);
  Secret<Nat> p = in.nat(profile.n_bytes() / 2);
  Secret<Nat> q = in.nat(profile.n_bytes() / 2);
  Secret<Nat> hat_p = in.nat(profile.nh_bytes() / 2);
  Secret<Nat> hat_q = in.nat(profile.nh_bytes() / 2);
  const Limb shapes = shape_mask(p.expose(), profile.nb / 2) & shape_mask(q.expose(), profile.nb / 2) &
                      shape_mask(hat_p.expose(), profile.nhb / 2) & shape_mask(hat_q.expose(), profile.nhb / 2);
  if (declassify("prime_set.shapes", shapes) == 0) return refuse("E_RECORD", "primes: width or residue modulo 4");
  return PrimeSet{&profile, std::move(p), std::move(q), std::move(hat_p), std::move(hat_q)};
}

Result<PrimeSetLabel> PrimeSetLabel::read(ByteView file) {
  const Result<Bytes> header = sealed_header(file, seal_kind::prime_set);
  if (!header) return header.error();
  Reader in(*header);
  const Bytes name = in.bytes("label.profile", in.u8("label.profile", 64));
  PrimeSetLabel label{};
  const Bytes id = in.bytes("label.id", label.id.size());
  if (const Refusal refusal = in.finish()) return refuse("E_RECORD", refusal->detail);
  std::copy(id.begin(), id.end(), label.id.begin());
  label.profile = proofs::find_profile({reinterpret_cast<const char*>(name.data()), name.size()});
  if (label.profile == nullptr) return refuse("E_PROFILE", "label.profile: unknown or not admitted");
  return label;
}

}  // namespace mpc::protocol
