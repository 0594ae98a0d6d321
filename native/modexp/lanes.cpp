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
    if (have_common_exponent(chains_)) {
      add_common_power();
    } else {
      add_powers();
    }
    for (std::size_t k = 0; k < chains_[0]->tables.size(); ++k) add_table(k);
  }

  void run() {
    ifma::Job job{};
    job.ring = LaneRing::layout(ring_.limbs(), ring_.adic(), constants_.data());
    job.start = start_.data();
    job.powers = powers_.data();
    job.power_count = static_cast<int>(powers_.size());
    job.window = static_cast<int>(window_);
    job.common = common_ ? &*common_ : nullptr;
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

  void add_common_power() {
    const Power& power = chains_[0]->powers[0];
    const std::size_t window = lone_window(power.bits);
    LaneMemory& base = memory_.emplace_back(size());
    for_each_lane([&](std::size_t lane, const Chain& chain) {
      chain.ring->lanes()->put(base.data(), lane, chain.powers[0].base);
    });
    const WipedBytes& digits = digits_.emplace_back(sliding_digits_var(power.exponent, power.bits, window));
    common_ = {base.data(), digits.data(), static_cast<int>(digits.size()), static_cast<int>(window)};
  }

  void add_powers() {
    std::size_t count = 0;
    std::size_t widest = 0;
    for (const Chain* chain : chains_) {
      count = std::max(count, chain->powers.size());
      for (const Power& power : chain->powers) widest = std::max(widest, power.bits);
    }
    window_ = lane_window(widest);
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

  /// Lanes without a chain follow the first, with zeros for digits: entry 0 is the unit. So do blocks beyond a lane's
  /// own.
  void add_table(std::size_t k) {
    const FixedBase& table = *chains_[0]->tables[k].table;
    const Comb& comb = table.comb();
    std::size_t blocks = 0;
    for (const Chain* chain : chains_) blocks = std::max(blocks, chain->tables[k].blocks);
    WipedBytes& digits = digits_.emplace_back(lane_count * blocks * comb.spacing);
    auto& pointers = blocks_.emplace_back(lane_count * blocks, table.lane_block(0));
    for_each_lane([&](std::size_t lane, const Chain& chain) {
      const TableUse& use = chain.tables[k];
      for (std::size_t i = 0; i < use.blocks; ++i) {
        pointers[lane_count * i + lane] = table.lane_block(use.first_block + i);
        for (std::size_t column = 0; column < comb.spacing; ++column) {
          digits[lane_count * (column * blocks + i) + lane] = comb.digit(use.exponent, use.first_block + i, column);
        }
      }
    });
    table_powers_.push_back({pointers.data(), digits.data(), static_cast<int>(blocks), static_cast<int>(comb.spacing),
                             static_cast<int>(comb.teeth)});
  }

  std::span<Chain* const> chains_;
  const LaneRing& ring_;
  LaneMemory constants_;
  LaneMemory start_;
  LaneMemory result_;
  std::size_t window_ = 4;
  std::vector<ifma::WindowedPower> powers_;
  std::optional<ifma::CommonPower> common_;
  std::vector<ifma::TablePower> table_powers_;
  std::vector<LaneMemory> memory_;
  std::vector<WipedBytes> digits_;
  std::vector<std::vector<const std::uint64_t*>> blocks_;
};

}  // namespace

std::optional<LaneShape> lane_shape(const Chain& chain) {
  const LaneRing* ring = chain.ring->lanes();
  if (ring == nullptr) return std::nullopt;
  LaneShape shape{ring->limbs(), ring->adic(), {}};
  for (const TableUse& use : chain.tables) {
    if (use.table->lane_block(0) == nullptr) return std::nullopt;
    shape.tables.push_back(use.table.get());
  }
  return shape;
}

bool have_common_exponent(std::span<Chain* const> chains) {
  return std::all_of(chains.begin(), chains.end(), [&](const Chain* chain) {
    return chain->tables.empty() && chain->powers.size() == 1 && chain->powers[0].exponent_public &&
           equal_var(chain->powers[0].exponent, chains[0]->powers[0].exponent);
  });
}

void evaluate_in_lanes(std::span<Chain* const> chains) {
  MPC_ASSERT(!chains.empty() && chains.size() <= lane_count);
  Call(chains).run();
}

std::vector<WipedVector<std::uint64_t>> tabulate_in_lanes(const Ring& ring, std::span<const Nat> numbers,
                                                          std::size_t count) {
  const LaneRing& lanes = *ring.lanes();
  const std::size_t size = lanes.size();
  const std::size_t entries = std::size_t{1} << count;
  const std::size_t blocks = numbers.size() / count;
  LaneMemory constants(lanes.constant_vectors());
  LaneMemory teeth(count * size);
  for (std::size_t lane = 0; lane < lane_count; ++lane) {
    lanes.put_constants(constants.data(), lane);
    for (std::size_t i = 0; i < count && lane < blocks; ++i) {
      lanes.put(teeth.data() + i * size, lane, numbers[lane * count + i]);
    }
  }
  const ifma::Ring layout = LaneRing::layout(lanes.limbs(), lanes.adic(), constants.data());
  LaneMemory scratch(ifma::tabulate_scratch(layout, static_cast<int>(count)));
  WipedVector<std::uint64_t> table(size * lane_count * entries);
  ifma::tabulate(layout, teeth.data(), static_cast<int>(count), table.data(), scratch.data());
  std::vector<WipedVector<std::uint64_t>> out(blocks, WipedVector<std::uint64_t>(size * entries));
  for (std::size_t lane = 0; lane < blocks; ++lane) {
    for (std::size_t limb = 0; limb < size; ++limb) {
      std::copy_n(table.data() + (limb * lane_count + lane) * entries, entries, out[lane].data() + limb * entries);
    }
  }
  return out;
}

}  // namespace mpc::modexp
