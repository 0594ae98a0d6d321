#include "transcript/wire.h"

#include <gtest/gtest.h>

namespace mpc::transcript {
namespace {

struct Message {
  std::uint8_t flag;
  std::uint16_t count;
  std::uint32_t length;
  Bytes data;
  Bytes32 digest;
  Nat residue;
  Int response;
  curve::Point point;
  curve::Scalar scalar;
};

/// The fields of Message in order, with their lengths.
struct Field {
  const char* name;
  std::size_t length;
};
constexpr Field fields[] = {{"flag", 1},    {"count", 2},    {"length", 4}, {"data", 3},   {"digest", 32},
                            {"residue", 9}, {"response", 6}, {"point", 33}, {"scalar", 32}};

const Bytes32 sample_digest = [] {
  Bytes32 out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i + 1);
  return out;
}();

Bytes sample() {
  Writer out;
  out.u8(2).u16(0x0102).u32(0x01020304).bytes(Bytes{7, 8, 9}).bytes(sample_digest);
  out.nat(Nat::power_of_two(64), 9).integer(Int::of(-0x102), 5);
  return out.point(curve::Point::generator()).scalar(curve::Scalar::of(5)).take();
}

Message read(Reader& in) {
  Message out;
  const Nat bound = Nat::power_of_two(65);
  out.flag = in.u8("flag", 3);
  out.count = in.u16("count");
  out.length = in.u32("length");
  out.data = in.bytes("data", 3);
  out.digest = in.bytes32("digest");
  out.residue = in.nat("residue", 9, &bound);
  out.response = in.integer("response", 5);
  out.point = in.point("point");
  out.scalar = in.scalar("scalar");
  return out;
}

/// What a message is refused for; empty when it is accepted.
std::string refusal(ByteView data) {
  Reader in(data);
  read(in);
  const Refusal refused = in.finish();
  if (!refused) return "";
  EXPECT_EQ(refused->code, "E_DECODE");
  EXPECT_EQ(in.ok(), refused->detail == "message: trailing bytes");
  return refused->detail;
}

std::size_t offset_of(std::string_view name) {
  std::size_t offset = 0;
  for (const Field& field : fields) {
    if (name == field.name) return offset;
    offset += field.length;
  }
  return offset;
}

/// The sample with `replacement` from the first byte of a field on.
Bytes with(std::string_view field, ByteView replacement) {
  Bytes out = sample();
  std::copy(replacement.begin(), replacement.end(), out.begin() + static_cast<std::ptrdiff_t>(offset_of(field)));
  return out;
}

TEST(Writer, writes_big_endian_fixed_length_fields) {
  EXPECT_EQ(Writer().u8(1).u16(0x0203).u32(0x04050607).take(), (Bytes{1, 2, 3, 4, 5, 6, 7}));
  const Bytes wide = Writer().u64(0x0102030405060708).take();
  EXPECT_EQ(wide, (Bytes{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(Reader(wide).u64("wide"), 0x0102030405060708U);
  EXPECT_EQ(Writer().nat(Nat::of(0x0102, 4), 3).take(), (Bytes{0, 1, 2}));
  EXPECT_EQ(Writer().integer(Int::of(-5), 2).integer(Int::of(5), 2).take(), (Bytes{1, 0, 5, 0, 0, 5}));
  EXPECT_EQ(Writer().integer(negate(Int::of(0)), 1).take(), (Bytes{0, 0}));
}

TEST(WriterDeathTest, asserts_that_values_fit) {
  EXPECT_DEATH(Writer().nat(Nat::of(256), 1), "broken invariant");
  EXPECT_DEATH(Writer().integer(Int::of(-256), 1), "broken invariant");
  EXPECT_DEATH(Writer().point(curve::Point()), "broken invariant");
}

TEST(Reader, returns_what_was_written) {
  const Bytes data = sample();
  ASSERT_EQ(data.size(), offset_of(""));
  Reader in(data);
  const Message message = read(in);
  EXPECT_TRUE(in.ok());
  EXPECT_FALSE(in.finish());
  EXPECT_EQ(message.flag, 2);
  EXPECT_EQ(message.count, 0x0102);
  EXPECT_EQ(message.length, 0x01020304U);
  EXPECT_EQ(message.data, (Bytes{7, 8, 9}));
  EXPECT_EQ(message.digest, sample_digest);
  EXPECT_TRUE(equal_var(message.residue, Nat::power_of_two(64)));
  EXPECT_TRUE(is_negative_var(message.response));
  EXPECT_TRUE(equal_var(message.response.magnitude(), Nat::of(0x102)));
  EXPECT_EQ(message.point.encode(), curve::Point::generator().encode());
  EXPECT_EQ(message.scalar.to_bytes(), curve::Scalar::of(5).to_bytes());
}

TEST(Reader, refuses_every_truncation_with_the_field_that_it_cuts) {
  const Bytes data = sample();
  std::size_t kept = 0;
  for (const Field& field : fields) {
    for (std::size_t i = 0; i < field.length; ++i, ++kept) {
      EXPECT_EQ(refusal(ByteView(data).first(kept)), std::string(field.name) + ": truncated") << kept;
    }
  }
  EXPECT_EQ(kept, data.size());
}

TEST(Reader, refuses_trailing_bytes) {
  Bytes data = sample();
  data.push_back(0);
  EXPECT_EQ(refusal(data), "message: trailing bytes");
  EXPECT_TRUE(Reader(data).finish());
  EXPECT_FALSE(Reader({}).finish());
}

TEST(Reader, refuses_values_out_of_range) {
  EXPECT_EQ(refusal(with("flag", Bytes{3})), "");
  EXPECT_EQ(refusal(with("flag", Bytes{4})), "flag: out of range");
  EXPECT_EQ(refusal(with("residue", Bytes{1, 255, 255, 255, 255, 255, 255, 255, 255})), "");
  EXPECT_EQ(refusal(with("residue", Bytes{2, 0, 0, 0, 0, 0, 0, 0, 0})), "residue: out of range");

  const Bytes q = curve::order().to_bytes(32);
  EXPECT_EQ(refusal(with("scalar", sub(curve::order(), Nat::of(1)).to_bytes(32))), "");
  EXPECT_EQ(refusal(with("scalar", q)), "scalar: out of range");
  EXPECT_EQ(refusal(with("scalar", Bytes(32, 255))), "scalar: out of range");
}

TEST(Reader, refuses_signs_that_are_not_canonical) {
  for (unsigned sign = 0; sign < 256; ++sign) {
    const std::string expected = sign <= 1 ? "" : "response: not canonical";
    EXPECT_EQ(refusal(with("response", Bytes{static_cast<std::uint8_t>(sign)})), expected) << sign;
  }
  EXPECT_EQ(refusal(with("response", Bytes{0, 0, 0, 0, 0, 0})), "");
  EXPECT_EQ(refusal(with("response", Bytes{1, 0, 0, 0, 0, 0})), "response: not canonical");
}

TEST(Reader, refuses_points_that_are_not_canonical) {
  for (const std::uint8_t prefix : Bytes{0, 1, 4, 5, 6, 7, 255}) {
    EXPECT_EQ(refusal(with("point", Bytes{prefix})), "point: not canonical") << unsigned{prefix};
  }
  EXPECT_EQ(refusal(with("point", Bytes{3})), "");                          // -G
  EXPECT_EQ(refusal(with("point", Bytes(33, 0))), "point: not canonical");  // the identity of transcripts
  Bytes beyond_p(33, 255);
  beyond_p[0] = 2;
  EXPECT_EQ(refusal(with("point", beyond_p)), "point: not canonical");
}

TEST(Reader, remembers_the_first_failure_only) {
  Bytes data = with("flag", Bytes{9});
  data.resize(20);
  EXPECT_EQ(refusal(data), "flag: out of range");
}

TEST(Reader, returns_harmless_values_after_a_failure) {
  const Bytes data = with("flag", Bytes{9});
  Reader in(data);
  const Message message = read(in);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(message.flag, 0);
  EXPECT_EQ(message.count, 0);
  EXPECT_EQ(message.length, 0U);
  EXPECT_TRUE(message.data.empty());
  EXPECT_EQ(message.digest, Bytes32{});
  EXPECT_TRUE(is_zero_var(message.residue));
  EXPECT_TRUE(is_zero_var(message.response.magnitude()));
  EXPECT_EQ(message.point.encode(), curve::Point::generator().encode());
  EXPECT_EQ(message.scalar.to_bytes(), Bytes32{});
}

TEST(Reader, takes_no_memory_for_a_length_that_is_not_there) {
  const Bytes data(4, 255);
  Reader in(data);
  EXPECT_TRUE(in.bytes("payload", in.u32("payload length")).empty());
  EXPECT_EQ(in.finish()->detail, "payload: truncated");
  Reader huge(data);
  EXPECT_TRUE(huge.bytes("payload", ~std::size_t{0}).empty());
  EXPECT_EQ(huge.finish()->detail, "payload: truncated");
}

}  // namespace
}  // namespace mpc::transcript
