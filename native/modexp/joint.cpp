#include "modexp/joint.h"

#include <algorithm>
#include <span>

#include "modexp/lane_memory.h"
#include "modexp/lane_ring.h"
#include "modexp/lanes.h"
#include "modexp/lone.h"
#include "modexp/portable.h"

namespace mpc::modexp {

namespace {

/// From how many secret powers on it pays. Beside tables, windows would keep the tables from spreading over the lanes.
std::size_t least_powers(const Chain& chain) { return chain.tables.empty() ? 12 : 2; }

/// How powers are put into groups: a table must stay in the first cache.
struct Shape {
  std::size_t teeth;
  std::size_t groups;
  std::size_t columns;  // of each lane

  Shape(std::size_t powers, std::size_t bits, std::size_t teeth_of_group)
      : teeth(teeth_of_group),
        groups((powers + teeth - 1) / teeth),
        columns(std::max<std::size_t>(1, (bits + lane_count - 1) / lane_count)) {}
  /// Products of all lanes; tables are made for eight groups at once.
  std::size_t products() const { return ((groups + lane_count - 1) / lane_count << teeth) + columns * (groups + 1); }
};

Shape choose_shape(std::size_t powers, std::size_t bits) {
  Shape best(powers, bits, 4);
  for (const std::size_t teeth : {5U, 6U}) {
    const Shape shape(powers, bits, teeth);
    if (shape.products() < best.products()) best = shape;
  }
  return best;
}

/// The tables of all groups. A group that is not full has ones for bases.
std::vector<WipedVector<std::uint64_t>> tables_of(const Ring& ring, std::span<const Power> powers, const Shape& shape) {
  std::vector<Nat> bases;
  for (const Power& power : powers) bases.push_back(power.base);
  bases.resize(shape.groups * shape.teeth, Nat::of(1, ring.limbs()));
  std::vector<WipedVector<std::uint64_t>> out;
  for (std::size_t group = 0; group < shape.groups; group += lane_count) {
    const std::size_t count = std::min(lane_count, shape.groups - group);
    const std::span<const Nat> some(bases.data() + group * shape.teeth, count * shape.teeth);
    for (auto& table : tabulate_in_lanes(ring, some, shape.teeth)) out.push_back(std::move(table));
  }
  return out;
}

/// Lane l looks at the bits l columns + c.
WipedBytes digits_of_columns(std::span<const Power> powers, const Shape& shape) {
  WipedBytes out(lane_count * shape.columns * shape.groups);
  for (std::size_t i = 0; i < powers.size(); ++i) {
    for (std::size_t bit = 0; bit < shape.columns * lane_count; ++bit) {
      const std::size_t at = bit % shape.columns * shape.groups + i / shape.teeth;
      const auto digit = static_cast<unsigned>(powers[i].exponent.bit(bit)) << (i % shape.teeth);
      out[lane_count * at + bit / shape.columns] |= static_cast<std::uint8_t>(digit);
    }
  }
  return out;
}

/// The product of the powers with the bits of each lane.
std::vector<Nat> products_of_lanes(const Ring& ring, std::span<const Power> powers, const Shape& shape) {
  const LaneRing& lanes = *ring.lanes();
  const auto tables = tables_of(ring, powers, shape);
  const WipedBytes digits = digits_of_columns(powers, shape);
  std::vector<const std::uint64_t*> blocks;
  for (const auto& table : tables) blocks.insert(blocks.end(), lane_count, table.data());
  LaneMemory constants(lanes.constant_vectors());
  LaneMemory start(lanes.size());
  LaneMemory result(lanes.size());
  for (std::size_t lane = 0; lane < lane_count; ++lane) {
    lanes.put_constants(constants.data(), lane);
    lanes.put(start.data(), lane, Nat::of(1, ring.limbs()));
  }
  const ifma::TablePower power{blocks.data(), digits.data(), static_cast<int>(shape.groups),
                               static_cast<int>(shape.columns), static_cast<int>(shape.teeth)};
  ifma::Job job{};
  job.ring = LaneRing::layout(lanes.limbs(), lanes.adic(), constants.data());
  job.start = start.data();
  job.window = 4;
  job.table_powers = &power;
  job.table_power_count = 1;
  job.result = result.data();
  LaneMemory scratch(ifma::scratch_vectors(job));
  job.scratch = scratch.data();
  ifma::run(job);
  std::vector<Nat> out;
  for (std::size_t lane = 0; lane < lane_count; ++lane) out.push_back(lanes.take(result.data(), lane));
  return out;
}

/// start * prod powers, exponents of about one width.
Nat multiply_together(const Ring& ring, const Nat& start, std::span<const Power> powers) {
  const Shape shape = choose_shape(powers.size(), powers[0].bits);
  Chain joined{&ring, {}, {}, start};
  std::size_t position = 0;
  for (Nat& product : products_of_lanes(ring, powers, shape)) {
    joined.powers.push_back({std::move(product), Nat::power_of_two(position), position + 1, true});
    position += shape.columns;
  }
  can_be_lone(joined) ? evaluate_lone(joined) : portable::evaluate(joined);
  return joined.result;
}

}  // namespace

bool has_many_secret_powers(const Chain& chain) {
  if (chain.ring->lanes() == nullptr) return false;
  const auto is_secret = [](const Power& power) { return !power.exponent_public; };
  const auto count = std::count_if(chain.powers.begin(), chain.powers.end(), is_secret);
  return static_cast<std::size_t>(count) >= least_powers(chain);
}

void join_secret_powers(Chain& chain) {
  std::vector<Power> powers = std::move(chain.powers);
  chain.powers.clear();
  const auto secret_end =
      std::partition(powers.begin(), powers.end(), [](const Power& power) { return !power.exponent_public; });
  std::sort(powers.begin(), secret_end, [](const Power& a, const Power& b) { return a.bits > b.bits; });
  for (auto first = powers.begin(); first != secret_end;) {
    // Columns that few exponents reach are not worth having.
    const auto last =
        std::find_if(first, secret_end, [&](const Power& power) { return 4 * power.bits < 3 * first->bits; });
    if (static_cast<std::size_t>(last - first) >= least_powers(chain) / 2) {
      chain.start = multiply_together(*chain.ring, chain.start, {first, last});
    } else {
      std::move(first, last, std::back_inserter(chain.powers));
    }
    first = last;
  }
  std::move(secret_end, powers.end(), std::back_inserter(chain.powers));
}

}  // namespace mpc::modexp
