// What is asked of every proof alike. A Case says how to prove and verify one honest statement; Alice proves to Bob.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "base/seeded_random.h"
#include "tests/support/fixtures.h"
#include "transcript/wire.h"

namespace mpc::proofs {

/// What went wrong, or nothing.
inline std::string detail(const Refusal& refusal) { return refusal ? refusal->detail : ""; }

template <class Proof>
struct Case {
  std::string name;
  std::function<Proof(const Context&, Rng&)> prove;
  std::function<Refusal(const Context&, const Proof&)> verify;
  std::function<void(const Proof&, transcript::Writer&, const Profile&)> write;
  std::function<Proof(transcript::Reader&, const Profile&)> read;

  Proof honest(std::string_view seed, const Context& context = fixtures::toy_context()) const {
    SeededRng rng(as_bytes(seed));
    return prove(context, rng);
  }
  /// The proof of the reference.
  Proof honest() const { return honest(name); }
  Bytes encode(const Proof& proof, const Profile& profile = toy) const {
    transcript::Writer out;
    write(proof, out, profile);
    return out.take();
  }
  Refusal decode(ByteView bytes, Proof& proof, const Profile& profile = toy) const {
    transcript::Reader in(bytes);
    proof = read(in, profile);
    return in.finish();
  }
  std::string verdict(const Proof& proof, const Context& context = fixtures::toy_context()) const {
    const Refusal refusal = verify(context, proof);
    EXPECT_EQ(refusal ? refusal->code : name, name);
    return detail(refusal);
  }
};

/// Verifies for several seeds, and has the bytes of the reference (FROZEN of tests/test_reference.py) for its own seed.
template <class Proof>
void expect_complete(const Case<Proof>& subject, std::string_view frozen) {
  for (const char* seed : {"1", "2", "3", "4"}) EXPECT_EQ(subject.verdict(subject.honest(seed)), "") << seed;
  const Proof proof = subject.honest();
  EXPECT_EQ(subject.verdict(proof), "");
  EXPECT_EQ(fixtures::sha256_hex(subject.encode(proof)), frozen);
}

/// Challenges, ranges and repetitions of S128 over moduli of TOY size.
inline const Profile& wide_profile() {
  static const Profile profile = [] {
    Profile p = s128;
    p.nb = p.nhb = 1024;
    return p;
  }();
  return profile;
}

template <class Proof>
void expect_complete_with_s128_challenges(const Case<Proof>& subject) {
  Context context = fixtures::toy_context();
  context.profile = &wide_profile();
  const Proof proof = subject.honest("wide", context);
  EXPECT_EQ(subject.verdict(proof, context), "");
  const Bytes bytes = subject.encode(proof, wide_profile());
  Proof decoded;
  EXPECT_EQ(detail(subject.decode(bytes, decoded, wide_profile())), "");
  EXPECT_EQ(subject.encode(decoded, wide_profile()), bytes);
  context.slot = "other";
  EXPECT_NE(subject.verdict(proof, context), "");
}

template <class Proof>
void expect_bound_to_context(const Case<Proof>& subject) {
  const std::vector<std::pair<const char*, std::function<void(Context&)>>> changes = {
      {"ssid", [](Context& c) { c.ssid[31] ^= 1; }},
      {"round", [](Context& c) { ++c.round; }},
      {"prover", [](Context& c) { c.prover[0] ^= 1; }},
      {"verifier", [](Context& c) { (*c.verifier)[0] ^= 1; }},
      {"everybody", [](Context& c) { c.verifier.reset(); }},
      {"slot", [](Context& c) { c.slot = "other"; }},
      {"index", [](Context& c) { c.index = 2; }},
      {"no index", [](Context& c) { c.index.reset(); }},
      {"rid", [](Context& c) { (*c.rid)[5] ^= 1; }},
      {"no rid", [](Context& c) { c.rid.reset(); }},
  };
  const Proof proof = subject.honest();
  for (const auto& [name, change] : changes) {
    Context context = fixtures::toy_context();
    change(context);
    EXPECT_NE(subject.verdict(proof, context), "") << name;
  }
}

/// One honest proof, changed; `verdict` is what must be said of it.
template <class Proof>
struct Mutation {
  const char* verdict;
  std::function<void(Proof&)> change;
};

template <class Proof>
void expect_rejected(const Case<Proof>& subject, const std::vector<Mutation<Proof>>& mutations) {
  const Proof proof = subject.honest();
  for (std::size_t i = 0; i < mutations.size(); ++i) {
    Proof changed = proof;
    mutations[i].change(changed);
    EXPECT_EQ(subject.verdict(changed), mutations[i].verdict) << "mutation " << i;
  }
}

/// decode(encode(proof)) = proof, no shorter and no longer string decodes, and every truncation names a field.
template <class Proof>
void expect_strict_encoding(const Case<Proof>& subject) {
  const Bytes bytes = subject.encode(subject.honest());
  Proof decoded;
  ASSERT_EQ(detail(subject.decode(bytes, decoded)), "");
  EXPECT_EQ(subject.encode(decoded), bytes);
  EXPECT_EQ(subject.verdict(decoded), "");
  for (std::size_t length = 0; length < bytes.size(); length += 1 + length / 16) {
    EXPECT_NE(detail(subject.decode(ByteView(bytes).first(length), decoded)).find(": truncated"), std::string::npos);
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_EQ(detail(subject.decode(longer, decoded)), "message: trailing bytes");
}

/// Overwrites the encoding of an honest proof at `at` (from its end when negative) and decodes.
template <class Proof>
std::string decoding_with(const Case<Proof>& subject, std::ptrdiff_t at, ByteView field) {
  Bytes bytes = subject.encode(subject.honest());
  const auto offset = static_cast<std::size_t>(at < 0 ? static_cast<std::ptrdiff_t>(bytes.size()) + at : at);
  std::copy(field.begin(), field.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  Proof decoded;
  return detail(subject.decode(bytes, decoded));
}

inline Nat plus_one(const Nat& a) { return add(a, Nat::of(1)); }
inline Int plus_one(const Int& a) { return add(a, Int::of(1)); }
inline Scalar plus_one(const Scalar& a) { return curve::add(a, Scalar::of(1)); }
inline Point plus_one(const Point& a) { return curve::add_var(a, Point::generator()); }

}  // namespace mpc::proofs
