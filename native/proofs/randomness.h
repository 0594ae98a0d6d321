// Where proofs get what hides their secrets: nonces of encryptions and blindings of commitments, drawn when they are
// needed, or from a pool that was filled in idle time, powers included, in full lanes.
#pragma once

#include "base/fork.h"
#include "paillier/paillier.h"
#include "pedersen/pedersen.h"

namespace mpc::proofs {

class Randomness {
 public:
  virtual ~Randomness() = default;
  /// Uniform in Z_N^*.
  virtual paillier::Nonce nonce(const paillier::PublicKey& key, Rng& rng) = 0;
  /// Uniform in [-2^slack Nh, 2^slack Nh].
  virtual pedersen::Blinding blinding(const pedersen::Params& params, std::size_t slack, Rng& rng) = 0;
};

/// Draws it.
class FreshRandomness : public Randomness {
 public:
  paillier::Nonce nonce(const paillier::PublicKey& key, Rng& rng) override;
  pedersen::Blinding blinding(const pedersen::Params& params, std::size_t slack, Rng& rng) override;
};

/// How many blindings of which slack something takes.
struct BlindingNeed {
  std::size_t slack;
  std::size_t count;
};

/// Gives out everything once, and draws what it does not have. It lives in memory only, for any number of threads. A
/// process that was forked finds its copy empty; a snapshot of a whole machine is beyond it: whoever restores one with
/// a filled pool uses nonces twice, which gives plaintexts away.
class RandomnessPool : public Randomness {
 public:
  RandomnessPool() = default;
  paillier::Nonce nonce(const paillier::PublicKey& key, Rng& rng) override;
  pedersen::Blinding blinding(const pedersen::Params& params, std::size_t slack, Rng& rng) override;

  /// Adds some for one key or for one slack of somebody's parameters, in one engine run.
  void fill(const paillier::PublicKey& key, std::size_t count, Rng& rng);
  void fill(const pedersen::Params& params, const BlindingNeed& need, Rng& rng);
  std::size_t nonces(const paillier::PublicKey& key) const;
  std::size_t blindings(const pedersen::Params& params, std::size_t slack) const;
  void clear();

 private:
  struct NonceShelf {
    Nat n;
    std::vector<paillier::Nonce> items;
  };
  struct BlindingShelf {
    Nat nh, t;
    std::size_t slack;
    std::vector<pedersen::Blinding> items;
  };
  /// The shelf for these, empty where there was none; forgets everything first in a process that was forked.
  std::vector<paillier::Nonce>& shelf(const paillier::PublicKey& key) const;
  std::vector<pedersen::Blinding>& shelf(const pedersen::Params& params, std::size_t slack) const;
  void forget_after_fork() const;
  std::uint64_t clearings() const;

  mutable ForkMutex mutex_;
  mutable std::vector<NonceShelf> nonces_;
  mutable std::vector<BlindingShelf> blindings_;
  mutable ForkWatch watch_;
  std::uint64_t clearings_ = 0;  // what a filling made before one is dropped
};

}  // namespace mpc::proofs
