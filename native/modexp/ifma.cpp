#include "modexp/ifma.h"

#if defined(__AVX512IFMA__)

#include "modexp/ifma_power.h"

namespace mpc::modexp::ifma {

bool built() { return true; }

std::size_t scratch_vectors(const Job& job) {
  return job.ring.adic ? power_scratch<AdicRing>(job) : power_scratch<PlainRing>(job);
}

void run(const Job& job) {
  if (job.ring.adic) {
    run_job<AdicRing>(job);
  } else {
    run_job<PlainRing>(job);
  }
}

std::size_t tabulate_scratch(const Ring& ring, int count) {
  const int own = ring.adic ? AdicRing::scratch(ring) : PlainRing::scratch(ring);
  return std::size_t(own) + (std::size_t(element_vectors(ring)) << count);
}

void tabulate(const Ring& ring, const Vector* teeth, int count, std::uint64_t* table, Vector* scratch) {
  ring.adic ? run_tabulate<AdicRing>(ring, teeth, count, table, scratch)
            : run_tabulate<PlainRing>(ring, teeth, count, table, scratch);
}

std::size_t multiply_scratch(const Ring& ring) {
  return std::size_t(ring.adic ? AdicRing::scratch(ring) : PlainRing::scratch(ring));
}

void multiply_onto(const Ring& ring, Vector* product, const Vector* factor, Vector* scratch) {
  V* x = vectors(product);
  ring.adic ? AdicRing(ring, vectors(scratch)).multiply(x, x, vectors(factor))
            : PlainRing(ring, vectors(scratch)).multiply(x, x, vectors(factor));
}

void fermat(const FermatJob& job) {
  const int n = job.n;
  const Modulus mod{n, vectors(job.m), nullptr, load(vectors(job.minus_inverse))};
  V* x = vectors(job.scratch);
  V* columns = x + n;
  V* quotient = columns + 2 * n;
  copy(x, vectors(job.one), n);
  for (int i = job.bit_count; i-- > 0;) {
    square(columns, x, n, Nothing{});
    // Doubling the columns where the bit is set leaves them far below the bound of the reduction.
    const __mmask8 set = _mm512_test_epi64_mask(digits_of_lanes(job.bits + 8 * i), broadcast(1));
    for (int c = 0; c < 2 * n; ++c) {
      const V column = load(columns + c);
      store(columns + c, _mm512_mask_add_epi64(column, set, column, column));
    }
    reduce_with_quotient(x, quotient, columns, mod, Nothing{});
  }
  // Out of Montgomery form. Limbs are loose, columns are not.
  for (int c = 0; c < n; ++c) store(columns + c, V(Lanes(load(x + c)) & Lanes(mask52())));
  for (int c = n; c < 2 * n; ++c) store(columns + c, zero());
  reduce_with_quotient(vectors(job.result), quotient, columns, mod, Nothing{});
}

}  // namespace mpc::modexp::ifma

#else  // a build for another kind of processor; kernel() never chooses this kernel then

#include <cstdlib>

namespace mpc::modexp::ifma {

bool built() { return false; }
std::size_t scratch_vectors(const Job&) { std::abort(); }
void run(const Job&) { std::abort(); }
void tabulate(const Ring&, const Vector*, int, std::uint64_t*, Vector*) { std::abort(); }
std::size_t tabulate_scratch(const Ring&, int) { std::abort(); }
std::size_t multiply_scratch(const Ring&) { std::abort(); }
void multiply_onto(const Ring&, Vector*, const Vector*, Vector*) { std::abort(); }
void fermat(const FermatJob&) { std::abort(); }

}  // namespace mpc::modexp::ifma

#endif
