// What kernels evaluate: a product of powers in one ring, with non-negative exponents. The engine makes one or several
// chains of every product; the scheduler gives them to kernels.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "modexp/bos_coster.h"
#include "modexp/fixed_base.h"

namespace mpc::modexp {

/// base^exponent for a residue and an exponent of public width `bits`. The base is always treated as secret; the
/// exponent's digits may serve as table addresses only when exponent_public.
struct Power {
  Nat base;
  Nat exponent;
  std::size_t bits;
  bool exponent_public;
};

/// The power of a table's base, counting some blocks of the exponent's digits.
struct TableUse {
  FixedBasePtr table;
  Nat exponent;
  std::size_t first_block;
  std::size_t blocks;
  bool exponent_public;
};

/// The steps of Bos and Coster for the powers of a chain with public exponents, computed by the first who needs them:
/// both sides of an owned modulus take the same.
struct SharedSteps {
  std::once_flag made;
  std::vector<Step> steps;
};

struct Chain {
  const Ring* ring;
  std::vector<Power> powers = {};
  std::vector<TableUse> tables = {};
  Nat start;               // a residue, multiplied onto the rest
  bool is_public = false;  // every operand is
  std::shared_ptr<SharedSteps> steps = nullptr;
  Nat result = {};
};

}  // namespace mpc::modexp
