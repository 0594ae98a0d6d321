// One number spread over the lanes, for lone jobs: vector j holds limbs 8 j ... 8 j + 7.
//
// Reduction by folds of one limb: with fold = 2^-52 mod m, t = 2^52 u + q is worth u + q fold (times 2^-52), so a step
// of the product needs no quotient digit to be computed: the low limb itself multiplies the fold. The price is a result
// below 2^53 m instead of 2 m, so numbers have one limb more than m.
#pragma once

#include "modexp/ifma.h"
#include "modexp/ifma_vector.h"

namespace mpc::modexp::ifma {
namespace {

__extension__ typedef unsigned __int128 Bits;  // one for each limb

/// Numbers of v vectors.
template <int v>
struct Lone {
  using Columns = V[v];

  /// A number that is read in every step: in registers as long as there are enough of them.
  template <bool in_registers>
  class Operand {
   public:
    MPC_INLINE explicit Operand(const Word* words) : words_(words) {
      if constexpr (in_registers) each<v>([&](auto j) MPC_INLINED { vectors_[j] = load_words(words + 8 * j); });
    }
    MPC_INLINE V operator()(int j) const {
      if constexpr (in_registers) return vectors_[j];
      return load_words(words_ + 8 * j);
    }

   private:
    const Word* words_;
    V vectors_[in_registers ? v : 1];
  };

  static MPC_INLINE void clear(Columns& columns) {
    each<v>([&](auto j) MPC_INLINED { columns[j] = zero(); });
  }

  /// The column that leaves next, in every lane, and what it carries into the one above, which is lane 0 by then.
  static MPC_INLINE V lowest(const Columns& columns) {
    return _mm512_broadcastq_epi64(_mm512_castsi512_si128(columns[0]));
  }
  static MPC_INLINE V lowest_carry(const Columns& columns) {
    return _mm512_maskz_srli_epi64(1, columns[0], radix_bits);
  }

  /// columns = (columns + a b) / R mod m, lazy. With k = -m^-1 mod 2^52 and D the number of the limbs that were folded,
  /// columns R = columns' + a b + k D m.
  static MPC_INLINE void product(Columns& columns, const Word* a, const Word* b, const LoneRing& ring) {
    const Operand<(v <= 11)> factor_a(a);
    const Operand<(v <= 8)> fold(ring.fold);
    const Operand<(v <= 6)> fold_up(ring.fold_up);
    const int limbs = ring.limbs;
    V factor = broadcast(b[0]);
    each<v>([&](auto j) MPC_INLINED { columns[j] = lo(columns[j], factor, factor_a(j)); });
    for (int i = 0; i < limbs; ++i) {
      const V next = broadcast(b[i + 1]);
      const V low = lowest(columns);
      const V carry = lowest_carry(columns);
      each<v>([&](auto j) MPC_INLINED {
        V upper = zero();
        if constexpr (j + 1 < v) upper = columns[j + 1];
        const V shifted = _mm512_alignr_epi64(upper, columns[j], 1);
        if constexpr (j == 0 || v <= 6) {
          // The next step waits for this sum: everything but the last two products is off its path.
          V sum = hi(zero(), factor, factor_a(j));
          sum = lo(sum, next, factor_a(j));
          sum = lo(sum, low, fold(j));
          const V other = hi(j == 0 ? carry : zero(), low, fold_up(j));
          columns[j] = add(add(shifted, other), sum);
        } else {
          V sum = hi(shifted, factor, factor_a(j));
          sum = lo(sum, next, factor_a(j));
          sum = lo(sum, low, fold(j));
          columns[j] = hi(sum, low, fold_up(j));
        }
      });
      factor = next;
    }
  }

  /// Columns to limbs below 2^52.
  static MPC_INLINE void normalise(Word* out, Columns& columns) {
    carry_once(columns);
    carry_once(columns);
    // Limbs are at most 2^52 now: carries of one that may ripple. Added as one long number of a bit per limb.
    Bits generate = 0;
    Bits propagate = 0;
    each<v>([&](auto j) MPC_INLINED {
      generate |= static_cast<Bits>(_mm512_cmpgt_epu64_mask(columns[j], mask52())) << (8 * j);
      propagate |= static_cast<Bits>(_mm512_cmpeq_epu64_mask(columns[j], mask52())) << (8 * j);
    });
    const Bits incoming = ((generate << 1) + propagate) ^ propagate;
    each<v>([&](auto j) MPC_INLINED {
      const auto here = static_cast<__mmask8>(incoming >> (8 * j));
      const V one = V(Lanes{} + 1);
      const V sum = _mm512_mask_add_epi64(columns[j], here, columns[j], one);
      store_words(out + 8 * j, _mm512_and_si512(sum, mask52()));
    });
  }

  static MPC_INLINE void carry_once(Columns& columns) {
    V carry[v];
    each<v>([&](auto j) MPC_INLINED { carry[j] = carry_of(columns[j]); });
    each<v>([&](auto j) MPC_INLINED {
      V lower = zero();
      if constexpr (j > 0) lower = carry[j - 1];
      columns[j] = add(_mm512_and_si512(columns[j], mask52()), _mm512_alignr_epi64(carry[j], lower, 7));
    });
  }
};

/// Residues modulo m. Outputs may alias inputs.
template <int v>
class LonePlainRing {
 public:
  static constexpr int words = static_cast<int>(number_words(v));
  static constexpr int scratch_words = 0;

  LonePlainRing(const LoneRing& ring, Word*) : ring_(ring) {}

  void square(Word* out, const Word* a) const { multiply(out, a, a); }
  void multiply(Word* out, const Word* a, const Word* b) const {
    typename Lone<v>::Columns columns;
    Lone<v>::clear(columns);
    Lone<v>::product(columns, a, b, ring_);
    Lone<v>::normalise(out, columns);
  }

 private:
  const LoneRing& ring_;
};

/// Residues x0 + x1 m modulo m^2, as in AdicRing. Here t = x0 y0 gives t + k D m = r R, so -k D joins the upper half.
/// With the digits' complements D' = R - 1 - D it reads k D' - k (R - 1), and nothing is negative.
///
/// Both halves advance together: the upper one needs a digit of the lower one no earlier than its own step, and two
/// independent chains of sums hide each other's latency.
template <int v>
class LoneAdicRing {
 public:
  static constexpr int number = static_cast<int>(number_words(v));
  static constexpr int words = 2 * number;
  static constexpr int scratch_words = number;

  LoneAdicRing(const LoneRing& ring, Word* scratch) : ring_(ring), doubled_(scratch) {}

  void square(Word* out, const Word* a) const {
    // 2 x1: the bit that leaves a limb enters the next one, where it is free.
    V above = zero();
    each<v>([&](auto j) MPC_INLINED {
      const V limbs = load_words(a + number + 8 * j);
      const V twice = add(limbs, limbs);
      const V carry = carry_of(twice);
      store_words(doubled_ + 8 * j, add(_mm512_and_si512(twice, mask52()), _mm512_alignr_epi64(carry, above, 7)));
      above = carry;
    });
    product<false>(out, a, doubled_, a);
  }

  void multiply(Word* out, const Word* a, const Word* b) const { product<true>(out, a, a + number, b); }

 private:
  using Columns = typename Lone<v>::Columns;

  /// A limb of the multiplier, in every lane.
  template <bool both>
  struct Factor {
    V low;
    V high;  // of the upper half, where that takes part

    MPC_INLINE Factor(const Word* b, int i) : low(broadcast(b[i])), high(both ? broadcast(b[number + i]) : zero()) {}
  };

  static MPC_INLINE void shift(Columns& columns) {
    each<v>([&](auto j) MPC_INLINED {
      V upper = zero();
      if constexpr (j + 1 < v) upper = columns[j + 1];
      columns[j] = _mm512_alignr_epi64(upper, columns[j], 1);
    });
  }

  /// out = (a0 + a1 m) b, or the same with a0 b1 left out.
  template <bool with_high>
  MPC_INLINE void product(Word* out, const Word* a0, const Word* a1, const Word* b) const {
    const V k = _mm512_maskz_mov_epi64(1, broadcast(*ring_.minus_inverse));
    Columns low;
    Columns high;
    Factor<with_high> factor(b, 0);
    each<v>([&](auto j) MPC_INLINED {
      low[j] = lo(zero(), factor.low, load_words(a0 + 8 * j));
      high[j] = lo(load_words(ring_.lift + 8 * j), factor.low, load_words(a1 + 8 * j));
      if constexpr (with_high) high[j] = lo(high[j], factor.high, load_words(a0 + 8 * j));
    });
    for (int i = 0; i < ring_.limbs; ++i) {
      const Factor<with_high> next(b, i + 1);
      const V digit = Lone<v>::lowest(low);
      const V low_carry = Lone<v>::lowest_carry(low);
      const V complement = _mm512_xor_si512(digit, mask52());  // higher bits are ignored
      high[0] = lo(high[0], k, complement);
      const V high_digit = Lone<v>::lowest(high);
      const V high_carry = Lone<v>::lowest_carry(high);
      shift(low);
      shift(high);
      each<v>([&](auto j) MPC_INLINED {
        const V limbs = load_words(a0 + 8 * j);
        low[j] = lo(hi(low[j], factor.low, limbs), next.low, limbs);
        if constexpr (with_high) high[j] = lo(hi(high[j], factor.high, limbs), next.high, limbs);
        const V upper_limbs = load_words(a1 + 8 * j);
        high[j] = lo(hi(high[j], factor.low, upper_limbs), next.low, upper_limbs);
        // What the digits that left are worth.
        const V fold = load_words(ring_.fold + 8 * j);
        const V fold_up = load_words(ring_.fold_up + 8 * j);
        if constexpr (j == 0) {
          low[j] = add(low[j], low_carry);
          high[j] = hi(add(high[j], high_carry), k, complement);
        }
        low[j] = hi(lo(low[j], digit, fold), digit, fold_up);
        high[j] = hi(lo(high[j], high_digit, fold), high_digit, fold_up);
      });
      factor = next;
    }
    Lone<v>::normalise(out, low);
    Lone<v>::normalise(out + number, high);
  }

  const LoneRing& ring_;
  Word* doubled_;
};

/// out = entry `digit` of the table, read whole.
template <int words>
MPC_INLINE void lone_lookup(Word* out, const Word* table, int entries, Word digit) {
  const V wanted = broadcast(digit);
  V found[words / 8];
  each<words / 8>([&](auto j) MPC_INLINED { found[j] = zero(); });
  for (int e = 0; e < entries; ++e) {
    const __mmask8 here = _mm512_cmpeq_epi64_mask(wanted, broadcast(Word(e)));
    each<words / 8>([&](auto j) MPC_INLINED {
      found[j] = _mm512_mask_mov_epi64(found[j], here, load_words(table + e * words + 8 * j));
    });
  }
  each<words / 8>([&](auto j) MPC_INLINED { store_words(out + 8 * j, found[j]); });
}

inline int table_entries(const LonePower& power, int window) { return 1 << (power.sliding ? window - 1 : window); }

/// Scratch: the ring's, the accumulator, a looked-up entry, the tables.
template <class R>
std::size_t lone_scratch(const LoneJob& job) {
  std::size_t entries = 0;
  for (int i = 0; i < job.power_count; ++i) entries += std::size_t(table_entries(job.powers[i], job.window));
  return R::scratch_words + std::size_t(R::words) * (2 + entries);
}

template <int words>
MPC_INLINE void copy_words(Word* out, const Word* in) {
  each<words / 8>([&](auto j) MPC_INLINED { store_words(out + 8 * j, load_words(in + 8 * j)); });
}

/// base^0, base^1, base^2 ..., or base^1, base^3, base^5 ... for sliding windows; Montgomery form.
template <class R>
void build_lone_table(const R& ring, Word* table, const LonePower& power, const LoneJob& job, const Word* one,
                      Word* step) {
  const int entries = table_entries(power, job.window);
  ring.multiply(step, power.base, job.ring.r2);
  copy_words<R::words>(table, power.sliding ? step : one);
  if (power.sliding) ring.square(step, step);
  for (int e = 1; e < entries; ++e) ring.multiply(table + e * R::words, table + (e - 1) * R::words, step);
}

/// accumulator *= what the power has at this bit of its exponent.
template <class R>
MPC_INLINE void multiply_lone_digit(const R& ring, Word* accumulator, const Word* table, const LonePower& power,
                                    int bit, int window, Word* entry) {
  if (power.sliding) {
    const int digit = bit < power.digit_count ? power.digits[bit] : 0;
    if (digit != 0) ring.multiply(accumulator, accumulator, table + digit / 2 * R::words);
  } else if (bit % window == 0 && bit / window < power.digit_count) {
    lone_lookup<R::words>(entry, table, table_entries(power, window), power.digits[bit / window]);
    ring.multiply(accumulator, accumulator, entry);
  }
}

template <class R>
void run_lone_job(const LoneJob& job) {
  const R ring(job.ring, job.scratch);
  Word* accumulator = job.scratch + R::scratch_words;
  Word* entry = accumulator + R::words;
  Word* tables = entry + R::words;
  accumulator[0] = 1;
  ring.multiply(accumulator, accumulator, job.ring.r2);
  int bits = 0;
  Word* table = tables;
  for (int i = 0; i < job.power_count; ++i) {
    const LonePower& power = job.powers[i];
    build_lone_table(ring, table, power, job, accumulator, entry);
    table += table_entries(power, job.window) * R::words;
    const int own_bits = power.sliding ? power.digit_count : (power.digit_count - 1) * job.window + 1;
    if (own_bits > bits) bits = own_bits;
  }
  for (int bit = bits; bit-- > 0;) {
    if (bit + 1 < bits) ring.square(accumulator, accumulator);
    table = tables;
    for (int i = 0; i < job.power_count; ++i) {
      multiply_lone_digit(ring, accumulator, table, job.powers[i], bit, job.window, entry);
      table += table_entries(job.powers[i], job.window) * R::words;
    }
  }
  // A plain factor turns the result plain.
  ring.multiply(job.result, accumulator, job.start);
}

template <class R>
void run_lone_steps_job(const LoneStepsJob& job) {
  const R ring(job.ring, job.scratch);
  for (std::size_t i = 0; i < job.element_count; ++i) {
    Word* element = job.elements + i * R::words;
    ring.multiply(element, element, job.ring.r2);
  }
  for (std::size_t i = 0; i < job.step_count; ++i) {
    Word* to = job.elements + job.steps[i].to * R::words;
    const Word* from = job.elements + job.steps[i].from * R::words;
    to == from ? ring.square(to, to) : ring.multiply(to, to, from);
  }
  // A plain factor turns the result plain.
  ring.multiply(job.result, job.elements + (job.element_count - 1) * R::words, job.start);
}

}  // namespace
}  // namespace mpc::modexp::ifma
