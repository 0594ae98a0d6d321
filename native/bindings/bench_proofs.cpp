#include "bindings/bench_proofs.h"

#include "arith/sample.h"
#include "modexp/primes.h"
#include "proofs/verify_batch.h"

namespace mpc::bindings::bench {

namespace {

namespace pr = mpc::proofs;
namespace enc_elg = pr::enc_elg;
using modexp::Batch;
using modexp::Task;

const pr::Profile& profile = pr::s128;

pr::Context context(std::size_t i) { return {&profile, Bytes32{}, 1, Bytes32{1}, Bytes32{2}, "psi", i}; }

Secret<Nat> prime(std::size_t bits, bool safe, Rng& rng) {
  auto found = safe ? modexp::find_safe_prime_var(bits, rng) : modexp::find_blum_prime_var(bits, rng);
  MPC_ASSERT(found.has_value());
  return std::move(*found);
}

/// Sides that say whether all passed.
Side verdict(std::function<bool()> verify) {
  const auto latest = std::make_shared<std::vector<Nat>>();
  return {[latest, verify = std::move(verify)] { *latest = {Nat::of(verify() ? 1 : 0)}; },
          [latest] { return *latest; }};
}

bool none(const std::vector<Refusal>& refusals) {
  return std::none_of(refusals.begin(), refusals.end(), [](const Refusal& bad) { return bad.has_value(); });
}

bool hold_together(const std::vector<Result<pr::Claim>>& claims) {
  Batch batch;
  return none(pr::verify_batch_var(batch, claims, system_rng()));
}

bool hold_one_by_one(const std::vector<Result<pr::Claim>>& claims) {
  Batch batch;
  std::vector<Task<Refusal>> tasks;
  for (const Result<pr::Claim>& claim : claims) tasks.push_back(pr::verify_var(batch, claim));
  return none(batch.run_all(std::move(tasks)));
}

}  // namespace

struct ReceivedProofs::State {
  paillier::PublicKey key;  // without its factors
  pedersen::Params own;     // with theirs
  std::vector<enc_elg::Statement> statements;
  std::vector<Bytes> proofs;

  std::vector<Result<pr::Claim>> claims() const {
    std::vector<Result<pr::Claim>> out;
    for (std::size_t i = 0; i < proofs.size(); ++i) {
      transcript::Reader in(proofs[i]);
      const auto proof = enc_elg::Proof::decode(in, profile, key, own);
      MPC_ASSERT(!in.finish());
      out.push_back(enc_elg::claim_var(context(i), statements[i], proof, own));
    }
    return out;
  }
};

ReceivedProofs::ReceivedProofs(std::size_t count, std::uint64_t seed) {
  Draw draw(seed);
  Rng& rng = draw.rng();
  const std::size_t half = profile.nb / 2;
  const auto secret_key = paillier::SecretKey::from_primes(prime(half, false, rng), prime(half, false, rng));
  const auto trapdoor = pedersen::Trapdoor::generate(prime(half, true, rng), prime(half, true, rng), rng);
  MPC_ASSERT(secret_key && trapdoor);
  const paillier::PublicKey& own_key = secret_key->public_key();
  State state{*paillier::PublicKey::from_modulus(own_key.n(), profile.nb), trapdoor->params(), {}, {}};

  Batch batch;
  const curve::Point a = curve::mul_base_var(curve::sample_nonzero_scalar(rng).expose());
  for (std::size_t i = 0; i < count; ++i) {
    const Secret<Int> x = sample_within(rng, Nat::power_of_two(profile.l));
    const Secret<Nat> rho = sample_unit(rng, own_key.n());
    const Secret<curve::Scalar> b = curve::sample_nonzero_scalar(rng);
    const Nat c = modexp::run(std::vector{own_key.encryption(x, rho)})[0].expose();
    const curve::Point cap_x = curve::linear_var(curve::scalar_from(x.expose()), b.expose(), a);
    const enc_elg::Statement statement{own_key, c, a, curve::mul_base_var(b.expose()), cap_x};
    const enc_elg::Proof proof = batch.run(enc_elg::prove(batch, context(i), statement, {x, rho, b}, state.own, rng));
    transcript::Writer out;
    proof.encode(out, profile);
    state.proofs.push_back(out.take());
    state.statements.push_back({state.key, c, statement.a, statement.b, statement.x});
  }
  state_ = std::make_shared<const State>(std::move(state));
}

Workload ReceivedProofs::verification() const {
  return {verdict([state = state_] { return hold_together(state->claims()); }),
          verdict([state = state_] { return hold_one_by_one(state->claims()); })};
}

Workload ReceivedProofs::equations() const {
  const auto claims = std::make_shared<std::vector<pr::Claim>>();
  for (const Result<pr::Claim>& claim : state_->claims()) claims->push_back({claim->proof, {}, claim->paillier, {}});
  const auto together = [claims] {
    std::vector<const pr::Claim*> pointers;
    for (const pr::Claim& claim : *claims) pointers.push_back(&claim);
    Batch batch;
    return pr::suspects_var(batch, pointers, system_rng()).empty();
  };
  const auto one_by_one = [claims] {
    Batch batch;
    std::vector<Task<Refusal>> tasks;
    for (const pr::Claim& claim : *claims) tasks.push_back(pr::hold_var(batch, claim));
    return none(batch.run_all(std::move(tasks)));
  };
  return {verdict(together), verdict(one_by_one)};
}

}  // namespace mpc::bindings::bench
