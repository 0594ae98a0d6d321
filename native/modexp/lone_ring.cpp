#include "modexp/lone_ring.h"

namespace mpc::modexp {

std::unique_ptr<const LoneRing> LoneRing::make(const Ring& ring) {
  constexpr std::size_t slack_bits = 60;  // R >= 2^60 m
  const std::size_t needed = ring.base().limbs() * limb_bits + slack_bits;
  const auto limbs = static_cast<int>((needed + radix_bits - 1) / radix_bits);
  const int vectors = ifma::lone_vectors(limbs);
  if (vectors == 0) return nullptr;
  return std::unique_ptr<const LoneRing>(new LoneRing(ring, limbs, vectors));
}

LoneRing::LoneRing(const Ring& ring, int limbs, int vectors) : ring_(ring), limbs_(limbs), vectors_(vectors) {
  const Fold fold = fold52(ring.base().value(), 1);
  minus_inverse_ = fold.minus_inverse;
  append_number(fold_, fold.value);
  append_number(fold_up_, shift_left(fold.value, radix_bits));
  const std::size_t r_bits = radix_bits * static_cast<std::size_t>(limbs_);
  r2_ = element(ring.odd().reduce(Nat::power_of_two(2 * r_bits)));
  if (!adic()) return;
  // -k (R - 1) mod the root
  const OddModulus& root = *ring.root();
  const Nat r_minus_1 = root.sub(root.reduce(Nat::power_of_two(r_bits)), root.reduce(Nat::of(1)));
  append_number(lift_, root.negate(root.mul(root.reduce(Nat::of(minus_inverse_)), r_minus_1)));
}

ifma::LoneRing LoneRing::layout() const {
  return {vectors_, limbs_, adic(), fold_.data(), fold_up_.data(), r2_.data(), lift_.data(), minus_inverse_.address()};
}

void LoneRing::append_number(Limbs52& element, const Nat& a) const {
  const Limbs52 limbs = limbs52(a, number_words() - 8);
  element.insert(element.end(), limbs.begin(), limbs.end());
  element.insert(element.end(), 8, 0);
}

Limbs52 LoneRing::adic_element(const std::pair<Nat, Nat>& halves) const {
  Limbs52 out;
  append_number(out, halves.first);
  append_number(out, halves.second);
  return out;
}

Limbs52 LoneRing::element(const Nat& residue) const {
  if (adic()) return adic_element(ring_.split(residue));
  Limbs52 out;
  append_number(out, residue);
  return out;
}

Limbs52 LoneRing::element_var(const Nat& residue) const {
  return adic() ? adic_element(ring_.split_var(residue)) : element(residue);
}

Nat LoneRing::take(const std::uint64_t* element) const {
  const auto number = [&](const std::uint64_t* words) {
    return from_limbs52(number_words() - 8, [&](std::size_t i) { return words[i]; });
  };
  Nat x = number(element);
  if (adic()) x = add(x, mul(number(element + number_words()), ring_.base().value()));
  return ring_.odd().from_montgomery_wide(x);
}

}  // namespace mpc::modexp
