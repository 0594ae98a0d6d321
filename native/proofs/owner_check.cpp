#include "proofs/owner_check.h"

namespace mpc::proofs {

namespace {

/// plaintext + sum left exponent pl(base) - sum right exponent pl(base): all ones where N divides it, else zero.
Limb plaintexts_mask(const PaillierEquation& e, const paillier::Decryptions& own) {
  Int sum = e.plaintext;
  const auto weighted = [&](const PublicPower& power) {
    return mul(power.exponent, own.plaintext(power.base).expose());
  };
  for (const PublicPower& power : e.left) sum = add(sum, weighted(power));
  for (const PublicPower& power : e.right) sum = sub(sum, weighted(power));
  const OddModulus& n = own.key().public_key().ring()->odd();
  return zero_mask(n.reduce(sum));
}

/// randomiser^N prod left, and prod right, modulo N.
std::vector<Product> products_mod_n(const PaillierEquation& e, const paillier::Decryptions& own) {
  const modexp::ModulusPtr& ring = own.key().public_key().ring();
  Product left(ring);
  left.nth_power_var(e.randomiser.base);
  for (const PublicPower& power : e.left) left.power_var(power.base, power.exponent);
  Product right(ring);
  for (const PublicPower& power : e.right) right.power_var(power.base, power.exponent);
  std::vector<Product> both;
  both.push_back(std::move(left));
  both.push_back(std::move(right));
  return both;
}

}  // namespace

Task<bool> hold_owned_var(Batch& batch, std::vector<const PaillierEquation*> equations, paillier::Decryptions& own) {
  std::vector<Product> jobs;
  for (const PaillierEquation* e : equations) {
    for (const PublicPower& power : e->left) own.want(power.base);
    for (const PublicPower& power : e->right) own.want(power.base);
    for (Product& product : products_mod_n(*e, own)) jobs.push_back(std::move(product));
  }
  for (Product& job : own.jobs()) jobs.push_back(std::move(job));
  const auto residues = co_await batch.evaluate(std::move(jobs));
  auto decrypted = residues.begin() + static_cast<std::ptrdiff_t>(2 * equations.size());
  own.finish(decrypted);

  Limb holds = all_ones;
  for (std::size_t i = 0; i < equations.size(); ++i) {
    holds &= plaintexts_mask(*equations[i], own) & equal_mask(residues[2 * i].expose(), residues[2 * i + 1].expose());
  }
  co_return declassify("owner_check.equations", holds) != 0;
}

}  // namespace mpc::proofs
