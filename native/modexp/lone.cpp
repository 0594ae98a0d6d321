#include "modexp/lone.h"

#include <algorithm>

#include "modexp/digits.h"
#include "modexp/ifma.h"
#include "modexp/lone_ring.h"

namespace mpc::modexp {

bool can_be_lone(const Chain& chain) { return chain.tables.empty() && chain.ring->lone() != nullptr; }

void evaluate_lone(Chain& chain) {
  const LoneRing& ring = *chain.ring->lone();
  std::size_t widest = 0;
  for (const Power& power : chain.powers) widest = std::max(widest, power.bits);
  const std::size_t window = lone_window(widest);

  std::vector<Limbs52> bases;
  std::vector<WipedBytes> digits;
  std::vector<ifma::LonePower> powers;
  for (const Power& power : chain.powers) {
    const Limbs52& base = bases.emplace_back(ring.element(power.base));
    const bool sliding = power.exponent_public;
    const WipedBytes& own =
        digits.emplace_back(sliding ? sliding_digits_var(power.exponent, power.bits, window)
                                    : digits_of(power.exponent, digits_for(power.bits, window), window));
    powers.push_back({base.data(), own.data(), static_cast<int>(own.size()), sliding});
  }
  const Limbs52 start = ring.element(ring.start_for_take(chain.start));
  ifma::LoneJob job{
      ring.layout(), start.data(), powers.data(), static_cast<int>(powers.size()), static_cast<int>(window),
      nullptr,       nullptr};
  Limbs52 result(ifma::element_words(job.ring));
  Limbs52 scratch(ifma::lone_scratch_words(job));
  job.result = result.data();
  job.scratch = scratch.data();
  ifma::run_lone(job);
  chain.result = ring.take(result.data());
}

}  // namespace mpc::modexp
