#include "modexp/integer_powers.h"

#include <algorithm>

#include "arith/number_theory.h"
#include "base/fork.h"
#include "base/thread_pool.h"
#include "modexp/inverses.h"
#include "modexp/signed_products.h"

namespace mpc::modexp {

namespace {

/// Setting up the engine's constants takes quadratic time; beyond the widths of its kernels GMP alone is better.
constexpr std::size_t widest_bits = 16384;
/// Up to here GMP is as quick, also for many at once.
constexpr std::size_t narrow_bits = 256;
/// A table pays from so many exponents of one base on, and so many bits in all of them.
constexpr std::size_t exponents_for_a_table = 4;
constexpr std::size_t bits_for_a_table = 4096;
/// The powers of one product: few share too little work, and the engine takes no more than some ten thousands.
constexpr std::size_t least_powers = 64;
constexpr std::size_t most_powers = 4096;

/// The moduli that were used last: setting up their constants takes as long as a power with a short exponent, and
/// callers who bring plain numbers bring the same modulus again and again.
class RecentModuli {
 public:
  /// Null if it is not among them.
  ModulusPtr find_var(const Nat& m) {
    const std::lock_guard lock(mutex_);
    const auto known = std::ranges::find_if(moduli_, [&](const ModulusPtr& one) { return equal_var(one->value(), m); });
    if (known == moduli_.end()) return nullptr;
    std::rotate(moduli_.begin(), known, known + 1);
    return moduli_.front();
  }
  /// Whether this is not the first time of late that it was asked for; then its constants are worth their while.
  bool comes_again_var(const Nat& m) {
    const std::lock_guard lock(mutex_);
    if (std::ranges::any_of(seen_, [&](const Nat& one) { return equal_var(one, m); })) return true;
    if (seen_.size() == most) seen_.pop_back();
    seen_.insert(seen_.begin(), m);
    return false;
  }
  ModulusPtr get_var(const Nat& m) {
    if (const ModulusPtr known = find_var(m)) return known;
    const ModulusPtr made = Modulus::plain(m);
    if (bits_var(m) > widest_bits) return made;
    const std::lock_guard lock(mutex_);
    if (moduli_.size() == most) moduli_.pop_back();
    moduli_.insert(moduli_.begin(), made);
    return made;
  }

 private:
  static constexpr std::size_t most = 8;
  ForkMutex mutex_;
  std::vector<ModulusPtr> moduli_;  // the latest first
  std::vector<Nat> seen_;           // with short exponents; the latest first
};

RecentModuli& recent_moduli() {
  static RecentModuli recent;
  return recent;
}

bool is_one_var(const Nat& m) { return equal_var(m, Nat::of(1)); }
bool suits_engine_var(const Nat& m) { return m.is_odd() && bits_var(m) <= widest_bits; }
/// For powers with so many bits of exponents in all: the constants of a modulus that is new take longer than few bits.
bool suits_engine_var(const Nat& m, std::size_t exponent_bits) {
  constexpr std::size_t share = 8;
  if (!suits_engine_var(m) || bits_var(m) <= narrow_bits) return false;
  return exponent_bits * share >= bits_var(m) || recent_moduli().find_var(m) != nullptr ||
         recent_moduli().comes_again_var(m);
}

Nat residue_var(const Int& a, const Nat& m) {
  const Nat residue = mod_var(a.magnitude(), m);
  return is_negative_var(a) && !is_zero_var(residue) ? sub(m, residue) : residue;
}

Error no_inverse(std::size_t i) { return refuse("E_INVERSE", "[" + std::to_string(i) + "]: not invertible"); }

/// One alone serves all.
template <class T>
const T& at(const std::vector<T>& items, std::size_t i) {
  return items[items.size() == 1 ? 0 : i];
}

/// Bases with their exponents' signs: a negative one takes the inverse.
class SignedBases {
 public:
  static Result<SignedBases> create(const std::vector<Int>& bases, const std::vector<Int>& exponents, const Nat& m) {
    SignedBases out;
    out.bases_.resize(bases.size());
    out.inverses_.resize(bases.size());
    std::vector<char> needed(bases.size(), 0);
    for (std::size_t i = 0; i < std::max(bases.size(), exponents.size()); ++i) {
      if (is_negative_var(at(exponents, i))) needed[bases.size() == 1 ? 0 : i] = 1;
    }
    parallel_for(bases.size(), [&](std::size_t i) {
      out.bases_[i] = residue_var(bases[i], m);
      if (needed[i] != 0) out.inverses_[i] = invert_var(out.bases_[i], m);
    });
    for (std::size_t i = 0; i < bases.size(); ++i) {
      if (needed[i] != 0 && !out.inverses_[i]) return no_inverse(i);
    }
    return out;
  }
  const Nat& of(std::size_t i, const Int& exponent) const {
    return is_negative_var(exponent) ? *at(inverses_, i) : at(bases_, i);
  }

 private:
  std::vector<Nat> bases_;
  std::vector<std::optional<Nat>> inverses_;
};

std::size_t widest_var(const std::vector<Int>& exponents) {
  std::size_t bits = 0;
  for (const Int& exponent : exponents) bits = std::max(bits, bits_var(exponent.magnitude()));
  return bits;
}

std::vector<Nat> run_var(const std::vector<Product>& products) {
  std::vector<Nat> out;
  for (const Secret<Nat>& residue : run(products)) out.push_back(residue.expose());  // public: products of _var terms
  return out;
}

/// By a table of the base, a unit.
std::vector<Nat> powers_by_table_var(const Nat& base, const std::vector<Int>& exponents, const ModulusPtr& modulus) {
  const auto table = std::make_shared<const FixedBase>(modulus, base, widest_var(exponents));
  std::vector<Product> products;
  for (const Int& exponent : exponents) products.emplace_back(modulus).power_var(table, exponent);
  return run_var(products);
}

}  // namespace

Result<std::vector<Nat>> integer_powers_var(const std::vector<Int>& bases, const std::vector<Int>& exponents,
                                            const Nat& m) {
  if (bases.empty() || exponents.empty()) return std::vector<Nat>();
  const std::size_t count = std::max(bases.size(), exponents.size());
  MPC_ASSERT((bases.size() == 1 || bases.size() == count) && (exponents.size() == 1 || exponents.size() == count));
  if (is_one_var(m)) return std::vector<Nat>(count, Nat(1));
  const auto signed_bases = SignedBases::create(bases, exponents, m);
  if (!signed_bases) return signed_bases.error();
  const std::size_t bits = count * widest_var(exponents);
  if (!suits_engine_var(m, bits)) {
    std::vector<Nat> out(count);
    parallel_for(count, [&](std::size_t i) {
      const Int& exponent = at(exponents, i);
      out[i] = pow_var(signed_bases->of(i, exponent), exponent.magnitude(), m);
    });
    return out;
  }
  const ModulusPtr modulus = recent_moduli().get_var(m);
  if (bases.size() == 1 && count >= exponents_for_a_table && bits >= bits_for_a_table) {
    const Nat base = residue_var(bases[0], m).resized(modulus->limbs());
    if (is_unit_var(base, m)) return powers_by_table_var(base, exponents, modulus);
  }
  std::vector<Product> products;
  for (std::size_t i = 0; i < count; ++i) {
    const Int& exponent = at(exponents, i);
    products.emplace_back(modulus).power_var(signed_bases->of(i, exponent), Int(exponent.magnitude()));
  }
  return run_var(products);
}

Result<Nat> product_of_powers_var(const std::vector<Int>& bases, const std::vector<Int>& exponents, const Nat& m) {
  MPC_ASSERT(bases.size() == exponents.size());
  if (is_one_var(m)) return Nat(1);
  std::vector<Nat> residues;
  std::vector<const Int*> signed_exponents;
  for (std::size_t i = 0; i < bases.size(); ++i) {
    residues.push_back(residue_var(bases[i], m));
    signed_exponents.push_back(&exponents[i]);
  }
  BySign products = {Nat::of(1), Nat::of(1)};
  if (suits_engine_var(m)) {
    const std::size_t most = std::clamp(bases.size() / thread_limit() + 1, least_powers, most_powers);
    products = products_by_sign_var(recent_moduli().get_var(m), residues, signed_exponents, most);
  } else {
    for (std::size_t i = 0; i < bases.size(); ++i) {
      Nat& side = is_negative_var(exponents[i]) ? products.negative : products.positive;
      side = mod_var(mul(side, pow_var(residues[i], exponents[i].magnitude(), m)), m);
    }
  }
  const auto inverse = invert_var(products.negative, m);
  if (inverse) return mod_var(mul(products.positive, *inverse), m);
  std::size_t i = 0;
  while (!is_negative_var(exponents[i]) || invert_var(residues[i], m)) ++i;
  return no_inverse(i);
}

Result<std::vector<Nat>> inverses_var(const std::vector<Int>& numbers, const Nat& m) {
  if (is_one_var(m)) return std::vector<Nat>(numbers.size(), Nat(1));
  std::vector<Nat> residues(numbers.size());
  parallel_for(numbers.size(), [&](std::size_t i) { residues[i] = residue_var(numbers[i], m); });
  const auto first_without = [&] {
    std::size_t i = 0;
    while (invert_var(residues[i], m)) ++i;
    return no_inverse(i);
  };
  constexpr std::size_t enough = 8;  // for the constants of a modulus
  if (suits_engine_var(m) && numbers.size() >= enough) {
    const ModulusPtr modulus = recent_moduli().get_var(m);
    std::vector<Nat> out;
    for (const Nat& residue : residues) out.push_back(residue.resized(modulus->limbs()));
    if (!invert_all_var(modulus->ring(), out)) return first_without();
    return out;
  }
  // Montgomery's trick: products up to each, one inverse, and back down.
  std::vector<Nat> up = {Nat::of(1)};
  for (const Nat& a : residues) up.push_back(mod_var(mul(up.back(), a), m));
  auto inverse = invert_var(up.back(), m);
  if (!inverse) return first_without();
  std::vector<Nat> out(numbers.size());
  for (std::size_t i = numbers.size(); i-- > 0;) {
    out[i] = mod_var(mul(*inverse, up[i]), m);
    inverse = mod_var(mul(*inverse, residues[i]), m);
  }
  return out;
}

Secret<Nat> integer_power(const Secret<Int>& base, const Secret<Nat>& exponent, const Nat& m) {
  if (is_one_var(m)) return Secret(Nat(1));
  const ModulusPtr modulus = recent_moduli().get_var(m);
  std::vector<Product> products(1, Product(modulus));
  const Nat residue = modulus->odd().reduce(base.expose());
  products[0].power_natural(residue, exponent, exponent.expose().limbs() * limb_bits);
  return std::move(run(products)[0]);
}

}  // namespace mpc::modexp
