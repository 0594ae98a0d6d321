#include "proofs/claims.h"

#include "arith/number_theory.h"

namespace mpc::proofs {

namespace {

/// Elements that have to be units modulo one number.
struct Members {
  const Nat* modulus;
  std::vector<Nat> values = {};  // reduced, where they are ciphertexts; 0 for one that is too large
  std::vector<const char*> names = {};

  void add_var(const PublicPower& power, const Nat& bound) {
    const bool in_range = less_var(power.base, bound);
    values.push_back(in_range ? mod_var(power.base, *modulus) : Nat::of(0));
    names.push_back(power.name);
  }
  std::size_t first_non_unit_var() const {
    std::vector<const Nat*> pointers;
    for (const Nat& value : values) pointers.push_back(&value);
    return mpc::first_non_unit_var(pointers, *modulus);
  }
};

Members& members_of(std::vector<Members>& all, const Nat& modulus) {
  for (Members& members : all) {
    if (equal_var(*members.modulus, modulus)) return members;
  }
  return all.emplace_back(Members{&modulus});
}

void collect_var(std::vector<Members>& all, const Claim& claim) {
  for (const PaillierEquation& e : claim.paillier) {
    // A number is a unit modulo N^2 iff it is one modulo N.
    Members& members = members_of(all, e.key.n());
    members.add_var(e.randomiser, e.key.n());
    for (const PublicPower& power : e.left) members.add_var(power, e.key.n_squared());
    for (const PublicPower& power : e.right) members.add_var(power, e.key.n_squared());
  }
  for (const CommitmentEquation& e : claim.commitments) {
    Members& members = members_of(all, e.params.nh());
    for (const PublicPower& power : e.right) members.add_var(power, e.params.nh());
  }
}

/// Up to this many powers of the right side go to the left one with their exponents negated, where they share the
/// squarings of the powers there; of more than that, inverting the bases costs more than the squarings.
constexpr std::size_t most_inverses = 1;

/// left == right; both sides by the engine, or left alone.
struct Sides {
  Product left;
  std::optional<Product> right_product;
  const Nat& right;

  Sides(Product encryption, const std::vector<PublicPower>& product)
      : left(std::move(encryption)), right(product[0].base) {
    const bool move = product.size() <= 1 + most_inverses;
    if (!move) right_product.emplace(left.modulus()).times_var(right);
    for (std::size_t i = 1; i < product.size(); ++i) {
      const auto& [name, base, exponent] = product[i];
      move ? left.power_var(base, negate(exponent)) : right_product->power_var(base, exponent);
    }
  }
};

Sides sides_var(const PaillierEquation& e) {
  Product product(e.key.square_ring());
  product.nth_power_var(e.randomiser.base).times_var(e.key.plaintext_factor_var(e.plaintext));
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

Refusal check_var(const Claim& claim) {
  std::vector<Members> all;
  collect_var(all, claim);
  for (const Members& members : all) {
    const std::size_t first = members.first_non_unit_var();
    if (first < members.values.size()) return reject(claim.proof, std::string(members.names[first]) + ": not a unit");
  }
  return claim.curve;
}

bool check_all_var(const std::vector<const Claim*>& claims) {
  std::vector<Members> all;
  for (const Claim* claim : claims) {
    if (claim->curve) return false;
    collect_var(all, *claim);
  }
  return std::all_of(all.begin(), all.end(),
                     [](const Members& members) { return members.first_non_unit_var() == members.values.size(); });
}

Task<bool> holds_var(Batch& batch, const PaillierEquation& e) { return equal_var(batch, sides_var(e)); }
Task<bool> holds_var(Batch& batch, const CommitmentEquation& e) { return equal_var(batch, sides_var(e)); }

Task<Refusal> hold_var(Batch& batch, Claim claim) {
  std::vector<const char*> names;
  std::vector<Sides> equations;
  const auto add = [&](const auto& e) {
    names.push_back(e.right[0].name);
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
  if (const Refusal bad = check_var(*claim)) co_return bad;
  Refusal refusal = co_await hold_var(batch, std::move(*claim));
  co_return refusal;
}

}  // namespace mpc::proofs
