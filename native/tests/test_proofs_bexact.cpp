// bexact: honest values verify up to the ends of their range; what is out of it is refused, and so is every change.
// tests/test_cross_bexact.py compares the bytes with the twin's, and has the cheats.
#include "proofs/bexact.h"

#include "arith/number_theory.h"
#include "arith/sample.h"
#include "proofs/verify_batch.h"
#include "tests/support/proof_case.h"

namespace mpc::proofs {
namespace {

using fixtures::alice;
using fixtures::bob;

constexpr std::uint64_t upper = 0xffffffff;

bexact::Session session() {
  const Context c = fixtures::toy_context();
  return {&toy, c.ssid, c.round, c.prover, *c.verifier};
}

/// Bob's parameters with that many generators, all of them powers of t: the first of sixteen.
pedersen::Params setup(std::size_t generators) {
  static const pedersen::Params all = [] {
    SeededRng rng(as_bytes("generators"));
    std::vector<Secret<Nat>> lams;
    while (lams.size() + 1 < 16) lams.push_back(sample_below(rng, bob().params().nh()));
    return bob().trapdoor.with_generators(lams).params();
  }();
  return all.with_first_generators(generators);
}

/// Under the key of Bob, who collects.
struct Instance {
  std::vector<Secret<Int>> x;
  std::vector<Secret<Nat>> rho;
  bexact::Statement statement{bob().n(), toy.eps, {}, Nat::of(upper)};
  pedersen::Params verifier;

  explicit Instance(const std::vector<std::int64_t>& values) : verifier(setup(4 * values.size())) {
    SeededRng rng(as_bytes("bexact statement"));
    for (const std::int64_t value : values) {
      x.emplace_back(Int::of(value));
      rho.push_back(sample_unit(rng, statement.n.n()));
      statement.k.push_back(fixtures::evaluate(statement.n.encryption(x.back(), rho.back())));
    }
  }
  Result<std::vector<bexact::Value>> values(Rng& rng) const {
    std::vector<const Secret<Int>*> numbers;
    for (const Secret<Int>& value : x) numbers.push_back(&value);
    return bexact::with_squares_var(statement, numbers, rng);
  }
  bexact::Proof prove(Rng& rng) const {
    const auto found = values(rng);
    EXPECT_TRUE(found);
    bexact::Witness witness{*found, {}};
    for (const Secret<Nat>& value : rho) witness.rho.push_back(&value);
    proofs::FreshRandomness fresh;
    Batch batch;
    return batch.run(bexact::prove(batch, session(), statement, std::move(witness), verifier, fresh, rng));
  }
  bexact::Proof prove() const {
    SeededRng rng(as_bytes("bexact"));
    return prove(rng);
  }
  std::string verdict(const bexact::Proof& proof) const {
    Batch batch;
    return detail(batch.run(verify_var(batch, bexact::claim_var(session(), statement, proof, verifier))));
  }
};

TEST(Bexact, holds_up_to_the_ends_of_the_range) {
  for (const std::vector<std::int64_t>& values : {std::vector<std::int64_t>{0}, {upper}, {0, 1, 77, upper}}) {
    const Instance instance(values);
    EXPECT_EQ(instance.verdict(instance.prove()), "");
  }
}

TEST(Bexact, values_out_of_range_have_no_squares) {
  for (const std::int64_t bad : {std::int64_t{-1}, std::int64_t{upper + 1}, std::int64_t{1} << 40}) {
    SeededRng rng(as_bytes("bexact"));
    const auto found = Instance({5, bad}).values(rng);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().detail, "x: out of range");
  }
}

TEST(Bexact, a_batch_takes_proofs_of_several_sizes) {
  std::vector<Result<Claim>> claims;
  for (const std::vector<std::int64_t>& values : {std::vector<std::int64_t>{7}, {0, 1, 77, upper}, {5, 6}}) {
    const Instance instance(values);
    claims.push_back(bexact::claim_var(session(), instance.statement, instance.prove(), instance.verifier));
  }
  SeededRng weights(as_bytes("weights"));
  Batch batch;
  for (const Refusal& bad : verify_batch_var(batch, claims, weights)) EXPECT_EQ(detail(bad), "");
  claims[1]->commitments[0].x[15] = add(claims[1]->commitments[0].x[15], Int::of(1));
  const std::vector<Refusal> found = verify_batch_var(batch, claims, weights);
  EXPECT_EQ(detail(found[0]) + detail(found[1]) + detail(found[2]), "C: equation");
}

TEST(Bexact, round_trip_of_the_encoding) {
  const Instance instance({3, upper});
  const bexact::Shape shape = bexact::shape(toy, instance.statement);
  transcript::Writer out;
  instance.prove().encode(out, shape);
  const Bytes bytes = out.take();
  transcript::Reader in(bytes);
  const auto decoded = bexact::Proof::decode(in, shape, instance.statement.n, instance.verifier);
  ASSERT_FALSE(in.finish());
  EXPECT_EQ(instance.verdict(decoded), "");
}

TEST(Bexact, every_change_is_refused) {
  const Instance instance({3, upper});
  const bexact::Proof honest = instance.prove();
  const auto verdict = [&](auto change) {
    bexact::Proof proof = honest;
    change(proof);
    return instance.verdict(proof);
  };
  const auto plus_one = [](auto& value) { value = add(value, std::remove_cvref_t<decltype(value)>::of(1)); };
  EXPECT_EQ(verdict([&](auto& proof) { plus_one(proof.z_prime); }), "A: equation");
  EXPECT_EQ(verdict([&](auto& proof) { plus_one(proof.z_second); }), "C: equation");
  EXPECT_EQ(verdict([&](auto& proof) { plus_one(proof.tau); }), "T_0: equation");
  EXPECT_EQ(verdict([&](auto& proof) { plus_one(proof.z[0]); }), "A: equation");
  EXPECT_EQ(verdict([&](auto& proof) { plus_one(proof.z[1]); }), "C: equation");
  EXPECT_EQ(verdict([](auto& proof) { proof.z[7] = Int(Nat::power_of_two(33 + 64)); }), "z: out of range");
  EXPECT_EQ(verdict([](auto& proof) { proof.z.pop_back(); }), "z: count");
  EXPECT_EQ(verdict([](auto& proof) { proof.cap_t0 = Nat::of(0); }), "T_0: not a unit");
  EXPECT_EQ(verdict([](auto& proof) { proof.cap_s = bob().params().nh(); }), "S: not a unit");
  EXPECT_EQ(verdict([](auto& proof) { proof.cap_a = bob().key.p().expose(); }), "A: not a unit");
}

TEST(Bexact, statements_are_held_to_their_bounds) {
  const bexact::Proof proof = Instance({3}).prove();
  const auto verdict = [&](auto change) {
    Instance instance({3});
    change(instance);
    return instance.verdict(proof);
  };
  EXPECT_EQ(verdict([](auto& i) { i.verifier = setup(3); }), "s: count");
  EXPECT_EQ(verdict([](auto& i) { i.verifier = setup(8); }), "s: count");
  EXPECT_EQ(verdict([](auto& i) { i.statement.k.clear(); }), "K: count");
  EXPECT_EQ(verdict([](auto& i) { i.statement.k.resize(33, i.statement.k[0]); }), "K: count");
  EXPECT_EQ(verdict([](auto& i) { i.statement.k[0] = i.statement.n.n_squared(); }), "K: not a unit");
  EXPECT_EQ(verdict([](auto& i) { i.statement.upper = Nat::of(0); }), "U: out of range");
  EXPECT_EQ(verdict([](auto& i) { i.statement.upper = Nat::power_of_two(256); }), "U: out of range");
  EXPECT_EQ(verdict([](auto& i) { i.statement.eps = toy.kappa + 31; }), "eps: out of range");
}

/// A generator that makes the first mask alpha as large as it can be, so that its response is out of bounds.
class LargeMask final : public Rng {
 public:
  void fill(std::span<std::uint8_t> out) override {
    rng_.fill(out);
    // alpha + 2^97 is drawn in 99 bits.
    if (out.size() != 13 || seen_++ != 0) return;
    std::fill(out.begin(), out.end(), std::uint8_t{0});
    out[0] = 4;
  }
  std::unique_ptr<Rng> fork() override { std::abort(); }
  std::size_t seen() const { return seen_; }

 private:
  SeededRng rng_{as_bytes("large mask")};
  std::size_t seen_ = 0;
};

TEST(Bexact, a_response_out_of_bounds_is_followed_by_fresh_masks) {
  const Instance instance({7});
  LargeMask rng;
  EXPECT_EQ(instance.verdict(instance.prove(rng)), "");
  EXPECT_GE(rng.seen(), 8U);
}

}  // namespace
}  // namespace mpc::proofs
