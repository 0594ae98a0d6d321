// The group of secp256k1, written additively, the identity O included. libsecp256k1 does the arithmetic; no type of it
// shows here.
//
// Two families: _var functions on public points and scalars, and functions on Secret<...> that are constant time in
// what they wrap. Whether a point is O is never secret, not even inside a Secret<Point>: it is declassified where the
// point is made (reasons curve.zero_scalar and curve.identity_sum) and functions branch on it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "base/bytes.h"
#include "base/secret.h"
#include "curve/scalar.h"

namespace mpc::curve {

using CompressedPoint = std::array<std::uint8_t, 33>;
using Coordinates = std::array<std::uint8_t, 64>;

class Point {
 public:
  /// The identity O.
  Point() = default;
  static const Point& generator();
  /// Exactly 33 bytes, 02 or 03 and a canonical x < p of a point on the curve. O has no encoding.
  static std::optional<Point> decode(ByteView compressed);

  bool is_identity() const { return identity_; }
  /// The wire encoding. Asserts that the point is not O.
  CompressedPoint encode() const;
  /// For hashes: as encode, and 33 zero bytes for O.
  CompressedPoint transcript_bytes() const;
  // Coordinates, big endian; zero and even for O, which has none.
  Bytes32 x() const;
  bool y_is_odd() const { return (xy_.back() & 1) != 0; }
  /// x || y.
  const Coordinates& xy() const { return xy_; }

 private:
  Coordinates xy_{};  // all zero for O
  bool identity_ = true;

  /// Conversions to and from the library's types, in point.cpp.
  friend struct PointConversion;

  template <class Visit>
  friend void visit_memory(const Point& value, Visit&& visit) {
    visit(value.xy_.data(), value.xy_.size());  // not the flag: see the top of this file
  }
};
static_assert(std::is_trivially_copyable_v<Point>, "Secret<Point> wipes only what is trivially copyable");

// ---- Public points and scalars. All of these take and give O and zero scalars like any other value.
bool equal_var(const Point& a, const Point& b);
Point add_var(const Point& a, const Point& b);
Point sub_var(const Point& a, const Point& b);
Point negate_var(const Point& a);
Point sum_var(std::span<const Point> points);
Point mul_var(const Scalar& k, const Point& p);
Point mul_base_var(const Scalar& k);
/// a G + b P.
Point linear_var(const Scalar& a, const Scalar& b, const Point& p);

// ---- Secret scalars and points.
/// k G. That k = 0 is declassified.
Secret<Point> mul_base(const Secret<Scalar>& k);
/// k P for a public P; constant time in k only. That k = 0 is declassified.
Secret<Point> mul(const Secret<Scalar>& k, const Point& p);
/// a + b. That the sum is O is declassified.
Secret<Point> add(const Secret<Point>& a, const Secret<Point>& b);
/// As Point::transcript_bytes.
Secret<CompressedPoint> encode(const Secret<Point>& a);

}  // namespace mpc::curve
