// sch and elog, the proofs on the curve; and the sizes of all proofs.
#include "proofs/elog.h"
#include "proofs/enc_elg.h"
#include "proofs/fac.h"
#include "proofs/mod.h"
#include "proofs/prm.h"
#include "proofs/sch.h"
#include "tests/support/proof_case.h"

namespace mpc::proofs {
namespace {

const Point& generator() { return Point::generator(); }
Point times_g(std::uint64_t k) { return curve::mul_base_var(Scalar::of(k)); }

Case<sch::Proof> sch_case(std::uint64_t x = 12345) {
  const Point cap_x = times_g(x);
  return {"sch", [=](const Context& c, Rng& rng) { return sch::prove(c, cap_x, Secret(Scalar::of(x)), rng); },
          [=](const Context& c, const sch::Proof& proof) { return sch::verify_var(c, cap_x, proof.cap_a, proof.z); },
          [](const sch::Proof& proof, transcript::Writer& out, const Profile&) { proof.encode(out); },
          [](transcript::Reader& in, const Profile&) { return sch::Proof::decode(in); }};
}

elog::Statement elog_statement(std::uint64_t y, std::uint64_t lam) {
  const Point x = times_g(5);
  const Point h = times_g(7);
  return {times_g(lam), curve::linear_var(Scalar::of(y), Scalar::of(lam), x), x, curve::mul_var(Scalar::of(y), h), h};
}

Case<elog::Proof> elog_case(std::uint64_t y = 12345, std::uint64_t lam = 67890) {
  const elog::Statement st = elog_statement(y, lam);
  return {"elog",
          [=](const Context& c, Rng& rng) {
            return elog::prove(c, st, {Secret(Scalar::of(y)), Secret(Scalar::of(lam))}, rng);
          },
          [=](const Context& c, const elog::Proof& proof) { return elog::verify_var(c, st, proof); },
          [](const elog::Proof& proof, transcript::Writer& out, const Profile&) { proof.encode(out); },
          [](transcript::Reader& in, const Profile&) { return elog::Proof::decode(in); }};
}

TEST(Sch, honest_proofs_verify) {
  expect_complete(sch_case(), "0d9552fbd1ed238c6fb4d381fbcc79ee3aef11deb296502060ec80f05c6ecd42");
  expect_complete_with_s128_challenges(sch_case());
}

TEST(Sch, a_response_of_a_committed_nonce_verifies) {
  SeededRng rng(as_bytes("nonce"));
  const Secret<Scalar> x = curve::sample_scalar(rng);
  const Point cap_x = curve::mul_base(x).expose();
  sch::Nonce nonce = sch::commit(rng);
  const Point cap_a = nonce.cap_a;
  const Scalar z = sch::respond(fixtures::toy_context(), cap_x, std::move(nonce), x);
  EXPECT_EQ(detail(sch::verify_var(fixtures::toy_context(), cap_x, cap_a, z)), "");
}

TEST(Sch, another_context_is_rejected) { expect_bound_to_context(sch_case()); }

TEST(Sch, every_changed_field_is_rejected) {
  expect_rejected<sch::Proof>(sch_case(), {{"A: equation", [](auto& p) { p.cap_a = plus_one(p.cap_a); }},
                                           {"A: equation", [](auto& p) { p.z = plus_one(p.z); }},
                                           {"A: identity", [](auto& p) { p.cap_a = Point(); }}});
}

TEST(Sch, other_statements_are_rejected) {
  const sch::Proof proof = sch_case().honest();
  EXPECT_EQ(sch_case(12346).verdict(proof), "A: equation");
  // x = 0
  EXPECT_EQ(sch_case(0).verdict(sch_case(0).honest()), "X: identity");
}

TEST(Sch, encoding_is_strict) {
  expect_strict_encoding(sch_case());
  EXPECT_EQ(decoding_with(sch_case(), -32, Bytes(32, 0xff)), "sch.z: out of range");
  EXPECT_EQ(decoding_with(sch_case(), 0, Bytes(33, 0)), "sch.A: not canonical");
}

TEST(Elog, honest_proofs_verify) {
  expect_complete(elog_case(), "5ef1172efad16d75b0dd8ab7a641cc7310545869a83f8ec4ed0d7cbae004af7a");
  expect_complete_with_s128_challenges(elog_case());
}

TEST(Elog, zero_lam_is_complete) {
  // L = O: sums may be O where nothing is transmitted.
  EXPECT_EQ(elog_case(5, 0).verdict(elog_case(5, 0).honest()), "");
}

TEST(Elog, another_context_is_rejected) { expect_bound_to_context(elog_case()); }

TEST(Elog, every_changed_field_is_rejected) {
  // Whatever is hashed moves the challenge, and so breaks the first equation already.
  expect_rejected<elog::Proof>(elog_case(), {{"A: equation", [](auto& p) { p.cap_a = plus_one(p.cap_a); }},
                                             {"A: equation", [](auto& p) { p.cap_n = plus_one(p.cap_n); }},
                                             {"A: equation", [](auto& p) { p.cap_b = plus_one(p.cap_b); }},
                                             {"A: equation", [](auto& p) { p.z = plus_one(p.z); }},
                                             {"N: equation", [](auto& p) { p.u = plus_one(p.u); }}});
}

TEST(Elog, a_false_statement_is_rejected) {
  // Proven as it stands, each element wrong in turn: the equation that speaks of it fails.
  const std::vector<std::pair<const char*, std::function<void(elog::Statement&)>>> changes = {
      {"A: equation", [](auto& st) { st.cap_l = plus_one(st.cap_l); }},
      {"N: equation", [](auto& st) { st.cap_m = plus_one(st.cap_m); }},
      {"N: equation", [](auto& st) { st.cap_x = plus_one(st.cap_x); }},
      {"B: equation", [](auto& st) { st.cap_y = plus_one(st.cap_y); }},
      {"B: equation", [](auto& st) { st.h = plus_one(st.h); }},
      {"Y: identity", [](auto& st) { st.cap_y = Point(); }},
  };
  for (const auto& [verdict, change] : changes) {
    elog::Statement st = elog_statement(12345, 67890);
    change(st);
    SeededRng rng(as_bytes("elog"));
    const elog::Proof proof =
        elog::prove(fixtures::toy_context(), st, {Secret(Scalar::of(12345)), Secret(Scalar::of(67890))}, rng);
    EXPECT_EQ(detail(elog::verify_var(fixtures::toy_context(), st, proof)), verdict);
  }
  elog::Statement st = elog_statement(12345, 67890);
  st.h = Point();
  EXPECT_EQ(detail(elog::verify_var(fixtures::toy_context(), st, elog_case().honest())), "h: identity");
}

TEST(Elog, encoding_is_strict) {
  expect_strict_encoding(elog_case());
  EXPECT_EQ(decoding_with(elog_case(), -32, Bytes(32, 0xff)), "elog.u: out of range");
  EXPECT_EQ(decoding_with(elog_case(), 33, Bytes(33, 0)), "elog.N: not canonical");
}

template <class Proof>
std::size_t s128_size(const Proof& proof) {
  transcript::Writer out;
  proof.encode(out, s128);
  return out.take().size();
}

TEST(Sizes, are_those_of_appendix_a) {
  const Nat one = Nat::of(1);
  const Int i = Int::of(1);
  transcript::Writer sch_out, elog_out;
  sch::Proof{generator(), Scalar()}.encode(sch_out);
  elog::Proof{generator(), generator(), generator(), Scalar(), Scalar()}.encode(elog_out);
  EXPECT_EQ(sch_out.take().size(), 65U);
  EXPECT_EQ(elog_out.take().size(), 163U);
  EXPECT_EQ(s128_size(enc_elg::Proof{one, one, one, generator(), generator(), i, one, i, Scalar()}), 2596U);
  EXPECT_EQ(s128_size(mod::Proof{one, std::vector<mod::Proof::Entry>(129, {one, one, false, true})}), 99'585U);
  EXPECT_EQ(s128_size(prm::Proof{Bytes(16), std::vector<Nat>(128, one)}), 49'168U);
  EXPECT_EQ(s128_size(fac::Proof{one, one, one, one, one, i, i, i, i, i}), 4325U);
}

}  // namespace
}  // namespace mpc::proofs
