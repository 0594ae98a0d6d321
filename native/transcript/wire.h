// Fixed-length wire encodings (spec 1.1): a Writer for our own values and a strict Reader for what a peer sent. No
// field carries its own length and every value has one encoding. All values are public; integers are big endian.
#pragma once

#include "arith/integer.h"
#include "base/bytes.h"
#include "base/result.h"
#include "curve/point.h"
#include "curve/scalar.h"

namespace mpc::transcript {

/// Appends fields. A value that does not fit its field is a broken promise of our own code: asserted.
class Writer {
 public:
  Writer& u8(std::uint8_t value);
  Writer& u16(std::uint16_t value);
  Writer& u32(std::uint32_t value);
  Writer& u64(std::uint64_t value);
  Writer& bytes(ByteView data);
  Writer& nat(const Nat& value, std::size_t length);
  /// A sign byte (1 for negative), then the magnitude.
  Writer& integer(const Int& value, std::size_t magnitude_length);
  /// 33 bytes; the identity has no encoding (asserted by the point).
  Writer& point(const curve::Point& value);
  Writer& scalar(const curve::Scalar& value);

  Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

/// Reads fields from the front of `data`, which must outlive the reader. The first failure sticks: it is remembered
/// with the name of its field, later getters read nothing, and every getter that fails returns a harmless default
/// (zero, the generator, no bytes). So a message is decoded in one straight run, and nothing of it is used until
/// finish() passed.
class Reader {
 public:
  explicit Reader(ByteView data) : rest_(data) {}

  std::uint8_t u8(const char* field, std::uint8_t at_most = 0xff);
  std::uint16_t u16(const char* field);
  std::uint32_t u32(const char* field);
  std::uint64_t u64(const char* field);
  /// No memory is taken before `length` bytes are known to be there, so a length that a peer sent may be used.
  Bytes bytes(const char* field, std::size_t length);
  Bytes32 bytes32(const char* field);
  /// As wide as its length; refused unless below *below where that is given.
  Nat nat(const char* field, std::size_t length, const Nat* below = nullptr);
  /// Sign bytes other than 0 and 1 are refused, and sign 1 with magnitude 0.
  Int integer(const char* field, std::size_t magnitude_length);
  curve::Point point(const char* field);
  /// Refused unless below q.
  curve::Scalar scalar(const char* field);

  /// False after the first failure. For loops whose count came from the peer.
  bool ok() const { return !failure_; }
  /// Called last. E_DECODE with "<field>: truncated | not canonical | out of range", or "message: trailing bytes".
  [[nodiscard]] Refusal finish() const;

 private:
  std::optional<ByteView> take(const char* field, std::size_t length);
  std::uint32_t unsigned_integer(const char* field, std::size_t length);
  void fail(const char* field, const char* reason);

  ByteView rest_;
  Refusal failure_;
};

}  // namespace mpc::transcript
