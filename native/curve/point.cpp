#include "curve/point.h"

#include <secp256k1.h>
#include <secp256k1_ecdh.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/wipe.h"

namespace mpc::curve {

namespace {

constexpr std::size_t uncompressed_bytes = 65;
constexpr std::uint8_t uncompressed_tag = 4;

/// One context for the process, blinded once before anyone sees it and never written again, so threads may share it.
/// It is not destroyed: other threads may still be computing while the process ends.
const secp256k1_context* context() {
  static const secp256k1_context* shared = [] {
    secp256k1_context* fresh = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    MPC_ASSERT(fresh != nullptr);
    const Secret<Bytes32> seed(random32(system_rng()));
    MPC_ASSERT(secp256k1_context_randomize(fresh, seed.expose().data()) == 1);
    return fresh;
  }();
  return shared;
}

/// The library's form of a point other than O; wiped, since it may be a secret one.
struct Key {
  Key() = default;
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key() { wipe(&raw, sizeof raw); }

  secp256k1_pubkey raw{};
};

template <class Visit>
void visit_memory(const Key& value, Visit&& visit) {
  visit(value.raw.data, sizeof value.raw.data);
}

/// A "hash" for secp256k1_ecdh that keeps the whole point.
int copy_coordinates(unsigned char* output, const unsigned char* x32, const unsigned char* y32, void*) {
  std::copy_n(x32, 32, output);
  std::copy_n(y32, 32, output + 32);
  return 1;
}

}  // namespace

struct PointConversion {
  static Key to_key(const Point& point) {
    std::array<std::uint8_t, uncompressed_bytes> bytes;
    bytes[0] = uncompressed_tag;
    std::copy(point.xy_.begin(), point.xy_.end(), bytes.begin() + 1);
    Key key;
    MPC_ASSERT(!point.identity_);
    MPC_ASSERT(secp256k1_ec_pubkey_parse(context(), &key.raw, bytes.data(), bytes.size()) == 1);
    wipe(bytes.data(), bytes.size());
    return key;
  }

  static Point from_key(const Key& key) {
    std::array<std::uint8_t, uncompressed_bytes> bytes;
    std::size_t length = bytes.size();
    secp256k1_ec_pubkey_serialize(context(), bytes.data(), &length, &key.raw, SECP256K1_EC_UNCOMPRESSED);
    Point point;
    std::copy(bytes.begin() + 1, bytes.end(), point.xy_.begin());
    point.identity_ = false;
    wipe(bytes.data(), bytes.size());
    return point;
  }

  static Point from_xy(const Coordinates& xy) {
    Point point;
    point.xy_ = xy;
    point.identity_ = false;
    return point;
  }

  /// Without a branch on the coordinates, so that secret points can use it.
  static CompressedPoint compress(const Point& point) {
    CompressedPoint out{};
    if (point.identity_) return out;
    out[0] = static_cast<std::uint8_t>(2 | (point.xy_.back() & 1));
    std::copy_n(point.xy_.begin(), 32, out.begin() + 1);
    return out;
  }
};

namespace {

Key to_key(const Point& point) { return PointConversion::to_key(point); }
Point from_key(const Key& key) { return PointConversion::from_key(key); }

/// Points computed from declassified copies go back under the constant-time checker.
Secret<Point> secret_again(Point point) {
  Secret<Point> out(point);
  wipe(&point, sizeof point);
  out.taint();
  return out;
}

}  // namespace

const Point& Point::generator() {
  static const Point g = mul_base_var(Scalar::of(1));
  return g;
}

std::optional<Point> Point::decode(ByteView compressed) {
  // The library checks the tag, x < p and that x^3 + 7 is a square; of the other lengths it would accept 65.
  if (compressed.size() != CompressedPoint{}.size()) return std::nullopt;
  Key key;
  if (secp256k1_ec_pubkey_parse(context(), &key.raw, compressed.data(), compressed.size()) != 1) return std::nullopt;
  return from_key(key);
}

CompressedPoint Point::encode() const {
  MPC_ASSERT(!identity_);
  return PointConversion::compress(*this);
}

CompressedPoint Point::transcript_bytes() const { return PointConversion::compress(*this); }

Bytes32 Point::x() const {
  Bytes32 out;
  std::copy_n(xy_.begin(), out.size(), out.begin());
  return out;
}

bool equal_var(const Point& a, const Point& b) { return a.is_identity() == b.is_identity() && a.xy() == b.xy(); }

Point add_var(const Point& a, const Point& b) { return sum_var(std::array{a, b}); }

Point sub_var(const Point& a, const Point& b) { return add_var(a, negate_var(b)); }

Point negate_var(const Point& a) {
  if (a.is_identity()) return a;
  Key key = to_key(a);
  MPC_ASSERT(secp256k1_ec_pubkey_negate(context(), &key.raw) == 1);
  return from_key(key);
}

Point sum_var(std::span<const Point> points) {
  std::vector<Key> keys;
  keys.reserve(points.size());
  for (const Point& point : points) {
    if (!point.is_identity()) keys.push_back(to_key(point));
  }
  if (keys.empty()) return Point();
  std::vector<const secp256k1_pubkey*> addresses;
  addresses.reserve(keys.size());
  for (const Key& key : keys) addresses.push_back(&key.raw);
  Key sum;
  // Valid points in: the only failure left is that they cancel.
  if (secp256k1_ec_pubkey_combine(context(), &sum.raw, addresses.data(), addresses.size()) != 1) return Point();
  return from_key(sum);
}

Point mul_var(const Scalar& k, const Point& p) {
  if (p.is_identity() || is_zero_var(k)) return Point();
  Key key = to_key(p);
  MPC_ASSERT(secp256k1_ec_pubkey_tweak_mul(context(), &key.raw, k.to_bytes().data()) == 1);
  return from_key(key);
}

Point mul_base_var(const Scalar& k) {
  if (is_zero_var(k)) return Point();
  Key key;
  MPC_ASSERT(secp256k1_ec_pubkey_create(context(), &key.raw, k.to_bytes().data()) == 1);
  return from_key(key);
}

// The library's tweak_add takes nearly twice as long as a multiple of G and a sum.
Point linear_var(const Scalar& a, const Scalar& b, const Point& p) { return add_var(mul_base_var(a), mul_var(b, p)); }

Secret<Point> mul_base(const Secret<Scalar>& k) {
  const Secret<Bytes32> bytes(k.expose().to_bytes());
  Key key;
  const int nonzero = secp256k1_ec_pubkey_create(context(), &key.raw, bytes.expose().data());
  if (declassify("curve.zero_scalar", nonzero) != 1) return Secret(Point());
  // The serialiser asks whether x = 0, which no point of the curve has (7 is no square mod p), and whether x and y
  // are above p, which they are not in the form that ec_pubkey_create leaves: both branches always go one way.
  return secret_again(from_key(declassify("curve.serialize", key)));
}

Secret<Point> mul(const Secret<Scalar>& k, const Point& p) {
  if (p.is_identity()) return Secret(Point());
  const Secret<Bytes32> bytes(k.expose().to_bytes());
  const Key key = to_key(p);
  Coordinates xy;
  const int nonzero = secp256k1_ecdh(context(), xy.data(), &key.raw, bytes.expose().data(), copy_coordinates, nullptr);
  // For k = 0 the library has computed 1 P instead.
  const bool is_zero = declassify("curve.zero_scalar", nonzero) != 1;
  Secret<Point> product(is_zero ? Point() : PointConversion::from_xy(xy));
  wipe(xy.data(), xy.size());
  return product;
}

Secret<Point> add(const Secret<Point>& a, const Secret<Point>& b) {
  if (a.expose().is_identity()) return b.clone();
  if (b.expose().is_identity()) return a.clone();
  // What the library asks of its inputs holds for every Point: coordinates below p, y^2 = x^3 + 7, x != 0. Its addition
  // is one formula for all cases, doubling included. So every point takes the same path, and only the sum O leaves it.
  // (The details are with the reason's entry in docs/constant_time.md.)
  const Secret<Point> left(declassify("curve.add", a));
  const Secret<Point> right(declassify("curve.add", b));
  const Key keys[] = {to_key(left.expose()), to_key(right.expose())};
  const secp256k1_pubkey* addresses[] = {&keys[0].raw, &keys[1].raw};
  Key sum;
  const int found = secp256k1_ec_pubkey_combine(context(), &sum.raw, addresses, 2);
  // The masks of honest parties make O as likely as a guessed key: 2^-256.
  if (declassify("curve.identity_sum", found) != 1) return Secret(Point());
  return secret_again(from_key(sum));
}

Secret<CompressedPoint> encode(const Secret<Point>& a) { return Secret(PointConversion::compress(a.expose())); }

}  // namespace mpc::curve
