// A ring as the kernel for lone numbers sees it.
#pragma once

#include <memory>

#include "modexp/ifma.h"
#include "modexp/radix52.h"
#include "modexp/ring.h"

namespace mpc::modexp {

/// Constant time in the modulus and in residues. Refers to the ring it was made of.
class LoneRing {
 public:
  /// Empty for moduli that are wider than the kernel's numbers.
  static std::unique_ptr<const LoneRing> make(const Ring& ring);

  ifma::LoneRing layout() const;
  /// A residue as an element.
  Limbs52 element(const Nat& residue) const;
  /// The same for a public residue of a public ring.
  Limbs52 element_var(const Nat& residue) const;
  /// The residue in a result that was started with start_for_take.
  Nat take(const std::uint64_t* element) const;
  /// Makes up for what take() does: results are some 2^53 times the modulus, and a Montgomery reduction brings them
  /// below.
  Nat start_for_take(const Nat& start) const { return ring_.odd().to_montgomery(start); }

 private:
  LoneRing(const Ring& ring, int limbs, int vectors);

  bool adic() const { return ring_.root().has_value(); }
  std::size_t number_words() const { return ifma::number_words(vectors_); }
  void append_number(Limbs52& element, const Nat& a) const;
  Limbs52 adic_element(const std::pair<Nat, Nat>& halves) const;

  const Ring& ring_;
  int limbs_;
  int vectors_;
  Wiped<std::uint64_t> minus_inverse_;
  Limbs52 fold_;
  Limbs52 fold_up_;
  Limbs52 r2_;
  Limbs52 lift_;
};

}  // namespace mpc::modexp
