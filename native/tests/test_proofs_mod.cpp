// mod: honest moduli verify; foreign proofs, and moduli of any other shape, do not.
#include "proofs/mod.h"

#include "arith/number_theory.h"
#include "tests/support/proof_case.h"

namespace mpc::proofs {
namespace {

using fixtures::alice;
using fixtures::bob;

Case<mod::Proof> mod_case(const paillier::SecretKey& key, const paillier::PublicKey& verified) {
  return {"mod",
          [&key](const Context& c, Rng& rng) {
            Batch batch;
            return batch.run(mod::prove(batch, c, key, rng));
          },
          [verified](const Context& c, const mod::Proof& proof) {
            Batch batch;
            return batch.run(mod::verify_var(batch, c, verified, proof));
          },
          [](const mod::Proof& proof, transcript::Writer& out, const Profile& p) { proof.encode(out, p); },
          [verified](transcript::Reader& in, const Profile& p) { return mod::Proof::decode(in, p, verified); }};
}

Case<mod::Proof> mod_case() { return mod_case(alice().key, alice().n()); }

paillier::PublicKey key_of(const Nat& n) { return *paillier::PublicKey::from_modulus(n, 1024); }

TEST(Mod, honest_proofs_verify) {
  expect_complete(mod_case(), "22f6573bea4d4b1602543942453e96af9361aee0ee8ff54c70976956b5627516");
  expect_complete_with_s128_challenges(mod_case());
}

TEST(Mod, two_engine_runs_prove_and_one_verifies) {
  const auto before = modexp::stats();
  const mod::Proof proof = mod_case().honest();
  EXPECT_EQ(modexp::stats().runs, before.runs + 2);
  EXPECT_EQ(mod_case().verdict(proof), "");
  EXPECT_EQ(modexp::stats().runs, before.runs + 3);
}

TEST(Mod, all_four_signs_occur) {
  unsigned seen = 0;
  for (const mod::Proof::Entry& entry : mod_case().honest().entries)
    seen |= 1U << ((entry.a ? 1 : 0) + (entry.b ? 2 : 0));
  EXPECT_EQ(seen, 15U);
}

TEST(Mod, another_context_is_rejected) { expect_bound_to_context(mod_case()); }

TEST(Mod, every_changed_field_is_rejected) {
  const Nat& n = alice().n().n();
  const Nat p = alice().key.p().expose();
  expect_rejected<mod::Proof>(
      mod_case(), {{"w: not a unit", [&](auto& proof) { proof.w = n; }},
                   {"w: not a unit", [&](auto& proof) { proof.w = add(proof.w, n); }},
                   {"x: equation", [&](auto& proof) { proof.w = sub(n, proof.w); }},
                   {"x: equation", [](auto& proof) { proof.entries[0].x = plus_one(proof.entries[0].x); }},
                   {"x: equation", [](auto& proof) { proof.entries[15].a = !proof.entries[15].a; }},
                   {"x: equation", [](auto& proof) { proof.entries[15].b = !proof.entries[15].b; }},
                   {"x: not a unit", [](auto& proof) { proof.entries[3].x = Nat::of(0); }},
                   {"x: not a unit", [&](auto& proof) { proof.entries[3].x = p; }},
                   {"z: equation", [](auto& proof) { proof.entries[15].z = plus_one(proof.entries[15].z); }},
                   {"z: not a unit", [&](auto& proof) { proof.entries[3].z = p; }},
                   {"count", [](auto& proof) { proof.entries.pop_back(); }},
                   {"count", [](auto& proof) { proof.entries.push_back(proof.entries[0]); }},
                   {"count", [](auto& proof) { proof.entries.clear(); }}});
}

TEST(Mod, w_must_have_jacobi_symbol_minus_one) {
  // With w = 0 and b = 1 every fourth-power equation would read x^4 = 0 (CVE-2025-66016).
  const Nat p = alice().key.p().expose();
  expect_rejected<mod::Proof>(mod_case(), {{"w: Jacobi symbol",
                                            [](auto& proof) {
                                              proof.w = Nat::of(0);
                                              for (auto& entry : proof.entries) entry.b = true;
                                            }},
                                           {"w: Jacobi symbol", [](auto& proof) { proof.w = Nat::of(4); }},
                                           {"w: Jacobi symbol", [&](auto& proof) { proof.w = p; }}});
}

TEST(Mod, another_modulus_is_rejected) { EXPECT_NE(mod_case(alice().key, bob().n()).verdict(mod_case().honest()), ""); }

TEST(Mod, primes_and_perfect_powers_are_refused) {
  const mod::Proof proof = mod_case().honest();
  const Nat prime = sub(Nat::power_of_two(1024), Nat::of(105)).resized(16);  // the largest below 2^1024
  EXPECT_EQ(mod_case(alice().key, key_of(prime)).verdict(proof), "N: prime");
  const Nat p = alice().key.p().expose();
  EXPECT_EQ(mod_case(alice().key, key_of(mul(p, p))).verdict(proof), "N: perfect power");
}

/// N = p a b with a = 1, b = 3 mod 4, and a prover that takes a b for a prime.
struct ThreePrimes {
  Nat p = alice().key.p().expose();
  Nat a = Nat::constant("0xfccbcaf400448b4d0867735aba718a88f39798c7c1cc77f231d657b0a7b277ed");
  Nat b = Nat::constant("0xc8eda0644318a3093c8c2d77a7dd50fac695fbcd8fdb8ca99bc51cb178a444a7");
  Nat n = mul(p, mul(a, b));

  /// phi(n), and its odd part.
  Nat phi() const {
    const Nat one = Nat::of(1);
    return mul(sub(p, one), mul(sub(a, one), sub(b, one)));
  }
  Nat odd_order() const {
    Nat out = phi();
    while (!out.is_odd()) out = shift_right(out, 1);
    return out;
  }
};

/// The best that somebody who knows the three primes can do: all N-th roots, and fourth roots where a sign admits one.
mod::Proof cheating_proof(const ThreePrimes& cheat) {
  const Nat& n = cheat.n;
  mod::Proof proof = mod_case().honest();
  proof.w = Nat::of(2);
  while (jacobi_var(proof.w, n) != -1) proof.w = add(proof.w, Nat::of(1));
  proof.w = proof.w.resized(n.limbs());
  Encoder t = open_transcript(fixtures::toy_context(), "mod");
  t.nat(n, 128).nat(proof.w, 128);
  Xof xof(t);
  const Nat nth_root = *invert_var(n, cheat.phi());
  // Fourth powers have odd order (no prime here is 1 modulo 8), in which 4 can be inverted.
  const Nat fourth_root = *invert_var(Nat::of(4), cheat.odd_order());
  for (auto& entry : proof.entries) {
    const Nat y = xof.unit_candidate(n, 1024);
    entry.z = pow_var(y, nth_root, n);
    entry.x = Nat::of(1);
    for (const auto& [a, b] : {std::pair{false, false}, {false, true}, {true, false}, {true, true}}) {
      const Nat value = mod_var(b ? mul(proof.w, y) : y, n);
      const Nat wanted = a ? sub(n, value) : value;
      const Nat root = pow_var(wanted, fourth_root, n);
      if (equal_var(pow_var(root, Nat::of(4), n), wanted)) {
        entry.a = a;
        entry.b = b;
        entry.x = root;
      }
    }
  }
  return proof;
}

TEST(Mod, three_primes_are_rejected) {
  const ThreePrimes cheat;
  // Half of the y_i have no sign that makes them fourth powers.
  const Case<mod::Proof> subject = mod_case(alice().key, key_of(cheat.n));
  EXPECT_EQ(subject.verdict(cheating_proof(cheat)), "x: equation");
}

TEST(Mod, encoding_is_strict) {
  expect_strict_encoding(mod_case());
  EXPECT_EQ(decoding_with(mod_case(), -1, Bytes{4}), "mod.ab: out of range");
  EXPECT_EQ(decoding_with(mod_case(), 0, alice().n().n().to_bytes(128)), "mod.w: out of range");
  EXPECT_EQ(decoding_with(mod_case(), 128, Bytes(128, 0xff)), "mod.x: out of range");
  EXPECT_EQ(decoding_with(mod_case(), 256, Bytes(128, 0xff)), "mod.z: out of range");
}

}  // namespace
}  // namespace mpc::proofs
