// What is made ahead is what would have been drawn, serves once, and is exactly what sessions take.
#include "proofs/randomness.h"

#include <gtest/gtest.h>

#include "base/seeded_random.h"
#include "tests/support/fixtures.h"
#include "tests/support/oracle.h"
#include "tests/support/session.h"

namespace mpc::proofs {
namespace {

using fixtures::alice;
using fixtures::bob;
using fixtures::Oracle;

TEST(RandomnessPool, gives_nonces_with_their_powers) {
  SeededRng rng(as_bytes("nonces"));
  RandomnessPool pool;
  for (const fixtures::Party* owner : {&alice(), &bob()}) {
    const paillier::PublicKey& key = owner->n();
    pool.fill(key, 3, rng);
    const Oracle n(key.n());
    std::vector<Oracle> seen;
    for (std::size_t left = 3; left-- > 0;) {
      const paillier::Nonce nonce = pool.nonce(key, rng);
      ASSERT_TRUE(nonce.has_power);
      EXPECT_EQ(Oracle(nonce.power.expose()), Oracle(nonce.r.expose()).pow(n, n * n));
      EXPECT_EQ(std::ranges::count(seen, Oracle(nonce.r.expose())), 0);
      seen.emplace_back(nonce.r.expose());
      EXPECT_EQ(pool.nonces(key), left);
    }
    EXPECT_FALSE(pool.nonce(key, rng).has_power);
  }
}

TEST(RandomnessPool, gives_blindings_of_the_slack_with_their_powers) {
  SeededRng rng(as_bytes("blindings"));
  RandomnessPool pool;
  const pedersen::Params& params = alice().params();
  const Oracle nh(params.nh());
  for (const std::size_t slack : {80U, 100U}) pool.fill(params, {slack, 2}, rng);
  for (const std::size_t slack : {80U, 100U}) {
    const Oracle bound = Oracle::power_of_two(slack) * nh;
    for (std::size_t left = 2; left-- > 0;) {
      const pedersen::Blinding blinding = pool.blinding(params, slack, rng);
      const Oracle mu(blinding.mu.expose());
      ASSERT_TRUE(blinding.has_power);
      EXPECT_EQ(Oracle(blinding.power.expose()), Oracle(params.t()).pow(mu, nh));
      EXPECT_TRUE(-bound <= mu && mu <= bound);
      EXPECT_GE(blinding.bits, params.bits() + slack);
      EXPECT_EQ(pool.blindings(params, slack), left);
      // The commitment with the power is the commitment without.
      const Secret<Int> x(Int::of(-12345));
      EXPECT_EQ(Oracle(fixtures::evaluate(params.commit(x, 64, blinding))),
                Oracle(params.s()).pow(-12345, nh) * Oracle(params.t()).pow(mu, nh) % nh);
    }
    EXPECT_FALSE(pool.blinding(params, slack, rng).has_power);
  }
}

TEST(RandomnessPool, keeps_parameters_apart) {
  SeededRng rng(as_bytes("apart"));
  RandomnessPool pool;
  pool.fill(alice().params(), {80, 1}, rng);
  pool.fill(alice().n(), 1, rng);
  EXPECT_EQ(pool.blindings(bob().params(), 80), 0U);
  EXPECT_EQ(pool.blindings(alice().params(), 81), 0U);
  EXPECT_EQ(pool.nonces(bob().n()), 0U);
  EXPECT_FALSE(pool.blinding(bob().params(), 80, rng).has_power);
  EXPECT_FALSE(pool.blinding(alice().params(), 81, rng).has_power);
  EXPECT_FALSE(pool.nonce(bob().n(), rng).has_power);
  pool.clear();
  EXPECT_FALSE(pool.blinding(alice().params(), 80, rng).has_power);
  EXPECT_FALSE(pool.nonce(alice().n(), rng).has_power);
}

/// A pool that counts how often it had nothing.
class Watched : public Randomness {
 public:
  explicit Watched(std::shared_ptr<Randomness> pool) : pool_(std::move(pool)) {}
  paillier::Nonce nonce(const paillier::PublicKey& key, Rng& rng) override {
    return watch(pool_->nonce(key, rng), nonces_drawn);
  }
  pedersen::Blinding blinding(const pedersen::Params& params, std::size_t slack, Rng& rng) override {
    return watch(pool_->blinding(params, slack, rng), blindings_drawn);
  }

  std::size_t nonces_drawn = 0;
  std::size_t blindings_drawn = 0;

 private:
  template <class Item>
  Item watch(Item item, std::size_t& drawn) {
    drawn += item.has_power ? 0 : 1;
    return item;
  }
  std::shared_ptr<Randomness> pool_;
};

TEST(PresignPool, has_all_that_a_session_takes_and_nothing_more) {
  SeededRng rng(as_bytes("session"));
  const auto shares = fixtures::toy_key(rng);
  for (const std::size_t count : {1U, 3U}) {
    std::vector<protocol::PresignPool> pools;
    std::vector<std::shared_ptr<Watched>> watched;
    fixtures::RandomnessOf randomness;
    for (const auto& share : shares) {
      pools.emplace_back(share);
      ASSERT_FALSE(pools.back().fill({1, 2}, count, 2, rng));
      watched.push_back(std::make_shared<Watched>(pools.back().randomness()));
      randomness[share->index] = watched.back();
    }
    for (const std::size_t left : {1U, 0U}) {
      EXPECT_EQ(fixtures::presign(shares, rng, {}, count, randomness).size(), 2 * count);
      for (const auto& pool : pools) EXPECT_EQ(*pool.sessions({1, 2}, count), left);
      for (const auto& one : watched) EXPECT_EQ(one->nonces_drawn + one->blindings_drawn, 0U);
    }
    EXPECT_EQ(fixtures::presign(shares, rng, {}, count, randomness).size(), 2 * count);
    for (const auto& one : watched) {
      EXPECT_EQ(one->nonces_drawn, 3 * (2 * count + 1));
      EXPECT_EQ(one->blindings_drawn, 6 * count + 3);
    }
  }
}

TEST(PresignPool, is_filled_up_to_what_sessions_take) {
  SeededRng rng(as_bytes("filled up"));
  const auto shares = fixtures::toy_key(rng);
  protocol::PresignPool pool(shares[0]);
  ASSERT_FALSE(pool.fill({1, 2}, 1, 2, rng));
  const protocol::AuxEntry& theirs = shares[0]->aux.record.entry(2);
  const std::size_t sigma = shares[0]->record.profile->sigma;
  const std::size_t blindings = pool.randomness()->blindings(theirs.pedersen, sigma);
  // Sessions in a grid take the nonces, and few of the blindings.
  while (*pool.sessions({1, 2}, 1) > 0) (void)pool.randomness()->nonce(theirs.paillier, rng);
  ASSERT_FALSE(pool.fill({1, 2}, 1, 2, rng));
  EXPECT_EQ(*pool.sessions({1, 2}, 1), 2U);
  EXPECT_EQ(pool.randomness()->blindings(theirs.pedersen, sigma), blindings);
}

}  // namespace
}  // namespace mpc::proofs
