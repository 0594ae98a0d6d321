// Window tables that are read whole: no address and no branch depends on a digit.
//
// The entries of a limb are consecutive words, so that one two-register permutation picks from sixteen at once: those
// of one lane where every lane has a table of its own ([limb][lane][entry]), for all lanes where they share one
// ([limb][entry]).
#pragma once

#include "modexp/ifma_vector.h"

namespace mpc::modexp::ifma {
namespace {

MPC_INLINE V choose(V index, int bit, V if_clear, V if_set) {
  const V mask = _mm512_set1_epi64(bit);
  return _mm512_mask_blend_epi64(_mm512_test_epi64_mask(index, mask), if_clear, if_set);
}

/// Limbs that are looked up together, so that their chains of eight steps overlap. Divides every number of limbs.
constexpr int picked_limbs(int window) { return window == 4 ? 5 : 2; }

/// out[i] = entry index[l], in every lane l, of limb i's entries; i < limbs. entries(i, l) points to the 16 groups
/// entries of limb i and lane l; groups is 1 or 2.
template <int groups, int limbs, class Entries>
MPC_INLINE void pick(V* out, Entries&& entries, V index) {
  V picked[limbs][groups];
  each<limbs>([&](auto i) MPC_INLINED { each<groups>([&](auto g) MPC_INLINED { picked[i][g] = index; }); });
  each<8>([&](auto l) MPC_INLINED {
    each<limbs>([&](auto i) MPC_INLINED {
      each<groups>([&](auto g) MPC_INLINED {
        const Word* p = entries(i, l) + 16 * g;
        picked[i][g] =
            _mm512_mask2_permutex2var_epi64(load_words(p), picked[i][g], __mmask8(1U << l), load_words(p + 8));
      });
    });
  });
  each<limbs>([&](auto i) MPC_INLINED {
    V found = picked[i][0];
    if constexpr (groups == 2) found = choose(index, 16, found, picked[i][1]);
    store(out + i, found);
  });
}

/// The same for a window of 4 or 5 bits; picked_limbs(window) limbs.
template <class Entries>
MPC_INLINE void pick(V* out, Entries&& entries, V index, int window) {
  if (window == 4) pick<1, picked_limbs(4)>(out, entries, index);
  if (window == 5) pick<2, picked_limbs(5)>(out, entries, index);
}

/// Entry index[l], in every lane l, of the 16 `groups` entries that all lanes share. above[k]: the lanes whose index
/// has bit 4 + k.
template <int groups>
MPC_INLINE V pick_shared(const Word* entries, V index, const __mmask8 (&above)[3]) {
  if constexpr (groups == 1) {
    return _mm512_permutex2var_epi64(load_words(entries), index, load_words(entries + 8));
  } else {
    constexpr int half = groups / 2;
    const V lower = pick_shared<half>(entries, index, above);
    const V upper = pick_shared<half>(entries + 16 * half, index, above);
    return _mm512_mask_blend_epi64(above[half == 4 ? 2 : half - 1], lower, upper);
  }
}

/// out[limb] = entry index[l] in the given lanes l, for tables [limb][entry] of 16 `groups` entries and from <= limb <
/// to.
template <int groups>
inline void pick_shared(V* out, const Word* table, V index, __mmask8 lanes, int from, int to) {
  __mmask8 above[3];
  each<3>([&](auto k) MPC_INLINED { above[k] = _mm512_test_epi64_mask(index, broadcast(Word(16) << k)); });
  for (int limb = from; limb < to; ++limb) {
    const V found = pick_shared<groups>(table + std::size_t(limb) * 16 * groups, index, above);
    _mm512_mask_store_epi64(out + limb, lanes, found);
  }
}
inline void pick_shared(V* out, const Word* table, V index, __mmask8 lanes, int from, int to, int bits) {
  if (bits == 4) pick_shared<1>(out, table, index, lanes, from, to);
  if (bits == 5) pick_shared<2>(out, table, index, lanes, from, to);
  if (bits == 6) pick_shared<4>(out, table, index, lanes, from, to);
  if (bits == 7) pick_shared<8>(out, table, index, lanes, from, to);
}

/// An entry of a block in every lane. Lanes that share the block, mostly all of them, pick from it at once.
inline void pick_from_blocks(V* entry, const Word* const* lane_blocks, V index, int from, int to, int teeth) {
  unsigned left = 0xff;
  while (left != 0) {
    const Word* table = lane_blocks[__builtin_ctz(left)];
    unsigned same = 0;
    for (int l = 0; l < 8; ++l) same |= unsigned(lane_blocks[l] == table) << l;
    pick_shared(entry, table, index, __mmask8(same), from, to, teeth);
    left &= ~same;
  }
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
    each<8>([&](auto l) MPC_INLINED { store_words(table + (std::size_t(limb) * 8 + l) * count + first, rows[l]); });
  }
}

}  // namespace
}  // namespace mpc::modexp::ifma
