// Eight lanes of 52-bit limbs: the vocabulary of the AVX-512 IFMA kernel.
//
// A number is an array of vectors, limb-major: a[i] holds limb i of eight independent numbers. Limbs are "loose": their
// low 52 bits count and higher bits are ignored, which costs nothing because the multiplier reads 52 bits anyway.
// Columns are sums of products before carries: 64 bits, all of which count.
//
// Everything in the kernel's headers has internal linkage: a weak template instance compiled for AVX-512 could become
// the copy that the linker keeps for the whole program.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <utility>

namespace mpc::modexp::ifma {
namespace {

using V = __m512i;
// The compiler's own vector arithmetic, for what needs no intrinsic.
typedef std::uint64_t Lanes __attribute__((vector_size(64), may_alias));

constexpr int radix_bits = 52;
constexpr int block = 10;  // limbs of the multiplier that stay in registers during a sweep
constexpr int unroll = 2;  // steps of a sweep between moves of its columns; divides block

#define MPC_INLINE inline __attribute__((always_inline))
#define MPC_INLINED __attribute__((always_inline))

template <class F, int... i>
MPC_INLINE void each(F&& f, std::integer_sequence<int, i...>) {
  (f(std::integral_constant<int, i>{}), ...);
}
/// f(0), f(1), ... f(count - 1) with constants as arguments, so that arrays indexed by them live in registers.
template <int count, class F>
MPC_INLINE void each(F&& f) {
  each(f, std::make_integer_sequence<int, count>{});
}

using Word = std::uint64_t;
MPC_INLINE V load_words(const Word* p) { return _mm512_loadu_si512(p); }
MPC_INLINE void store_words(Word* p, V v) { _mm512_storeu_si512(p, v); }
MPC_INLINE V broadcast(Word w) { return V(Lanes{} + w); }

MPC_INLINE V zero() { return V(Lanes{}); }
MPC_INLINE V load(const V* p) { return *p; }
MPC_INLINE void store(V* p, V v) { *p = v; }
MPC_INLINE V add(V a, V b) { return V(Lanes(a) + Lanes(b)); }
MPC_INLINE V sub(V a, V b) { return V(Lanes(a) - Lanes(b)); }
/// sum + the low, or high, 52 bits of the 104-bit product of two limbs.
MPC_INLINE V lo(V sum, V a, V b) { return _mm512_madd52lo_epu64(sum, a, b); }
MPC_INLINE V hi(V sum, V a, V b) { return _mm512_madd52hi_epu64(sum, a, b); }
/// What a column gives to the next one.
MPC_INLINE V carry_of(V column) { return V(Lanes(column) >> radix_bits); }
MPC_INLINE V mask52() { return V(Lanes{} + ((std::uint64_t{1} << radix_bits) - 1)); }

}  // namespace
}  // namespace mpc::modexp::ifma
