// How fast this processor multiplies at best: the yardstick of benchmarks for the eight-lane kernel.
#pragma once

#include <cstdint>

namespace mpc::modexp::ifma {

/// More than any processor keeps in flight, few enough to stay in registers.
constexpr std::uint64_t peak_chains = 24;

/// `rounds` times `peak_chains` vpmadd52 instructions that depend on nothing but their own chain, without any access to
/// memory. Returns something that depends on all of them. Only where built() holds, on a processor that has the kernel.
std::uint64_t multiply_chains(std::uint64_t rounds);

}  // namespace mpc::modexp::ifma
