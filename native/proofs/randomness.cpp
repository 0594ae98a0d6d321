#include "proofs/randomness.h"

#include <optional>

#include "arith/sample.h"
#include "modexp/engine.h"

namespace mpc::proofs {

namespace {

/// Computes the powers of what was drawn.
template <class Item, class Power>
void add_powers(std::vector<Item>& items, Power&& power) {
  std::vector<modexp::Product> products;
  for (const Item& item : items) products.push_back(power(item));
  std::vector<Secret<Nat>> powers = modexp::run(products);
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i].power = std::move(powers[i]);
    items[i].has_power = true;
  }
}

template <class Item>
void put(std::vector<Item>& shelf, std::vector<Item> items) {
  for (Item& item : items) shelf.push_back(std::move(item));
}

template <class Item>
std::optional<Item> take(std::vector<Item>& shelf) {
  if (shelf.empty()) return std::nullopt;
  Item out = std::move(shelf.back());
  shelf.pop_back();
  return out;
}

}  // namespace

paillier::Nonce FreshRandomness::nonce(const paillier::PublicKey& key, Rng& rng) {
  return paillier::Nonce(sample_unit(rng, key.n()));
}

pedersen::Blinding FreshRandomness::blinding(const pedersen::Params& params, std::size_t slack, Rng& rng) {
  return params.blinding(rng, slack);
}

void RandomnessPool::forget_after_fork() const {
  if (!watch_.forked()) return;
  nonces_.clear();
  blindings_.clear();
}

std::vector<paillier::Nonce>& RandomnessPool::shelf(const paillier::PublicKey& key) const {
  forget_after_fork();
  for (NonceShelf& shelf : nonces_) {
    if (equal_var(shelf.n, key.n())) return shelf.items;
  }
  return nonces_.emplace_back(NonceShelf{key.n(), {}}).items;
}

std::vector<pedersen::Blinding>& RandomnessPool::shelf(const pedersen::Params& params, std::size_t slack) const {
  forget_after_fork();
  for (BlindingShelf& shelf : blindings_) {
    if (shelf.slack == slack && equal_var(shelf.nh, params.nh()) && equal_var(shelf.t, params.t())) return shelf.items;
  }
  return blindings_.emplace_back(BlindingShelf{params.nh(), params.t(), slack, {}}).items;
}

paillier::Nonce RandomnessPool::nonce(const paillier::PublicKey& key, Rng& rng) {
  {
    const std::lock_guard lock(mutex_);
    if (auto made = take(shelf(key))) return std::move(*made);
  }
  return FreshRandomness().nonce(key, rng);
}

pedersen::Blinding RandomnessPool::blinding(const pedersen::Params& params, std::size_t slack, Rng& rng) {
  {
    const std::lock_guard lock(mutex_);
    if (auto made = take(shelf(params, slack))) return std::move(*made);
  }
  return FreshRandomness().blinding(params, slack, rng);
}

void RandomnessPool::fill(const paillier::PublicKey& key, std::size_t count, Rng& rng) {
  const std::uint64_t before = clearings();
  std::vector<paillier::Nonce> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(FreshRandomness().nonce(key, rng));
  add_powers(made, [&](const paillier::Nonce& nonce) { return key.power(nonce); });
  const std::lock_guard lock(mutex_);
  if (clearings_ == before) put(shelf(key), std::move(made));
}

void RandomnessPool::fill(const pedersen::Params& params, const BlindingNeed& need, Rng& rng) {
  const std::uint64_t before = clearings();
  std::vector<pedersen::Blinding> made;
  for (std::size_t i = 0; i < need.count; ++i) made.push_back(FreshRandomness().blinding(params, need.slack, rng));
  add_powers(made, [&](const pedersen::Blinding& blinding) { return params.power(blinding); });
  const std::lock_guard lock(mutex_);
  if (clearings_ == before) put(shelf(params, need.slack), std::move(made));
}

std::uint64_t RandomnessPool::clearings() const {
  const std::lock_guard lock(mutex_);
  return clearings_;
}

std::size_t RandomnessPool::nonces(const paillier::PublicKey& key) const {
  const std::lock_guard lock(mutex_);
  return shelf(key).size();
}

std::size_t RandomnessPool::blindings(const pedersen::Params& params, std::size_t slack) const {
  const std::lock_guard lock(mutex_);
  return shelf(params, slack).size();
}

void RandomnessPool::clear() {
  const std::lock_guard lock(mutex_);
  ++clearings_;
  nonces_.clear();
  blindings_.clear();
}

}  // namespace mpc::proofs
