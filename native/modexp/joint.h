// Many powers with secret exponents in one chain: combs over several bases instead of windows of one.
//
// Of `teeth` bases there is a table of all products, T_j[d] = prod_i base_(j teeth + i)^(d_i) for the bits d_i of d, so
// a column of bits takes one product for each group of bases, and all groups share its squaring. The eight lanes have
// an eighth of the columns each: they use the same tables, which are read whole, but once for all lanes. That is what
// counts: windows of a hundred bases do not fit into the second cache, and reading them costs more than the products.
#pragma once

#include "modexp/chain.h"

namespace mpc::modexp {

/// Whether the chain has so many powers with secret exponents that it pays, and the kernel for eight lanes its ring.
bool has_many_secret_powers(const Chain& chain);

/// Takes them out of the chain, and multiplies their product onto its start. Constant time in all but widths.
void join_secret_powers(Chain& chain);

}  // namespace mpc::modexp
