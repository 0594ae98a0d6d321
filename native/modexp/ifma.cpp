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

void tabulate(const Ring& ring, const Vector* base, int window, std::uint64_t* table, Vector* scratch) {
  V* memory = vectors(scratch);
  const PlainRing plain(ring, memory);
  build_table(plain, table, vectors(ring.r2), window, vectors(base), memory + PlainRing::scratch(ring));
}

}  // namespace mpc::modexp::ifma

#else  // a build for another kind of processor; kernel() never chooses this kernel then

#include <cstdlib>

namespace mpc::modexp::ifma {

bool built() { return false; }
std::size_t scratch_vectors(const Job&) { std::abort(); }
void run(const Job&) { std::abort(); }
void tabulate(const Ring&, const Vector*, int, std::uint64_t*, Vector*) { std::abort(); }

}  // namespace mpc::modexp::ifma

#endif
