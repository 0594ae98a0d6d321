#include "proofs/claims.h"

namespace mpc::proofs {

namespace {

/// Up to this many powers of the right side go to the left one with their exponents negated, where they share the
/// squarings of the powers there; of more than that, inverting the bases costs more than the squarings.
constexpr std::size_t most_inverses = 2;

/// left == right; both sides by the engine, or left alone.
struct Sides {
  Product left;
  std::optional<Product> right_product;
  const Nat& right;

  Sides(Product encryption, const PublicProduct& product) : left(std::move(encryption)), right(product.factor) {
    const bool move = product.powers.size() <= most_inverses;
    if (!move) right_product.emplace(left.modulus()).times_var(product.factor);
    for (const PublicPower& power : product.powers) {
      move ? left.power_var(power.base, negate(power.exponent)) : right_product->power_var(power.base, power.exponent);
    }
  }
};

Sides sides_var(const PaillierEquation& e) {
  Product product(e.key.square_ring());
  product.nth_power_var(e.randomiser).times_var(e.key.plaintext_factor_var(e.plaintext));
  for (const PublicPower& power : e.left) product.power_var(power.base, power.exponent);
  return {std::move(product), e.right};
}

Sides sides_var(const CommitmentEquation& e) { return {e.params.commit_var(e.x, e.mu), e.right}; }

/// Which of them are equal, in one engine run.
Task<std::vector<bool>> equal_var(Batch& batch, std::vector<Sides> equations) {
  std::vector<Product> products;
  for (Sides& e : equations) {
    products.push_back(std::move(e.left));
    if (e.right_product) products.push_back(std::move(*e.right_product));
  }
  const auto values = co_await batch.evaluate(std::move(products));
  std::vector<bool> equal;
  std::size_t next = 0;
  for (const Sides& e : equations) {
    // Public: products of _var terms.
    const Nat& left = values[next++].expose();
    const Nat& right = e.right_product ? values[next++].expose() : e.right;
    equal.push_back(mpc::equal_var(left, right));
  }
  co_return equal;
}

Task<bool> equal_var(Batch& batch, Sides equation) {
  std::vector<Sides> equations;
  equations.push_back(std::move(equation));
  const std::vector<bool> equal = co_await equal_var(batch, std::move(equations));
  co_return equal[0];
}

}  // namespace

Task<bool> holds_var(Batch& batch, const PaillierEquation& e) { return equal_var(batch, sides_var(e)); }
Task<bool> holds_var(Batch& batch, const CommitmentEquation& e) { return equal_var(batch, sides_var(e)); }

Task<Refusal> hold_var(Batch& batch, Claim claim) {
  std::vector<const char*> names;
  std::vector<Sides> equations;
  const auto add = [&](const auto& e) {
    names.push_back(e.name);
    equations.push_back(sides_var(e));
  };
  for (const PaillierEquation& e : claim.paillier) add(e);
  for (const CommitmentEquation& e : claim.commitments) add(e);
  const std::vector<bool> equal = co_await equal_var(batch, std::move(equations));
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!equal[i]) co_return reject(claim.proof, std::string(names[i]) + ": equation");
  }
  co_return Refusal();
}

Task<Refusal> verify_var(Batch& batch, Result<Claim> claim) {
  if (!claim) co_return claim.error();
  Refusal refusal = co_await hold_var(batch, std::move(*claim));
  co_return refusal;
}

}  // namespace mpc::proofs
