#include "paillier/nonce_pool.h"

#include <unistd.h>

#include "arith/sample.h"
#include "modexp/engine.h"

namespace mpc::paillier {

Nonce FreshNonces::take(const PublicKey& key, Rng& rng) { return Nonce(sample_unit(rng, key.n())); }

NoncePool::NoncePool() : process_(getpid()) {}

void NoncePool::forget_after_fork() const {
  if (process_ == getpid()) return;
  shelves_.clear();
  process_ = getpid();
}

std::vector<Nonce>* NoncePool::find(const PublicKey& key) const {
  forget_after_fork();
  for (Shelf& shelf : shelves_) {
    if (equal_var(shelf.key.n(), key.n())) return &shelf.nonces;
  }
  return nullptr;
}

Nonce NoncePool::take(const PublicKey& key, Rng& rng) {
  {
    const std::lock_guard lock(mutex_);
    std::vector<Nonce>* nonces = find(key);
    if (nonces != nullptr && !nonces->empty()) {
      Nonce out = std::move(nonces->back());
      nonces->pop_back();
      return out;
    }
  }
  return FreshNonces().take(key, rng);
}

void NoncePool::fill(const PublicKey& key, std::size_t count, Rng& rng) {
  std::vector<Nonce> made;
  std::vector<Product> powers;
  for (std::size_t i = 0; i < count; ++i) {
    made.push_back(FreshNonces().take(key, rng));
    powers.push_back(key.power(made.back()));
  }
  std::vector<Secret<Nat>> residues = modexp::run(powers);
  for (std::size_t i = 0; i < count; ++i) {
    made[i].power = std::move(residues[i]);
    made[i].has_power = true;
  }

  const std::lock_guard lock(mutex_);
  std::vector<Nonce>* nonces = find(key);
  if (nonces == nullptr) nonces = &shelves_.emplace_back(Shelf{key, {}}).nonces;
  for (Nonce& nonce : made) nonces->push_back(std::move(nonce));
}

std::size_t NoncePool::size(const PublicKey& key) const {
  const std::lock_guard lock(mutex_);
  const std::vector<Nonce>* nonces = find(key);
  return nonces == nullptr ? 0 : nonces->size();
}

void NoncePool::clear() {
  const std::lock_guard lock(mutex_);
  shelves_.clear();
}

}  // namespace mpc::paillier
