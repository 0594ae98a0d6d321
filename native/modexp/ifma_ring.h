// The two rings of the kernel: residues modulo m, and modulo m^2 in m-adic form. Both in Montgomery form.
#pragma once

#include "modexp/ifma.h"
#include "modexp/ifma_reduce.h"

namespace mpc::modexp::ifma {
namespace {

MPC_INLINE const V* vectors(const Vector* p) { return reinterpret_cast<const V*>(p); }
MPC_INLINE V* vectors(Vector* p) { return reinterpret_cast<V*>(p); }

struct Nothing {
  void operator()() const {}
};

MPC_INLINE Modulus modulus_of(const Ring& ring) {
  return {ring.n, vectors(ring.m), vectors(ring.fold), load(vectors(ring.minus_inverse))};
}

/// Residues modulo m. Outputs may alias inputs.
class PlainRing {
 public:
  static int scratch(const Ring& ring) { return 2 * ring.n; }

  PlainRing(const Ring& ring, V* scratch) : mod_(modulus_of(ring)), columns_(scratch) {}

  int size() const { return mod_.n; }
  template <class Idle>
  void square(V* out, const V* a, Idle&& idle) const {
    ifma::square(columns_, a, mod_.n, idle);
    reduce(out, columns_, mod_, idle);
  }
  void multiply(V* out, const V* a, const V* b) const { multiply(out, a, b, Nothing{}); }
  template <class Idle>
  void multiply(V* out, const V* a, const V* b, Idle&& idle) const {
    ifma::multiply<false>(columns_, a, b, mod_.n, idle);
    reduce(out, columns_, mod_, idle);
  }

 private:
  Modulus mod_;
  V* columns_;
};

/// Residues x0 + x1 m modulo m^2. With t + q m = r R for t = x0 y0,
///     x y / R = r + m ((x0 y1 + x1 y0 - q) / R)   mod m^2,
/// so a product takes three half-size products and two half-size reductions. The first reduction cannot use folds,
/// which yield no quotient. -q is written K - q with K a multiple of m that keeps every column non-negative.
class AdicRing {
 public:
  static int scratch(const Ring& ring) { return 5 * ring.n; }

  AdicRing(const Ring& ring, V* scratch)
      : mod_(modulus_of(ring)),
        lift_(vectors(ring.lift)),
        low_(scratch),
        high_(scratch + 2 * ring.n),
        quotient_(scratch + 4 * ring.n) {}

  int size() const { return 2 * mod_.n; }
  template <class Idle>
  void square(V* out, const V* a, Idle&& idle) const {
    const int n = mod_.n;
    ifma::square(low_, a, n, idle);
    ifma::multiply<false>(high_, a, a + n, n, idle);
    reduce_with_quotient(out, quotient_, low_, mod_, idle);
    for (int i = 0; i < 2 * n; ++i) store(high_ + i, add(load(high_ + i), load(high_ + i)));
    finish_high(out, idle);
  }
  void multiply(V* out, const V* a, const V* b) const { multiply(out, a, b, Nothing{}); }
  template <class Idle>
  void multiply(V* out, const V* a, const V* b, Idle&& idle) const {
    const int n = mod_.n;
    ifma::multiply<false>(low_, a, b, n, idle);
    ifma::multiply<false>(high_, a, b + n, n, idle);
    ifma::multiply<true>(high_, a + n, b, n, idle);
    reduce_with_quotient(out, quotient_, low_, mod_, idle);
    finish_high(out, idle);
  }

 private:
  template <class Idle>
  void finish_high(V* out, Idle&& idle) const {
    const int n = mod_.n;
    for (int i = 0; i < n; ++i) {
      store(high_ + i, add(load(high_ + i), sub(load(lift_ + i), load(quotient_ + i))));
    }
    reduce(out + n, high_, mod_, idle);
  }

  Modulus mod_;
  const V* lift_;
  V* low_;
  V* high_;
  V* quotient_;
};

}  // namespace
}  // namespace mpc::modexp::ifma
