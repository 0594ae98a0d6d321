// fac: honest moduli verify for their verifier; others, and unbalanced ones, do not.
#include "proofs/fac.h"

#include "arith/number_theory.h"
#include "tests/support/proof_case.h"

namespace mpc::proofs {
namespace {

using fixtures::alice;
using fixtures::bob;

Case<fac::Proof> fac_case(const paillier::SecretKey& key, const paillier::PublicKey& n0,
                          const pedersen::Params& verifier) {
  return {"fac",
          [&key](const Context& c, Rng& rng) {
            Batch batch;
            return batch.run(fac::prove(batch, c, key, bob().params(), rng));
          },
          [n0, verifier](const Context& c, const fac::Proof& proof) {
            Batch batch;
            return batch.run(fac::verify_var(batch, c, n0, proof, verifier));
          },
          [](const fac::Proof& proof, transcript::Writer& out, const Profile& p) { proof.encode(out, p); },
          [verifier](transcript::Reader& in, const Profile& p) { return fac::Proof::decode(in, p, verifier); }};
}

Case<fac::Proof> fac_case() { return fac_case(alice().key, alice().n(), bob().params()); }

TEST(Fac, honest_proofs_verify) {
  expect_complete(fac_case(), "9462ab40ccf45b6ce60c304836c413c58b842e0c5f7ddf48d29bdd7a7e4bdcd6");
  expect_complete_with_s128_challenges(fac_case());
}

TEST(Fac, tables_make_no_difference) {
  pedersen::Params verifier = bob().params();
  verifier.use_tables({.s = 2048, .t = 2500});
  const Case<fac::Proof> subject = fac_case();
  SeededRng rng(as_bytes("fac"));
  Batch batch;
  const fac::Proof proof = batch.run(fac::prove(batch, fixtures::toy_context(), alice().key, verifier, rng));
  EXPECT_EQ(subject.encode(proof), subject.encode(subject.honest()));
  EXPECT_EQ(fac_case(alice().key, alice().n(), verifier).verdict(proof), "");
}

TEST(Fac, another_context_is_rejected) { expect_bound_to_context(fac_case()); }

TEST(Fac, every_changed_field_is_rejected) {
  const Nat& nh = bob().params().nh();
  expect_rejected<fac::Proof>(fac_case(),
                              {{"A: equation", [](auto& proof) { proof.cap_p = plus_one(proof.cap_p); }},
                               {"A: equation", [](auto& proof) { proof.cap_q = plus_one(proof.cap_q); }},
                               {"A: equation", [](auto& proof) { proof.cap_a = plus_one(proof.cap_a); }},
                               {"A: equation", [](auto& proof) { proof.cap_b = plus_one(proof.cap_b); }},
                               {"A: equation", [](auto& proof) { proof.cap_t = plus_one(proof.cap_t); }},
                               {"A: equation", [](auto& proof) { proof.z1 = plus_one(proof.z1); }},
                               {"B: equation", [](auto& proof) { proof.z2 = plus_one(proof.z2); }},
                               {"A: equation", [](auto& proof) { proof.w1 = plus_one(proof.w1); }},
                               {"B: equation", [](auto& proof) { proof.w2 = plus_one(proof.w2); }},
                               {"T: equation", [](auto& proof) { proof.v = plus_one(proof.v); }},
                               {"P: not a unit", [](auto& proof) { proof.cap_p = Nat::of(0); }},
                               {"Q: not a unit", [&](auto& proof) { proof.cap_q = add(proof.cap_q, nh); }},
                               {"A: not a unit", [](auto& proof) { proof.cap_a = bob().trapdoor.p().expose(); }},
                               {"B: not a unit", [&](auto& proof) { proof.cap_b = nh; }},
                               {"T: not a unit", [](auto& proof) { proof.cap_t = bob().trapdoor.q().expose(); }}});
}

TEST(Fac, responses_at_their_bound_are_out_of_range) {
  const Nat bound = shift_left(sqrt_var(alice().n().n()), toy.l + toy.eps);
  const Nat largest = sub(bound, Nat::of(1));
  expect_rejected<fac::Proof>(fac_case(), {{"z1: out of range", [&](auto& proof) { proof.z1 = Int(bound); }},
                                           {"z1: out of range", [&](auto& proof) { proof.z1 = Int(all_ones, bound); }},
                                           {"z2: out of range", [&](auto& proof) { proof.z2 = Int(bound); }},
                                           {"z2: out of range", [&](auto& proof) { proof.z2 = Int(all_ones, bound); }},
                                           {"A: equation", [&](auto& proof) { proof.z1 = Int(all_ones, largest); }},
                                           {"B: equation", [&](auto& proof) { proof.z2 = Int(largest); }}});
}

TEST(Fac, another_modulus_or_verifier_is_rejected) {
  const fac::Proof proof = fac_case().honest();
  EXPECT_EQ(fac_case(alice().key, bob().n(), bob().params()).verdict(proof), "A: equation");
  EXPECT_NE(fac_case(alice().key, alice().n(), alice().params()).verdict(proof), "");
  // s and t exchanged: the same Nh, so membership and ranges do not see it.
  const pedersen::Params& own = bob().params();
  const auto exchanged = pedersen::Params::from_public(own.nh(), own.t(), own.s(), 1024);
  EXPECT_EQ(fac_case(alice().key, alice().n(), *exchanged).verdict(proof), "A: equation");
}

/// A prover that keeps no secrets and never starts again.
fac::Proof prove_openly(const Nat& p, const Nat& q) {
  const pedersen::Params& v = bob().params();
  const Int alpha = Int::of(2), beta = Int::of(3), mu = Int::of(5), nu = Int::of(7), r = Int::of(11), x = Int::of(13),
            y = Int::of(17);
  const Int t_exponent = add(mul(nu, alpha), r);
  const std::vector<Product> jobs = {v.commit_var(Int(p), mu), v.commit_var(Int(q), nu), v.commit_var(alpha, x),
                                     v.commit_var(beta, y), v.commit_var(mul(Int(q), alpha), t_exponent)};
  const std::vector<Secret<Nat>> residues = modexp::run(jobs);
  fac::Proof proof;
  Encoder t = open_transcript(fixtures::toy_context(), "fac");
  absorb(t, v);
  t.nat(mul(p, q), 128);
  Nat* const commitments[] = {&proof.cap_p, &proof.cap_q, &proof.cap_a, &proof.cap_b, &proof.cap_t};
  for (std::size_t i = 0; i < 5; ++i) {
    *commitments[i] = residues[i].expose();
    t.nat(*commitments[i], 128);
  }
  Xof xof(t);
  const Int e = fac_challenge(xof, toy);
  proof.z1 = add(alpha, mul(e, Int(p)));
  proof.z2 = add(beta, mul(e, Int(q)));
  proof.w1 = add(x, mul(e, mu));
  proof.w2 = add(y, mul(e, nu));
  proof.v = sub(r, mul(e, mul(nu, Int(p))));
  return proof;
}

TEST(Fac, a_small_factor_shows_in_the_range) {
  // 64 and 960 bits: all equations hold, but e q is longer than any z2 may be.
  const Nat small = Nat::constant("0xd8c7feeb1f6009ef");
  const Nat large = Nat::constant(
      "0xfab09e5d360be133adbf371fa8fe21bcea86afb8136d808a65ceae4887289f3c674042e86c308e270f95ced1c39bbe20d7e7c7e3e5fa3c"
      "f2"
      "009e71e1ead89ce8c889c854b28d1127b9bf1c76a6e83d837f5a02ab6d9c844cde463d4ce3b85de0ca5900d6171cec4d413b5e2e9f6859c6"
      "7cdd394883e0f667");
  const auto n0 = paillier::PublicKey::from_modulus(mul(small, large), 1024);
  ASSERT_TRUE(n0);
  EXPECT_EQ(fac_case(alice().key, *n0, bob().params()).verdict(prove_openly(small, large)), "z2: out of range");
  EXPECT_EQ(fac_case(alice().key, *n0, bob().params()).verdict(prove_openly(large, small)), "z1: out of range");
  EXPECT_EQ(fac_case().verdict(prove_openly(alice().key.p().expose(), alice().key.q().expose())), "");
}

TEST(Fac, encoding_is_strict) {
  expect_strict_encoding(fac_case());
  EXPECT_EQ(decoding_with(fac_case(), 128, bob().params().nh().to_bytes(128)), "fac.Q: out of range");
  EXPECT_EQ(decoding_with(fac_case(), 640, Bytes{2}), "fac.z1: not canonical");
  EXPECT_EQ(decoding_with(fac_case(), 640,
                          [] {
                            Bytes minus_zero(105);
                            minus_zero[0] = 1;
                            return minus_zero;
                          }()),
            "fac.z1: not canonical");
}

}  // namespace
}  // namespace mpc::proofs
