// Encryptions under one key for data, many at once or one at a time, and where their randomness comes from.
#pragma once

#include "base/fork.h"
#include "modexp/fixed_base.h"
#include "paillier/ciphertexts.h"

namespace mpc::paillier {

enum class Obfuscation : std::uint8_t {
  /// r^N for uniform r.
  full,
  /// h^(N x) for an h = -y^2 that this process drew and x below 2^(bits / 2), by a table in a fraction of the time: not
  /// to be told from powers of h^N with uniform exponents, under the assumption of Damgard, Jurik and Nielsen ("A
  /// generalization of Paillier's public-key system with applications to electronic voting", IJIS 2010). Anybody sees
  /// that it was used, by Jacobi symbols that are always 1.
  short_exponent,
};

/// Thread-safe. What was made ahead is gone in a process that was forked.
class Encryptor {
 public:
  /// through: key->key, or the same key as its owner knows it. N has no small factors.
  Encryptor(DataKeyPtr key, PublicKey through);

  const DataKeyPtr& key() const { return key_; }

  /// Empty when cancelled.
  std::optional<Ciphertexts> encrypt(const std::vector<Secret<Int>>& plaintexts, Obfuscation obfuscation, Rng& rng,
                                     const ArrayProgress& progress = {});
  /// The same plaintexts with other nonces, always full ones: powers of one h leave the coset of its group as it was,
  /// and with it something about the operands of a result. Empty when cancelled.
  std::optional<Ciphertexts> rerandomise(const View& a, Rng& rng, const ArrayProgress& progress = {});
  /// What randomises an encryption: r^N mod N^2. Few of them come out of a stock that is made in batches, so that
  /// numbers which are encrypted one by one cost what they cost in arrays.
  std::vector<Secret<Nat>> obfuscators(std::size_t count, Obfuscation obfuscation, Rng& rng);

 private:
  template <class Factor>
  std::optional<Ciphertexts> obfuscated(std::size_t count, Obfuscation obfuscation, Rng& rng,
                                        const ArrayProgress& progress, Factor&& factor);
  std::vector<Secret<Nat>> batch(std::size_t count, Obfuscation obfuscation, Rng& rng);
  /// From the stock, and into it.
  std::optional<Secret<Nat>> take();
  void put(std::vector<Secret<Nat>> batch);
  /// How large the next batch of the stock is.
  std::size_t next_batch();
  /// The powers of h^N.
  modexp::FixedBasePtr table(Rng& rng);
  modexp::FixedBasePtr make_table(Rng& rng) const;

  DataKeyPtr key_;
  PublicKey through_;

  ForkMutex table_mutex_;
  modexp::FixedBasePtr table_;

  ForkMutex stock_mutex_;
  ForkWatch watch_;
  std::vector<Secret<Nat>> stock_;  // full ones
  std::size_t next_batch_;
};

}  // namespace mpc::paillier
