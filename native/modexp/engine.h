// The one place where modular exponentiations happen: a batch of products in, their residues out.
//
// The residue never depends on how it was computed. Today's kernel is portable.h; another kernel changes engine.cpp and
// nothing above it.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "modexp/job.h"

namespace mpc::modexp {

/// Evaluates all products, spread over the threads of parallel_for. residues[i] belongs to products[i]; it is tainted
/// unless the product is public.
std::vector<Secret<Nat>> run(std::span<const Product> products);

/// Counters since the start of the process.
struct Stats {
  std::uint64_t runs = 0;         // calls of run() with at least one product
  std::uint64_t products = 0;     // products evaluated
  std::uint64_t nanoseconds = 0;  // CPU time inside the kernels, summed over threads
};
Stats stats();

/// Name of the kernel in use.
std::string_view kernel_name();

}  // namespace mpc::modexp
