#include "modexp/inverses.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <span>

#include "arith/number_theory.h"
#include "base/thread_pool.h"
#include "modexp/lane_products.h"

// Montgomery's trick, without a way into Montgomery form or out of it. With p_1 = a_1 and p_i = p_(i-1) a_i / R, and
// u_i the inverse of p_i,
//     a_i^-1 = p_(i-1) u_i / R   and   u_(i-1) = a_i u_i / R :
// both are Montgomery products, and the last u is an inversion.

namespace mpc::modexp {

namespace {

using ifma::Vector;

/// Memory for the p_i of one call.
constexpr std::size_t most_numbers = 1024;

/// How many chains so many numbers make best: an inversion costs as much as some six steps of eight chains.
std::size_t chains_for(std::size_t count) {
  const double best = 0.4 * std::sqrt(static_cast<double>(count));
  return std::clamp<std::size_t>(static_cast<std::size_t>(best), 1, ifma::lanes);
}

bool invert_in_lanes(const Ring& ring, std::span<Nat> numbers) {
  const std::size_t chains = chains_for(numbers.size());
  const std::size_t length = (numbers.size() + chains - 1) / chains;
  const Nat one = Nat::of(1, ring.limbs());
  LaneProducts lanes(ring);
  const std::size_t size = lanes.size();
  const auto at = [&](std::size_t lane, std::size_t i) { return lane * length + i; };
  const auto put_numbers = [&](Vector* element, std::size_t i) {
    for (std::size_t lane = 0; lane < chains; ++lane) {
      lanes.put(element, lane, at(lane, i) < numbers.size() ? numbers[at(lane, i)] : one);
    }
  };
  LaneMemory products(length * size);
  LaneMemory factor(size);
  const auto product = [&](std::size_t i) { return products.data() + i * size; };
  put_numbers(product(0), 0);
  for (std::size_t i = 1; i < length; ++i) {
    put_numbers(factor.data(), i);
    std::copy_n(product(i - 1), size, product(i));
    lanes.multiply_onto(product(i), factor.data());
  }
  LaneMemory inverse(size);
  for (std::size_t lane = 0; lane < chains; ++lane) {
    const auto last = invert_var(lanes.take(product(length - 1), lane), ring.odd().value());
    if (!last) return false;
    lanes.put(inverse.data(), lane, *last);
  }
  for (std::size_t i = length; i-- > 0;) {
    put_numbers(factor.data(), i);
    Vector* found = inverse.data();
    if (i > 0) {
      lanes.multiply_onto(product(i - 1), inverse.data());
      found = product(i - 1);
    }
    for (std::size_t lane = 0; lane < chains; ++lane) {
      if (at(lane, i) < numbers.size()) numbers[at(lane, i)] = lanes.take(found, lane);
    }
    lanes.multiply_onto(inverse.data(), factor.data());
  }
  return true;
}

bool invert_one_by_one(const Ring& ring, std::span<Nat> numbers) {
  const OddModulus& m = ring.odd();
  WipedVector<Limb> scratch(m.scratch_limbs());
  const auto multiply = [&](const Nat& a, const Nat& b) {
    Nat out(m.limbs());
    m.montgomery_mul_var(out.data(), a.data(), b.data(), scratch.data());
    return out;
  };
  std::vector<Nat> products = {numbers[0]};
  for (std::size_t i = 1; i < numbers.size(); ++i) products.push_back(multiply(products.back(), numbers[i]));
  const auto last = invert_var(products.back(), m.value());
  if (!last) return false;
  Nat inverse = *last;
  for (std::size_t i = numbers.size(); i-- > 1;) {
    Nat found = multiply(products[i - 1], inverse);
    inverse = multiply(inverse, numbers[i]);
    numbers[i] = std::move(found);
  }
  numbers[0] = std::move(inverse);
  return true;
}

}  // namespace

bool invert_all_var(const Ring& ring, std::vector<Nat>& numbers) {
  if (numbers.empty()) return true;
  const std::size_t piece = std::min(most_numbers, (numbers.size() + thread_limit() - 1) / thread_limit());
  std::atomic<bool> all{true};
  parallel_for((numbers.size() + piece - 1) / piece, [&](std::size_t i) {
    const std::span<Nat> some =
        std::span(numbers).subspan(i * piece).first(std::min(piece, numbers.size() - i * piece));
    if (!(ring.lanes() != nullptr ? invert_in_lanes(ring, some) : invert_one_by_one(ring, some))) all = false;
  });
  return all;
}

}  // namespace mpc::modexp
