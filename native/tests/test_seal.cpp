// Sealed files, and the identity keys that are kept in them.
#include "protocol/seal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/seeded_random.h"
#include "protocol/identity.h"
#include "tests/support/hex.h"
#include "tests/support/scripted_random.h"

namespace mpc::protocol {
namespace {

using fixtures::from_hex;
using fixtures::ScriptedRng;

constexpr SealCost cheap{.passes = 1, .memory_kib = SealCost::min_memory_kib};
constexpr std::uint16_t kind = 0x0203;
constexpr std::size_t version_at = 8, kind_at = 10, passes_at = 12, memory_at = 16, header_at = 64;
const ByteView passphrase = as_bytes("correct horse");

template <std::size_t n>
std::array<std::uint8_t, n> array_from_hex(std::string_view text) {
  const Bytes bytes = from_hex(text);
  std::array<std::uint8_t, n> out{};
  std::copy_n(bytes.begin(), n, out.begin());
  return out;
}

WipedBytes wiped(std::string_view text) { return WipedBytes(text.begin(), text.end()); }

Bytes small_file() {
  SeededRng rng(as_bytes("seal"));
  return seal(as_bytes("hdr"), wiped("x!"), passphrase, kind, rng, cheap);
}

std::string refusal(ByteView file, ByteView phrase = passphrase, std::uint16_t expected_kind = kind) {
  const auto opened = open_sealed(file, phrase, expected_kind);
  return opened ? "" : opened.error().code;
}

Bytes with_u32(Bytes file, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) file[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  return file;
}

TEST(Seal, opens_to_what_was_sealed) {
  const WipedBytes secret = wiped("the secret");
  const Bytes file = seal(as_bytes("header"), secret, passphrase, kind, system_rng(), cheap);
  const auto opened = open_sealed(file, passphrase, kind);
  ASSERT_TRUE(opened);
  EXPECT_EQ(*opened, secret);
  const auto header = sealed_header(file, kind);
  ASSERT_TRUE(header);
  EXPECT_EQ(*header, Bytes({'h', 'e', 'a', 'd', 'e', 'r'}));
}

TEST(Seal, takes_an_empty_header_and_an_empty_secret) {
  const Bytes file = seal({}, {}, passphrase, kind, system_rng(), cheap);
  const auto opened = open_sealed(file, passphrase, kind);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->empty());
  EXPECT_TRUE(sealed_header(file, kind)->empty());
}

TEST(Seal, costs_three_passes_over_64_mib_by_default) {
  const Bytes file = seal({}, wiped("s"), passphrase, kind, system_rng());
  EXPECT_EQ(Bytes(file.begin() + passes_at, file.begin() + passes_at + 8), (Bytes{0, 0, 0, 3, 0, 1, 0, 0}));
  EXPECT_TRUE(open_sealed(file, passphrase, kind));
}

// A file written with argon2-cffi and pycryptodome:
//
//   from argon2.low_level import Type, hash_secret_raw
//   from Crypto.Cipher import ChaCha20_Poly1305
//   u16, u32 = (lambda v: v.to_bytes(2, "big")), (lambda v: v.to_bytes(4, "big"))
//   salt, nonce, header, secret = bytes(range(16)), bytes(range(100, 124)), b"for all", b"secret"
//   key = hash_secret_raw(b"correct horse", salt, 2, 8192, 1, 32, Type.ID, 19)
//   start = b"MPCFAST\0" + u16(1) + u16(0x0203) + u32(2) + u32(8192) + salt + nonce + u32(len(header)) + header
//   cipher = ChaCha20_Poly1305.new(key=key, nonce=nonce)
//   cipher.update(start)
//   body = b"".join(cipher.encrypt_and_digest(secret))
//   print((start + u32(len(body)) + body).hex())
TEST(Seal, agrees_with_a_file_of_another_implementation) {
  const Bytes file = from_hex(
      "4d50434641535400000102030000000200002000000102030405060708090a0b0c0d0e0f6465666768696a6b6c6d6e6f7071727374757677"
      "78797a7b00000007666f7220616c6c0000001639c43aff0c1e58d4caee5f7ea8530dc21ef3626ca1a5");
  const auto opened = open_sealed(file, passphrase, kind);
  ASSERT_TRUE(opened);
  EXPECT_EQ(*opened, wiped("secret"));

  Bytes script;
  for (std::uint8_t i = 0; i < 16; ++i) script.push_back(i);
  for (std::uint8_t i = 100; i < 124; ++i) script.push_back(i);
  ScriptedRng rng(script);
  EXPECT_EQ(seal(as_bytes("for all"), wiped("secret"), passphrase, kind, rng, {.passes = 2, .memory_kib = 8192}), file);
}

TEST(Seal, refuses_a_wrong_passphrase) {
  const Bytes file = small_file();
  EXPECT_EQ(refusal(file), "");
  EXPECT_EQ(refusal(file, as_bytes("correct horsf")), "E_SEAL_PASSPHRASE");
  EXPECT_EQ(refusal(file, as_bytes("correct hors")), "E_SEAL_PASSPHRASE");
  EXPECT_EQ(refusal(file, {}), "E_SEAL_PASSPHRASE");
}

TEST(Seal, refuses_another_kind_or_version_before_it_derives_a_key) {
  const Bytes file = small_file();
  EXPECT_EQ(refusal(file, passphrase, kind + 1), "E_SEAL_KIND");
  EXPECT_EQ(sealed_header(file, kind + 1).error().code, "E_SEAL_KIND");
  Bytes relabelled = file;
  relabelled[kind_at + 1] ^= 1;
  EXPECT_EQ(refusal(relabelled, passphrase, kind ^ 1), "E_SEAL_PASSPHRASE");  // the kind is authenticated

  Bytes newer = file;
  newer[version_at + 1] = 2;
  EXPECT_EQ(refusal(newer), "E_SEAL_VERSION");
  newer.resize(version_at + 2);  // whatever its layout is
  EXPECT_EQ(refusal(newer), "E_SEAL_VERSION");
  EXPECT_EQ(sealed_header(newer, kind).error().code, "E_SEAL_VERSION");
}

TEST(Seal, refuses_every_flip_of_a_bit) {
  const Bytes file = small_file();
  for (std::size_t bit = 0; bit < 8 * file.size(); ++bit) {
    Bytes damaged = file;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_NE(refusal(damaged), "") << bit;
  }
}

TEST(Seal, refuses_truncation_at_every_byte) {
  const Bytes file = small_file();
  for (std::size_t kept = 0; kept < file.size(); ++kept) {
    const ByteView cut = ByteView(file).first(kept);
    const auto opened = open_sealed(cut, passphrase, kind);
    ASSERT_FALSE(opened) << kept;
    EXPECT_EQ(opened.error().code, "E_SEAL_FORMAT") << kept;
    EXPECT_TRUE(opened.error().detail.ends_with(": truncated")) << kept;
    EXPECT_FALSE(sealed_header(cut, kind)) << kept;
  }
}

TEST(Seal, names_the_field_of_a_format_error) {
  const auto detail = [](ByteView file) {
    const auto header = sealed_header(file, kind);
    return header ? "" : header.error().code + " " + header.error().detail;
  };
  const Bytes file = small_file();
  Bytes longer = file;
  longer.push_back(0);
  EXPECT_EQ(detail(longer), "E_SEAL_FORMAT message: trailing bytes");
  Bytes foreign = file;
  foreign[7] = 1;
  EXPECT_EQ(detail(foreign), "E_SEAL_FORMAT magic: not a sealed file");
  EXPECT_EQ(detail(with_u32(file, header_at - 4, 0xffffffff)), "E_SEAL_FORMAT public header: truncated");
  // A ciphertext of 15 bytes has no room for its tag.
  Bytes shorter(file.begin(), file.end() - 3);
  EXPECT_EQ(detail(with_u32(shorter, header_at + 3, 15)), "E_SEAL_FORMAT ciphertext: truncated");
}

TEST(Seal, refuses_costs_outside_of_the_limits) {
  const Bytes file = small_file();
  for (const std::uint32_t passes : {0U, 17U, 0xffffffffU}) {
    EXPECT_EQ(refusal(with_u32(file, passes_at, passes)), "E_SEAL_FORMAT") << passes;
  }
  for (const std::uint32_t memory : {0U, 8191U, 1048577U, 0xffffffffU}) {
    EXPECT_EQ(refusal(with_u32(file, memory_at, memory)), "E_SEAL_FORMAT") << memory;
  }
  // The edges are accepted, and are then another key.
  EXPECT_EQ(refusal(with_u32(file, passes_at, 16)), "E_SEAL_PASSPHRASE");
  EXPECT_TRUE(sealed_header(with_u32(file, memory_at, 1048576), kind));
}

TEST(SealDeathTest, asserts_that_its_own_cost_is_within_the_limits) {
  EXPECT_DEATH(seal({}, {}, passphrase, kind, system_rng(), {.passes = 0, .memory_kib = 8192}), "broken invariant");
}

TEST(Seal, draws_a_new_salt_and_nonce_each_time) {
  SeededRng rng(as_bytes("seal"));
  const Bytes first = seal({}, wiped("s"), passphrase, kind, rng, cheap);
  const Bytes second = seal({}, wiped("s"), passphrase, kind, rng, cheap);
  EXPECT_FALSE(std::equal(first.begin() + 20, first.begin() + 36, second.begin() + 20));
  EXPECT_FALSE(std::equal(first.begin() + 36, first.begin() + 60, second.begin() + 36));
}

// RFC 8032, 7.1, test 2.
TEST(Identity, signs_as_rfc_8032) {
  const Bytes seed = from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
  const auto identity = Identity::from_seed(Secret(WipedBytes(seed.begin(), seed.end())));
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->public_key(),
            array_from_hex<32>("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
  EXPECT_EQ(identity->sign(Bytes{0x72}),
            array_from_hex<64>("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                               "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"));
  EXPECT_TRUE(std::ranges::equal(identity->seed().expose(), seed));
}

TEST(Identity, verification_refuses_every_flip_of_a_bit) {
  const Identity identity = Identity::generate(system_rng());
  const Bytes message = {1, 2, 3};
  const Signature signature = identity.sign(message);
  EXPECT_TRUE(verify_signature(identity.public_key(), message, signature));
  EXPECT_FALSE(verify_signature(identity.public_key(), Bytes{1, 2}, signature));
  EXPECT_FALSE(verify_signature(Identity::generate(system_rng()).public_key(), message, signature));
  for (std::size_t bit = 0; bit < 8 * signature.size(); ++bit) {
    Signature damaged = signature;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(verify_signature(identity.public_key(), message, damaged)) << bit;
  }
}

TEST(Identity, verification_refuses_keys_of_small_order) {
  Bytes32 neutral{};
  neutral[0] = 1;
  Signature trivial{};  // R the neutral element, s = 0: solves the equation for every message
  trivial[0] = 1;
  EXPECT_FALSE(verify_signature(neutral, Bytes{1}, trivial));
}

TEST(Identity, survives_sealing) {
  SeededRng rng(as_bytes("identity"));
  const Identity identity = Identity::generate(rng);
  const Bytes file = seal(identity.public_key(), identity.seed().expose(), passphrase, kind, rng, cheap);
  auto opened = open_sealed(file, passphrase, kind);
  ASSERT_TRUE(opened);
  const auto again = Identity::from_seed(Secret(std::move(*opened)));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->public_key(), identity.public_key());
  EXPECT_EQ(Identity::from_seed(Secret(WipedBytes(31))).error().code, "E_DECODE");
}

// it(1, b"pid") + it(2, bytes(range(32))), hashed as in test_transcript.cpp.
TEST(Identity, pid_is_the_hash_of_the_public_key) {
  Bytes32 key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(pid(key), array_from_hex<32>("111440515c8e2dcba6133c5e15eab02bcd00ca7d28602696d36281c7ead3231f"));
}

}  // namespace
}  // namespace mpc::protocol
