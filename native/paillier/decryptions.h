// Plaintexts of ciphertexts under our own key, each decrypted once: those that a protocol needs anyway serve the
// verification of proofs about them as well.
#pragma once

#include "paillier/paillier.h"

namespace mpc::paillier {

class Decryptions {
 public:
  /// The key is borrowed.
  explicit Decryptions(const SecretKey& key) : key_(key) {}

  const SecretKey& key() const { return key_; }
  /// Of a ciphertext that we made ourselves.
  void know(const Nat& ciphertext, const Secret<Int>& plaintext);
  /// A ciphertext (checked by the caller) whose plaintext will be asked for.
  void want(const Nat& ciphertext);

  /// The powers behind what is wanted and neither known nor computed, for one engine run.
  std::vector<Product> jobs() const;
  /// Their residues, from `residue` on, which moves behind them.
  void finish(std::vector<Secret<Nat>>::const_iterator& residue);

  /// In (-N/2, N/2]; of one that was known or finished (asserted).
  const Secret<Int>& plaintext(const Nat& ciphertext) const;

 private:
  struct Entry {
    Nat ciphertext;
    Secret<Int> plaintext;
    bool known;
  };
  const Entry* find(const Nat& ciphertext) const;

  const SecretKey& key_;
  std::vector<Entry> entries_;
};

}  // namespace mpc::paillier
