// Timing of secrets, measured (after Reparaz, Balasch and Verbauwhede, "Dude, is my code constant time?", DATE 2017):
// a subject is run with operands of two classes in random order, a special one and random ones, and Welch's t-test
// tells whether the mean times differ. Samples above the 90th percentile, interruptions mostly, are left out.
//
// |t| >= 4.5 in three measurements of three is a leak. Two leaks planted on purpose must be found: a power in variable
// time, and one product more in a constant-time power of a hundred and thirty.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>

#include "arith/number_theory.h"
#include "arith/sample.h"
#include "base/thread_pool.h"
#include "modexp/kernel.h"
#include "modexp/primes.h"
#include "tests/support/fixtures.h"

using namespace mpc;  // NOLINT: a program, not a library
using modexp::Modulus;
using modexp::ModulusPtr;
using modexp::Product;

namespace {

constexpr double threshold = 4.5;
constexpr std::size_t planted_leaks = 2;  // the first subjects
constexpr std::size_t samples = 20000;
constexpr std::size_t variants = 16;  // operands of each class, so that neither has warmer memory
constexpr std::size_t bits = 512;

/// run(special, variant) is what is timed.
struct Subject {
  const char* name;
  std::function<void(bool, std::size_t)> run;
};

struct Moments {
  double count = 0;
  double mean = 0;
  double squares = 0;  // of deviations from the mean

  void add(double x) {
    count += 1;
    const double delta = x - mean;
    mean += delta / count;
    squares += delta * (x - mean);
  }
  double variance_of_mean() const { return squares / (count - 1) / count; }
};

double t_statistic(const Subject& subject) {
  std::mt19937_64 random(std::random_device{}());
  std::vector<std::pair<double, bool>> times;
  for (std::size_t i = 0; i < samples; ++i) {
    const bool special = random() % 2 == 0;
    const std::size_t variant = random() % variants;
    const auto start = std::chrono::steady_clock::now();
    subject.run(special, variant);
    const auto end = std::chrono::steady_clock::now();
    times.emplace_back(std::chrono::duration<double, std::nano>(end - start).count(), special);
  }
  std::vector<double> sorted;
  for (const auto& [time, special] : times) sorted.push_back(time);
  const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() * 9 / 10);
  std::nth_element(sorted.begin(), last, sorted.end());
  Moments moments[2];
  for (const auto& [time, special] : times) {
    if (time < *last) moments[special ? 1 : 0].add(time);
  }
  return (moments[1].mean - moments[0].mean) / std::sqrt(moments[0].variance_of_mean() + moments[1].variance_of_mean());
}

/// Whether the subject behaves as expected in one of three measurements; the |t| of the last one.
std::pair<bool, double> measure(const Subject& subject, bool leaks) {
  double t = 0;
  for (int times = 0; times < 3; ++times) {
    t = std::abs(t_statistic(subject));
    if (leaks == (t >= threshold)) return {true, t};
  }
  return {false, t};
}

// ---- Exponents: zero against random ones

Nat odd_number(std::size_t width, Rng& rng) {
  Nat out = sample_below(rng, Nat::power_of_two(width - 1), width - 1).expose().resized(limbs_for_bits(width));
  out.data()[0] |= 1;
  out.data()[limbs_for_bits(width) - 1] |= Limb{1} << ((width - 1) % limb_bits);
  return out;
}

using MakeProduct = std::function<Product(std::size_t lane, const Secret<Nat>& exponent)>;

/// Runs of `lanes` products each.
Subject exponents(const char* name, std::size_t lanes, Rng& rng, const MakeProduct& make) {
  std::vector<std::vector<Product>> runs;
  for (std::size_t i = 0; i < 2 * variants; ++i) {
    std::vector<Product>& run = runs.emplace_back();
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const bool special = i % 2 == 1;
      run.push_back(make(
          lane, special ? Secret(Nat(limbs_for_bits(bits))) : sample_below(rng, Nat::power_of_two(bits - 1), bits)));
    }
  }
  return {name, [runs = std::move(runs)](bool special, std::size_t variant) {
            (void)modexp::run(runs[2 * variant + (special ? 1 : 0)]);
          }};
}

std::vector<Subject> exponent_subjects(Rng& rng) {
  std::vector<ModulusPtr> plain;
  std::vector<ModulusPtr> squares;
  std::vector<Nat> bases;
  for (std::size_t lane = 0; lane < 8; ++lane) {
    plain.push_back(Modulus::plain(odd_number(bits, rng)));
    squares.push_back(Modulus::square(odd_number(bits, rng)));
    // Tables and inverses need units, and a random modulus has small factors.
    Nat base = sample_unit(rng, plain.back()->value()).expose();
    while (!is_unit_var(base, plain.back()->value())) base = sample_unit(rng, plain.back()->value()).expose();
    bases.push_back(base);
  }
  const auto over = [&bases](const std::vector<ModulusPtr>& moduli) {
    return [&bases, &moduli](std::size_t lane, const Secret<Nat>& exponent) {
      Product product(moduli[lane]);
      product.power_natural(bases[lane], exponent, bits);
      return product;
    };
  };
  const auto many_over = [&bases](const std::vector<ModulusPtr>& moduli) {
    return [&bases, &moduli](std::size_t, const Secret<Nat>& exponent) {
      Product product(moduli[0]);
      for (std::size_t k = 0; k < 2 * bases.size(); ++k) product.power_natural(bases[k / 2], exponent, bits);
      return product;
    };
  };
  const auto table = std::make_shared<const modexp::FixedBase>(plain[0], bases[0], bits);
  const auto by_table = [&](std::size_t, const Secret<Nat>& exponent) {
    Product product(plain[0]);
    product.power(table, Secret(Int(exponent.expose())), bits);
    return product;
  };
  const auto in_the_open = [&](std::size_t lane, const Secret<Nat>& exponent) {
    Product product(plain[lane]);
    product.power_var(bases[lane], Int(exponent.expose()));
    return product;
  };
  // A width of five bits more when the exponent is not zero: one window.
  const auto one_product_more = [&](std::size_t lane, const Secret<Nat>& exponent) {
    Product product(plain[lane]);
    product.power_natural(bases[lane], exponent, is_zero_var(exponent.expose()) ? bits : bits + 5);
    return product;
  };
  // Signs are secret, too: zero against negative and positive exponents, one half each.
  const auto with_sign = [&](std::size_t lane, const Secret<Nat>& exponent) {
    Product product(plain[lane]);
    product.power(bases[lane], Secret(Int(Limb{0} - exponent.expose().bit(0), exponent.expose())), bits);
    return product;
  };
  std::vector<Subject> out;
  out.push_back(exponents("planted leak: a variable-time power", 1, rng, in_the_open));
  out.push_back(exponents("planted leak: one product more", 1, rng, one_product_more));
  out.push_back(exponents("signed exponents, a lone power", 1, rng, with_sign));
  out.push_back(exponents("exponents, eight powers", 8, rng, over(plain)));
  out.push_back(exponents("exponents, a lone power", 1, rng, over(plain)));
  out.push_back(exponents("exponents, eight powers modulo squares", 8, rng, over(squares)));
  out.push_back(exponents("exponents, a lone power modulo a square", 1, rng, over(squares)));
  out.push_back(exponents("exponents, sixteen powers in one product", 1, rng, many_over(plain)));
  out.push_back(exponents("exponents, sixteen powers modulo a square", 1, rng, many_over(squares)));
  out.push_back(exponents("exponents, eight powers by one table", 8, rng, by_table));
  out.push_back(exponents("exponents, a lone power by a table", 1, rng, by_table));
  return out;
}

// ---- Factors: a key of sparse primes against random keys

Nat sparse_prime(std::size_t third_bit, Rng& rng) {
  // The two top bits, as a key's primes have them, and one more.
  Nat out = add(add(Nat::power_of_two(bits - 1), Nat::power_of_two(bits - 2)), Nat::power_of_two(third_bit));
  for (out = add(out, Nat::of(3)); !is_probable_prime_var(out, 20, rng);) out = add(out, Nat::of(4));
  return out.resized(limbs_for_bits(bits));
}

paillier::SecretKey key_of(const Secret<Nat>& p, const Secret<Nat>& q) {
  auto key = paillier::SecretKey::from_primes(p, q);
  MPC_ASSERT(static_cast<bool>(key));
  return std::move(*key);
}

std::vector<Subject> factor_subjects(Rng& rng) {
  const Secret<Nat> p(sparse_prime(bits - 10, rng));
  const Secret<Nat> q(sparse_prime(bits - 20, rng));
  auto keys = std::make_shared<std::vector<paillier::SecretKey>>();
  auto operands = std::make_shared<std::vector<Nat>>();
  for (std::size_t i = 0; i < 2 * variants; ++i) {
    const bool special = i % 2 == 1;
    keys->push_back(special ? key_of(p, q)
                            : key_of(*modexp::find_blum_prime_var(bits, rng), *modexp::find_blum_prime_var(bits, rng)));
    operands->push_back(sample_unit(rng, keys->back().public_key().n()).expose());
  }
  const auto at = [](bool special, std::size_t variant) { return 2 * variant + (special ? 1 : 0); };
  const auto decrypt = [=](bool special, std::size_t variant) {
    const paillier::SecretKey& key = (*keys)[at(special, variant)];
    const auto parts = modexp::run(key.decryption((*operands)[at(special, variant)]));
    (void)key.plaintext(parts[0], parts[1]);
  };
  const auto encrypt = [=](bool special, std::size_t variant) {
    const paillier::SecretKey& key = (*keys)[at(special, variant)];
    std::vector<Product> products;
    products.emplace_back(key.public_key().square_ring()).nth_power(Secret((*operands)[at(special, variant)]));
    (void)modexp::run(products);
  };
  return {{"factors, decryption", decrypt}, {"factors, encryption by the owner", encrypt}};
}

}  // namespace

int main() {
  set_thread_limit(1);
  Rng& rng = system_rng();
  std::vector<Subject> subjects = exponent_subjects(rng);
  for (Subject& subject : factor_subjects(rng)) subjects.push_back(std::move(subject));
  bool fine = true;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const bool planted = i < planted_leaks;
    const auto [good, t] = measure(subjects[i], planted);
    fine = fine && good;
    const char* verdict = planted ? (good ? "found, as it must be" : "NOT FOUND") : good ? "constant" : "LEAKS";
    std::printf("timing, %s kernel: %s: |t| = %.1f, %s\n", std::string(modexp::name(modexp::kernel())).c_str(),
                subjects[i].name, t, verdict);
    std::fflush(stdout);
  }
  return fine ? 0 : 1;
}
