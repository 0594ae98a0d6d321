// Where the nonces of encryptions come from: drawn when they are needed, or from a pool that was filled in idle time,
// powers r^N included, eight at a time.
#pragma once

#include <sys/types.h>

#include <mutex>

#include "base/random.h"
#include "paillier/paillier.h"

namespace mpc::paillier {

class NonceSource {
 public:
  virtual ~NonceSource() = default;
  virtual Nonce take(const PublicKey& key, Rng& rng) = 0;
};

/// Draws them.
class FreshNonces : public NonceSource {
 public:
  Nonce take(const PublicKey& key, Rng& rng) override;
};

/// Gives out every nonce once, wiped from the pool, and draws where it has none. It lives in memory only, for any
/// number of threads. A process that was forked finds its copy empty; a snapshot of a whole machine is beyond it:
/// whoever restores one with a filled pool uses nonces twice, which gives plaintexts away.
class NoncePool : public NonceSource {
 public:
  NoncePool();
  Nonce take(const PublicKey& key, Rng& rng) override;
  /// Adds nonces for one key, in one engine run.
  void fill(const PublicKey& key, std::size_t count, Rng& rng);
  std::size_t size(const PublicKey& key) const;
  void clear();

 private:
  struct Shelf {
    PublicKey key;
    std::vector<Nonce> nonces;
  };
  std::vector<Nonce>* find(const PublicKey& key) const;
  void forget_after_fork() const;

  mutable std::mutex mutex_;
  mutable std::vector<Shelf> shelves_;
  mutable pid_t process_;
};

}  // namespace mpc::paillier
