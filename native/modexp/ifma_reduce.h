// Montgomery reduction of eight lanes, R = 2^(52 n).
#pragma once

#include "modexp/ifma_product.h"

namespace mpc::modexp::ifma {
namespace {

/// A modulus in every lane, below R / 2^8. m and fold have n limbs.
struct Modulus {
  int n;
  const V* m;
  const V* fold;    // 2^(-52 block) mod m
  V minus_inverse;  // -m^-1 mod 2^52
};

/// Digit i of the quotient q that clears the block of columns at t. Column by column, so that only the last two
/// products of each column wait for the digit before.
template <int i>
MPC_INLINE void quotient_digit(V* q, const V* t, const Modulus& mod, V& carry) {
  V column = add(load(t + i), carry);
  V other = zero();
  each<i>([&](auto r) MPC_INLINED {
    column = lo(column, load(q + r), load(mod.m + i - r));
    other = hi(other, load(q + r), load(mod.m + i - 1 - r));
  });
  if constexpr (i > 0) column = add(column, other);
  store(q + i, lo(zero(), column, mod.minus_inverse));
  // column + lo(q_i m_0) is a multiple of 2^52: its carry is column / 2^52, rounded up.
  carry = carry_of(add(column, mask52()));
}

MPC_INLINE void quotient_digits(V* q, const V* t, const Modulus& mod, V& carry) {
  each<block>([&](auto i) MPC_INLINED { quotient_digit<i>(q, t, mod, carry); });
}

/// t += a * digits over len limbs, then the quotient digits of the block that now starts at t. They depend on each
/// other, so they are computed between the steps of the sweep as soon as their columns are finished.
MPC_INLINE void sweep_and_divide(V* t, const V* a, int len, V (&sum)[block + 1], const V (&digits)[block],
                                 const Modulus& mod, V* q, V& carry) {
  sweep<false>(t, a, 0, block, sum, digits);
  if (len == block) {
    quotient_digits(q, t, mod, carry);
  } else {
    each<block>([&](auto i) MPC_INLINED {
      sum[block] = load(t + 2 * block + i);
      multiply_step(sum, load(a + block + i), digits);
      quotient_digit<i>(q, t, mod, carry);
      store(t + block + i, sum[0]);
      shift_down(sum);
    });
    sweep<false>(t, a, 2 * block, len, sum, digits);
  }
  store_columns(t + len, sum);
}

/// The columns above a cleared block: sum = t[0 .. block) plus what q times the low block of m adds there.
MPC_INLINE void above_cleared_block(V (&sum)[block + 1], V (&digits)[block], const V* t, const Modulus& mod, const V* q,
                                    V carry) {
  load_block(digits, q);
  load_columns(sum, t);
  sum[0] = add(sum[0], carry);
  each<block>([&](auto j) MPC_INLINED {
    const V limb = load(mod.m + j);
    each<block>([&](auto r) MPC_INLINED {
      if constexpr (j + r >= block) sum[j + r - block] = lo(sum[j + r - block], limb, digits[r]);
    });
    each<block>([&](auto r) MPC_INLINED {
      if constexpr (j + r + 1 >= block) sum[j + r + 1 - block] = hi(sum[j + r + 1 - block], limb, digits[r]);
    });
  });
}

/// The last block: out = (t + q m) / 2^(52 block), with carries. t is the block after the cleared one.
inline void finish(V* out, const V* t, const Modulus& mod, const V* q, V carry) {
  V digits[block];
  V sum[block + 1];
  above_cleared_block(sum, digits, t, mod, q, carry);
  carry = zero();
  const int upper = mod.n - block;
  for (int j = 0; j < upper; j += unroll) {
    each<unroll>([&](auto s) MPC_INLINED {
      sum[block] = load(t + j + s + block);
      multiply_step(sum, load(mod.m + block + j + s), digits);
      const V column = add(sum[0], carry);
      store(out + j + s, column);
      carry = carry_of(column);
      shift_down(sum);
    });
  }
  each<block>([&](auto r) MPC_INLINED {
    const V column = add(sum[r], carry);
    store(out + upper + r, column);
    carry = carry_of(column);
  });
}

/// out = t / R mod m in loose limbs. t: 2n columns, destroyed. idle() runs between sweeps.
///
/// All blocks but the last are folded: t_low 2^(-52 block) = t_low fold is a plain product, without a chain of
/// quotient digits. A fold leaves up to 2^(52 block) m, hence an ordinary block at the end.
///
/// out < t / R + 2.01 m: one m from the last fold, one from the last block. So factors below 2.1 m give results below
/// 2.1 m, because R >= 2^8 m.
template <class Idle>
inline void reduce(V* out, V* t, const Modulus& mod, Idle&& idle) {
  V digits[block];
  V sum[block + 1];
  V q[block];
  V carry = zero();
  if (mod.n == block) quotient_digits(q, t, mod, carry);
  for (int left = mod.n - block; left > 0; left -= block) {
    V low_carry = zero();
    each<block>([&](auto r) MPC_INLINED {
      digits[r] = add(load(t + r), low_carry);
      low_carry = carry_of(digits[r]);
    });
    t += block;
    load_columns(sum, t);
    sum[0] = add(sum[0], low_carry);
    if (left == block) {
      sweep_and_divide(t, mod.fold, mod.n, sum, digits, mod, q, carry);
    } else {
      sweep<false>(t, mod.fold, 0, mod.n, sum, digits);
      store_columns(t + mod.n, sum);
    }
    idle();
  }
  finish(out, t + block, mod, q, carry);
}

/// The same, with the quotient: t + q m = out R, so out < t / R + m. q: n limbs below 2^52.
template <class Idle>
inline void reduce_with_quotient(V* out, V* q, V* t, const Modulus& mod, Idle&& idle) {
  V digits[block];
  V sum[block + 1];
  V carry = zero();
  quotient_digits(q, t, mod, carry);
  for (int k = block; k < mod.n; k += block) {
    t += block;
    above_cleared_block(sum, digits, t, mod, q, carry);
    carry = zero();
    sweep_and_divide(t, mod.m + block, mod.n - block, sum, digits, mod, q + block, carry);
    q += block;
    idle();
  }
  finish(out, t + block, mod, q, carry);
}

}  // namespace
}  // namespace mpc::modexp::ifma
