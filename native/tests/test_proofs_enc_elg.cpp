// enc-elg: honest ciphertexts verify up to the ends of the range; everything else is rejected.
#include "proofs/enc_elg.h"

#include "arith/number_theory.h"
#include "arith/sample.h"
#include "tests/support/proof_case.h"

namespace mpc::proofs {
namespace {

using fixtures::alice;
using fixtures::bob;

/// The statement of the reference.
struct Instance {
  Secret<Int> x;
  Secret<Scalar> b;
  Secret<Nat> rho;
  enc_elg::Statement statement;

  explicit Instance(const Int& plaintext) : x(plaintext), statement{alice().n(), {}, {}, {}, {}} {
    SeededRng rng(as_bytes("enc-elg statement"));
    statement.a = curve::mul_base(curve::sample_nonzero_scalar(rng)).expose();
    b = curve::sample_nonzero_scalar(rng);
    rho = sample_unit(rng, alice().n().n());
    statement.c = fixtures::evaluate(alice().n().encryption(x, rho));
    statement.b = curve::mul_base(b).expose();
    statement.x = curve::linear_var(curve::scalar_from(x.expose()), b.expose(), statement.a);
  }
};

Case<enc_elg::Proof> enc_elg_case(const Instance& instance, const enc_elg::Statement& verified,
                                  const pedersen::Params& verifier) {
  return {"enc-elg",
          [&instance](const Context& c, Rng& rng) {
            Batch batch;
            return batch.run(enc_elg::prove(batch, c, instance.statement, {instance.x, instance.rho, instance.b},
                                            bob().params(), rng));
          },
          [verified, verifier](const Context& c, const enc_elg::Proof& proof) {
            Batch batch;
            return batch.run(enc_elg::verify_var(batch, c, verified, proof, verifier));
          },
          [](const enc_elg::Proof& proof, transcript::Writer& out, const Profile& p) { proof.encode(out, p); },
          [verified, verifier](transcript::Reader& in, const Profile& p) {
            return enc_elg::Proof::decode(in, p, verified.n0, verifier);
          }};
}

const Instance& instance() {
  static const Instance out(Int::of(12345));
  return out;
}

Case<enc_elg::Proof> enc_elg_case() { return enc_elg_case(instance(), instance().statement, bob().params()); }

TEST(EncElg, honest_proofs_verify) {
  expect_complete(enc_elg_case(), "92664104ec3121b3a40d94af4735fdf321f1f23fb9abf570b2370f10c57c0573");
  expect_complete_with_s128_challenges(enc_elg_case());
}

TEST(EncElg, is_complete_at_the_ends_of_the_range) {
  for (const Int& x : {Int(), Int(Nat::power_of_two(256)), Int(all_ones, Nat::power_of_two(256))}) {
    const Instance end(x);
    const auto subject = enc_elg_case(end, end.statement, bob().params());
    EXPECT_EQ(subject.verdict(subject.honest()), "");
  }
}

TEST(EncElg, another_context_is_rejected) { expect_bound_to_context(enc_elg_case()); }

TEST(EncElg, every_changed_field_is_rejected) {
  const Nat& nh = bob().params().nh();
  const Nat p = alice().key.p().expose();
  expect_rejected<enc_elg::Proof>(enc_elg_case(),
                                  {{"Y: equation", [](auto& proof) { proof.cap_s = plus_one(proof.cap_s); }},
                                   {"Y: equation", [](auto& proof) { proof.cap_t = plus_one(proof.cap_t); }},
                                   {"Y: equation", [](auto& proof) { proof.cap_d = plus_one(proof.cap_d); }},
                                   {"Y: equation", [](auto& proof) { proof.cap_y = plus_one(proof.cap_y); }},
                                   {"Y: equation", [](auto& proof) { proof.cap_z = plus_one(proof.cap_z); }},
                                   {"Y: equation", [](auto& proof) { proof.z1 = plus_one(proof.z1); }},
                                   {"D: equation", [](auto& proof) { proof.z2 = plus_one(proof.z2); }},
                                   {"T: equation", [](auto& proof) { proof.z3 = plus_one(proof.z3); }},
                                   {"Y: equation", [](auto& proof) { proof.w = plus_one(proof.w); }},
                                   {"S: not a unit", [](auto& proof) { proof.cap_s = Nat::of(0); }},
                                   {"T: not a unit", [&](auto& proof) { proof.cap_t = nh; }},
                                   {"D: not a unit", [&](auto& proof) { proof.cap_d = p; }},
                                   {"z2: not a unit", [&](auto& proof) { proof.z2 = p; }},
                                   {"z2: not a unit", [](auto& proof) { proof.z2 = add(proof.z2, alice().n().n()); }}});
}

TEST(EncElg, a_response_at_its_bound_is_out_of_range) {
  const Nat bound = Nat::power_of_two(320);
  const Nat largest = sub(bound, Nat::of(1));
  expect_rejected<enc_elg::Proof>(enc_elg_case(),
                                  {{"z1: out of range", [&](auto& proof) { proof.z1 = Int(bound); }},
                                   {"z1: out of range", [&](auto& proof) { proof.z1 = Int(all_ones, bound); }},
                                   {"Y: equation", [&](auto& proof) { proof.z1 = Int(largest); }},
                                   {"Y: equation", [&](auto& proof) { proof.z1 = Int(all_ones, largest); }}});
}

TEST(EncElg, other_statements_are_rejected) {
  const enc_elg::Proof proof = enc_elg_case().honest();
  const std::vector<std::function<void(enc_elg::Statement&)>> changes = {
      [](auto& st) { st.n0 = bob().n(); },
      [](auto& st) { st.c = plus_one(st.c); },
      [](auto& st) { st.c = alice().key.q().expose(); },
      [](auto& st) { st.a = plus_one(st.a); },
      [](auto& st) { st.b = plus_one(st.b); },
      [](auto& st) { st.x = plus_one(st.x); },
  };
  for (const auto& change : changes) {
    enc_elg::Statement st = instance().statement;
    change(st);
    EXPECT_NE(enc_elg_case(instance(), st, bob().params()).verdict(proof), "");
  }
  EXPECT_NE(enc_elg_case(instance(), instance().statement, alice().params()).verdict(proof), "");
}

TEST(EncElg, a_false_statement_is_rejected) {
  // Proven as it stands: the equation that speaks of the changed element fails.
  const std::vector<std::pair<const char*, std::function<void(Instance&)>>> changes = {
      {"D: equation",
       [](auto& i) {
         i.statement.c = mod_var(mul(i.statement.c, plus_one(alice().n().n())), alice().n().n_squared());
       }},
      {"Y: equation", [](auto& i) { i.statement.x = plus_one(i.statement.x); }},
      {"Z: equation", [](auto& i) { i.statement.b = plus_one(i.statement.b); }},
  };
  for (const auto& [verdict, change] : changes) {
    Instance wrong(Int::of(12345));
    change(wrong);
    const auto subject = enc_elg_case(wrong, wrong.statement, bob().params());
    EXPECT_EQ(subject.verdict(subject.honest()), verdict);
  }
}

TEST(EncElg, encoding_is_strict) {
  expect_strict_encoding(enc_elg_case());
  EXPECT_EQ(decoding_with(enc_elg_case(), 0, bob().params().nh().to_bytes(128)), "enc-elg.S: out of range");
  EXPECT_EQ(decoding_with(enc_elg_case(), 256, Bytes(256, 0xff)), "enc-elg.D: out of range");
  EXPECT_EQ(decoding_with(enc_elg_case(), 512, Bytes(33, 0)), "enc-elg.Y: not canonical");
  EXPECT_EQ(decoding_with(enc_elg_case(), 578, Bytes{2}), "enc-elg.z1: not canonical");
  EXPECT_EQ(decoding_with(enc_elg_case(), -32, Bytes(32, 0xff)), "enc-elg.w: out of range");
}

}  // namespace
}  // namespace mpc::proofs
