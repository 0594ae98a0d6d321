// Marks secret memory as undefined for valgrind (builds with MPC_POISON): a branch or an address that depends on it is
// then reported. In every other build these functions vanish.
#pragma once

#include <cstddef>

#ifdef MPC_POISON
#include <valgrind/memcheck.h>
#endif

namespace mpc {

inline void poison([[maybe_unused]] const void* memory, [[maybe_unused]] std::size_t bytes) {
#ifdef MPC_POISON
  (void)VALGRIND_MAKE_MEM_UNDEFINED(memory, bytes);
#endif
}

inline void unpoison([[maybe_unused]] const void* memory, [[maybe_unused]] std::size_t bytes) {
#ifdef MPC_POISON
  (void)VALGRIND_MAKE_MEM_DEFINED(memory, bytes);
#endif
}

}  // namespace mpc
