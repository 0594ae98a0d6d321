// Products of powers over one of the rings.
#pragma once

#include "modexp/ifma_ring.h"
#include "modexp/ifma_table.h"

namespace mpc::modexp::ifma {
namespace {

/// Fetches the entries that the coming digits choose, limb by limb. Called between the sweeps of the squarings, where
/// the arithmetic hides the memory traffic.
class Lookup {
 public:
  Lookup(const Job& job, const Word* tables, V* entries, int size)
      : job_(job), tables_(tables), entries_(entries), size_(size) {}

  static std::size_t table_words(int size, int window) { return std::size_t(size) * 8 << window; }

  void begin(int position) {
    position_ = position;
    term_ = 0;
    next_term();
  }
  /// Some limbs of every power, so that the squarings of a window reach the end.
  void operator()() {
    for (int i = 0; i < job_.power_count; ++i) fetch_limbs();
  }
  void finish() {
    while (term_ < job_.power_count) fetch_limbs();
  }
  const V* entry(int term) const { return entries_ + term * size_; }
  bool active(int term) const { return position_ < job_.powers[term].windows; }

 private:
  void next_term() {
    while (term_ < job_.power_count && !active(term_)) ++term_;
    if (term_ == job_.power_count) return;
    limb_ = 0;
    index_ = digits_of_lanes(job_.powers[term_].digits + 8 * position_);
  }
  void fetch_limbs() {
    if (term_ == job_.power_count) return;
    const int window = job_.window;
    const Word* limb = tables_ + term_ * table_words(size_, window) + (std::size_t(limb_) * 8 << window);
    pick(
        entries_ + term_ * size_ + limb_,
        [&](int i, int l) MPC_INLINED { return limb + (std::size_t(8 * i + l) << window); }, index_, window);
    limb_ += picked_limbs(window);
    if (limb_ >= size_) {
      ++term_;
      next_term();
    }
  }

  const Job& job_;
  const Word* tables_;
  V* entries_;
  int size_;
  int position_ = 0;
  int term_ = 0;
  int limb_ = 0;
  V index_ = zero();
};

inline void copy(V* out, const V* a, int size) {
  for (int i = 0; i < size; ++i) store(out + i, load(a + i));
}

/// A number whose limb 0 is one: the plain unit of both rings.
inline void set_one(V* out, int size) {
  for (int i = 0; i < size; ++i) store(out + i, zero());
  store(out, V(Lanes{} + 1));
}

/// table = base^0 ... base^(2^window - 1) in Montgomery form. scratch: nine elements.
template <class R>
void build_table(const R& ring, Word* table, const V* r2, int window, const V* plain_base, V* scratch) {
  const int size = ring.size();
  V* entries = scratch;
  V* base = scratch + 8 * size;
  ring.multiply(base, plain_base, r2);
  set_one(entries, size);
  ring.multiply(entries, entries, r2);
  for (int e = 1; e < 1 << window; ++e) {
    const int slot = e % 8;
    ring.multiply(entries + slot * size, entries + ((e + 7) % 8) * size, base);
    if (slot == 7) tabulate(table, entries, size, e - 7, window);
  }
}

/// table[limb][lane][d] = prod_i teeth[i]^(d_i) in Montgomery form. entries: 2^count elements.
template <class R>
void build_comb(const R& ring, Word* table, const V* r2, const V* teeth, int count, V* entries) {
  const int size = ring.size();
  set_one(entries, size);
  ring.multiply(entries, entries, r2);
  for (int i = 0; i < count; ++i) {
    const int half = 1 << i;
    V* tooth = entries + half * size;
    ring.multiply(tooth, teeth + i * size, r2);
    for (int d = 1; d < half; ++d) ring.multiply(tooth + d * size, entries + d * size, tooth);
  }
  for (int first = 0; first < 1 << count; first += 8) tabulate(table, entries + first * size, size, first, count);
}

template <class R>
void run_tabulate(const Ring& layout, const Vector* teeth, int count, Word* table, Vector* scratch) {
  V* memory = vectors(scratch);
  const R ring(layout, memory);
  build_comb(ring, table, vectors(layout.r2), vectors(teeth), count, memory + R::scratch(layout));
}

/// Fetches the entries of a comb one after the other, some limbs at a time: between the sweeps of the products, where
/// the arithmetic hides the memory traffic.
class CombLookup {
 public:
  /// entries: two elements.
  CombLookup(const TablePower& power, V* entries, int size) : power_(power), entries_(entries), size_(size) {
    begin(power.spacing - 1, 0);
  }

  /// Some limbs: products of 30 limbs or more reach the end.
  void operator()() { fetch(limbs_per_call); }
  /// The entry that was begun.
  const V* take() {
    fetch(size_);
    const V* ready = entries_ + current_ * size_;
    current_ = 1 - current_;
    return ready;
  }
  /// Block i of a column, the next one to be taken.
  void begin(int column, int i) {
    limb_ = 0;
    blocks_ = power_.blocks + 8 * i;
    index_ = digits_of_lanes(power_.digits + std::size_t(8) * (column * power_.block_count + i));
  }

 private:
  static constexpr int limbs_per_call = 6;

  void fetch(int limbs) {
    const int to = limb_ + limbs < size_ ? limb_ + limbs : size_;
    pick_from_blocks(entries_ + current_ * size_, blocks_, index_, limb_, to, power_.teeth);
    limb_ = to;
  }

  const TablePower& power_;
  V* entries_;
  int size_;
  int current_ = 0;
  int limb_ = 0;
  const Word* const* blocks_ = nullptr;
  V index_ = zero();
};

/// result *= the power. scratch: three elements.
template <class R>
void multiply_table_power(const R& ring, V* result, const V* r2, const TablePower& power, V* scratch) {
  if (power.block_count == 0) return;
  const int size = ring.size();
  V* product = scratch;
  set_one(product, size);
  ring.multiply(product, product, r2);
  CombLookup lookup(power, scratch + size, size);
  for (int column = power.spacing; column-- > 0;) {
    if (column + 1 < power.spacing) ring.square(product, product, lookup);
    for (int i = 0; i < power.block_count; ++i) {
      const V* entry = lookup.take();
      if (i + 1 < power.block_count) lookup.begin(column, i + 1);
      if (i + 1 == power.block_count && column > 0) lookup.begin(column - 1, 0);
      ring.multiply(product, product, entry, lookup);
    }
  }
  ring.multiply(result, result, product);
}

/// The odd powers base^1, base^3 ... that a window can ask for.
inline int common_entries(const CommonPower& power) { return 1 << (power.window - 1); }

/// Like run_job. Every lane does the same, so the table is read where the digit says. Scratch: the ring's columns,
/// accumulator, table.
template <class R>
void run_common_job(const Job& job) {
  V* scratch = vectors(job.scratch);
  const R ring(job.ring, scratch);
  const int size = ring.size();
  const CommonPower& power = *job.common;
  V* accumulator = scratch + R::scratch(job.ring);
  V* table = accumulator + size;
  ring.multiply(table, vectors(power.base), vectors(job.ring.r2));
  ring.square(accumulator, table, Nothing{});
  for (int e = 1; e < common_entries(power); ++e) ring.multiply(table + e * size, table + (e - 1) * size, accumulator);
  set_one(accumulator, size);
  ring.multiply(accumulator, accumulator, vectors(job.ring.r2));
  for (int bit = power.digit_count; bit-- > 0;) {
    if (bit + 1 < power.digit_count) ring.square(accumulator, accumulator, Nothing{});
    const int digit = power.digits[bit];
    if (digit != 0) ring.multiply(accumulator, accumulator, table + digit / 2 * size);
  }
  ring.multiply(vectors(job.result), accumulator, vectors(job.start));
}

/// Scratch in vectors: the ring's columns, accumulator, eight entries, one looked-up entry per power, the tables.
template <class R>
std::size_t power_scratch(const Job& job) {
  const int size = element_vectors(job.ring);
  if (job.common != nullptr) return R::scratch(job.ring) + std::size_t(size) * (1 + common_entries(*job.common));
  const std::size_t tables = job.power_count * Lookup::table_words(size, job.window) / 8;
  return R::scratch(job.ring) + std::size_t(size) * (10 + job.power_count) + tables;
}

template <class R>
void run_job(const Job& job) {
  if (job.common != nullptr) return run_common_job<R>(job);
  V* scratch = vectors(job.scratch);
  const R ring(job.ring, scratch);
  const int size = ring.size();
  V* accumulator = scratch + R::scratch(job.ring);
  V* entries = accumulator + size;  // nine
  V* looked_up = entries + 9 * size;
  Word* tables = reinterpret_cast<Word*>(looked_up + job.power_count * size);

  int windows = 0;
  for (int i = 0; i < job.power_count; ++i) {
    build_table(ring, tables + i * Lookup::table_words(size, job.window), vectors(job.ring.r2), job.window,
                vectors(job.powers[i].base), entries);
    if (job.powers[i].windows > windows) windows = job.powers[i].windows;
  }
  // one, in Montgomery form
  set_one(accumulator, size);
  ring.multiply(accumulator, accumulator, vectors(job.ring.r2));
  Lookup lookup(job, tables, looked_up, size);
  for (int position = windows; position-- > 0;) {
    lookup.begin(position);
    if (position + 1 < windows) {
      for (int i = 0; i < job.window; ++i) ring.square(accumulator, accumulator, lookup);
    }
    lookup.finish();
    for (int i = 0; i < job.power_count; ++i) {
      if (lookup.active(i)) ring.multiply(accumulator, accumulator, lookup.entry(i));
    }
  }
  for (int i = 0; i < job.table_power_count; ++i) {
    multiply_table_power(ring, accumulator, vectors(job.ring.r2), job.table_powers[i], entries);
  }
  // A plain factor turns the result plain.
  ring.multiply(vectors(job.result), accumulator, vectors(job.start));
}

}  // namespace
}  // namespace mpc::modexp::ifma
