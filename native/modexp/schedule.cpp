#include "modexp/schedule.h"

#include <time.h>

#include <algorithm>
#include <atomic>
#include <map>

#include "base/thread_pool.h"
#include "modexp/lanes.h"
#include "modexp/portable.h"

namespace mpc::modexp {

namespace {

std::atomic<std::uint64_t> cpu_nanoseconds{0};

std::uint64_t thread_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

/// Chains for one kernel call: several of one shape, or a single one for the portable kernel.
struct Group {
  std::vector<Chain*> chains;
  bool in_lanes;
};

/// Products that a chain costs, roughly; for ordering only.
std::size_t weight(const Chain& chain) {
  std::size_t squarings = 0;
  std::size_t products = 0;
  for (const Power& power : chain.powers) {
    squarings = std::max(squarings, power.bits);
    products += power.bits / 5 + 30;
  }
  for (const TableUse& use : chain.tables) products += use.rows;
  return squarings + products;
}

/// From this many on, eight lanes beat the portable kernel one by one.
constexpr std::size_t worthwhile_lanes = 2;

void add_groups(std::vector<Group>& groups, std::vector<Chain*>& chains) {
  // A call takes as long as its longest lane, so like goes with like.
  std::sort(chains.begin(), chains.end(), [](const Chain* a, const Chain* b) { return weight(*a) > weight(*b); });
  for (std::size_t first = 0; first < chains.size(); first += lane_count) {
    const std::size_t count = std::min(lane_count, chains.size() - first);
    const bool has_tables = !chains[first]->tables.empty();
    if (count >= worthwhile_lanes || has_tables) {
      groups.push_back({{chains.begin() + first, chains.begin() + first + count}, true});
    } else {
      groups.push_back({{chains[first]}, false});
    }
  }
}

}  // namespace

void evaluate(std::span<Chain> chains) {
  std::map<LaneShape, std::vector<Chain*>> by_shape;
  std::vector<Group> groups;
  for (Chain& chain : chains) {
    if (const auto shape = lane_shape(chain)) {
      by_shape[*shape].push_back(&chain);
    } else {
      groups.push_back({{&chain}, false});
    }
  }
  for (auto& [shape, alike] : by_shape) add_groups(groups, alike);
  parallel_for(groups.size(), [&](std::size_t i) {
    const std::uint64_t start = thread_nanoseconds();
    if (groups[i].in_lanes) {
      evaluate_in_lanes(groups[i].chains);
    } else {
      portable::evaluate(*groups[i].chains[0]);
    }
    cpu_nanoseconds.fetch_add(thread_nanoseconds() - start, std::memory_order_relaxed);
  });
}

std::uint64_t kernel_nanoseconds() { return cpu_nanoseconds.load(std::memory_order_relaxed); }

}  // namespace mpc::modexp
