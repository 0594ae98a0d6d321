// Equations of one group, with weights rho_k: both sides are multiplied over all k, factors with negative exponents on
// the other side, so that nothing has to be inverted. An equation with a negative challenge is taken the other way
// round, which leaves the longest exponents, rho_k e_k, all on one side: there one product of many powers is quicker
// than two of half as many.
#include "proofs/verify_batch.h"

#include <map>

#include "arith/number_theory.h"

namespace mpc::proofs {

namespace {

constexpr std::size_t weight_bytes = 16;
/// Of one combination. More are split, each part with a full power of its own: the engine's products have a limit, and
/// a few thousand powers outweigh the one that is saved.
constexpr std::size_t most_powers = 4096;

/// rho_k, with the sign of the challenge, an exponent on the right.
Int draw_weight(const std::vector<PublicPower>& right, Rng& rng) {
  std::array<std::uint8_t, weight_bytes> bytes{};
  rng.fill(bytes);
  const Limb sign = right.back().exponent.negative_mask();
  return Int(sign, Nat::from_bytes(bytes));
}

/// left == right as products of public powers with exponents >= 0; one power for each base, since ciphertexts are the
/// base of several equations of a round.
class Sides {
 public:
  void multiply_left(const Nat& base, const Int& exponent) {
    collect(is_negative_var(exponent) ? right_ : left_, base, exponent.magnitude());
  }
  void multiply_left(const std::vector<PublicPower>& powers, const Int& weight) {
    for (const PublicPower& power : powers) multiply_left(power.base, mul(weight, power.exponent));
  }
  void multiply_right(const std::vector<PublicPower>& powers, const Int& weight) {
    multiply_left(powers, negate(weight));
  }
  Product left(Product onto) const { return multiplied(std::move(onto), left_); }
  Product right(Product onto) const { return multiplied(std::move(onto), right_); }

 private:
  struct Less {
    bool operator()(const Nat& a, const Nat& b) const { return less_var(a, b); }
  };
  /// Exponents by bases.
  using Powers = std::map<Nat, Nat, Less>;

  static void collect(Powers& side, const Nat& base, const Nat& exponent) {
    const auto [place, is_new] = side.try_emplace(base, exponent);
    if (!is_new) place->second = add(place->second, exponent);
  }
  static Product multiplied(Product product, const Powers& side) {
    for (const auto& [base, exponent] : side) product.power_var(base, Int(trimmed_var(exponent)));
    return product;
  }

  Powers left_, right_;
};

/// Equations under one Paillier key.
struct PaillierGroup {
  const paillier::PublicKey* key;
  std::vector<std::pair<std::size_t, const PaillierEquation*>> members = {};  // with the claim's index
  std::size_t powers = 0;

  /// (1 + N)^(sum rho z) (prod zeta^rho)^N prod base^(rho exponent) == prod right^rho: the product of the zetas needs
  /// to be known mod N only, and is raised once.
  Task<bool> hold_var(Batch& batch, Rng& rng) const {
    Int plaintext;
    Sides randomisers;
    Sides sides;
    for (const auto& [claim, e] : members) {
      const Int weight = draw_weight(e->right, rng);
      plaintext = add(plaintext, mul(weight, e->plaintext));
      randomisers.multiply_left(e->randomiser.base, weight);
      sides.multiply_left(e->left, weight);
      sides.multiply_right(e->right, weight);
    }
    Product numerator = randomisers.left(Product(key->ring()));
    Product denominator = randomisers.right(Product(key->ring()));
    Product left = sides.left(Product(key->square_ring()));
    Product right = sides.right(Product(key->square_ring()));
    left.times_var(key->plaintext_factor_var(plaintext));
    const auto combined =
        co_await batch.evaluate(std::move(numerator), std::move(denominator), std::move(left), std::move(right));
    const auto inverse = invert_var(combined[1].expose(), key->n());
    if (!inverse) co_return false;
    Product encryption(key->square_ring());
    encryption.nth_power_var(key->ring()->odd().mul(combined[0].expose(), *inverse)).times_var(combined[2].expose());
    const auto whole = co_await batch.evaluate(std::move(encryption));
    co_return equal_var(whole[0].expose(), combined[3].expose());
  }
};

/// Equations under our own ring-Pedersen parameters.
struct CommitmentGroup {
  const pedersen::Params* params;
  std::vector<std::pair<std::size_t, const CommitmentEquation*>> members = {};
  std::size_t powers = 0;

  /// Squared, because the prover knows an element of order two, -1: without the cofactor a twisted sign would be
  /// accepted by chance, with it always. It is harmless.
  Task<bool> hold_var(Batch& batch, Rng& rng) const {
    // Those with the most generators: equations with fewer take the first of them.
    const pedersen::Params* widest = params;
    std::vector<Int> x(1);
    Int mu;
    Sides sides;
    for (const auto& [claim, e] : members) {
      if (e->params.generators() > widest->generators()) widest = &e->params;
      const Int weight = draw_weight(e->right, rng);
      const Int twice = add(weight, weight);
      if (x.size() < e->x.size()) x.resize(e->x.size());
      for (std::size_t a = 0; a < e->x.size(); ++a) x[a] = add(x[a], mul(twice, e->x[a]));
      mu = add(mu, mul(twice, e->mu));
      sides.multiply_right(e->right, twice);
    }
    Product left = sides.left(widest->commit_var(x, mu));
    Product right = sides.right(Product(params->ring()));
    const auto both = co_await batch.evaluate(std::move(left), std::move(right));
    co_return equal_var(both[0].expose(), both[1].expose());
  }
};

bool same_key(const PaillierEquation& e, const PaillierGroup& group) { return equal_var(e.key.n(), group.key->n()); }
bool same_key(const CommitmentEquation& e, const CommitmentGroup& group) {
  // Copies of one record share their ring, and so do the first few of its generators.
  return e.params.ring() == group.params->ring();
}
std::size_t powers_of(const PaillierEquation& e) { return e.left.size() + e.right.size(); }
std::size_t powers_of(const CommitmentEquation& e) { return e.right.size(); }
PaillierGroup group_of(const PaillierEquation& e) { return {&e.key}; }
CommitmentGroup group_of(const CommitmentEquation& e) { return {&e.params}; }

/// Whether weights are sound for what is modulo Nh: there must be no small orders but two.
bool may_combine(const PaillierEquation&) { return true; }
bool may_combine(const CommitmentEquation& e) { return e.params.ring()->logarithm() != nullptr; }

template <class Group, class Equation>
void join(std::vector<Group>& groups, std::size_t claim, const Equation& e, std::size_t most) {
  for (Group& group : groups) {
    if (may_combine(e) && same_key(e, group) && group.powers + powers_of(e) <= most) {
      group.members.emplace_back(claim, &e);
      group.powers += powers_of(e);
      return;
    }
  }
  groups.push_back(group_of(e));
  groups.back().members.emplace_back(claim, &e);
  groups.back().powers = powers_of(e);
}

template <class Group>
Task<bool> group_holds_var(Batch& batch, const Group& group, Rng& weights) {
  if (group.members.size() == 1) return holds_var(batch, *group.members[0].second);
  return group.hold_var(batch, weights);
}

bool is_own(const paillier::PublicKey& key, const paillier::Decryptions* own) {
  return own != nullptr && equal_var(key.n(), own->key().public_key().n());
}

Task<bool> owned_group_holds_var(Batch& batch, const PaillierGroup& group, paillier::Decryptions& own) {
  std::vector<const PaillierEquation*> equations;
  for (const auto& [claim, equation] : group.members) equations.push_back(equation);
  return hold_owned_var(batch, std::move(equations), own);
}

/// What is wrong with each claim apart from its equations.
std::vector<Refusal> refuse_alone_var(const std::vector<Result<Claim>>& claims) {
  std::vector<Refusal> refusals;
  std::vector<const Claim*> candidates;
  for (const Result<Claim>& claim : claims) {
    refusals.push_back(claim ? Refusal() : Refusal(claim.error()));
    if (claim) candidates.push_back(&*claim);
  }
  if (check_all_var(candidates)) return refusals;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    if (claims[i]) refusals[i] = check_var(*claims[i]);
  }
  return refusals;
}

}  // namespace

std::set<std::size_t> suspects_var(Batch& batch, const std::vector<const Claim*>& claims, Rng& weights,
                                   paillier::Decryptions* own) {
  std::vector<PaillierGroup> keys;
  std::vector<CommitmentGroup> setups;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    for (const PaillierEquation& e : claims[i]->paillier) {
      // The owner's way combines nothing.
      join(keys, i, e, is_own(e.key, own) ? all_ones : most_powers);
    }
    for (const CommitmentEquation& e : claims[i]->commitments) join(setups, i, e, most_powers);
  }
  std::vector<Task<bool>> tasks;
  for (const PaillierGroup& group : keys) {
    tasks.push_back(is_own(*group.key, own) ? owned_group_holds_var(batch, group, *own)
                                            : group_holds_var(batch, group, weights));
  }
  for (const CommitmentGroup& group : setups) tasks.push_back(group_holds_var(batch, group, weights));
  const std::vector<bool> holds = batch.run_all(std::move(tasks));
  std::set<std::size_t> suspects;
  for (std::size_t g = 0; g < holds.size(); ++g) {
    if (holds[g]) continue;
    const auto note = [&](const auto& group) {
      for (const auto& [claim, equation] : group.members) suspects.insert(claim);
    };
    g < keys.size() ? note(keys[g]) : note(setups[g - keys.size()]);
  }
  return suspects;
}

std::vector<Refusal> verify_batch_var(Batch& batch, const std::vector<Result<Claim>>& claims, Rng& weights,
                                      paillier::Decryptions* own) {
  std::vector<Refusal> refusals = refuse_alone_var(claims);
  std::vector<const Claim*> candidates;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    if (refusals[i]) continue;
    candidates.push_back(&*claims[i]);
    places.push_back(i);
  }
  const std::set<std::size_t> suspects = suspects_var(batch, candidates, weights, own);
  std::vector<Task<Refusal>> single;
  for (const std::size_t i : suspects) single.push_back(hold_var(batch, *candidates[i]));
  std::vector<Refusal> verdicts = batch.run_all(std::move(single));
  auto verdict = verdicts.begin();
  for (const std::size_t i : suspects) refusals[places[i]] = std::move(*verdict++);
  return refusals;
}

}  // namespace mpc::proofs
