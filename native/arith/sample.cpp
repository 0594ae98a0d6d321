#include "arith/sample.h"

#include "base/result.h"

namespace mpc {

Secret<Nat> sample_below(Rng& rng, const Nat& bound, std::size_t bits) {
  MPC_ASSERT(bits > 0);
  const std::size_t length = bytes_for_bits(bits);
  const auto top_mask = static_cast<std::uint8_t>(0xff >> (8 * length - bits));
  WipedBytes drawn(length);
  for (;;) {
    rng.fill(drawn);
    drawn[0] &= top_mask;
    Secret candidate(Nat::from_bytes({drawn.data(), drawn.size()}).resized(bound.limbs()));
    candidate.taint();
    // A refused draw is independent of the one that is kept.
    if (declassify("sample.accepted", less_mask(candidate.expose(), bound)) != 0) return candidate;
  }
}

Secret<Nat> sample_below(Rng& rng, const Nat& public_bound) {
  const Nat bound = trimmed_var(public_bound);
  return sample_below(rng, bound, bits_var(bound));
}

Secret<Int> sample_within(Rng& rng, const Nat& public_bound) {
  const Nat values = add(shift_left(public_bound, 1), Nat::of(1));
  const Secret<Nat> drawn = sample_below(rng, values);
  return Secret(sub(Int(drawn.expose()), Int(public_bound)));
}

Secret<Nat> sample_unit(Rng& rng, const Nat& public_modulus) {
  MPC_ASSERT(less_var(Nat::of(1), public_modulus));
  for (;;) {
    Secret<Nat> candidate = sample_below(rng, public_modulus);
    if (declassify("sample.nonzero", zero_mask(candidate.expose())) == 0) return candidate;
  }
}

}  // namespace mpc
