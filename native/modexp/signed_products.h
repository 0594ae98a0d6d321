// Products of many powers with public exponents of either sign.
#pragma once

#include <span>
#include <vector>

#include "modexp/modulus.h"

namespace mpc::modexp {

/// prod base^|exponent| over the exponents above zero, and over those below: one inversion may serve many of the
/// latter.
struct BySign {
  Nat positive, negative;
};

/// Residues; exponents[i] belongs to bases[i]. In pieces of at most `most` powers each, which threads may share.
BySign products_by_sign_var(const ModulusPtr& modulus, std::span<const Nat> bases,
                            std::span<const Int* const> exponents, std::size_t most);

}  // namespace mpc::modexp
