#include "modexp/bos_coster.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "base/result.h"

namespace mpc::modexp {

namespace {

/// What is left of the exponents, the largest on top of a heap.
class Exponents {
 public:
  explicit Exponents(std::span<const Nat* const> exponents) : bits_(exponents.size(), 0) {
    for (const Nat* e : exponents) limbs_ = std::max(limbs_, e->limbs());
    values_.reserve(limbs_ * exponents.size());
    for (std::size_t i = 0; i < exponents.size(); ++i) {
      for (std::size_t k = 0; k < limbs_; ++k) values_.push_back((*exponents[i])[k]);
      const auto slot = static_cast<std::uint16_t>(i);
      count_bits(slot);
      if (bits(slot) != 0) heap_.push_back(slot);
    }
    std::make_heap(heap_.begin(), heap_.end(), less());
  }

  bool empty() const { return heap_.empty(); }
  /// The slots of the largest exponent and, if there are two, of the second largest.
  std::uint16_t largest() const { return heap_[0]; }
  std::optional<std::uint16_t> second() const {
    if (heap_.size() == 1) return std::nullopt;
    return heap_.size() > 2 && less()(heap_[1], heap_[2]) ? heap_[2] : heap_[1];
  }
  /// Call when the largest was made smaller: an exponent of zero has no more to do.
  void settle() {
    if (bits(heap_[0]) == 0) {
      std::pop_heap(heap_.begin(), heap_.end(), less());
      heap_.pop_back();
      return;
    }
    const std::uint16_t moving = heap_[0];
    std::size_t at = 0;
    for (std::size_t child = 1; child < heap_.size(); child = 2 * at + 1) {
      if (child + 1 < heap_.size() && less()(heap_[child], heap_[child + 1])) ++child;
      if (!less()(moving, heap_[child])) break;
      heap_[at] = heap_[child];
      at = child;
    }
    heap_[at] = moving;
  }

  std::size_t bits(std::uint16_t slot) const { return bits_[slot]; }
  bool is_odd(std::uint16_t slot) const { return (at(slot)[0] & 1) != 0; }
  void subtract(std::uint16_t slot, std::uint16_t other) {
    mpn_sub_n(at(slot), at(slot), at(other), used(slot));
    count_bits(slot);
  }
  void halve(std::uint16_t slot) {
    mpn_rshift(at(slot), at(slot), used(slot), 1);
    count_bits(slot);
  }

 private:
  Limb* at(std::uint16_t slot) { return values_.data() + slot * limbs_; }
  const Limb* at(std::uint16_t slot) const { return values_.data() + slot * limbs_; }
  mp_size_t used(std::uint16_t slot) const { return static_cast<mp_size_t>(limbs_for_bits(bits_[slot])); }
  void count_bits(std::uint16_t slot) {
    std::size_t k = bits_.at(slot) == 0 ? limbs_ : limbs_for_bits(bits_[slot]);
    while (k > 0 && at(slot)[k - 1] == 0) --k;
    bits_[slot] = k == 0 ? 0 : limb_bits * (k - 1) + static_cast<std::size_t>(std::bit_width(at(slot)[k - 1]));
  }
  /// For the heap.
  struct Less {
    const Exponents& of;
    bool operator()(std::uint16_t a, std::uint16_t b) const {
      if (of.bits_[a] != of.bits_[b]) return of.bits_[a] < of.bits_[b];
      return mpn_cmp(of.at(a), of.at(b), of.used(a)) < 0;
    }
  };
  Less less() const { return {*this}; }

  std::size_t limbs_ = 1;
  std::vector<Limb> values_;
  std::vector<std::size_t> bits_;
  std::vector<std::uint16_t> heap_;
};

}  // namespace

std::vector<Step> bos_coster_var(std::span<const Nat* const> exponents) {
  MPC_ASSERT(exponents.size() < 0xffff);
  const auto result = static_cast<std::uint16_t>(exponents.size());
  Exponents left(exponents);
  std::vector<Step> steps;
  while (!left.empty()) {
    const std::uint16_t slot = left.largest();
    const std::optional<std::uint16_t> second = left.second();
    if (second && left.bits(slot) <= left.bits(*second) + 1) {
      left.subtract(slot, *second);
      steps.push_back({*second, slot});
    } else {
      // Far above all others, or the last one: bit by bit.
      if (left.is_odd(slot)) steps.push_back({result, slot});
      left.halve(slot);
      if (left.bits(slot) != 0) steps.push_back({slot, slot});
    }
    left.settle();
  }
  return steps;
}

}  // namespace mpc::modexp
