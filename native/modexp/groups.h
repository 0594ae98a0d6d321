// Products of plain numbers, many at a time: what sums of ciphertexts are. No powers, so no engine run.
#pragma once

#include <functional>

#include "modexp/ring.h"

namespace mpc::modexp {

/// Groups of equal length, one after the other: length > 0.
struct Groups {
  std::size_t count, length;
};

/// out[g] = prod at(g * length + i) over i < length, for residues modulo the ring. at: called from many threads.
/// Constant time in the residues.
std::vector<Nat> multiply_groups(const Ring& ring, const Groups& groups, const std::function<Nat(std::size_t)>& at);

}  // namespace mpc::modexp
