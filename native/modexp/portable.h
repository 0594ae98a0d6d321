// The portable kernel: GMP's mpn and mpz functions, one chain at a time.
#pragma once

#include "modexp/chain.h"

namespace mpc::modexp::portable {

/// Sets chain.result. Powers are simultaneous (one chain of squarings). Constant time in the modulus, the bases and the
/// exponents that are not public; chains of public operands take GMP's fastest path.
void evaluate(Chain& chain);

}  // namespace mpc::modexp::portable
