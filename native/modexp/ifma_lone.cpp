#include "modexp/ifma.h"

#if defined(__AVX512IFMA__)

#include "modexp/ifma_lone.h"

namespace mpc::modexp::ifma {

namespace {

/// use(ring type) for the ring's kind and size.
template <int v, class Use>
std::size_t with_vectors(const LoneRing& ring, Use&& use) {
  return ring.adic ? use.template operator()<LoneAdicRing<v>>() : use.template operator()<LonePlainRing<v>>();
}

template <class Use>
std::size_t with_ring(const LoneRing& ring, Use&& use) {
  switch (ring.vectors) {
    case 2:
      return with_vectors<2>(ring, use);
    case 3:
      return with_vectors<3>(ring, use);
    case 4:
      return with_vectors<4>(ring, use);
    case 6:
      return with_vectors<6>(ring, use);
    case 8:
      return with_vectors<8>(ring, use);
    case 10:
      return with_vectors<10>(ring, use);
    case 11:
      return with_vectors<11>(ring, use);
    default:
      return with_vectors<15>(ring, use);
  }
}

}  // namespace

int lone_vectors(int limbs) {
  for (const int vectors : {2, 3, 4, 6, 8, 10, 11, 15}) {
    if (limbs <= 8 * vectors) return vectors;
  }
  return 0;
}

std::size_t lone_scratch_words(const LoneJob& job) {
  return with_ring(job.ring, [&]<class R>() { return lone_scratch<R>(job); });
}

void run_lone(const LoneJob& job) {
  with_ring(job.ring, [&]<class R>() {
    run_lone_job<R>(job);
    return std::size_t{0};
  });
}

}  // namespace mpc::modexp::ifma

#else

#include <cstdlib>

namespace mpc::modexp::ifma {

int lone_vectors(int) { return 0; }
std::size_t lone_scratch_words(const LoneJob&) { std::abort(); }
void run_lone(const LoneJob&) { std::abort(); }

}  // namespace mpc::modexp::ifma

#endif
