#include "modexp/engine.h"

#include <atomic>

#include "arith/number_theory.h"
#include "arith/sample.h"
#include "base/result.h"
#include "base/thread_pool.h"
#include "modexp/kernel.h"
#include "modexp/schedule.h"

namespace mpc::modexp {

namespace {

std::atomic<std::uint64_t> run_count{0};
std::atomic<std::uint64_t> product_count{0};

/// The base as a power of t, where its logarithm is known; else null. Bases are compared in variable time: they are
/// public unless declared secret.
const KnownPower* known_power(const Term& term, const Modulus& modulus) {
  const Logarithm* known = modulus.logarithm();
  if (known == nullptr || term.table || term.base_is_secret()) return nullptr;
  for (const KnownPower& power : known->powers) {
    if (equal_var(term.base, power.base)) return &power;
  }
  return nullptr;
}

/// The inverses of public bases with negative or secret exponents, each computed once: a ciphertext is the base of
/// several products of a round.
class PublicInverses {
 public:
  explicit PublicInverses(std::span<const Product> products) {
    for (const Product& product : products) {
      for (const Term& term : product.terms()) {
        const bool needed = term.secrecy == Secrecy::secret_exponent ||
                            (term.secrecy == Secrecy::public_value && is_negative_var(term.exponent));
        if (!needed || term.table || known_power(term, *product.modulus()) != nullptr) continue;
        if (find(*product.modulus(), term.base) == nullptr) known_.push_back({product.modulus().get(), &term.base, {}});
      }
    }
    parallel_for(known_.size(), [this](std::size_t i) { known_[i].inverse = invert(known_[i]); });
  }

  const Nat& of(const Modulus& modulus, const Nat& base) const {
    const Known* found = find(modulus, base);
    MPC_ASSERT(found != nullptr);
    return found->inverse;
  }

 private:
  struct Known {
    const Modulus* modulus;
    const Nat* base;
    Nat inverse;
  };

  /// Callers verified that the base is a unit; 1 stands in for anything else, so that a caller's mistake cannot crash
  /// the process.
  static Nat invert(const Known& known) {
    const OddModulus& m = known.modulus->odd();
    const auto inverse = invert_var(*known.base, m.value());
    return inverse ? *inverse : Nat::of(1, m.limbs());
  }

  const Known* find(const Modulus& modulus, const Nat& base) const {
    for (const Known& known : known_) {
      if (known.modulus == &modulus && equal_var(*known.base, base)) return &known;
    }
    return nullptr;
  }

  std::vector<Known> known_;
};

/// The inverse of a secret base: a^-1 = u (a u)^-1 for a uniform unit u. The product a u is uniform whatever a is, so
/// inverting it in variable time tells nothing about a. Modulo a number with small factors u may fail to be a unit and
/// is drawn again; the number of draws depends on u alone as long as a is a unit, which the caller vouches for.
Nat blinded_inverse(const Nat& base, const OddModulus& m) {
  constexpr int draws = 64;
  for (int i = 0; i < draws; ++i) {
    const Secret<Nat> u = sample_unit(system_rng(), m.value());
    const Nat blinded = declassify("modexp.blinded", m.mul(base, u.expose()));
    if (const auto inverse = invert_var(blinded, m.value())) return m.mul(*inverse, u.expose());
  }
  return Nat::of(1, m.limbs());
}

/// The base as a residue. Public ones mostly are below the modulus.
Nat base_residue(const Term& term, const Modulus& modulus) {
  const bool is_public = !term.base_is_secret() && !modulus.is_secret();
  if (is_public && less_var(term.base, modulus.value())) return term.base.resized(modulus.limbs());
  return modulus.odd().reduce(term.base);
}

/// A term as a plain power with non-negative exponent; the sign goes into the base.
Power without_sign(const Term& term, const Modulus& modulus, const PublicInverses& inverses) {
  const OddModulus& m = modulus.odd();
  Power power{base_residue(term, modulus), term.exponent.magnitude(), term.bits, true};
  switch (term.secrecy) {
    case Secrecy::public_value:
      if (is_negative_var(term.exponent)) power.base = inverses.of(modulus, term.base);
      break;
    case Secrecy::secret_base:
      if (is_negative_var(term.exponent)) power.base = blinded_inverse(power.base, m);
      break;
    case Secrecy::secret_exponent:
      power.base = select(term.exponent.negative_mask(), inverses.of(modulus, term.base), power.base);
      power.exponent_public = false;
      break;
    case Secrecy::secret_natural:
      power.exponent_public = false;
      break;
  }
  return power;
}

/// A term with a table. A signed exponent is offset by a power of two, which makes it positive; `factor` makes up for
/// it.
TableUse table_use(const Term& term, const Modulus& modulus, std::optional<Nat>& factor) {
  const OddModulus& m = modulus.odd();
  MPC_ASSERT(equal_var(term.table->modulus()->value(), m.value()));
  MPC_ASSERT(term.table->modulus()->root().has_value() == modulus.root().has_value());
  const Comb& comb = term.table->comb();
  const bool is_public = term.secrecy == Secrecy::public_value;
  if (is_public && !is_negative_var(term.exponent)) {
    return {term.table, term.exponent.magnitude(), 0, comb.blocks_for(term.bits), true};
  }
  const std::size_t position = term.table->offset_position(term.bits);
  factor = term.table->inverse_offset(position);
  const Int offset(Nat::power_of_two(position));
  return {term.table, add(term.exponent, offset).magnitude(), 0, comb.blocks_for(term.bits + 1), is_public};
}

/// The evaluation of one product: first the chains that shorten N-th powers of an owned modulus, then one chain in the
/// ring itself, or one for each side of an owned modulus; tables and factors stay in the ring.
class Evaluation {
 public:
  Evaluation(const Product& product, const PublicInverses& inverses)
      : product_(product), modulus_(*product.modulus()), start_(Nat::of(1, modulus_.limbs())) {
    const OddModulus& m = modulus_.odd();
    for (const Term& term : product.terms()) {
      if (const KnownPower* known = known_power(term, modulus_)) {
        of_t_ = add(of_t_, mul(term.exponent, Int(known->exponent)));
        has_power_of_t_ = true;
      } else if (term.table) {
        std::optional<Nat> factor;
        tables_.push_back(table_use(term, modulus_, factor));
        if (factor) multiply_onto_start(*factor);
      } else {
        powers_.push_back(without_sign(term, modulus_, inverses));
        nth_.push_back(term.nth_power);
      }
    }
    for (const Nat& factor : product.factors()) multiply_onto_start(m.reduce(factor));
  }

  /// r^N mod p^2 = ((r mod p)^q mod p)^p mod p^2, because raising to p erases everything but the residue mod p. The
  /// inner powers, those of p and then those of q. Modulo p they are all there is.
  void add_inner_chains(std::vector<Chain>& chains) {
    if (!split_by_factors() || !modulus_.root()) return;
    for (const PrimePower* side : {&modulus_.factors()->p, &modulus_.factors()->q}) {
      const OddModulus& prime = side->prime.odd();
      for (std::size_t i = 0; i < powers_.size(); ++i) {
        if (!nth_[i]) continue;
        Chain chain{&side->prime, {}, {}, Nat::of(1, prime.limbs())};
        chain.powers.push_back({prime.reduce(powers_[i].base), side->cofactor, prime_bits(*side), false});
        chains.push_back(std::move(chain));
      }
    }
  }

  void add_outer_chains(std::vector<Chain>& chains, std::vector<Chain>::const_iterator& inner) {
    if (split_by_factors()) {
      const auto steps = std::make_shared<SharedSteps>();
      for (const PrimePower* side : {&modulus_.factors()->p, &modulus_.factors()->q}) {
        Chain chain{&side->power, {}, {}, Nat::of(1, side->power.limbs())};
        chain.steps = steps;
        for (std::size_t i = 0; i < powers_.size(); ++i) chain.powers.push_back(outer_power(*side, i, inner));
        if (has_power_of_t_) chain.powers.push_back(power_of_t(*side));
        chains.push_back(std::move(chain));
      }
      if (tables_.empty()) return;
    }
    Chain chain{&modulus_.ring(), {}, std::move(tables_), start_, product_.is_public()};
    if (!split_by_factors()) chain.powers = std::move(powers_);
    in_ring_ = true;
    chains.push_back(std::move(chain));
  }

  /// Takes its chains from `chain` on.
  Nat finish(std::vector<Chain>::const_iterator& chain) const {
    const OddModulus& m = modulus_.odd();
    Nat residue;
    if (split_by_factors()) {
      const Nat& x_p = (chain++)->result;
      const Nat& x_q = (chain++)->result;
      residue = join(x_p, x_q);
      if (in_ring_) {
        residue = m.mul((chain++)->result, residue);
      } else if (!start_is_one_) {
        residue = m.mul(start_, residue);
      }
    } else {
      residue = (chain++)->result;
    }
    // Everything that went in is public; only the way there used our factors.
    if (product_.is_public()) return declassify("modexp.public_product", std::move(residue));
    return residue;
  }

 private:
  void multiply_onto_start(const Nat& factor) {
    start_ = start_is_one_ ? factor : modulus_.odd().mul(start_, factor);
    start_is_one_ = false;
  }

  bool split_by_factors() const { return modulus_.factors() != nullptr && (!nth_.empty() || has_power_of_t_); }

  /// All powers of known logarithm together, the exponent modulo the order of t on this side.
  Power power_of_t(const PrimePower& side) const {
    const Logarithm& known = *modulus_.logarithm();
    const OddModulus& order = &side == &modulus_.factors()->p ? known.p_order : known.q_order;
    return {side.prime.odd().reduce(known.t), order.reduce(of_t_), prime_bits(side), false};
  }

  static std::size_t prime_bits(const PrimePower& side) { return side.prime.limbs() * limb_bits; }

  Power outer_power(const PrimePower& side, std::size_t i, std::vector<Chain>::const_iterator& inner) const {
    const OddModulus& ring = side.power.odd();
    if (nth_[i] && modulus_.root()) {
      return {ring.reduce((inner++)->result), side.prime.odd().value(), prime_bits(side), false};
    }
    if (nth_[i]) return {ring.reduce(powers_[i].base), side.cofactor, prime_bits(side), false};
    return {ring.reduce(powers_[i].base), powers_[i].exponent, powers_[i].bits, powers_[i].exponent_public};
  }

  /// Garner: x = x_q + q^k ((x_p - x_q) (q^k)^-1 mod p^k).
  Nat join(const Nat& x_p, const Nat& x_q) const {
    const Factorisation& f = *modulus_.factors();
    const OddModulus& p = f.p.power.odd();
    const Nat h = p.mul(p.sub(x_p, p.reduce(x_q)), f.q_inverse);
    return add(mul(f.q.power.odd().value(), h), x_q).resized(modulus_.limbs());
  }

  const Product& product_;
  const Modulus& modulus_;
  Nat start_;  // the product of all factors
  bool start_is_one_ = true;
  std::vector<Power> powers_;
  std::vector<bool> nth_;
  std::vector<TableUse> tables_;
  Int of_t_;  // the exponent of t, where logarithms are known
  bool has_power_of_t_ = false;
  bool in_ring_ = false;
};

}  // namespace

std::vector<Secret<Nat>> run(std::span<const Product> products) {
  std::vector<Secret<Nat>> residues(products.size());
  if (products.empty()) return residues;
  run_count.fetch_add(1, std::memory_order_relaxed);
  product_count.fetch_add(products.size(), std::memory_order_relaxed);

  const PublicInverses inverses(products);
  std::vector<std::optional<Evaluation>> evaluations(products.size());
  parallel_for(products.size(), [&](std::size_t i) { evaluations[i].emplace(products[i], inverses); });
  std::vector<Chain> inner;
  for (auto& evaluation : evaluations) evaluation->add_inner_chains(inner);
  evaluate(inner);
  std::vector<Chain> outer;
  auto next_inner = inner.cbegin();
  for (auto& evaluation : evaluations) evaluation->add_outer_chains(outer, next_inner);
  evaluate(outer);
  auto next = outer.cbegin();
  for (std::size_t i = 0; i < products.size(); ++i) residues[i] = Secret(evaluations[i]->finish(next));
  return residues;
}

Stats stats() {
  return {run_count.load(std::memory_order_relaxed), product_count.load(std::memory_order_relaxed),
          kernel_nanoseconds()};
}

std::string_view kernel_name() { return name(kernel()); }

}  // namespace mpc::modexp
