#include "modexp/lanes.h"

#include <algorithm>

#include "base/result.h"
#include "modexp/digits.h"
#include "modexp/ifma.h"
#include "modexp/lane_memory.h"
#include "modexp/lane_ring.h"

namespace mpc::modexp {

namespace {

using ifma::Vector;

void put_digits(WipedBytes& digits, std::size_t lane, const Nat& exponent, std::size_t count, std::size_t window) {
  for (std::size_t i = 0; i < count; ++i) digits[lane_count * i + lane] = digit_at(exponent, i, window);
}

/// The operands of one kernel call. Lanes beyond the chains repeat the first chain's ring with zeros for values.
class Call {
 public:
  explicit Call(std::span<Chain* const> chains)
      : chains_(chains),
        ring_(*chains[0]->ring->lanes()),
        constants_(ring_.constant_vectors()),
        start_(size()),
        result_(size()) {
    for (std::size_t lane = 0; lane < lane_count; ++lane) {
      const Chain& chain = *chains_[lane < chains_.size() ? lane : 0];
      chain.ring->lanes()->put_constants(constants_.data(), lane);
    }
    for_each_lane(
        [&](std::size_t lane, const Chain& chain) { chain.ring->lanes()->put(start_.data(), lane, chain.start); });
    add_powers();
    for (std::size_t k = 0; k < chains_[0]->tables.size(); ++k) add_table(k);
  }

  void run() {
    ifma::Job job{};
    job.ring = LaneRing::layout(ring_.limbs(), ring_.adic(), constants_.data());
    job.start = start_.data();
    job.powers = powers_.data();
    job.power_count = static_cast<int>(powers_.size());
    job.window = static_cast<int>(window_);
    job.table_powers = table_powers_.data();
    job.table_power_count = static_cast<int>(table_powers_.size());
    job.result = result_.data();
    LaneMemory scratch(ifma::scratch_vectors(job));
    job.scratch = scratch.data();
    ifma::run(job);
    for (std::size_t lane = 0; lane < chains_.size(); ++lane) {
      Chain& chain = *chains_[lane];
      chain.result = chain.ring->lanes()->take(result_.data(), lane);
    }
  }

 private:
  std::size_t size() const { return ring_.size(); }

  template <class Visit>
  void for_each_lane(Visit&& visit) {
    for (std::size_t lane = 0; lane < chains_.size(); ++lane) visit(lane, *chains_[lane]);
  }

  void add_powers() {
    std::size_t count = 0;
    std::size_t widest = 0;
    for (const Chain* chain : chains_) {
      count = std::max(count, chain->powers.size());
      for (const Power& power : chain->powers) widest = std::max(widest, power.bits);
    }
    window_ = kernel_window(widest);
    for (std::size_t k = 0; k < count; ++k) add_power(k);
  }

  void add_power(std::size_t k) {
    std::size_t bits = 0;
    for (const Chain* chain : chains_) {
      if (k < chain->powers.size()) bits = std::max(bits, chain->powers[k].bits);
    }
    const std::size_t windows = digits_for(bits, window_);
    LaneMemory& base = memory_.emplace_back(size());
    WipedBytes& digits = digits_.emplace_back(lane_count * windows);
    for_each_lane([&](std::size_t lane, const Chain& chain) {
      if (k >= chain.powers.size()) return;
      chain.ring->lanes()->put(base.data(), lane, chain.powers[k].base);
      put_digits(digits, lane, chain.powers[k].exponent, windows, window_);
    });
    powers_.push_back({base.data(), digits.data(), static_cast<int>(windows)});
  }

  void add_table(std::size_t k) {
    const std::size_t window = chains_[0]->tables[k].table->window();
    std::size_t rows = 0;
    for (const Chain* chain : chains_) rows = std::max(rows, chain->tables[k].rows);
    WipedBytes& digits = digits_.emplace_back(lane_count * rows);
    auto& pointers = rows_.emplace_back(lane_count * rows);
    for (std::size_t lane = 0; lane < lane_count; ++lane) {
      // Beyond its own digits a lane multiplies by entry 0, the unit, of any row; lanes without a chain follow the
      // first.
      const FixedBase& table = *chains_[lane < chains_.size() ? lane : 0]->tables[k].table;
      for (std::size_t row = 0; row < rows; ++row) {
        pointers[lane_count * row + lane] = table.lane_row(row < table.row_count() ? row : 0);
      }
    }
    for_each_lane([&](std::size_t lane, const Chain& chain) {
      put_digits(digits, lane, chain.tables[k].exponent, chain.tables[k].rows, window);
    });
    table_powers_.push_back({pointers.data(), digits.data(), static_cast<int>(rows), static_cast<int>(window)});
  }

  std::span<Chain* const> chains_;
  const LaneRing& ring_;
  LaneMemory constants_;
  LaneMemory start_;
  LaneMemory result_;
  std::size_t window_ = 4;
  std::vector<ifma::WindowedPower> powers_;
  std::vector<ifma::TablePower> table_powers_;
  std::vector<LaneMemory> memory_;
  std::vector<WipedBytes> digits_;
  std::vector<std::vector<const std::uint64_t*>> rows_;
};

}  // namespace

std::optional<LaneShape> lane_shape(const Chain& chain) {
  const LaneRing* ring = chain.ring->lanes();
  if (ring == nullptr) return std::nullopt;
  LaneShape shape{ring->limbs(), ring->adic(), {}};
  for (const TableUse& use : chain.tables) {
    if (use.table->lane_row(0) == nullptr) return std::nullopt;
    shape.table_windows.push_back(use.table->window());
  }
  return shape;
}

void evaluate_in_lanes(std::span<Chain* const> chains) {
  MPC_ASSERT(!chains.empty() && chains.size() <= lane_count);
  Call(chains).run();
}

std::vector<std::vector<std::uint64_t>> tabulate_in_lanes(const Ring& ring, std::span<const Nat> bases,
                                                          std::size_t window) {
  const LaneRing& lanes = *ring.lanes();
  const auto size = lanes.size();
  const std::size_t entries = std::size_t{1} << window;
  LaneMemory constants(lanes.constant_vectors());
  LaneMemory base(size);
  for (std::size_t lane = 0; lane < lane_count; ++lane) {
    lanes.put_constants(constants.data(), lane);
    if (lane < bases.size()) lanes.put(base.data(), lane, bases[lane]);
  }
  ifma::Job job{};
  job.ring = LaneRing::layout(lanes.limbs(), false, constants.data());
  LaneMemory scratch(ifma::scratch_vectors(job));
  std::vector<std::uint64_t> table(size * lane_count * entries);
  ifma::tabulate(job.ring, base.data(), static_cast<int>(window), table.data(), scratch.data());
  std::vector<std::vector<std::uint64_t>> out(bases.size(), std::vector<std::uint64_t>(size * entries));
  for (std::size_t lane = 0; lane < bases.size(); ++lane) {
    for (std::size_t limb = 0; limb < size; ++limb) {
      std::copy_n(table.data() + (limb * lane_count + lane) * entries, entries, out[lane].data() + limb * entries);
    }
  }
  return out;
}

}  // namespace mpc::modexp
