// Scalars, points and signatures of the curve layer, against GMP's arithmetic and constants computed elsewhere.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "arith/number_theory.h"
#include "arith/sample.h"
#include "base/seeded_random.h"
#include "curve/ecdsa.h"
#include "curve/point.h"
#include "curve/scalar.h"
#include "tests/support/hex.h"
#include "tests/support/scripted_random.h"

namespace mpc::curve {
namespace {

using fixtures::from_hex;

template <class Container>
Bytes bytes_of(const Container& container) {
  return Bytes(container.begin(), container.end());
}

Scalar scalar_hex(const std::string& hex) { return Scalar::from_bytes(from_hex(hex)).value(); }

const Scalar& minus_one() {
  static const Scalar value = negate(Scalar::of(1));
  return value;
}

/// Zero, both ends, both sides of the half and random values.
std::vector<Scalar> sample_scalars() {
  SeededRng rng(as_bytes("test_curve scalars"));
  const Scalar half = scalar_from(shift_right(order(), 1));
  std::vector<Scalar> out = {Scalar(), Scalar::of(1), Scalar::of(2), minus_one(), half, add(half, Scalar::of(1))};
  for (int i = 0; i < 8; ++i) out.push_back(sample_scalar(rng).expose());
  return out;
}

std::vector<Point> sample_points() {
  std::vector<Point> out = {Point(), Point::generator(), negate_var(Point::generator())};
  for (const int k : {7, 8, 4711}) out.push_back(mul_base_var(Scalar::of(static_cast<std::uint64_t>(k))));
  return out;
}

// ---- Scalars

TEST(Scalar, arithmetic_agrees_with_gmp) {
  for (const Scalar& a : sample_scalars()) {
    for (const Scalar& b : sample_scalars()) {
      const Nat x = a.to_nat();
      const Nat y = b.to_nat();
      EXPECT_TRUE(equal_var(add(a, b).to_nat(), mod_var(mpc::add(x, y), order())));
      EXPECT_TRUE(equal_var(sub(a, b).to_nat(), mod_var(mpc::sub(mpc::add(x, order()), y.resized(5)), order())));
      EXPECT_TRUE(equal_var(mul(a, b).to_nat(), mod_var(mpc::mul(x, y), order())));
      EXPECT_EQ(equal_var(a, b), equal_var(x, y));
    }
    EXPECT_TRUE(is_zero_var(add(a, negate(a))));
    EXPECT_EQ(zero_mask(a), is_zero_var(a.to_nat()) ? all_ones : 0);
  }
}

TEST(Scalar, inverse_agrees_with_gmp_and_zero_has_zero) {
  for (const Scalar& a : sample_scalars()) {
    const Nat expected = is_zero_var(a) ? Nat(1) : invert_var(a.to_nat(), order()).value();
    EXPECT_TRUE(equal_var(invert(a).to_nat(), expected));
  }
}

TEST(Scalar, bytes_round_trip_and_only_canonical_ones_are_read) {
  for (const Scalar& a : sample_scalars()) {
    EXPECT_TRUE(equal_var(Scalar::from_bytes(a.to_bytes()).value(), a));
    EXPECT_EQ(bytes_of(a.to_bytes()), a.to_nat().to_bytes(32));
  }
  EXPECT_FALSE(Scalar::from_bytes(order().to_bytes(32)));
  EXPECT_FALSE(Scalar::from_bytes(Bytes(32, 0xff)));
  EXPECT_FALSE(Scalar::from_bytes(Bytes(31, 1)));
  EXPECT_FALSE(Scalar::from_bytes(Bytes(33, 0)));
  EXPECT_FALSE(Scalar::from_bytes({}));
}

TEST(Scalar, numbers_of_any_width_are_reduced) {
  SeededRng rng(as_bytes("test_curve widths"));
  for (const std::size_t bits : {1, 63, 64, 255, 256, 257, 512, 1000, 3072}) {
    for (int i = 0; i < 8; ++i) {
      const Nat a = sample_below(rng, Nat::power_of_two(bits)).expose();
      const Nat expected = mod_var(a, order());
      EXPECT_TRUE(equal_var(scalar_from(a).to_nat(), expected)) << bits;
      EXPECT_TRUE(equal_var(scalar_from(Int(a)).to_nat(), expected)) << bits;
      EXPECT_TRUE(equal_var(scalar_from(Int(all_ones, a)), negate(scalar_from(a)))) << bits;
    }
  }
  EXPECT_TRUE(is_zero_var(scalar_from(order())));
  EXPECT_TRUE(is_zero_var(scalar_from(mpc::mul(order(), order()))));
  EXPECT_TRUE(is_zero_var(scalar_from(Int(all_ones, order()))));
}

TEST(Scalar, balanced_is_the_residue_nearest_to_zero) {
  const Nat half = shift_right(order(), 1);
  for (const Scalar& a : sample_scalars()) {
    const Int value = balanced(a);
    EXPECT_EQ(value.limbs(), 4u);
    EXPECT_TRUE(magnitude_at_most_var(value, half));
    EXPECT_EQ(is_negative_var(value), less_var(half, a.to_nat()));
    EXPECT_TRUE(equal_var(value.magnitude(), is_negative_var(value) ? mpc::sub(order(), a.to_nat()) : a.to_nat()));
    EXPECT_TRUE(equal_var(scalar_from(value), a));
  }
  EXPECT_TRUE(equal_var(balanced(scalar_from(half)).magnitude(), half));
  EXPECT_TRUE(equal_var(balanced(scalar_from(mpc::add(half, Nat::of(1)))).magnitude(), half));
}

TEST(Scalar, sampling_refuses_what_is_out_of_range) {
  Bytes script = order().to_bytes(32);
  append(script, Scalar().to_bytes());
  fixtures::ScriptedRng with_zero(script);
  EXPECT_TRUE(is_zero_var(sample_scalar(with_zero).expose()));
  EXPECT_EQ(with_zero.unread(), 0U);

  append(script, minus_one().to_bytes());
  fixtures::ScriptedRng without_zero(script);
  EXPECT_TRUE(equal_var(sample_nonzero_scalar(without_zero).expose(), minus_one()));
  EXPECT_EQ(without_zero.unread(), 0U);
}

// ---- Points

// k, k G compressed and y(k G), computed with affine formulas in Python.
struct Multiple {
  const char* k;
  const char* point;
  const char* y;
};
constexpr Multiple known_multiples[] = {
    {"0000000000000000000000000000000000000000000000000000000000000001",
     "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
     "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"},
    {"da3a456ba70b340ad4038f5748ed4b17f832208abfec2d454ea1f9f4b6985ceb",
     "038f9d2623bfc24a0288dfcdb128bbef3f32084b15353afd8642747feab0fc1954",
     "3ee5bd0ae3b8cfc0ea1f21fb938e2dbf3cfcc9612a0f3a2b80eea47ca08a1c71"},
    {"7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0",
     "0300000000000000000000003b78ce563f89a0ed9414f5aa28ad0d96d6795f9c63",
     "3f3979bf72ae8202983dc989aec7f2ff2ed91bdd69ce02fc0700ca100e59ddf3"},
    {"fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140",
     "0379be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
     "b7c52588d95c3b9aa25b0403f1eef75702e84bb7597aabe663b82f6f04ef2777"},
};

TEST(Point, known_multiples_of_the_generator) {
  for (const Multiple& known : known_multiples) {
    const Point p = mul_base_var(scalar_hex(known.k));
    EXPECT_EQ(bytes_of(p.encode()), from_hex(known.point));
    EXPECT_EQ(bytes_of(p.transcript_bytes()), from_hex(known.point));
    Bytes xy = bytes_of(p.x());
    append(xy, from_hex(known.y));
    EXPECT_EQ(bytes_of(p.xy()), xy);
    EXPECT_EQ(p.y_is_odd(), known.point[1] == '3');
    EXPECT_TRUE(equal_var(p, mul_var(scalar_hex(known.k), Point::generator())));
    EXPECT_TRUE(equal_var(p, Point::decode(from_hex(known.point)).value()));
  }
}

TEST(Point, group_laws_hold_with_the_identity) {
  const Point o;
  for (const Point& p : sample_points()) {
    EXPECT_TRUE(equal_var(add_var(p, o), p));
    EXPECT_TRUE(equal_var(add_var(o, p), p));
    EXPECT_TRUE(add_var(p, negate_var(p)).is_identity());
    EXPECT_TRUE(sub_var(p, p).is_identity());
    EXPECT_TRUE(equal_var(add_var(p, p), mul_var(Scalar::of(2), p)));
    EXPECT_EQ(equal_var(p, o), p.is_identity());
    for (const Point& r : sample_points()) {
      EXPECT_TRUE(equal_var(add_var(p, r), add_var(r, p)));
      EXPECT_TRUE(equal_var(sub_var(add_var(p, r), r), p));
      for (const Point& t : sample_points()) {
        EXPECT_TRUE(equal_var(add_var(add_var(p, r), t), add_var(p, add_var(r, t))));
        EXPECT_TRUE(equal_var(sum_var(std::array{p, r, t}), add_var(p, add_var(r, t))));
      }
    }
  }
  EXPECT_TRUE(sum_var({}).is_identity());
}

TEST(Point, multiplication_is_a_homomorphism_with_zero_and_identity) {
  const auto scalars = sample_scalars();
  for (const Point& p : sample_points()) {
    for (const Scalar& a : scalars) {
      const Point product = mul_var(a, p);
      EXPECT_EQ(product.is_identity(), is_zero_var(a) || p.is_identity());
      EXPECT_TRUE(equal_var(negate_var(product), mul_var(negate(a), p)));
      for (const Scalar& b : {scalars[0], scalars[3], scalars[7]}) {
        EXPECT_TRUE(equal_var(mul_var(add(a, b), p), add_var(product, mul_var(b, p))));
        EXPECT_TRUE(equal_var(linear_var(b, a, p), add_var(mul_base_var(b), product)));
      }
    }
  }
  const Scalar a = scalars[7];
  EXPECT_TRUE(linear_var(negate(a), a, Point::generator()).is_identity());
  EXPECT_TRUE(linear_var(Scalar(), Scalar(), Point::generator()).is_identity());
  // 5 G + k (7 G), from the same Python code as the multiples.
  EXPECT_EQ(bytes_of(linear_var(Scalar::of(5), scalar_hex(known_multiples[1].k), mul_base_var(Scalar::of(7))).encode()),
            from_hex("038c3b561378cc5e194290a887219bccf73a1879ce9660188cc0abee61625ce39e"));
}

TEST(Point, the_identity_has_no_encoding_but_zero_transcript_bytes) {
  EXPECT_EQ(bytes_of(Point().transcript_bytes()), Bytes(33, 0));
  EXPECT_EQ(bytes_of(Point().xy()), Bytes(64, 0));
  EXPECT_DEATH((void)Point().encode(), "broken invariant");
}

TEST(Point, decoding_refuses_everything_but_canonical_points) {
  const Bytes good = bytes_of(Point::generator().encode());
  EXPECT_TRUE(Point::decode(good));
  for (int tag = 0; tag < 256; ++tag) {
    Bytes other = good;
    other[0] = static_cast<std::uint8_t>(tag);
    EXPECT_EQ(Point::decode(other).has_value(), tag == 2 || tag == 3) << tag;
  }
  const std::string refused[] = {
      "020000000000000000000000000000000000000000000000000000000000000005",  // 5^3 + 7 is no square
      "020000000000000000000000000000000000000000000000000000000000000000",  // nor is 7
      "02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f",  // x = p
      "02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30",  // x = p + 1, where 1 is on the curve
      "02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2e",  // p - 1: 6 is no square either
      "02ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
      "000000000000000000000000000000000000000000000000000000000000000000",
  };
  EXPECT_TRUE(Point::decode(from_hex("02" + std::string(63, '0') + "1")));
  for (const std::string& hex : refused) EXPECT_FALSE(Point::decode(from_hex(hex))) << hex;
}

TEST(Point, decoding_refuses_other_lengths) {
  const Bytes good = bytes_of(Point::generator().encode());
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_FALSE(Point::decode(longer));
  EXPECT_FALSE(Point::decode(ByteView(good).first(32)));
  EXPECT_FALSE(Point::decode({}));
  EXPECT_FALSE(Point::decode(Bytes{0}));  // the identity of SEC1
  for (const std::uint8_t tag : Bytes{4, 6}) {
    Bytes uncompressed{tag};
    append(uncompressed, Point::generator().xy());
    EXPECT_FALSE(Point::decode(uncompressed));
  }
}

TEST(SecretPoint, constant_time_routines_agree_with_the_public_ones) {
  for (const Scalar& k : sample_scalars()) {
    const Secret secret_k(k);
    EXPECT_TRUE(equal_var(mul_base(secret_k).expose(), mul_base_var(k)));
    for (const Point& p : sample_points()) {
      EXPECT_TRUE(equal_var(mul(secret_k, p).expose(), mul_var(k, p)));
    }
  }
  for (const Point& a : sample_points()) {
    EXPECT_EQ(bytes_of(encode(Secret(a)).expose()), bytes_of(a.transcript_bytes()));
    for (const Point& b : sample_points()) {
      EXPECT_TRUE(equal_var(add(Secret(a), Secret(b)).expose(), add_var(a, b)));
    }
  }
}

// ---- Signatures

struct Signature {
  Scalar r;
  Scalar s;
  int recovery_id;
};

/// The textbook: r = x(k G) mod q, s = k^-1 (m + r d).
Signature sign(ByteView digest, const Scalar& d, const Scalar& k) {
  const Point nonce = mul_base_var(k);
  const Nat x = Nat::from_bytes(nonce.x());
  const Scalar r = scalar_from(x);
  const Scalar s = mul(invert(k), add(scalar_from(Nat::from_bytes(digest)), mul(r, d)));
  const int parity = static_cast<int>(nonce.y_is_odd() != is_high(s));
  return {r, low_s(s), parity | (less_var(x, order()) ? 0 : 2)};
}

TEST(Ecdsa, signatures_verify_and_recover_their_key) {
  SeededRng rng(as_bytes("test_curve signatures"));
  for (int i = 0; i < 16; ++i) {
    const Scalar d = sample_nonzero_scalar(rng).expose();
    const Point key = mul_base_var(d);
    Bytes32 digest = random32(rng);
    if (i == 0) digest.fill(0xff);  // above q: reduced by both sides
    const auto [r, s, id] = sign(digest, d, sample_nonzero_scalar(rng).expose());
    EXPECT_TRUE(verify_ecdsa_var(key, digest, r, s));
    EXPECT_TRUE(equal_var(recover_var(digest, r, s, id).value(), key));
    EXPECT_FALSE(equal_var(recover_var(digest, r, s, id ^ 1).value(), key));

    EXPECT_FALSE(verify_ecdsa_var(key, digest, r, negate(s)));  // high s
    EXPECT_TRUE(equal_var(recover_var(digest, r, negate(s), id ^ 1).value(), key));
    EXPECT_FALSE(verify_ecdsa_var(key, digest, r, add(s, Scalar::of(1))));
    EXPECT_FALSE(verify_ecdsa_var(key, digest, add(r, Scalar::of(1)), s));
    EXPECT_FALSE(verify_ecdsa_var(negate_var(key), digest, r, s));
    digest[31] ^= 1;
    EXPECT_FALSE(verify_ecdsa_var(key, digest, r, s));
  }
}

TEST(Ecdsa, a_widely_published_signature_verifies) {
  // d = 1, SHA-256("Satoshi Nakamoto"), RFC 6979 nonce.
  const Bytes digest = from_hex("a0dc65ffca799873cbea0ac274015b9526505daaaed385155425f7337704883e");
  const Scalar r = scalar_hex("934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8");
  const Scalar s = scalar_hex("2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5");
  EXPECT_TRUE(verify_ecdsa_var(Point::generator(), digest, r, s));
}

TEST(Ecdsa, recovers_from_a_nonce_point_with_x_above_the_order) {
  // No scalar of such a point is known, but any R with s = 1, m = 0 is a signature for Q = r^-1 R.
  Nat x = order();
  std::optional<Point> nonce;
  while (!nonce) {
    x = mpc::add(x, Nat::of(1)).low(4);
    Bytes encoded{3};
    append(encoded, x.to_bytes(32));
    nonce = Point::decode(encoded);
  }
  const Scalar r = scalar_from(x);
  const Point key = mul_var(invert(r), *nonce);
  const Bytes32 digest{};
  EXPECT_TRUE(verify_ecdsa_var(key, digest, r, Scalar::of(1)));
  EXPECT_TRUE(equal_var(recover_var(digest, r, Scalar::of(1), 3).value(), key));
}

TEST(Ecdsa, malformed_input_is_refused) {
  const Scalar one = Scalar::of(1);
  const Bytes32 digest{};
  const Point& g = Point::generator();
  EXPECT_FALSE(verify_ecdsa_var(Point(), digest, one, one));
  EXPECT_FALSE(verify_ecdsa_var(g, digest, Scalar(), one));
  EXPECT_FALSE(verify_ecdsa_var(g, digest, one, Scalar()));
  EXPECT_FALSE(verify_ecdsa_var(g, ByteView(digest).first(31), one, one));
  EXPECT_FALSE(recover_var(digest, Scalar(), one, 0));
  EXPECT_FALSE(recover_var(digest, one, Scalar(), 0));
  EXPECT_FALSE(recover_var(digest, one, one, -1));
  EXPECT_FALSE(recover_var(digest, one, one, 4));
  EXPECT_FALSE(recover_var(ByteView(digest).first(31), one, one, 0));
  EXPECT_FALSE(recover_var(digest, Scalar::of(5), one, 0));  // no point has x = 5
  EXPECT_FALSE(recover_var(digest, minus_one(), one, 2));    // q - 1 + q is no x at all
}

TEST(Ecdsa, low_s_is_the_smaller_of_both) {
  const Scalar half = scalar_from(shift_right(order(), 1));
  const Scalar above = add(half, Scalar::of(1));
  EXPECT_FALSE(is_high(half));
  EXPECT_TRUE(is_high(above));
  EXPECT_TRUE(equal_var(low_s(above), half));
}

TEST(Ecdsa, der_is_read_strictly) {
  const auto good = parse_der_var(from_hex("3007020101020200ff"));
  ASSERT_TRUE(good);
  EXPECT_TRUE(equal_var(good->first, Scalar::of(1)));
  EXPECT_TRUE(equal_var(good->second, Scalar::of(255)));

  const std::string q = "00fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
  const std::string q_minus_1 = q.substr(0, 64) + "40";
  ASSERT_TRUE(parse_der_var(from_hex("30260221" + q_minus_1 + "020101")));
  const std::string refused[] = {
      "",
      "3000",
      "3006020101020200ff",       // wrong outer length
      "3007020101020200",         // cut
      "3007020101020200ff00",     // followed by a byte
      "308107020101020200ff",     // long form of a short length
      "300802020001020200ff",     // r with a zero too many
      "30060201010201ff",         // s < 0
      "3006020100020101",         // r = 0
      "3006020101020100",         // s = 0
      "30260221" + q + "020101",  // r = q
  };
  for (const std::string& hex : refused) EXPECT_FALSE(parse_der_var(from_hex(hex))) << hex;
}

}  // namespace
}  // namespace mpc::curve
