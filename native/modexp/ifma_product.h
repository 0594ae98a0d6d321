// Products of eight lanes, as columns.
#pragma once

#include "modexp/ifma_vector.h"

namespace mpc::modexp::ifma {
namespace {

/// sum[0..block] += a * b: the inner step of everything. sum[i] is the column i places above a's.
MPC_INLINE void multiply_step(V (&sum)[block + 1], V a, const V (&b)[block]) {
  each<block>([&](auto r) MPC_INLINED { sum[r] = lo(sum[r], a, b[r]); });
  each<block>([&](auto r) MPC_INLINED { sum[r + 1] = hi(sum[r + 1], a, b[r]); });
}

MPC_INLINE void shift_down(V (&sum)[block + 1]) {
  each<block>([&](auto r) MPC_INLINED { sum[r] = sum[r + 1]; });
}

/// t[from .. to) += a[from .. to) * b, the one hot loop. At each step a column is finished and another one comes into
/// reach; `fresh` columns start at zero. sum carries the columns in between from sweep to sweep.
template <bool fresh>
MPC_INLINE void sweep(V* t, const V* a, int from, int to, V (&sum)[block + 1], const V (&b)[block]) {
  for (int j = from; j < to; j += unroll) {
    each<unroll>([&](auto s) MPC_INLINED {
      sum[block] = fresh ? zero() : load(t + j + s + block);
      multiply_step(sum, load(a + j + s), b);
      store(t + j + s, sum[0]);
      shift_down(sum);
    });
  }
}

MPC_INLINE void load_block(V (&b)[block], const V* p) {
  each<block>([&](auto r) MPC_INLINED { b[r] = load(p + r); });
}

MPC_INLINE void load_columns(V (&sum)[block + 1], const V* t) {
  each<block>([&](auto r) MPC_INLINED { sum[r] = load(t + r); });
}
MPC_INLINE void store_columns(V* t, const V (&sum)[block + 1]) {
  each<block>([&](auto r) MPC_INLINED { store(t + r, sum[r]); });
}

/// t[0 .. 2n) = a b, or t + a b.
template <bool accumulate, class Idle>
inline void multiply(V* t, const V* a, const V* b, int n, Idle&& idle) {
  V limbs[block];
  V sum[block + 1];
  for (int k = 0; k < n; k += block) {
    load_block(limbs, b + k);
    if (k == 0 && !accumulate) {
      each<block>([&](auto r) MPC_INLINED { sum[r] = zero(); });
      sweep<true>(t, a, 0, n, sum, limbs);
    } else {
      load_columns(sum, t + k);
      sweep<false>(t + k, a, 0, n - block, sum, limbs);
      sweep<!accumulate>(t + k, a, n - block, n, sum, limbs);
    }
    store_columns(t + k + n, sum);
    idle();
  }
}

/// Column 2 k + c of a square: twice the cross terms plus the square of a limb.
template <int c>
MPC_INLINE V square_column(V cross, const V (&b)[block]) {
  const V twice = add(cross, cross);
  if constexpr (c % 2 == 0) {
    return lo(twice, b[c / 2], b[c / 2]);
  } else {
    return hi(twice, b[c / 2], b[c / 2]);
  }
}

/// t[0 .. 2n) = a^2. Cross terms once, doubled as their column is finished. idle() runs between sweeps.
template <class Idle>
inline void square(V* t, const V* a, int n, Idle&& idle) {
  V b[block];
  for (int k = 0; k < n; k += block) {
    const bool last = k + block == n;
    load_block(b, a + k);
    V low[2 * block];
    each<2 * block>([&](auto c) MPC_INLINED { low[c] = zero(); });
    if (k > 0) {
      each<block>([&](auto c) MPC_INLINED { low[c] = load(t + 2 * k + c); });
      if (!last) each<block>([&](auto c) MPC_INLINED { low[block + c] = load(t + 2 * k + block + c); });
    }
    each<block>([&](auto i) MPC_INLINED {
      each<block>([&](auto r) MPC_INLINED {
        if constexpr (r > i) {
          low[i + r] = lo(low[i + r], b[i], b[r]);
          low[i + r + 1] = hi(low[i + r + 1], b[i], b[r]);
        }
      });
    });
    V* column = t + 2 * k;
    each<block>([&](auto c) MPC_INLINED { store(column + c, square_column<c>(low[c], b)); });
    if (last) {
      each<block>([&](auto c) MPC_INLINED { store(column + block + c, square_column<block + c>(low[block + c], b)); });
      return;
    }
    V sum[block + 1];
    each<block>([&](auto r) MPC_INLINED { sum[r] = low[block + r]; });
    const bool fresh = k == 0 || k + 2 * block == n;
    const V* limb = a + k + block;
    each<block>([&](auto s) MPC_INLINED {
      sum[block] = fresh ? zero() : load(column + 2 * block + s);
      multiply_step(sum, load(limb + s), b);
      store(column + block + s, square_column<block + s>(sum[0], b));
      shift_down(sum);
    });
    if (k == 0) {
      sweep<true>(t + k, a, k + 2 * block, n, sum, b);
    } else if (k + 2 * block < n) {
      sweep<false>(t + k, a, k + 2 * block, n - block, sum, b);
      sweep<true>(t + k, a, n - block, n, sum, b);
    }
    store_columns(t + k + n, sum);
    idle();
  }
}

}  // namespace
}  // namespace mpc::modexp::ifma
