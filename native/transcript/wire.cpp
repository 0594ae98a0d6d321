#include "transcript/wire.h"

#include <algorithm>

namespace mpc::transcript {

namespace {

constexpr const char* truncated = "truncated";
constexpr const char* not_canonical = "not canonical";
constexpr const char* out_of_range = "out of range";

bool fits(const Nat& value, std::size_t length) { return bytes_for_bits(bits_var(value)) <= length; }

}  // namespace

Writer& Writer::u8(std::uint8_t value) {
  out_.push_back(value);
  return *this;
}

Writer& Writer::u16(std::uint16_t value) {
  return u8(static_cast<std::uint8_t>(value >> 8)).u8(static_cast<std::uint8_t>(value));
}

Writer& Writer::u32(std::uint32_t value) {
  return u16(static_cast<std::uint16_t>(value >> 16)).u16(static_cast<std::uint16_t>(value));
}

Writer& Writer::u64(std::uint64_t value) {
  return u32(static_cast<std::uint32_t>(value >> 32)).u32(static_cast<std::uint32_t>(value));
}

Writer& Writer::bytes(ByteView data) {
  append(out_, data);
  return *this;
}

Writer& Writer::nat(const Nat& value, std::size_t length) {
  MPC_ASSERT(fits(value, length));
  return bytes(value.to_bytes(length));
}

Writer& Writer::integer(const Int& value, std::size_t magnitude_length) {
  return u8(is_negative_var(value) ? 1 : 0).nat(value.magnitude(), magnitude_length);
}

Writer& Writer::point(const curve::Point& value) { return bytes(value.encode()); }

Writer& Writer::scalar(const curve::Scalar& value) { return bytes(value.to_bytes()); }

void Reader::fail(const char* field, const char* reason) {
  if (!failure_) failure_ = refuse("E_DECODE", std::string(field) + ": " + reason);
}

std::optional<ByteView> Reader::take(const char* field, std::size_t length) {
  if (failure_) return std::nullopt;
  if (length > rest_.size()) {
    fail(field, truncated);
    return std::nullopt;
  }
  const ByteView front = rest_.first(length);
  rest_ = rest_.subspan(length);
  return front;
}

std::uint32_t Reader::unsigned_integer(const char* field, std::size_t length) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : take(field, length).value_or(ByteView{})) value = value << 8 | byte;
  return value;
}

std::uint8_t Reader::u8(const char* field, std::uint8_t at_most) {
  const std::uint32_t value = unsigned_integer(field, 1);
  if (value <= at_most) return static_cast<std::uint8_t>(value);
  fail(field, out_of_range);
  return 0;
}

std::uint16_t Reader::u16(const char* field) { return static_cast<std::uint16_t>(unsigned_integer(field, 2)); }

std::uint32_t Reader::u32(const char* field) { return unsigned_integer(field, 4); }

std::uint64_t Reader::u64(const char* field) {
  const std::uint64_t high = u32(field);
  return high << 32 | u32(field);
}

Bytes Reader::bytes(const char* field, std::size_t length) {
  const ByteView data = take(field, length).value_or(ByteView{});
  return Bytes(data.begin(), data.end());
}

Bytes32 Reader::bytes32(const char* field) {
  Bytes32 out{};
  if (const auto data = take(field, out.size())) std::copy(data->begin(), data->end(), out.begin());
  return out;
}

Nat Reader::nat(const char* field, std::size_t length, const Nat* below) {
  if (const auto data = take(field, length)) {
    Nat value = Nat::from_bytes(*data);
    if (below == nullptr || less_var(value, *below)) return value;
    fail(field, out_of_range);
  }
  return Nat::of(0);
}

Int Reader::integer(const char* field, std::size_t magnitude_length) {
  const std::uint8_t sign = u8(field);
  Nat magnitude = nat(field, magnitude_length);
  // Minus zero would be a second encoding of zero.
  const bool canonical = sign == 0 || (sign == 1 && !is_zero_var(magnitude));
  if (!canonical) fail(field, not_canonical);
  if (!ok()) return Int();
  return Int(sign == 1 ? all_ones : 0, std::move(magnitude));
}

curve::Point Reader::point(const char* field) {
  if (const auto data = take(field, 33)) {
    if (auto value = curve::Point::decode(*data)) return *value;
    fail(field, not_canonical);
  }
  return curve::Point::generator();
}

curve::Scalar Reader::scalar(const char* field) {
  if (const auto data = take(field, 32)) {
    if (auto value = curve::Scalar::from_bytes(*data)) return *value;
    fail(field, out_of_range);
  }
  return curve::Scalar();
}

Refusal Reader::finish() const {
  if (failure_) return failure_;
  if (!rest_.empty()) return refuse("E_DECODE", "message: trailing bytes");
  return std::nullopt;
}

}  // namespace mpc::transcript
