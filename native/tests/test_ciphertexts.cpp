// Blocks of ciphertexts and keys for data; what they compute is compared in tests/test_ciphertext_blocks.py, too.
#include "paillier/encryptor.h"

#include <gtest/gtest.h>

#include <numeric>

#include "base/seeded_random.h"
#include "data/private_key.h"
#include "tests/support/fixtures.h"
#include "tests/support/oracle.h"

namespace mpc::paillier {
namespace {

using fixtures::alice;
using fixtures::Oracle;

DataKeyPtr key() {
  static const DataKeyPtr out =
      std::make_shared<const DataKey>(*PublicKey::from_modulus(alice().n().n(), alice().n().bits()));
  return out;
}

std::vector<Secret<Int>> secrets(const std::vector<std::int64_t>& values) {
  std::vector<Secret<Int>> out;
  for (const std::int64_t value : values) out.emplace_back(Int::of(value));
  return out;
}

std::vector<Int> factors(const std::vector<std::int64_t>& values) {
  std::vector<Int> out;
  for (const std::int64_t value : values) out.push_back(Int::of(value));
  return out;
}

std::vector<Oracle> decrypted(const Ciphertexts& block) {
  std::vector<std::int64_t> all(block.size());
  std::iota(all.begin(), all.end(), 0);
  std::vector<Oracle> out;
  const auto plaintexts = decrypt(alice().key, View(block, all));
  for (const Secret<Int>& m : *plaintexts) out.emplace_back(m.expose());
  return out;
}

TEST(Ciphertexts, carry_every_operation_over_to_plaintexts) {
  SeededRng rng(as_bytes("block"));
  Encryptor anybody(key(), key()->key);
  Encryptor owner(key(), alice().key.public_key());
  const Ciphertexts a = *anybody.encrypt(secrets({5, -7, 0, 1000}), Obfuscation::full, rng);
  const Ciphertexts b = *owner.encrypt(secrets({1, 2, 3, 4}), Obfuscation::short_exponent, rng);
  const std::vector<std::int64_t> at = {0, 1, 2, 3};
  const std::vector<std::int64_t> back = {3, 2, 1, 0};
  const View all(a, at);
  EXPECT_EQ(decrypted(a), (std::vector<Oracle>{5, -7, 0, 1000}));
  EXPECT_EQ(decrypted(add(all, View(b, back))), (std::vector<Oracle>{9, -4, 2, 1001}));
  EXPECT_EQ(decrypted(*negate(all)), (std::vector<Oracle>{-5, 7, 0, -1000}));
  EXPECT_EQ(decrypted(add_plain(all, secrets({1, 1, -1, 0}))), (std::vector<Oracle>{6, -6, -1, 1000}));
  EXPECT_EQ(decrypted(**multiply_var(all, factors({2, -3, 9, 0}))), (std::vector<Oracle>{10, 21, 0, 0}));
  EXPECT_EQ(decrypted(sums(all, 2)), (std::vector<Oracle>{-2, 1000}));
  for (Encryptor* encryptor : {&anybody, &owner}) {
    EXPECT_EQ(decrypted(*encryptor->rerandomise(all, rng)), decrypted(a));
  }
  const View parts[] = {View(b, back), all};
  EXPECT_EQ(decrypted(Ciphertexts::joined(key(), parts)), (std::vector<Oracle>{4, 3, 2, 1, 5, -7, 0, 1000}));
  EXPECT_EQ(decrypted(**multiply_matrix_var(all, factors({1, -1, 2, 0, 0, 3}), {2, 2, 3})),
            (std::vector<Oracle>{5, -5, 10 - 21, 0, 0, 3000}));
}

TEST(Ciphertexts, are_refused_unless_they_are_units_below_the_square) {
  const std::size_t limbs = key()->key.square_ring()->limbs();
  const auto read = [&](const Nat& c) { return bool(Ciphertexts::from_memory_var(key(), {c.data(), c.limbs()})); };
  EXPECT_TRUE(read(Nat::of(1, limbs)));
  EXPECT_FALSE(read(Nat(limbs)));
  EXPECT_FALSE(read(key()->key.n().resized(limbs)));
  EXPECT_FALSE(read(key()->key.n_squared().resized(limbs)));
}

TEST(Ciphertexts, have_no_inverses_where_they_share_a_factor_with_the_modulus) {
  Ciphertexts block(key(), 1);
  block.set(0, Nat(key()->key.square_ring()->limbs()));
  const std::vector<std::int64_t> at = {0};
  const View all(block, at);
  EXPECT_EQ(negate(all).error().code, "E_CIPHERTEXT");
  EXPECT_EQ(multiply_var(all, factors({-1})).error().code, "E_CIPHERTEXT");
  EXPECT_EQ(multiply_matrix_var(all, factors({-1}), {1, 1, 1}).error().code, "E_CIPHERTEXT");
}

TEST(PrivateKey, is_sealed_and_opened) {
  SeededRng rng(as_bytes("sealed"));
  const auto own = data::PrivateKey::generate_var(1024, rng, {});
  ASSERT_TRUE(own);
  const Bytes file = own->seal(as_bytes("passphrase"), rng);
  const auto opened = data::PrivateKey::open(file, as_bytes("passphrase"));
  ASSERT_TRUE(opened);
  EXPECT_TRUE(equal_var(opened->data_key()->key.n(), own->data_key()->key.n()));
  EXPECT_FALSE(data::PrivateKey::open(file, as_bytes("another")));
  EXPECT_FALSE(data::PrivateKey::generate_var(1024, rng, [] { return false; }));
}

}  // namespace
}  // namespace mpc::paillier
