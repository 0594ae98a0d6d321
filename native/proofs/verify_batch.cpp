// Equations of one group, with weights rho_k: both sides are multiplied over all k, factors with negative exponents on
// the other side, so that nothing has to be inverted.
#include "proofs/verify_batch.h"

#include <set>

namespace mpc::proofs {

namespace {

constexpr std::size_t weight_bytes = 16;

Int draw_weight(Rng& rng) {
  std::array<std::uint8_t, weight_bytes> bytes{};
  rng.fill(bytes);
  return Int(Nat::from_bytes(bytes));
}

/// The product of public powers; one power for each base. Ciphertexts are the base of several equations of a round.
class Powers {
 public:
  void multiply(const Nat& base, const Int& exponent) {
    for (PublicPower& power : powers_) {
      if (equal_var(power.base, base)) {
        power.exponent = add(power.exponent, exponent);
        return;
      }
    }
    powers_.push_back({base, exponent});
  }
  Product& onto(Product& product) const {
    for (const PublicPower& power : powers_) {
      product.power_var(power.base, Int(power.exponent.negative_mask(), trimmed_var(power.exponent.magnitude())));
    }
    return product;
  }

 private:
  std::vector<PublicPower> powers_;
};

/// What all groups combine: the powers on both sides, none with a negative exponent.
class Sides {
 public:
  void multiply_left(const std::vector<PublicPower>& powers, const Int& weight) {
    multiply(left_, right_, powers, weight);
  }
  void multiply_right(const PublicProduct& product, const Int& weight) {
    right_.multiply(product.factor, weight);
    multiply(right_, left_, product.powers, weight);
  }
  const Powers& left() const { return left_; }
  const Powers& right() const { return right_; }

 private:
  static void multiply(Powers& here, Powers& there, const std::vector<PublicPower>& powers, const Int& weight) {
    for (const PublicPower& power : powers) {
      const bool moves = is_negative_var(power.exponent);
      (moves ? there : here).multiply(power.base, mul(weight, Int(power.exponent.magnitude())));
    }
  }

  Powers left_, right_;
};

/// Equations under one Paillier key.
struct PaillierGroup {
  const paillier::PublicKey* key;
  std::vector<std::pair<std::size_t, const PaillierEquation*>> members = {};  // with the claim's index

  /// (1 + N)^(sum rho z) (prod zeta^rho)^N prod base^(rho exponent) == prod right^rho: the product of the zetas needs
  /// to be known mod N only, and is raised once.
  Task<bool> hold_var(Batch& batch, Rng& rng) const {
    Int plaintext;
    Product randomiser(key->ring());
    Sides sides;
    for (const auto& [claim, e] : members) {
      const Int weight = draw_weight(rng);
      plaintext = add(plaintext, mul(weight, e->plaintext));
      randomiser.power_var(e->randomiser, weight);
      sides.multiply_left(e->left, weight);
      sides.multiply_right(e->right, weight);
    }
    Product left(key->square_ring());
    Product right(key->square_ring());
    sides.left().onto(left).times_var(key->plaintext_factor_var(plaintext));
    sides.right().onto(right);
    const auto combined = co_await batch.evaluate(std::move(randomiser), std::move(left), std::move(right));
    Product encryption(key->square_ring());
    encryption.nth_power_var(combined[0].expose()).times_var(combined[1].expose());
    const auto whole = co_await batch.evaluate(std::move(encryption));
    co_return equal_var(whole[0].expose(), combined[2].expose());
  }
};

/// Equations under our own ring-Pedersen parameters.
struct CommitmentGroup {
  const pedersen::Params* params;
  std::vector<std::pair<std::size_t, const CommitmentEquation*>> members = {};

  /// Squared, because the prover knows an element of order two, -1: without the cofactor a twisted sign would be
  /// accepted by chance, with it always. It is harmless.
  Task<bool> hold_var(Batch& batch, Rng& rng) const {
    std::vector<Int> x(1);
    Int mu;
    Sides sides;
    for (const auto& [claim, e] : members) {
      const Int weight = draw_weight(rng);
      const Int twice = add(weight, weight);
      if (x.size() < e->x.size()) x.resize(e->x.size());
      for (std::size_t a = 0; a < e->x.size(); ++a) x[a] = add(x[a], mul(twice, e->x[a]));
      mu = add(mu, mul(twice, e->mu));
      sides.multiply_right(e->right, twice);
    }
    Product left = params->commit_var(x, mu);
    Product right(params->ring());
    sides.left().onto(left);
    sides.right().onto(right);
    const auto both = co_await batch.evaluate(std::move(left), std::move(right));
    co_return equal_var(both[0].expose(), both[1].expose());
  }
};

bool same_key(const PaillierEquation& e, const PaillierGroup& group) { return equal_var(e.key.n(), group.key->n()); }
bool same_key(const CommitmentEquation& e, const CommitmentGroup& group) {
  // Copies of one record share their ring.
  return e.params.ring() == group.params->ring();
}
PaillierGroup group_of(const PaillierEquation& e) { return {&e.key}; }
CommitmentGroup group_of(const CommitmentEquation& e) { return {&e.params}; }

/// Whether weights are sound for what is modulo Nh: there must be no small orders but two.
bool may_combine(const PaillierEquation&) { return true; }
bool may_combine(const CommitmentEquation& e) { return e.params.ring()->logarithm() != nullptr; }

template <class Group, class Equation>
void join(std::vector<Group>& groups, std::size_t claim, const Equation& e) {
  for (Group& group : groups) {
    if (may_combine(e) && same_key(e, group)) {
      group.members.emplace_back(claim, &e);
      return;
    }
  }
  groups.push_back(group_of(e));
  groups.back().members.emplace_back(claim, &e);
}

template <class Group>
Task<bool> check_var(Batch& batch, const Group& group, Rng& weights) {
  if (group.members.size() == 1) return holds_var(batch, *group.members[0].second);
  return group.hold_var(batch, weights);
}

/// The claims with an equation in a group that fails.
std::set<std::size_t> suspects_var(Batch& batch, const std::vector<Result<Claim>>& claims, Rng& weights) {
  std::vector<PaillierGroup> keys;
  std::vector<CommitmentGroup> setups;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    if (!claims[i]) continue;
    for (const PaillierEquation& e : claims[i]->paillier) join(keys, i, e);
    for (const CommitmentEquation& e : claims[i]->commitments) join(setups, i, e);
  }
  std::vector<Task<bool>> tasks;
  for (const PaillierGroup& group : keys) tasks.push_back(check_var(batch, group, weights));
  for (const CommitmentGroup& group : setups) tasks.push_back(check_var(batch, group, weights));
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

}  // namespace

std::vector<Refusal> verify_batch_var(Batch& batch, const std::vector<Result<Claim>>& claims, Rng& weights) {
  std::vector<Refusal> refusals;
  for (const Result<Claim>& claim : claims) refusals.push_back(claim ? Refusal() : Refusal(claim.error()));
  const std::set<std::size_t> suspects = suspects_var(batch, claims, weights);
  std::vector<Task<Refusal>> single;
  for (const std::size_t i : suspects) single.push_back(hold_var(batch, *claims[i]));
  std::vector<Refusal> verdicts = batch.run_all(std::move(single));
  std::size_t next = 0;
  for (const std::size_t i : suspects) refusals[i] = std::move(verdicts[next++]);
  return refusals;
}

}  // namespace mpc::proofs
