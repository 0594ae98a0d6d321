// The transcript against vectors of an independent implementation. They come from:
//
//   from hashlib import blake2b
//   def it(tag, d): return bytes([tag]) + len(d).to_bytes(8, "big") + d
//   u64 = lambda v: it(3, v.to_bytes(8, "big"))
//   G = bytes.fromhex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")
//   T = (it(1, b"every item") + it(2, b"\x00\xff") + u64(2**64 - 2) + it(4, (258).to_bytes(5, "big"))
//        + it(5, b"\x01" + (3).to_bytes(4, "big")) + it(5, b"\x00" + bytes(4)) + it(6, G) + it(6, bytes(33))
//        + it(7, (7).to_bytes(32, "big")) + it(8, (2).to_bytes(8, "big") + u64(1) + it(8, bytes(8))))
//   def xof(t, n):
//       seed = blake2b(t).digest()
//       blocks = (blake2b(c.to_bytes(8, "little"), key=seed).digest() for c in range(n // 64 + 1))
//       return b"".join(blocks)[:n]
//   q = 2**256 - 0x14551231950b75fc4402da1732fc9bebf
//   X = xof(T, 1024)
//   cut = lambda a, n: int.from_bytes(X[a:a + n], "big")
//   print("T", T.hex())
//   print("X", X[:200].hex())
//   print("block 299", xof(T, 64 * 300)[64 * 299:].hex())
//   print("scalars", [f"{cut(a, 48) % q:064x}" for a in (0, 48)])
//   print("bits(129)", X[:16].hex(), "%02x" % (X[16] & 1))
//   print("unit mod 2^127 - 1", f"{cut(0, 32) % (2**127 - 1):032x}")
//   print("fac", [f"{cut(a, 32) - 2**255:+x}" for a in (0, 32, 64)])
//   print("toy", [cut(a, 4) - 2**31 for a in (0, 4)])
//   print("empty", xof(b"", 32).hex())
#include "transcript/transcript.h"

#include <gtest/gtest.h>

#include <string>

#include "arith/number_theory.h"
#include "tests/support/hex.h"

namespace mpc::transcript {
namespace {

using fixtures::to_hex;

constexpr const char* every_item_hex =
    "01000000000000000a6576657279206974656d02000000000000000200ff030000000000000008fffffffffffffffe040000000000000005"
    "0000000102050000000000000005010000000305000000000000000500000000000600000000000000210279be667ef9dcbbac55a06295ce"
    "870b07029bfcdb2dce28d959f2815b16f8179806000000000000002100000000000000000000000000000000000000000000000000000000"
    "0000000000070000000000000020000000000000000000000000000000000000000000000000000000000000000708000000000000002a00"
    "0000000000000203000000000000000800000000000000010800000000000000080000000000000000";
constexpr const char* stream_hex =
    "6c0369a8ff778d87546498666d6501aeab7d924caa9251d2edfdb59eb83a7c77721a56ac7e47354e8401f2f8f17991b8791fad8eba9ece56"
    "f2e53ab3f7c102028b21fd54a32dad6ff87eaf75accfaabf1e9ffc9a947b6900718e317c0f14f71b062fb9ca048cbc7ca7d2dd855ae6f144"
    "c4eb8b8162bf78ff762ea387f4bdceef0d32ebe09c61897befab681049b358aa0739b87801dff28599b7bacc1a0530cc2b60ae5935110ec2"
    "e9e6eb12878e176136b38b723ea2987366f3d6303ed70a8a88609d49b32ac4f6";
constexpr const char* block_299_hex =
    "31aae7d9050616dba06f130e39b47a111697d7a16e50863fa8f22c7a6ddb53ad9203eb58fb120d59249d7da4f8b41ffa136478c99ac2c7a3"
    "f5b8d64e4b2778e7";

Encoder every_item() {
  Encoder inner;
  inner.u64(1).list(0, Encoder());
  Encoder out;
  out.label("every item").bytes(Bytes{0x00, 0xff}).u64(~std::uint64_t{1}).nat(Nat::of(258), 5);
  out.integer(Int::of(-3), 4).integer(Int::of(0), 4).point(curve::Point::generator()).point(curve::Point());
  out.scalar(curve::Scalar::of(7)).list(2, inner);
  return out;
}

bool equals(const Int& value, const char* sign, const char* magnitude) {
  return is_negative_var(value) == (*sign == '-') && equal_var(value.magnitude(), Nat::constant(magnitude));
}

TEST(Encoder, writes_every_item_as_specified) { EXPECT_EQ(to_hex(every_item().view()), every_item_hex); }

TEST(Encoder, encodes_a_secret_point_like_a_public_one) {
  const auto& generator = curve::Point::generator();
  Encoder secret;
  secret.secret_point_bytes(Secret(generator.transcript_bytes()));
  EXPECT_EQ(to_hex(secret.view()), to_hex(Encoder().point(generator).view()));
}

TEST(Encoder, does_not_depend_on_the_width_of_numbers) {
  EXPECT_EQ(to_hex(Encoder().nat(Nat::of(258, 9), 5).view()), to_hex(Encoder().nat(Nat::of(258), 5).view()));
  EXPECT_EQ(to_hex(Encoder().integer(Int::of(-3).resized(9), 4).view()),
            to_hex(Encoder().integer(Int::of(-3), 4).view()));
}

TEST(Encoder, keeps_apart_what_joined_strings_would_confuse) {
  const auto digest = [](std::string_view a, std::string_view b) { return h256(Encoder().label(a).label(b)); };
  EXPECT_NE(digest("ab", "c"), digest("a", "bc"));
  EXPECT_NE(h256(Encoder().label("x")), h256(Encoder().bytes(as_bytes("x"))));
  // ((1), (2)) and ((1, 2)) in lists of lists.
  Encoder one;
  one.u64(1);
  Encoder two;
  two.u64(2);
  Encoder both;
  both.u64(1).u64(2);
  EXPECT_NE(h256(Encoder().list(1, one).list(1, two)), h256(Encoder().list(2, both)));
}

TEST(EncoderDeathTest, asserts_that_numbers_fit_and_labels_are_ascii) {
  Encoder out;
  EXPECT_DEATH(out.nat(Nat::of(256), 1), "broken invariant");
  EXPECT_DEATH(out.integer(Int::of(-256), 1), "broken invariant");
  EXPECT_DEATH(out.label("\xc3\xa9"), "broken invariant");
}

TEST(Xof, gives_the_stream_of_the_specification) {
  Xof xof(every_item());
  Bytes stream(200);
  xof.read(stream);
  EXPECT_EQ(to_hex(stream), stream_hex);

  Bytes skipped(64 * 299 - 200);
  xof.read(skipped);
  Bytes block(64);
  xof.read(block);
  EXPECT_EQ(to_hex(block), block_299_hex);  // the counter has a second byte by now
}

TEST(Xof, reads_the_same_stream_in_pieces_of_any_size) {
  for (const std::size_t step : {1U, 7U, 63U, 64U, 65U, 130U}) {
    Xof xof(every_item());
    Bytes stream;
    while (stream.size() < 200) {
      Bytes piece(std::min(step, 200 - stream.size()));
      xof.read(piece);
      append(stream, piece);
    }
    EXPECT_EQ(to_hex(stream), stream_hex) << step;
  }
}

TEST(Xof, h256_is_its_first_32_bytes) {
  EXPECT_EQ(to_hex(h256(every_item())), std::string(stream_hex).substr(0, 64));
  EXPECT_EQ(to_hex(h256(Encoder())), "1c2439f86f2b25e2b2b9a784a7d8b91e14d06ff77cd773efc9a95aa78c31cce7");
}

TEST(Xof, reads_scalars_one_after_the_other) {
  constexpr const char* first = "34c02353cb33c99f388423b1f50fd9864cb458b47eb58fd850deeccffa7cb549";
  constexpr const char* second = "250d984c0f457548db75fa17e1a670b373f23993ed19b24ab66f4fe548eeb158";
  Xof xof(every_item());
  EXPECT_EQ(to_hex(xof.scalar().to_bytes()), first);
  EXPECT_EQ(to_hex(xof.scalar().to_bytes()), second);

  Xof mask(every_item());
  EXPECT_EQ(to_hex(declassify("test", mask.secret_scalar()).to_bytes()), first);
  EXPECT_EQ(to_hex(mask.scalar().to_bytes()), second);
}

TEST(Xof, reads_bits_from_the_low_end_of_each_byte) {
  Xof xof(every_item());
  const Bytes bits = xof.bits(129);
  EXPECT_EQ(to_hex(bits), "6c0369a8ff778d87546498666d6501ae01");  // 0xab follows in the stream: its spare bits are cut
  // 0x6c, 0x03
  const std::string expected = "0011011011000000";
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(bit(bits, i), expected[i] == '1') << i;
  EXPECT_TRUE(bit(bits, 128));

  Bytes next(1);
  xof.read(next);
  EXPECT_EQ(to_hex(next), "7d");  // whole bytes are used up
  EXPECT_TRUE(xof.bits(0).empty());
}

TEST(Xof, reduces_unit_candidates_from_128_spare_bits) {
  Xof xof(every_item());
  const Nat modulus = sub(Nat::power_of_two(127), Nat::of(1));
  const Nat unit = xof.unit_candidate(modulus, 127);
  EXPECT_TRUE(equal_var(unit, Nat::constant("0x0384659ea9816ce196c6e66b93047fd6")));
  EXPECT_EQ(unit.limbs(), modulus.limbs());
  Bytes next(1);
  xof.read(next);
  EXPECT_EQ(to_hex(next), "72");  // the 33rd byte
}

TEST(Xof, centres_the_fac_challenge) {
  Xof xof(every_item());
  const Int first = xof.fac_challenge();
  EXPECT_TRUE(equals(first, "-", "0x13fc965700887278ab9b6799929afe5154826db3556dae2d12024a6147c58389"));
  EXPECT_EQ(first.limbs(), 4U);
  EXPECT_TRUE(equals(xof.fac_challenge(), "-", "0xde5a95381b8cab17bfe0d070e866e4786e05271456131a90d1ac54c083efdfe"));
  EXPECT_TRUE(equals(xof.fac_challenge(), "+", "0xb21fd54a32dad6ff87eaf75accfaabf1e9ffc9a947b6900718e317c0f14f71b"));
}

TEST(Xof, centres_the_toy_challenge) {
  Xof xof(every_item());
  const Int first = xof.toy_challenge();
  EXPECT_TRUE(equals(first, "-", "335320664"));
  EXPECT_EQ(first.limbs(), 1U);
  EXPECT_TRUE(equals(xof.toy_challenge(), "+", "2138541447"));
}

}  // namespace
}  // namespace mpc::transcript
