// Up to eight chains in one call of the eight-lane kernel.
#pragma once

#include <array>
#include <span>

#include "modexp/chain.h"
#include "modexp/ifma.h"

namespace mpc::modexp {

constexpr std::size_t lane_count = ifma::lanes;

/// Windows that the kernel's tables can have.
constexpr bool lane_window(std::size_t window) { return window >= 4 && window <= 6; }

/// Chains may share a call when their shapes are equal: the width of the ring and the windows of their tables.
struct LaneShape {
  int limbs = 0;
  bool adic = false;
  std::vector<std::size_t> table_windows;

  auto operator<=>(const LaneShape&) const = default;
};

/// Whether the kernel can evaluate the chain; its shape then.
std::optional<LaneShape> lane_shape(const Chain& chain);

/// Sets the results of one to eight chains of one shape. Unlike numbers of powers and widths are padded.
void evaluate_in_lanes(std::span<Chain* const> chains);

/// Tables of eight bases at once, for FixedBase: for each base [limb][entry] with 2^window entries, Montgomery form.
std::vector<std::vector<std::uint64_t>> tabulate_in_lanes(const Ring& ring, std::span<const Nat> bases,
                                                          std::size_t window);

}  // namespace mpc::modexp
