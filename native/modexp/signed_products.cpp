#include "modexp/signed_products.h"

#include "base/result.h"
#include "modexp/engine.h"

namespace mpc::modexp {

BySign products_by_sign_var(const ModulusPtr& modulus, std::span<const Nat> bases,
                            std::span<const Int* const> exponents, std::size_t most) {
  MPC_ASSERT(bases.size() == exponents.size());
  // One run for the pieces of both sides.
  std::vector<Product> pieces;
  std::vector<bool> negative;  // of the pieces
  std::size_t open[2] = {0, 0};
  std::size_t filled[2] = {most, most};
  for (std::size_t i = 0; i < bases.size(); ++i) {
    if (is_zero_var(exponents[i]->magnitude())) continue;
    const bool side = is_negative_var(*exponents[i]);
    if (filled[side] == most) {
      open[side] = pieces.size();
      filled[side] = 0;
      pieces.emplace_back(modulus);
      negative.push_back(side);
    }
    pieces[open[side]].power_var(bases[i], Int(exponents[i]->magnitude()));
    ++filled[side];
  }
  const std::vector<Secret<Nat>> residues = run(pieces);
  BySign out = {Nat::of(1, modulus->limbs()), Nat::of(1, modulus->limbs())};
  for (std::size_t i = 0; i < residues.size(); ++i) {
    Nat& side = negative[i] ? out.negative : out.positive;
    side = modulus->odd().mul(side, residues[i].expose());  // public: a product of _var terms
  }
  return out;
}

}  // namespace mpc::modexp
