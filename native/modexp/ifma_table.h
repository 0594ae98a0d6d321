// Window tables that are read whole: no address and no branch depends on a digit.
//
// A table holds, for each limb and each lane, 2^window consecutive words, so that one two-register permutation picks
// from sixteen entries of a lane at once.
#pragma once

#include "modexp/ifma_vector.h"

namespace mpc::modexp::ifma {
namespace {

using Word = std::uint64_t;

MPC_INLINE V load_words(const Word* p) { return _mm512_loadu_si512(p); }

/// Lane l of the result is entry index[l] mod 16 of lane l's sixteen entries at entries[l].
template <class Entries>
MPC_INLINE V pick_of_16(Entries&& entries, V index) {
  V picked = index;
  each<8>([&](auto l) MPC_INLINED {
    const Word* p = entries(l);
    picked = _mm512_mask2_permutex2var_epi64(load_words(p), picked, __mmask8(1U << l), load_words(p + 8));
  });
  return picked;
}

MPC_INLINE V choose(V index, int bit, V if_clear, V if_set) {
  const V mask = _mm512_set1_epi64(bit);
  return _mm512_mask_blend_epi64(_mm512_test_epi64_mask(index, mask), if_clear, if_set);
}

/// Entry index[l] of the 2^window entries at entries(l), for every lane l; window is 4, 5 or 6.
template <class Entries>
MPC_INLINE V pick(Entries&& entries, V index, int window) {
  const auto group = [&](int g) MPC_INLINED {
    return pick_of_16([&](auto l) MPC_INLINED { return entries(l) + 16 * g; }, index);
  };
  V picked = group(0);
  if (window > 4) picked = choose(index, 16, picked, group(1));
  if (window > 5) picked = choose(index, 32, picked, choose(index, 16, group(2), group(3)));
  return picked;
}

MPC_INLINE V digits_of_lanes(const std::uint8_t* digits) {
  return _mm512_cvtepu8_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(digits)));
}

/// rows[i][j] becomes rows[j][i].
MPC_INLINE void transpose(V (&rows)[8]) {
  V pairs[8];
  each<4>([&](auto i) MPC_INLINED {
    pairs[2 * i] = _mm512_unpacklo_epi64(rows[2 * i], rows[2 * i + 1]);
    pairs[2 * i + 1] = _mm512_unpackhi_epi64(rows[2 * i], rows[2 * i + 1]);
  });
  V quads[8];
  each<2>([&](auto half) MPC_INLINED {
    each<2>([&](auto i) MPC_INLINED {
      const V a = pairs[4 * half + i];
      const V b = pairs[4 * half + 2 + i];
      quads[4 * half + i] = _mm512_shuffle_i64x2(a, b, 0x88);
      quads[4 * half + 2 + i] = _mm512_shuffle_i64x2(a, b, 0xdd);
    });
  });
  each<4>([&](auto i) MPC_INLINED {
    rows[i] = _mm512_shuffle_i64x2(quads[i], quads[4 + i], 0x88);
    rows[4 + i] = _mm512_shuffle_i64x2(quads[i], quads[4 + i], 0xdd);
  });
}

/// Puts eight consecutive entries (entry e at entries + e size) into the table, the first one at position `first`.
inline void tabulate(Word* table, const V* entries, int size, int first, int window) {
  const int count = 1 << window;
  for (int limb = 0; limb < size; ++limb) {
    V rows[8];
    each<8>([&](auto e) MPC_INLINED { rows[e] = load(entries + e * size + limb); });
    transpose(rows);
    each<8>([&](auto l)
                MPC_INLINED { _mm512_storeu_si512(table + (std::size_t(limb) * 8 + l) * count + first, rows[l]); });
  }
}

}  // namespace
}  // namespace mpc::modexp::ifma
