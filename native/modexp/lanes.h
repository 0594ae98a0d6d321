// Up to eight chains in one call of the eight-lane kernel.
#pragma once

#include <array>
#include <span>

#include "modexp/chain.h"
#include "modexp/ifma.h"

namespace mpc::modexp {

constexpr std::size_t lane_count = ifma::lanes;

/// Chains may share a call when their shapes are equal: the width of the ring and their tables.
struct LaneShape {
  int limbs = 0;
  bool adic = false;
  std::vector<const FixedBase*> tables;

  auto operator<=>(const LaneShape&) const = default;
};

/// Whether the kernel can evaluate the chain; its shape then.
std::optional<LaneShape> lane_shape(const Chain& chain);

/// Whether all of them are one power, with the same public exponent.
bool have_common_exponent(std::span<Chain* const> chains);

/// Sets the results of one to eight chains of one shape. Unlike numbers of powers and widths are padded.
void evaluate_in_lanes(std::span<Chain* const> chains);

/// Tables of up to eight blocks at once: the products of each `count` numbers in turn as ifma::tabulate orders them,
/// for every block [limb][entry].
std::vector<WipedVector<std::uint64_t>> tabulate_in_lanes(const Ring& ring, std::span<const Nat> numbers,
                                                          std::size_t count);

}  // namespace mpc::modexp
