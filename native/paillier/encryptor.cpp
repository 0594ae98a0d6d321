#include "paillier/encryptor.h"

#include <algorithm>

#include "arith/number_theory.h"
#include "arith/sample.h"
#include "modexp/engine.h"

namespace mpc::paillier {

namespace {

// A batch fills the lanes of the engine. The first one is the smallest, so that nobody waits for numbers that he may
// never need.
constexpr std::size_t first_batch = 8;
constexpr std::size_t largest_batch = 64;

}  // namespace

Encryptor::Encryptor(DataKeyPtr key, PublicKey through)
    : key_(std::move(key)), through_(std::move(through)), next_batch_(first_batch) {}

template <class Factor>
std::optional<Ciphertexts> Encryptor::obfuscated(std::size_t count, Obfuscation obfuscation, Rng& rng,
                                                 const ArrayProgress& progress, Factor&& factor) {
  std::vector<Ciphertexts> chunks;
  const bool finished = in_chunks(count, chunk_size(key_), progress, [&](std::size_t first, std::size_t last) {
    const std::vector<Secret<Nat>> made = obfuscators(last - first, obfuscation, rng);
    chunks.push_back(Ciphertexts::products(key_, {last - first, 2}, [&](std::size_t i) {
      return i % 2 == 0 ? made[i / 2].expose() : factor(first + i / 2);
    }));
  });
  if (!finished) return std::nullopt;
  return Ciphertexts::joined(key_, std::move(chunks));
}

std::optional<Ciphertexts> Encryptor::encrypt(const std::vector<Secret<Int>>& plaintexts, Obfuscation obfuscation,
                                              Rng& rng, const ArrayProgress& progress) {
  return obfuscated(plaintexts.size(), obfuscation, rng, progress,
                    [&](std::size_t i) { return through_.plaintext_factor(plaintexts[i]).expose(); });
}

std::optional<Ciphertexts> Encryptor::rerandomise(const View& a, Rng& rng, const ArrayProgress& progress) {
  return obfuscated(a.size(), Obfuscation::full, rng, progress, [&](std::size_t i) { return a.at(i); });
}

std::vector<Secret<Nat>> Encryptor::obfuscators(std::size_t count, Obfuscation obfuscation, Rng& rng) {
  if (obfuscation != Obfuscation::full || count >= first_batch) return batch(count, obfuscation, rng);
  std::vector<Secret<Nat>> out;
  while (out.size() < count) {
    if (auto made = take()) {
      out.push_back(std::move(*made));
    } else {
      put(batch(next_batch(), obfuscation, rng));
    }
  }
  return out;
}

std::vector<Secret<Nat>> Encryptor::batch(std::size_t count, Obfuscation obfuscation, Rng& rng) {
  const modexp::FixedBasePtr powers = obfuscation == Obfuscation::full ? nullptr : table(rng);
  std::vector<Product> jobs;
  for (std::size_t i = 0; i < count; ++i) {
    if (powers) {
      const Secret<Nat> x = sample_below(rng, Nat::power_of_two(powers->max_bits()));
      jobs.emplace_back(powers->modulus()).power(powers, Secret(Int(x.expose())), powers->max_bits());
    } else {
      jobs.emplace_back(through_.square_ring()).nth_power(sample_unit(rng, through_.n()));
    }
  }
  return modexp::run(jobs);
}

std::optional<Secret<Nat>> Encryptor::take() {
  const std::lock_guard lock(stock_mutex_);
  if (watch_.forked()) stock_.clear();
  if (stock_.empty()) return std::nullopt;
  Secret<Nat> out = std::move(stock_.back());
  stock_.pop_back();
  return out;
}

std::size_t Encryptor::next_batch() {
  const std::lock_guard lock(stock_mutex_);
  return std::exchange(next_batch_, std::min(2 * next_batch_, largest_batch));
}

void Encryptor::put(std::vector<Secret<Nat>> batch) {
  const std::lock_guard lock(stock_mutex_);
  for (Secret<Nat>& made : batch) stock_.push_back(std::move(made));
}

modexp::FixedBasePtr Encryptor::table(Rng& rng) {
  {
    const std::lock_guard lock(table_mutex_);
    if (table_) return table_;
  }
  const modexp::FixedBasePtr made = make_table(rng);
  const std::lock_guard lock(table_mutex_);
  if (!table_) table_ = made;
  return table_;
}

modexp::FixedBasePtr Encryptor::make_table(Rng& rng) const {
  const OddModulus& n = key_->key.ring()->odd();
  // Modulo a product of large primes the first number is a unit.
  for (int draws = 0; draws < 64; ++draws) {
    const Secret<Nat> y = sample_unit(rng, n.value());
    std::vector<Product> job(1, Product(key_->key.square_ring()));
    job[0].nth_power(Secret(n.negate(n.mul(y.expose(), y.expose()))));
    const Nat h_to_n = declassify("paillier.short_base", modexp::run(job)[0]);
    if (!is_unit_var(mod_var(h_to_n, n.value()), n.value())) continue;
    return std::make_shared<const modexp::FixedBase>(key_->sums, h_to_n, key_->key.bits() / 2);
  }
  MPC_ASSERT(false);  // N has no small factors
}

}  // namespace mpc::paillier
