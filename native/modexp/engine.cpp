#include "modexp/engine.h"

#include <time.h>

#include <atomic>

#include "arith/number_theory.h"
#include "arith/sample.h"
#include "base/result.h"
#include "base/thread_pool.h"
#include "modexp/portable.h"

namespace mpc::modexp {

namespace {

using portable::Power;

std::atomic<std::uint64_t> run_count{0};
std::atomic<std::uint64_t> product_count{0};
std::atomic<std::uint64_t> cpu_nanoseconds{0};

std::uint64_t thread_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

/// The inverse of a public base. Callers verified that it is a unit; 1 stands in for anything else, so that a caller's
/// mistake cannot crash the process.
Nat public_inverse(const Nat& base, const OddModulus& m) {
  const auto inverse = invert_var(base, m.value());
  return inverse ? *inverse : Nat::of(1, m.limbs());
}

/// The inverse of a secret base: a^-1 = u (a u)^-1 for a uniform unit u. The product a u is uniform whatever a is, so
/// inverting it in variable time tells nothing about a.
Nat blinded_inverse(const Nat& base, const OddModulus& m) {
  const Secret<Nat> u = sample_unit(system_rng(), m.value());
  const Nat blinded = declassify("modexp.blinded", m.mul(base, u.expose()));
  return m.mul(public_inverse(blinded, m), u.expose());
}

/// A term as a plain power with non-negative exponent; the sign goes into the base.
Power without_sign(const Term& term, const OddModulus& m) {
  Power power{m.reduce(term.base), term.exponent.magnitude(), term.bits, true};
  switch (term.secrecy) {
    case Secrecy::public_value:
      if (is_negative_var(term.exponent)) power.base = public_inverse(power.base, m);
      break;
    case Secrecy::secret_base:
      if (is_negative_var(term.exponent)) power.base = blinded_inverse(power.base, m);
      break;
    case Secrecy::secret_exponent:
      power.base = select(term.exponent.negative_mask(), public_inverse(power.base, m), power.base);
      power.exponent_public = false;
      break;
    case Secrecy::secret_natural:
      power.exponent_public = false;
      break;
  }
  return power;
}

/// The product on one side of an owned modulus. N-th powers take the shortcut
///     r^N mod p^2 = ((r mod p)^q mod p)^p mod p^2,
/// which holds because raising to p erases everything but the residue mod p.
Nat evaluate_side(const PrimePower& side, std::span<const Power> powers, const std::vector<bool>& nth) {
  const std::size_t prime_bits = side.prime.limbs() * limb_bits;
  std::vector<Power> local;
  for (std::size_t i = 0; i < powers.size(); ++i) {
    if (nth[i]) {
      const Power step{side.prime.reduce(powers[i].base), side.cofactor, prime_bits, false};
      local.push_back(
          {side.power.reduce(portable::multi_power(side.prime, {&step, 1})), side.prime.value(), prime_bits, false});
    } else {
      local.push_back(
          {side.power.reduce(powers[i].base), powers[i].exponent, powers[i].bits, powers[i].exponent_public});
    }
  }
  return portable::multi_power(side.power, local);
}

/// Both sides joined by Garner: x = x_q + q^k ((x_p - x_q) (q^k)^-1 mod p^k).
Nat evaluate_owned(const Factorisation& f, std::size_t limbs, std::span<const Power> powers,
                   const std::vector<bool>& nth) {
  const Nat x_p = evaluate_side(f.p, powers, nth);
  const Nat x_q = evaluate_side(f.q, powers, nth);
  const OddModulus& p = f.p.power;
  const Nat h = p.mul(p.sub(x_p, p.reduce(x_q)), f.q_inverse);
  return add(mul(f.q.power.value(), h), x_q).resized(limbs);
}

/// The factors and fixed-base powers of a product, multiplied onto `residue`.
Nat with_tables_and_factors(const Product& product, Nat residue) {
  const OddModulus& ring = product.modulus()->ring();
  Nat scratch(ring.scratch_limbs());
  for (const Term& term : product.terms()) {
    if (!term.table) continue;
    const Nat power = term.secrecy == Secrecy::public_value
                          ? term.table->power_montgomery_var(term.exponent)
                          : term.table->power_montgomery(Secret(term.exponent), term.bits);
    ring.montgomery_mul(residue.data(), residue.data(), power.data(), scratch.data());
  }
  for (const Nat& factor : product.factors()) residue = ring.mul(residue, ring.reduce(factor));
  return residue;
}

Nat evaluate(const Product& product) {
  const Modulus& modulus = *product.modulus();
  const OddModulus& ring = modulus.ring();
  std::vector<Power> powers;
  std::vector<bool> nth;
  for (const Term& term : product.terms()) {
    if (term.table) {
      MPC_ASSERT(equal_var(term.table->modulus()->value(), ring.value()));
      continue;
    }
    powers.push_back(without_sign(term, ring));
    nth.push_back(term.nth_power);
  }
  Nat residue = Nat::of(1, ring.limbs());
  if (!powers.empty()) {
    if (modulus.factors() != nullptr) {
      residue = evaluate_owned(*modulus.factors(), ring.limbs(), powers, nth);
    } else if (product.is_public()) {
      residue = portable::multi_power_var(ring, powers);
    } else {
      residue = portable::multi_power(ring, powers);
    }
  }
  residue = with_tables_and_factors(product, std::move(residue));
  // Everything that went in is public; only the way there used our factors.
  if (product.is_public()) return declassify("modexp.public_product", std::move(residue));
  return residue;
}

}  // namespace

std::vector<Secret<Nat>> run(std::span<const Product> products) {
  std::vector<Secret<Nat>> residues(products.size());
  if (products.empty()) return residues;
  run_count.fetch_add(1, std::memory_order_relaxed);
  product_count.fetch_add(products.size(), std::memory_order_relaxed);
  parallel_for(products.size(), [&](std::size_t i) {
    const std::uint64_t start = thread_nanoseconds();
    residues[i] = Secret(evaluate(products[i]));
    cpu_nanoseconds.fetch_add(thread_nanoseconds() - start, std::memory_order_relaxed);
  });
  return residues;
}

Stats stats() {
  return {run_count.load(std::memory_order_relaxed), product_count.load(std::memory_order_relaxed),
          cpu_nanoseconds.load(std::memory_order_relaxed)};
}

std::string_view kernel_name() { return "portable"; }

}  // namespace mpc::modexp
