#include "modexp/schedule.h"

#include <time.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>

#include "base/thread_pool.h"
#include "modexp/bos_coster.h"
#include "modexp/digits.h"
#include "modexp/joint.h"
#include "modexp/lane_ring.h"
#include "modexp/lanes.h"
#include "modexp/lone.h"
#include "modexp/portable.h"

namespace mpc::modexp {

namespace {

std::atomic<std::uint64_t> cpu_nanoseconds{0};

std::uint64_t thread_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

/// Chains for one kernel call.
struct Group {
  enum class Way : std::uint8_t { lanes, lone, portable };
  std::vector<Chain*> chains;
  Way way;
  std::size_t parts = 1;  // of every chain, each in a lane of its own
};

/// Products that a chain without tables costs the kernel for lone numbers, roughly.
double lone_products(const Chain& chain) {
  std::size_t count = 0;
  for (const Power& power : chain.powers) count += power.exponent_public ? 1 : 0;
  const bool steps = count >= many_powers;
  double widest = 0;
  double products = 0;
  for (const Power& power : chain.powers) {
    const auto bits = static_cast<double>(power.bits);
    if (steps && power.exponent_public) {
      products += bits / std::log2(static_cast<double>(count));
      continue;
    }
    const std::size_t window = lone_window(power.bits);
    const auto entries = static_cast<double>(1U << window);
    products += power.exponent_public ? entries / 2 + bits / static_cast<double>(window + 1)
                                      : entries + bits / static_cast<double>(window);
    widest = std::max(widest, bits);
  }
  return products + widest;
}

/// Products that a chain costs in a lane beside unlike ones: digits are looked up in constant time, none is skipped.
double lane_products(const Chain& chain) {
  double widest = 0;
  double products = 0;
  for (const Power& power : chain.powers) {
    const std::size_t window = lane_window(power.bits);
    products += static_cast<double>((1U << window) + digits_for(power.bits, window));
    widest = std::max(widest, static_cast<double>(power.bits));
  }
  for (const TableUse& use : chain.tables) {
    products += static_cast<double>(use.blocks * use.table->comb().spacing);
  }
  return products + widest;
}

/// How many times as long as a product of a lone number one of eight lanes takes. Measured, at 1024, 1536, 2048, 3072
/// bits: 2.7, 3.6, 3.7, 4.3, and modulo squares of such numbers 3.5, 4.5, 4.9, 5.5.
double lane_price(const LaneRing& ring) {
  const double plain = ring.limbs() <= 40 ? 3.5 : 4.5;
  return ring.adic() && ring.limbs() > 20 ? plain + 1 : plain;
}

/// Whether one call with eight lanes, which takes as long as its longest lane whether the others are filled or not, is
/// quicker than a call for each chain.
bool worth_lanes(std::span<Chain* const> chains) {
  if (!chains[0]->tables.empty()) return true;
  double lone = 0;
  for (const Chain* chain : chains) lone += lone_products(*chain);
  const double longest = have_common_exponent(chains) ? lone_products(*chains[0]) : lane_products(*chains[0]);
  return lone > lane_price(*chains[0]->ring->lanes()) * longest;
}

void add_groups(std::vector<Group>& groups, std::vector<Chain*>& chains) {
  // A call takes as long as its longest lane, so like goes with like; chains of one key, which may have an exponent in
  // common, stay together.
  std::stable_sort(chains.begin(), chains.end(),
                   [](const Chain* a, const Chain* b) { return lane_products(*a) > lane_products(*b); });
  for (std::size_t first = 0; first < chains.size();) {
    const std::span<Chain* const> some{chains.data() + first, std::min(lane_count, chains.size() - first)};
    if (worth_lanes(some)) {
      const std::size_t parts = some[0]->tables.empty() ? 1 : lane_count / some.size();
      groups.push_back({{some.begin(), some.end()}, Group::Way::lanes, parts});
      first += some.size();
    } else {
      groups.push_back({{some[0]}, can_be_lone(*some[0]) ? Group::Way::lone : Group::Way::portable});
      ++first;
    }
  }
}

/// Some of a chain's blocks: part 0 has its powers and start, too.
Chain part_of(const Chain& chain, std::size_t part, std::size_t parts) {
  Chain out = chain;
  if (part > 0) {
    out.powers.clear();
    out.start = Nat::of(1, chain.ring->limbs());
  }
  for (TableUse& use : out.tables) {
    const std::size_t first = use.blocks * part / parts;
    use.blocks = use.blocks * (part + 1) / parts - first;
    use.first_block += first;
  }
  return out;
}

/// Too few chains with tables to fill the lanes: their blocks are spread over all of them.
void evaluate_in_parts(std::span<Chain* const> chains, std::size_t parts) {
  std::vector<Chain> pieces;
  for (const Chain* chain : chains) {
    for (std::size_t part = 0; part < parts; ++part) pieces.push_back(part_of(*chain, part, parts));
  }
  std::vector<Chain*> lanes;
  for (Chain& piece : pieces) lanes.push_back(&piece);
  evaluate_in_lanes(lanes);
  auto piece = pieces.begin();
  for (Chain* chain : chains) {
    chain->result = (piece++)->result;
    for (std::size_t part = 1; part < parts; ++part) {
      chain->result = chain->ring->odd().mul(chain->result, (piece++)->result);
    }
  }
}

/// Counts the time that `work` takes this thread.
template <class Work>
void timed(Work&& work) {
  const std::uint64_t start = thread_nanoseconds();
  work();
  cpu_nanoseconds.fetch_add(thread_nanoseconds() - start, std::memory_order_relaxed);
}

void run_group(const Group& group) {
  switch (group.way) {
    case Group::Way::lanes:
      group.parts == 1 ? evaluate_in_lanes(group.chains) : evaluate_in_parts(group.chains, group.parts);
      break;
    case Group::Way::lone:
      evaluate_lone(*group.chains[0]);
      break;
    case Group::Way::portable:
      portable::evaluate(*group.chains[0]);
      break;
  }
}

/// What these leave of their chains goes the way of all others.
void join_many_secret_powers(std::span<Chain> chains) {
  std::vector<Chain*> some;
  for (Chain& chain : chains) {
    if (has_many_secret_powers(chain)) some.push_back(&chain);
  }
  parallel_for(some.size(), [&](std::size_t i) { timed([&] { join_secret_powers(*some[i]); }); });
}

}  // namespace

void evaluate(std::span<Chain> chains) {
  join_many_secret_powers(chains);
  std::map<LaneShape, std::vector<Chain*>> by_shape;
  std::vector<Group> groups;
  for (Chain& chain : chains) {
    if (chain.powers.empty() && chain.tables.empty()) {
      chain.result = chain.start;
    } else if (const auto shape = lane_shape(chain)) {
      by_shape[*shape].push_back(&chain);
    } else {
      groups.push_back({{&chain}, Group::Way::portable});
    }
  }
  for (auto& [shape, alike] : by_shape) add_groups(groups, alike);
  parallel_for(groups.size(), [&](std::size_t i) { timed([&] { run_group(groups[i]); }); });
}

std::uint64_t kernel_nanoseconds() { return cpu_nanoseconds.load(std::memory_order_relaxed); }

}  // namespace mpc::modexp
