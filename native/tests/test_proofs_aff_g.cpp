// aff-g: honest operations verify up to the ends of both ranges; everything else is rejected.
#include "proofs/aff_g.h"

#include "arith/number_theory.h"
#include "arith/sample.h"
#include "tests/support/proof_case.h"

namespace mpc::proofs {
namespace {

using fixtures::alice;
using fixtures::bob;
using fixtures::evaluate;

/// The statement of the reference: Alice operates on what Bob encrypted.
struct Instance {
  Secret<Int> x, y;
  Secret<Nat> rho, rho_y;
  aff_g::Statement statement;

  Instance(const Int& factor, const Int& summand)
      : x(factor), y(summand), statement{{bob().n(), alice().n(), {}, {}}, {}, {}} {
    SeededRng rng(as_bytes("aff-g statement"));
    const paillier::PublicKey& n0 = bob().n();
    rho = sample_unit(rng, n0.n());
    rho_y = sample_unit(rng, alice().n().n());
    statement.c = evaluate(n0.encryption(Secret(Int::of(777)), sample_unit(rng, n0.n())));
    Product d(n0.square_ring());
    d.power_var(statement.c, factor).nth_power_var(rho.expose()).times_var(n0.plaintext_factor_var(summand));
    statement.d = evaluate(d);
    statement.yc = evaluate(alice().n().encryption(y, rho_y));
    statement.x = curve::mul_base_var(curve::scalar_from(factor));
  }

  /// The prover makes D and Yc itself: they must be those of the statement.
  aff_g::Proof prove(const Context& context, Rng& rng) const {
    Batch batch;
    aff_g::Outcome out =
        batch.run(aff_g::operate_and_prove(batch, context, statement, {x, y, rho, rho_y}, bob().params(), rng));
    EXPECT_TRUE(equal_var(out.d, statement.d) && equal_var(out.yc, statement.yc));
    return std::move(out.proof);
  }
};

Case<aff_g::Proof> aff_g_case(const Instance& instance, const aff_g::Statement& verified,
                              const pedersen::Params& verifier) {
  return {"aff-g", [&instance](const Context& c, Rng& rng) { return instance.prove(c, rng); },
          [verified, verifier](const Context& c, const aff_g::Proof& proof) {
            Batch batch;
            return batch.run(aff_g::verify_var(batch, c, verified, proof, verifier));
          },
          [](const aff_g::Proof& proof, transcript::Writer& out, const Profile& p) { proof.encode(out, p); },
          [verified, verifier](transcript::Reader& in, const Profile& p) {
            return aff_g::Proof::decode(in, p, verified.n0, verified.n1, verifier);
          }};
}

const Instance& instance() {
  static const Instance out(Int::of(12345), Int::of(-67890));
  return out;
}

Case<aff_g::Proof> aff_g_case() { return aff_g_case(instance(), instance().statement, bob().params()); }

TEST(AffG, honest_proofs_verify) {
  expect_complete(aff_g_case(), "8f8fa63e29bfc2f7c6d7e7adc6442c93d2634910fd4603387dc3803f9b341ae6");
  expect_complete_with_s128_challenges(aff_g_case());
}

TEST(AffG, the_operation_is_affine) {
  const auto parts = modexp::run(bob().key.decryption(instance().statement.d));
  const Int plaintext = bob().key.plaintext(parts[0], parts[1]).expose();
  EXPECT_FALSE(is_negative_var(plaintext));
  EXPECT_TRUE(equal_var(plaintext.magnitude(), Nat::of(777 * 12345 - 67890)));
}

TEST(AffG, is_complete_at_the_ends_of_both_ranges) {
  const Nat x_end = Nat::power_of_two(toy.l);
  const Nat y_end = Nat::power_of_two(toy.lp);
  const std::vector<std::pair<Int, Int>> ends = {{Int(x_end), Int(y_end)},
                                                 {Int(all_ones, x_end), Int(all_ones, y_end)},
                                                 {Int(x_end), Int(all_ones, y_end)},
                                                 {Int::of(1), Int()},
                                                 {Int::of(-1), Int::of(1)}};
  for (const auto& [x, y] : ends) {
    const Instance end(x, y);
    const auto subject = aff_g_case(end, end.statement, bob().params());
    EXPECT_EQ(subject.verdict(subject.honest()), "");
  }
}

TEST(AffG, proofs_with_tables_are_the_same_bytes) {
  pedersen::Params tables = bob().params();
  tables.use_tables({.s = 700, .t = 1400});
  SeededRng rng(as_bytes("aff-g"));
  const Instance& i = instance();
  Batch batch;
  const aff_g::Outcome out = batch.run(
      aff_g::operate_and_prove(batch, fixtures::toy_context(), i.statement, {i.x, i.y, i.rho, i.rho_y}, tables, rng));
  EXPECT_EQ(aff_g_case().encode(out.proof), aff_g_case().encode(aff_g_case().honest()));
  EXPECT_EQ(aff_g_case(i, i.statement, tables).verdict(out.proof), "");
}

TEST(AffG, a_zero_factor_is_rejected) {
  const Instance zero(Int(), Int::of(5));
  const auto subject = aff_g_case(zero, zero.statement, bob().params());
  EXPECT_EQ(subject.verdict(subject.honest()), "X: identity");
}

TEST(AffG, another_context_is_rejected) { expect_bound_to_context(aff_g_case()); }

TEST(AffG, every_changed_field_is_rejected) {
  expect_rejected<aff_g::Proof>(aff_g_case(),
                                {{"Bx: equation", [](auto& proof) { proof.cap_a = plus_one(proof.cap_a); }},
                                 {"Bx: equation", [](auto& proof) { proof.cap_bx = plus_one(proof.cap_bx); }},
                                 {"Bx: equation", [](auto& proof) { proof.cap_by = plus_one(proof.cap_by); }},
                                 {"Bx: equation", [](auto& proof) { proof.cap_e = plus_one(proof.cap_e); }},
                                 {"Bx: equation", [](auto& proof) { proof.cap_s = plus_one(proof.cap_s); }},
                                 {"Bx: equation", [](auto& proof) { proof.cap_f = plus_one(proof.cap_f); }},
                                 {"Bx: equation", [](auto& proof) { proof.cap_t = plus_one(proof.cap_t); }},
                                 {"Bx: equation", [](auto& proof) { proof.z1 = plus_one(proof.z1); }},
                                 {"A: equation", [](auto& proof) { proof.z2 = plus_one(proof.z2); }},
                                 {"E: equation", [](auto& proof) { proof.z3 = plus_one(proof.z3); }},
                                 {"F: equation", [](auto& proof) { proof.z4 = plus_one(proof.z4); }},
                                 {"A: equation", [](auto& proof) { proof.w = plus_one(proof.w); }},
                                 {"By: equation", [](auto& proof) { proof.w_y = plus_one(proof.w_y); }}});
}

TEST(AffG, a_first_message_that_is_no_unit_is_rejected) {
  const Nat& nh = bob().params().nh();
  const Nat hat_p = bob().trapdoor.p().expose();
  const Nat p0 = bob().key.p().expose();
  const Nat p1 = alice().key.p().expose();
  const Nat zero = Nat::of(0);
  expect_rejected<aff_g::Proof>(aff_g_case(),
                                {{"A: not a unit", [&](auto& proof) { proof.cap_a = zero; }},
                                 {"A: not a unit", [&](auto& proof) { proof.cap_a = p0; }},
                                 {"A: not a unit", [&](auto& proof) { proof.cap_a = bob().n().n_squared(); }},
                                 {"By: not a unit", [&](auto& proof) { proof.cap_by = zero; }},
                                 {"By: not a unit", [&](auto& proof) { proof.cap_by = p1; }},
                                 {"By: not a unit", [&](auto& proof) { proof.cap_by = alice().n().n(); }},
                                 {"E: not a unit", [&](auto& proof) { proof.cap_e = zero; }},
                                 {"S: not a unit", [&](auto& proof) { proof.cap_s = nh; }},
                                 {"F: not a unit", [&](auto& proof) { proof.cap_f = hat_p; }},
                                 {"T: not a unit", [&](auto& proof) { proof.cap_t = zero; }}});
}

TEST(AffG, a_nonce_response_that_is_no_unit_is_rejected) {
  const Nat zero = Nat::of(0);
  expect_rejected<aff_g::Proof>(
      aff_g_case(), {{"w: not a unit", [&](auto& proof) { proof.w = zero; }},
                     {"w: not a unit", [&](auto& proof) { proof.w = bob().key.q().expose(); }},
                     {"w: not a unit", [&](auto& proof) { proof.w = add(proof.w, bob().n().n()); }},
                     {"w_y: not a unit", [&](auto& proof) { proof.w_y = zero; }},
                     {"w_y: not a unit", [&](auto& proof) { proof.w_y = alice().key.q().expose(); }},
                     {"w_y: not a unit", [&](auto& proof) { proof.w_y = add(proof.w_y, alice().n().n()); }}});
}

TEST(AffG, a_response_at_its_bound_is_out_of_range) {
  const Nat z1_bound = Nat::power_of_two(320);
  const Nat z2_bound = Nat::power_of_two(672);
  const Nat z1_largest = sub(z1_bound, Nat::of(1));
  const Nat z2_largest = sub(z2_bound, Nat::of(1));
  expect_rejected<aff_g::Proof>(aff_g_case(),
                                {{"z1: out of range", [&](auto& proof) { proof.z1 = Int(z1_bound); }},
                                 {"z1: out of range", [&](auto& proof) { proof.z1 = Int(all_ones, z1_bound); }},
                                 {"Bx: equation", [&](auto& proof) { proof.z1 = Int(z1_largest); }},
                                 {"Bx: equation", [&](auto& proof) { proof.z1 = Int(all_ones, z1_largest); }},
                                 {"z2: out of range", [&](auto& proof) { proof.z2 = Int(z2_bound); }},
                                 {"z2: out of range", [&](auto& proof) { proof.z2 = Int(all_ones, z2_bound); }},
                                 {"A: equation", [&](auto& proof) { proof.z2 = Int(z2_largest); }},
                                 {"A: equation", [&](auto& proof) { proof.z2 = Int(all_ones, z2_largest); }}});
}

TEST(AffG, other_statements_are_rejected) {
  const aff_g::Proof proof = aff_g_case().honest();
  const std::vector<std::function<void(aff_g::Statement&)>> changes = {
      [](auto& st) { st.n0 = alice().n(); },     [](auto& st) { st.n1 = bob().n(); },
      [](auto& st) { std::swap(st.n0, st.n1); }, [](auto& st) { st.c = plus_one(st.c); },
      [](auto& st) { st.d = plus_one(st.d); },   [](auto& st) { st.yc = plus_one(st.yc); },
      [](auto& st) { st.x = plus_one(st.x); },   [](auto& st) { std::swap(st.c, st.d); },
      [](auto& st) { std::swap(st.d, st.yc); },  [](auto& st) { std::swap(st.c, st.yc); },
  };
  for (const auto& change : changes) {
    aff_g::Statement st = instance().statement;
    change(st);
    EXPECT_NE(aff_g_case(instance(), st, bob().params()).verdict(proof), "");
  }
  EXPECT_NE(aff_g_case(instance(), instance().statement, alice().params()).verdict(proof), "");
}

TEST(AffG, a_statement_that_is_no_unit_is_rejected) {
  const std::vector<std::pair<const char*, std::function<void(aff_g::Statement&)>>> changes = {
      {"C: not a unit", [](auto& st) { st.c = Nat::of(0); }},
      {"C: not a unit", [](auto& st) { st.c = bob().key.q().expose(); }},
      {"D: not a unit", [](auto& st) { st.d = add(st.d, bob().n().n_squared()); }},
      {"D: not a unit", [](auto& st) { st.d = bob().n().n(); }},
      {"Yc: not a unit", [](auto& st) { st.yc = alice().key.p().expose(); }},
      {"X: identity", [](auto& st) { st.x = Point(); }},
  };
  const aff_g::Proof proof = aff_g_case().honest();
  for (const auto& [verdict, change] : changes) {
    aff_g::Statement st = instance().statement;
    change(st);
    EXPECT_EQ(aff_g_case(instance(), st, bob().params()).verdict(proof), verdict);
  }
}

TEST(AffG, a_false_statement_is_rejected) {
  // Proven as it stands: X is not x G.
  Instance wrong(Int::of(12345), Int::of(-67890));
  wrong.statement.x = plus_one(wrong.statement.x);
  const auto subject = aff_g_case(wrong, wrong.statement, bob().params());
  EXPECT_EQ(subject.verdict(subject.honest()), "Bx: equation");
}

TEST(AffG, encoding_is_strict) {
  expect_strict_encoding(aff_g_case());
  const auto with = [](std::ptrdiff_t at, ByteView field) { return decoding_with(aff_g_case(), at, field); };
  const Bytes nh = bob().params().nh().to_bytes(128);
  EXPECT_EQ(with(0, bob().n().n_squared().to_bytes(256)), "aff-g.A: out of range");
  EXPECT_EQ(with(256, Bytes(33, 0)), "aff-g.Bx: not canonical");
  EXPECT_EQ(with(289, alice().n().n_squared().to_bytes(256)), "aff-g.By: out of range");
  EXPECT_EQ(with(545, nh), "aff-g.E: out of range");
  EXPECT_EQ(with(673, nh), "aff-g.S: out of range");
  EXPECT_EQ(with(801, nh), "aff-g.F: out of range");
  EXPECT_EQ(with(929, nh), "aff-g.T: out of range");
  EXPECT_EQ(with(1057, Bytes{2}), "aff-g.z1: not canonical");
  EXPECT_EQ(with(1098, Bytes{2}), "aff-g.z2: not canonical");
  Bytes minus_zero(85);
  minus_zero[0] = 1;
  EXPECT_EQ(with(1098, minus_zero), "aff-g.z2: not canonical");
  EXPECT_EQ(with(1183, Bytes{0xff}), "aff-g.z3: not canonical");
  EXPECT_EQ(with(1352, Bytes{0xff}), "aff-g.z4: not canonical");
  EXPECT_EQ(with(-256, bob().n().n().to_bytes(128)), "aff-g.w: out of range");
  EXPECT_EQ(with(-128, alice().n().n().to_bytes(128)), "aff-g.w_y: out of range");
}

}  // namespace
}  // namespace mpc::proofs
