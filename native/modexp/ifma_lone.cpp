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

/// The kernel is compiled for numbers of so many vectors.
using Sizes = std::integer_sequence<int, 2, 3, 4, 6, 8, 10, 11, 15>;

template <class Use, int... v>
std::size_t with_ring(const LoneRing& ring, Use&& use, std::integer_sequence<int, v...>) {
  std::size_t out = 0;
  (void)((ring.vectors == v ? (out = with_vectors<v>(ring, use), true) : false) || ...);
  return out;
}
template <class Use>
std::size_t with_ring(const LoneRing& ring, Use&& use) {
  return with_ring(ring, use, Sizes());
}

template <int... v>
constexpr int smallest_size(int limbs, std::integer_sequence<int, v...>) {
  int found = 0;
  (void)((limbs <= 8 * v ? (found = v, true) : false) || ...);
  return found;
}

}  // namespace

int lone_vectors(int limbs) { return smallest_size(limbs, Sizes()); }

std::size_t lone_scratch_words(const LoneJob& job) {
  return with_ring(job.ring, [&]<class R>() { return lone_scratch<R>(job); });
}

void run_lone(const LoneJob& job) {
  with_ring(job.ring, [&]<class R>() {
    run_lone_job<R>(job);
    return std::size_t{0};
  });
}

std::size_t lone_steps_scratch_words(const LoneRing& ring) {
  return with_ring(ring, []<class R>() { return std::size_t{R::scratch_words}; });
}

void run_lone_steps(const LoneStepsJob& job) {
  with_ring(job.ring, [&]<class R>() {
    run_lone_steps_job<R>(job);
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
std::size_t lone_steps_scratch_words(const LoneRing&) { std::abort(); }
void run_lone_steps(const LoneStepsJob&) { std::abort(); }

}  // namespace mpc::modexp::ifma

#endif
