// The base-2 Fermat test, 2^(m-1) = 1 mod m, of several numbers at once where the kernel has lanes. Variable time.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "arith/nat.h"

namespace mpc::modexp {

class FermatTester {
 public:
  virtual ~FermatTester() = default;

  /// How many numbers a call takes at the price of one.
  virtual std::size_t width() const = 0;
  /// Which of at most width() odd numbers > 2^6, of at most the declared number of limbs, pass.
  virtual std::vector<bool> passes_var(std::span<const Nat> numbers) = 0;
};

/// For numbers of at most max_limbs limbs, with the kernel of this process.
std::unique_ptr<FermatTester> make_fermat_tester(std::size_t max_limbs);

}  // namespace mpc::modexp
