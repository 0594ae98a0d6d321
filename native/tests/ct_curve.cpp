// Runs every routine of the curve layer that takes secrets on memory marked as undefined. Under valgrind, in a build
// with MPC_POISON=1, a branch or an address that depends on one of them is an error.
#include <array>
#include <cstdio>

#include "base/result.h"
#include "base/seeded_random.h"
#include "curve/ecdsa.h"
#include "curve/point.h"
#include "curve/scalar.h"

using namespace mpc;         // NOLINT: a program, not a library
using namespace mpc::curve;  // NOLINT

namespace {

Secret<Scalar> tainted(const Scalar& value) {
  Secret<Scalar> out(value);
  out.taint();
  return out;
}

/// What a result is worth shows only when it may be looked at.
template <class T>
T reveal(const T& value) {
  return declassify("test.reveal", T(value));
}

/// That a result is still marked, where there is a valgrind to ask: a mark lost on the way would hide every later leak.
template <class T>
bool still_secret([[maybe_unused]] const Secret<T>& value) {
#ifdef MPC_POISON
  bool marked = true;
  visit_memory(value.expose(), [&](const void* at, std::size_t n) {
    std::array<unsigned char, sizeof(T)> bits{};
    if (VALGRIND_GET_VBITS(at, bits.data(), n) == 1) marked = bits[n - 1] != 0;
  });
  return marked;
#else
  return true;
#endif
}

void check_scalars(const Secret<Scalar>& a, const Secret<Scalar>& b) {
  const Scalar& x = a.expose();
  const Scalar& y = b.expose();
  MPC_ASSERT(equal_var(reveal(sub(add(x, y), y)), reveal(x)));
  MPC_ASSERT(is_zero_var(reveal(add(x, negate(x)))));
  MPC_ASSERT(equal_var(reveal(mul(mul(x, y), invert(y))), reveal(x)));
  MPC_ASSERT(equal_var(reveal(scalar_from(balanced(x))), reveal(x)));
  MPC_ASSERT(equal_var(reveal(scalar_from(x.to_nat())), reveal(x)));
  MPC_ASSERT(equal_var(reveal(select(zero_mask(x), y, x)), reveal(x)));

  // Wider than q, and signed.
  const Nat product = mpc::mul(x.to_nat(), y.to_nat());
  MPC_ASSERT(equal_var(reveal(scalar_from(product)), reveal(mul(x, y))));
  MPC_ASSERT(equal_var(reveal(scalar_from(Int(all_ones, product))), reveal(negate(mul(x, y)))));

  const Secret<Bytes32> bytes(x.to_bytes());
  MPC_ASSERT(equal_var(Scalar::from_bytes(reveal(bytes.expose())).value(), reveal(x)));
  const Scalar low = low_s(x);
  MPC_ASSERT(!is_high(reveal(low)));
}

void check_points(const Secret<Scalar>& a, const Secret<Scalar>& b, const Point& p) {
  const Secret<Point> a_g = mul_base(a);
  const Secret<Point> b_p = mul(b, p);
  const Secret<Point> sum = add(a_g, b_p);
  const Secret<CompressedPoint> encoded = encode(sum);
  MPC_ASSERT(still_secret(a_g) && still_secret(b_p) && still_secret(sum) && still_secret(encoded));
  const Scalar x = reveal(a.expose());
  const Scalar y = reveal(b.expose());
  MPC_ASSERT(equal_var(reveal(a_g.expose()), mul_base_var(x)));
  MPC_ASSERT(equal_var(reveal(b_p.expose()), mul_var(y, p)));
  MPC_ASSERT(equal_var(reveal(sum.expose()), linear_var(x, y, p)));
  MPC_ASSERT(reveal(encoded.expose()) == linear_var(x, y, p).transcript_bytes());

  // Both cases of the addition that a formula might treat apart.
  MPC_ASSERT(equal_var(reveal(add(a_g, a_g).expose()), mul_base_var(add(x, x))));
  const Secret<Scalar> minus_a(negate(a.expose()));
  MPC_ASSERT(add(a_g, mul_base(minus_a)).expose().is_identity());
}

void check_identity(const Secret<Scalar>& a) {
  const Secret<Scalar> zero = tainted(Scalar());
  const Secret<Point> o = mul_base(zero);
  MPC_ASSERT(o.expose().is_identity());
  MPC_ASSERT(mul(zero, Point::generator()).expose().is_identity());
  MPC_ASSERT(mul(a, Point()).expose().is_identity());
  MPC_ASSERT(equal_var(reveal(add(o, mul_base(a)).expose()), mul_base_var(reveal(a.expose()))));
  MPC_ASSERT(reveal(encode(o).expose()) == CompressedPoint{});
  MPC_ASSERT(is_zero_var(reveal(invert(zero.expose()))));
  MPC_ASSERT(is_zero_var(reveal(scalar_from(balanced(zero.expose())))));
}

}  // namespace

int main() {
  SeededRng rng(as_bytes("ct_curve"));
  const Point p = mul_base_var(Scalar::of(7));
  for (int i = 0; i < 4; ++i) {
    const Secret<Scalar> a = sample_scalar(rng);  // tainted by the sampler
    const Secret<Scalar> b = sample_nonzero_scalar(rng);
    check_scalars(a, b);
    check_points(a, b, p);
    check_identity(a);
  }
  // The ends of the range.
  const Secret<Scalar> one = tainted(Scalar::of(1));
  const Secret<Scalar> minus_one = tainted(negate(Scalar::of(1)));
  check_scalars(minus_one, one);
  check_points(one, minus_one, p);
  std::puts("ct_curve: done");
  return 0;
}
