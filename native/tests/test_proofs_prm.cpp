// prm: honest parameters verify; proofs for others, and parameters with s outside <t>, do not.
#include "proofs/prm.h"

#include "arith/number_theory.h"
#include "tests/support/proof_case.h"

namespace mpc::proofs {
namespace {

using fixtures::alice;
using fixtures::bob;
using pedersen::Params;

Case<prm::Proof> prm_case(const Params& verified = alice().params()) {
  return {"prm",
          [](const Context& c, Rng& rng) {
            Batch batch;
            return batch.run(prm::prove(batch, c, alice().trapdoor, rng));
          },
          [verified](const Context& c, const prm::Proof& proof) {
            Batch batch;
            return batch.run(prm::verify_var(batch, c, verified, proof));
          },
          [](const prm::Proof& proof, transcript::Writer& out, const Profile& p) { proof.encode(out, p); },
          [verified](transcript::Reader& in, const Profile& p) { return prm::Proof::decode(in, p, verified.nh()); }};
}

TEST(Prm, honest_proofs_verify) {
  expect_complete(prm_case(), "0f60d3b80202ac64b06523941ba42018a1e29114b34571d69583e3b7f10b7fda");
  expect_complete_with_s128_challenges(prm_case());
}

TEST(Prm, tables_make_no_difference) {
  const prm::Proof proof = prm_case().honest();
  Params params = alice().params();
  params.use_tables({.s = 64, .t = 64});  // too short for the responses
  EXPECT_EQ(prm_case(params).verdict(proof), "");
  params.use_tables({.s = 1024, .t = 1024});
  EXPECT_EQ(prm_case(params).verdict(proof), "");
}

TEST(Prm, another_context_is_rejected) { expect_bound_to_context(prm_case()); }

TEST(Prm, every_changed_field_is_rejected) {
  const Nat& nh = alice().params().nh();
  expect_rejected<prm::Proof>(prm_case(),
                              {{"bits: equation", [](auto& proof) { proof.bits[0] ^= 1; }},
                               {"bits: equation", [](auto& proof) { proof.bits[1] ^= 0x80; }},
                               {"bits: equation", [](auto& proof) { proof.z[0] = plus_one(proof.z[0]); }},
                               {"bits: equation", [](auto& proof) { proof.z[15] = plus_one(proof.z[15]); }},
                               {"z: out of range", [&](auto& proof) { proof.z[0] = nh; }},
                               {"z: out of range", [&](auto& proof) { proof.z[15] = add(proof.z[15], nh); }},
                               {"count", [](auto& proof) { proof.z.pop_back(); }},
                               {"count", [](auto& proof) { proof.bits.push_back(0); }},
                               {"count", [](auto& proof) { proof = {}; }}});
}

TEST(Prm, other_parameters_are_rejected) {
  const prm::Proof proof = prm_case().honest();
  const Params& own = alice().params();
  EXPECT_NE(prm_case(bob().params()).verdict(proof), "");
  const Nat st = mod_var(mul(own.s(), own.t()), own.nh());
  EXPECT_EQ(prm_case(*Params::from_public(own.nh(), st, own.t(), 1024)).verdict(proof), "bits: equation");
}

/// What a prover that knows lam sends for s = +-t^lam: first messages t^a_i, responses a_i + e_i lam.
prm::Proof prove_as_if_positive(const Params& params) {
  SeededRng rng(as_bytes("cheat"));
  const Nat& phi = alice().trapdoor.phi().expose();
  std::vector<Nat> a;
  Encoder t = open_transcript(fixtures::toy_context(), "prm");
  t.nat(params.nh(), 128).nat(params.s(), 128).nat(params.t(), 128);
  for (std::size_t i = 0; i < toy.m_prm; ++i) {
    a.push_back(sub(phi, Nat::of(1 + i)));
    t.nat(pow_var(params.t(), a.back(), params.nh()), 128);
  }
  prm::Proof proof;
  proof.bits = Xof(t).bits(toy.m_prm);
  for (std::size_t i = 0; i < toy.m_prm; ++i) {
    const Nat sum = transcript::bit(proof.bits, i) ? add(a[i], alice().trapdoor.lam().expose()) : a[i];
    proof.z.push_back(mod_var(sum, phi));
  }
  return proof;
}

TEST(Prm, minus_a_power_of_t_is_rejected) {
  // Nh = 1 mod 4, so the symbol of -s is that of s and the parameters pass for well formed.
  const Params& own = alice().params();
  const auto negated = Params::from_public(own.nh(), sub(own.nh(), own.s()), own.t(), 1024);
  ASSERT_TRUE(negated);
  EXPECT_EQ(prm_case().verdict(prove_as_if_positive(own)), "");
  EXPECT_EQ(prm_case(*negated).verdict(prove_as_if_positive(*negated)), "bits: equation");
}

TEST(Prm, malformed_parameters_never_reach_the_proof) {
  const Params& own = alice().params();
  const Nat& nh = own.nh();
  const auto refusal = [](const Nat& n, const Nat& s, const Nat& t) {
    const auto params = Params::from_public(n, s, t, 1024);
    return params ? "" : params.error().detail;
  };
  EXPECT_EQ(refusal(nh, own.s(), own.t()), "");
  EXPECT_EQ(refusal(plus_one(nh), own.s(), own.t()), "Nh: even");
  EXPECT_EQ(refusal(plus_one(shift_right(nh, 1)), own.s(), own.t()), "Nh: bit length");
  EXPECT_EQ(refusal(nh, Nat::of(0), own.t()), "s, t: not units");
  EXPECT_EQ(refusal(nh, own.s(), add(own.t(), nh)), "s, t: not units");
  EXPECT_EQ(refusal(nh, Nat::of(1), own.t()), "s, t: 1 or -1");
  EXPECT_EQ(refusal(nh, own.s(), sub(nh, Nat::of(1))), "s, t: 1 or -1");
  EXPECT_EQ(refusal(nh, own.t(), own.t()), "s, t: equal");
}

TEST(Prm, encoding_is_strict) {
  expect_strict_encoding(prm_case());
  EXPECT_EQ(decoding_with(prm_case(), -128, alice().params().nh().to_bytes(128)), "prm.z: out of range");
}

}  // namespace
}  // namespace mpc::proofs
