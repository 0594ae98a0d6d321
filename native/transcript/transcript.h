// The Fiat-Shamir transcript (spec 2.1, 2.3): typed, length-prefixed items, one XOF, challenges.
//   TE(items) = concatenation of  tag (1 byte) || length of the payload (8 bytes BE) || payload
//   XOF(T):     seed = BLAKE2b-512(T), block c = BLAKE2b-512(key = seed, data = c as 8 bytes LE), read without gaps
//   H-256(T) = the first 32 bytes of XOF(T)
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "arith/integer.h"
#include "base/bytes.h"
#include "base/secret.h"
#include "curve/point.h"
#include "curve/scalar.h"

namespace mpc::transcript {

/// Builds TE(items) by appending. TE("name", ...) of the specification is Encoder().label("name")...
/// The buffer is wiped, because some inputs are secret: bytes() and secret_point_bytes() are constant time in their
/// data, every other item is public. A number that does not fit its length would make two inputs look alike, so that is
/// asserted: decode and range-check what a peer sent before it is hashed.
class Encoder {
 public:
  /// ASCII, asserted.
  Encoder& label(std::string_view text);
  Encoder& bytes(ByteView data);
  Encoder& u64(std::uint64_t value);
  /// The length is fixed by a modulus or a bound, never by the value.
  Encoder& nat(const Nat& value, std::size_t length_bytes);
  Encoder& integer(const Int& value, std::size_t magnitude_bytes);
  /// The identity is 33 zero bytes, here and nowhere else.
  Encoder& point(const curve::Point& value);
  Encoder& secret_point_bytes(const Secret<curve::CompressedPoint>& encoded);
  Encoder& scalar(const curve::Scalar& value);
  /// `elements` holds exactly `count` items (not checked); lists nest.
  Encoder& list(std::size_t count, const Encoder& elements);

  ByteView view() const { return buffer_; }

 private:
  Encoder& item(std::uint8_t tag, ByteView payload);
  void header(std::uint8_t tag, std::uint64_t length);
  void append_u64(std::uint64_t value);

  WipedBytes buffer_;
};

/// H-256. As secret as its input; no input of full entropy can be read back from it.
Bytes32 h256(const Encoder& input);

/// XOF(TE): challenges are read one after the other, never two from the same bytes, so there is no copy.
class Xof {
 public:
  explicit Xof(const Encoder& input);
  ~Xof();
  Xof(const Xof&) = delete;
  Xof& operator=(const Xof&) = delete;

  void read(std::span<std::uint8_t> out);

  /// 48 bytes mod q, bias at most 2^-128. The integer challenge is curve::balanced of it.
  curve::Scalar scalar();
  /// The same bytes as scalar(), for masks: the input of this XOF is secret.
  Secret<curve::Scalar> secret_scalar();
  /// n bits in ceil(n/8) bytes, to be read with bit(); the spare bits of the last byte are zero.
  Bytes bits(std::size_t n);
  /// ceil(n_bits/8) + 16 bytes mod n, for public n > 0 of n_bits bits; bias at most 2^-128, as wide as n. That it is a
  /// unit is for the caller to test: a failure means that n was factored, and there is no second try.
  Nat unit_candidate(const Nat& n, std::size_t n_bits);
  /// 32 bytes - 2^255, in [-2^255, 2^255).
  Int fac_challenge();
  /// In [0, 2^bits), for whole bytes: a challenge of a batch proof.
  Nat unsigned_challenge(std::size_t bits);
  /// TOY: 4 bytes - 2^31, in [-2^31, 2^31).
  Int toy_challenge();

 private:
  void next_block();
  Nat natural(std::size_t length);

  std::array<std::uint8_t, 64> seed_{};
  std::array<std::uint8_t, 64> block_{};
  std::uint64_t counter_ = 0;
  std::size_t used_ = 64;
};

/// Bit i of Xof::bits.
inline bool bit(ByteView bits, std::size_t i) { return ((bits[i >> 3] >> (i & 7)) & 1) != 0; }

}  // namespace mpc::transcript
