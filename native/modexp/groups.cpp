#include "modexp/groups.h"

#include <algorithm>
#include <bit>

#include "base/result.h"
#include "base/thread_pool.h"
#include "modexp/lane_products.h"

namespace mpc::modexp {

namespace {

using Factors = std::function<Nat(std::size_t)>;

/// Groups cut into pieces, so that few long ones fill lanes and threads, too.
class Pieces {
 public:
  Pieces(const Groups& groups, std::size_t wanted) : groups_(groups) {
    const std::size_t cuts = std::clamp<std::size_t>(wanted / groups.count, 1, groups.length);
    length_ = (groups.length + cuts - 1) / cuts;
    per_group_ = (groups.length + length_ - 1) / length_;
  }

  std::size_t count() const { return groups_.count * per_group_; }
  std::size_t per_group() const { return per_group_; }
  /// Of the longest ones; the last piece of a group may be shorter.
  std::size_t length() const { return length_; }
  std::size_t length(std::size_t piece) const {
    return std::min(length_, groups_.length - piece % per_group_ * length_);
  }
  /// Where the factors of a piece begin.
  std::size_t first(std::size_t piece) const {
    return piece / per_group_ * groups_.length + piece % per_group_ * length_;
  }

 private:
  Groups groups_;
  std::size_t length_;
  std::size_t per_group_;
};

/// R^length for R = 2^bits: what as many Montgomery products divide by. Shorter pieces are filled up with ones.
Nat power_of_radix(const OddModulus& m, std::size_t bits, std::size_t length) {
  return m.pow(m.reduce(Nat::power_of_two(bits)), Nat::of(length), std::bit_width(length));
}

/// Eight pieces in the lanes of the kernel.
class LanePieces {
 public:
  LanePieces(const Ring& ring, const Pieces& pieces, const Factors& at)
      : ring_(ring),
        pieces_(pieces),
        at_(at),
        one_(Nat::of(1, ring.limbs())),
        correction_(power_of_radix(ring.odd(), LaneProducts::radix_exponent(ring), pieces.length())) {}

  void multiply(std::size_t first, std::vector<Nat>& out) const {
    const std::size_t used = std::min<std::size_t>(ifma::lanes, pieces_.count() - first);
    LaneProducts lanes(ring_);
    LaneMemory product(lanes.size());
    LaneMemory factor(lanes.size());
    // The first product takes in the correction.
    for (std::size_t lane = 0; lane < used; ++lane) lanes.put(product.data(), lane, correction_);
    for (std::size_t i = 0; i < pieces_.length(); ++i) {
      for (std::size_t lane = 0; lane < used; ++lane) {
        const std::size_t piece = first + lane;
        lanes.put(factor.data(), lane, i < pieces_.length(piece) ? at_(pieces_.first(piece) + i) : one_);
      }
      lanes.multiply_onto(product.data(), factor.data());
    }
    for (std::size_t lane = 0; lane < used; ++lane) out[first + lane] = lanes.take(product.data(), lane);
  }

 private:
  const Ring& ring_;
  const Pieces& pieces_;
  const Factors& at_;
  Nat one_;
  Nat correction_;  // R^length
};

std::vector<Nat> multiply_in_lanes(const Ring& ring, const Pieces& pieces, const Factors& at) {
  const LanePieces calls(ring, pieces, at);
  std::vector<Nat> out(pieces.count());
  const std::size_t count = (pieces.count() + ifma::lanes - 1) / ifma::lanes;
  parallel_for(count, [&](std::size_t i) { calls.multiply(i * ifma::lanes, out); });
  return out;
}

std::vector<Nat> multiply_one_by_one(const Ring& ring, const Pieces& pieces, const Factors& at) {
  const OddModulus& m = ring.odd();
  const Nat correction = power_of_radix(m, limb_bits * m.limbs(), pieces.length());
  const Nat one = Nat::of(1, m.limbs());
  std::vector<Nat> out(pieces.count());
  parallel_for(pieces.count(), [&](std::size_t piece) {
    WipedVector<Limb> scratch(m.scratch_limbs());
    Nat product = correction;
    for (std::size_t i = 0; i < pieces.length(); ++i) {
      const Nat factor = i < pieces.length(piece) ? at(pieces.first(piece) + i) : one;
      m.montgomery_mul(product.data(), product.data(), factor.data(), scratch.data());
    }
    out[piece] = std::move(product);
  });
  return out;
}

/// Without any preparation.
std::vector<Nat> multiply_few(const OddModulus& m, const Groups& groups, const Factors& at) {
  std::vector<Nat> out;
  for (std::size_t g = 0; g < groups.count; ++g) {
    Nat product = at(g * groups.length);
    for (std::size_t i = 1; i < groups.length; ++i) product = m.mul(product, at(g * groups.length + i));
    out.push_back(std::move(product));
  }
  return out;
}

}  // namespace

std::vector<Nat> multiply_groups(const Ring& ring, const Groups& groups, const Factors& at) {
  if (groups.count == 0) return {};
  MPC_ASSERT(groups.length > 0);
  constexpr std::size_t few = 8;
  if (groups.count * groups.length <= few) return multiply_few(ring.odd(), groups, at);
  const bool in_lanes = ring.lanes() != nullptr;
  const Pieces pieces(groups, thread_limit() * (in_lanes ? ifma::lanes : 1));
  const std::vector<Nat> products =
      in_lanes ? multiply_in_lanes(ring, pieces, at) : multiply_one_by_one(ring, pieces, at);
  if (pieces.per_group() == 1) return products;
  const OddModulus& m = ring.odd();
  std::vector<Nat> out;
  for (std::size_t g = 0; g < groups.count; ++g) {
    Nat product = products[g * pieces.per_group()];
    for (std::size_t i = 1; i < pieces.per_group(); ++i) product = m.mul(product, products[g * pieces.per_group() + i]);
    out.push_back(std::move(product));
  }
  return out;
}

}  // namespace mpc::modexp
