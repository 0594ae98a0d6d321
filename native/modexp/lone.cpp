#include "modexp/lone.h"

#include <algorithm>
#include <span>

#include "modexp/bos_coster.h"
#include "modexp/digits.h"
#include "modexp/ifma.h"
#include "modexp/lone_ring.h"

namespace mpc::modexp {

bool can_be_lone(const Chain& chain) { return chain.tables.empty() && chain.ring->lone() != nullptr; }

namespace {

Limbs52 element(const LoneRing& ring, const Nat& residue, bool is_public) {
  return is_public ? ring.element_var(residue) : ring.element(residue);
}

/// start * prod powers, by windows.
Limbs52 by_windows(const LoneRing& ring, const Limbs52& start, std::span<const Power* const> chosen, bool is_public) {
  std::size_t widest = 0;
  for (const Power* power : chosen) widest = std::max(widest, power->bits);
  const std::size_t window = lone_window(widest);

  std::vector<Limbs52> bases;
  std::vector<WipedBytes> digits;
  std::vector<ifma::LonePower> powers;
  for (const Power* power : chosen) {
    const Limbs52& base = bases.emplace_back(element(ring, power->base, is_public));
    const bool sliding = power->exponent_public;
    const WipedBytes& own =
        digits.emplace_back(sliding ? sliding_digits_var(power->exponent, power->bits, window)
                                    : digits_of(power->exponent, digits_for(power->bits, window), window));
    powers.push_back({base.data(), own.data(), static_cast<int>(own.size()), sliding});
  }
  ifma::LoneJob job{
      ring.layout(), start.data(), powers.data(), static_cast<int>(powers.size()), static_cast<int>(window),
      nullptr,       nullptr};
  Limbs52 result(ifma::element_words(job.ring));
  Limbs52 scratch(ifma::lone_scratch_words(job));
  job.result = result.data();
  job.scratch = scratch.data();
  ifma::run_lone(job);
  return result;
}

/// start * prod powers with public exponents, by Bos and Coster.
Limbs52 by_steps(const LoneRing& ring, const Limbs52& start, std::span<const Power* const> powers, const Chain& chain) {
  std::vector<const Nat*> exponents;
  Limbs52 elements;
  for (const Power* power : powers) {
    exponents.push_back(&power->exponent);
    const Limbs52 base = element(ring, power->base, chain.is_public);
    elements.insert(elements.end(), base.begin(), base.end());
  }
  const ifma::LoneRing layout = ring.layout();
  elements.resize(elements.size() + ifma::element_words(layout));
  elements[powers.size() * ifma::element_words(layout)] = 1;
  const auto shared = chain.steps ? chain.steps : std::make_shared<SharedSteps>();
  std::call_once(shared->made, [&] { shared->steps = bos_coster_var(exponents); });
  std::vector<ifma::LoneStep> steps;
  for (const Step& step : shared->steps) steps.push_back({step.to, step.from});
  Limbs52 result(ifma::element_words(layout));
  Limbs52 scratch(ifma::lone_steps_scratch_words(layout));
  ifma::run_lone_steps({layout, start.data(), elements.data(), powers.size() + 1, steps.data(), steps.size(),
                        result.data(), scratch.data()});
  return result;
}

}  // namespace

void evaluate_lone(Chain& chain) {
  const LoneRing& ring = *chain.ring->lone();
  std::vector<const Power*> of_public;
  std::vector<const Power*> others;
  for (const Power& power : chain.powers) (power.exponent_public ? of_public : others).push_back(&power);
  Limbs52 result = ring.element(ring.start_for_take(chain.start));
  if (of_public.size() >= many_powers) {
    result = by_steps(ring, result, of_public, chain);
  } else {
    others.insert(others.end(), of_public.begin(), of_public.end());
  }
  if (!others.empty() || of_public.size() < many_powers) result = by_windows(ring, result, others, chain.is_public);
  chain.result = ring.take(result.data());
}

}  // namespace mpc::modexp
