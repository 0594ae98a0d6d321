#include "modexp/ifma_peak.h"

#if defined(__AVX512IFMA__)

#include "modexp/ifma_vector.h"

namespace mpc::modexp::ifma {

std::uint64_t multiply_chains(std::uint64_t rounds) {
  V accumulators[peak_chains];
  const V a = V(Lanes{} + 0x9e3779b97f4a7);
  const V b = V(Lanes{} + rounds);  // unknown to the compiler
  each<peak_chains>([&](auto i) MPC_INLINED { accumulators[i] = V(Lanes{} + std::uint64_t(i)); });
  for (std::uint64_t round = 0; round < rounds; ++round) {
    each<peak_chains>([&](auto i) MPC_INLINED {
      accumulators[i] = i % 2 == 0 ? lo(accumulators[i], a, b) : hi(accumulators[i], a, b);
    });
  }
  Lanes sum{};
  each<peak_chains>([&](auto i) MPC_INLINED { sum += Lanes(accumulators[i]); });
  return sum[0];
}

}  // namespace mpc::modexp::ifma

#else  // a build for another kind of processor

#include <cstdlib>

namespace mpc::modexp::ifma {

std::uint64_t multiply_chains(std::uint64_t) { std::abort(); }

}  // namespace mpc::modexp::ifma

#endif
