#include "bindings/bench_workload.h"

#include <time.h>

#include <stdexcept>

#include "arith/number_theory.h"
#include "base/result.h"
#include "base/thread_pool.h"
#include "modexp/primes.h"

namespace mpc::bindings::bench {

namespace {

using modexp::Modulus;
using modexp::Product;
using Residues = std::vector<Secret<Nat>>;

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// `evaluate` gives the residues of all products; what it captures lives as long as the side.
template <class Evaluate>
Side side(Evaluate evaluate) {
  const auto latest = std::make_shared<Residues>();
  return {[latest, evaluate = std::move(evaluate)] { *latest = evaluate(); },
          [latest] {
            std::vector<Nat> out;
            for (const auto& residue : *latest) out.push_back(residue.expose());
            return out;
          }};
}

Side engine(std::vector<Product> products) {
  const auto shared = std::make_shared<const std::vector<Product>>(std::move(products));
  return side([shared] { return modexp::run(*shared); });
}

/// `translate` turns what GMP was asked for into what the engine was asked for.
template <class Baseline, class Translate>
Side gmp(std::vector<Baseline> items, Translate translate) {
  struct State {
    std::vector<Baseline> items;
    bool ran = false;
  };
  const auto state = std::make_shared<State>(State{std::move(items)});
  return {[state] {
            for (auto& item : state->items) item.run();
            state->ran = true;
          },
          [state, translate] {
            std::vector<Nat> out;
            for (const auto& item : state->items) {
              if (state->ran) out.push_back(translate(item.residue()));
            }
            return out;
          }};
}
template <class Baseline>
Side gmp(std::vector<Baseline> items) {
  return gmp(std::move(items), [](Nat residue) { return residue; });
}

}  // namespace

double cpu_seconds() { return seconds(CLOCK_THREAD_CPUTIME_ID); }
double wall_seconds() { return seconds(CLOCK_MONOTONIC); }

GmpProduct& GmpProduct::power(const Nat& base, const Nat& exponent) {
  powers_.push_back({Mpz(base), Mpz(exponent)});
  return *this;
}

void GmpProduct::run() {
  mpz_powm(result_, powers_[0].base, powers_[0].exponent, modulus_);
  Mpz power;
  for (std::size_t i = 1; i < powers_.size(); ++i) {
    mpz_powm(power, powers_[i].base, powers_[i].exponent, modulus_);
    mpz_mul(result_, result_, power);
    mpz_mod(result_, result_, modulus_);
  }
}

GmpSecurePower::GmpSecurePower(const Nat& base, const Nat& exponent, const Nat& modulus)
    : base_(base), exponent_(exponent), modulus_(modulus), result_(modulus.limbs()) {
  const auto n = static_cast<mp_size_t>(modulus_.limbs());
  scratch_.resize(static_cast<std::size_t>(
      mpn_sec_powm_itch(static_cast<mp_size_t>(base_.limbs()), exponent_.limbs() * limb_bits, n)));
}

void GmpSecurePower::run() {
  mpn_sec_powm(result_.data(), base_.data(), static_cast<mp_size_t>(base_.limbs()), exponent_.data(),
               exponent_.limbs() * limb_bits, modulus_.data(), static_cast<mp_size_t>(modulus_.limbs()),
               scratch_.data());
}

double Workload::run() {
  // The clock counts this thread only.
  if (thread_limit() != 1) throw std::runtime_error("set_thread_limit(1) first");
  const double start = cpu_seconds();
  ours_.run();
  return cpu_seconds() - start;
}

double Workload::run_baseline() const {
  const double start = cpu_seconds();
  baseline_.run();
  return cpu_seconds() - start;
}

double Workload::run_on_threads() {
  const double start = wall_seconds();
  ours_.run();
  return wall_seconds() - start;
}

bool Workload::check() {
  if (ours_.residues().empty()) ours_.run();
  if (baseline_.residues().empty()) baseline_.run();
  const auto ours = ours_.residues();
  const auto baseline = baseline_.residues();
  return std::equal(ours.begin(), ours.end(), baseline.begin(), baseline.end(), equal_var);
}

Draw::Draw(std::uint64_t seed) : rng_({reinterpret_cast<const std::uint8_t*>(&seed), sizeof seed}) {}

Nat Draw::number(std::size_t bits) {
  Bytes bytes(bytes_for_bits(bits));
  rng_.fill(bytes);
  const Nat drawn = Nat::from_bytes(bytes);
  Nat out = shift_right(drawn, 8 * bytes.size() - bits).resized(limbs_for_bits(bits));
  out.data()[(bits - 1) / limb_bits] |= Limb{1} << ((bits - 1) % limb_bits);
  return out;
}

Nat Draw::odd(std::size_t bits) {
  Nat out = number(bits);
  out.data()[0] |= 1;
  return out;
}

Workload powers(std::size_t bits, std::size_t exponent_bits, std::size_t count, Exponents exponents,
                std::uint64_t seed) {
  Draw draw(seed);
  std::vector<Product> ours;
  std::vector<GmpProduct> baseline;
  std::vector<GmpSecurePower> secure;
  for (std::size_t i = 0; i < count; ++i) {
    const Nat m = draw.odd(bits);
    const Nat base = draw.number(bits - 1);
    const Nat exponent = draw.number(exponent_bits);
    Product& product = ours.emplace_back(Modulus::plain(m));
    if (exponents == Exponents::public_value) {
      product.power_var(base, Int(exponent));
    } else {
      product.power_natural(base, Secret(exponent), exponent_bits);
    }
    if (exponents == Exponents::secret_both) {
      secure.emplace_back(base, exponent, m);
    } else {
      baseline.emplace_back(m).power(base, exponent);
    }
  }
  return {engine(std::move(ours)), secure.empty() ? gmp(std::move(baseline)) : gmp(std::move(secure))};
}

Workload products(std::size_t bits, std::size_t terms, std::size_t count, std::uint64_t seed) {
  Draw draw(seed);
  std::vector<Product> ours;
  std::vector<GmpProduct> baseline;
  for (std::size_t i = 0; i < count; ++i) {
    const Nat m = draw.odd(bits);
    Product& product = ours.emplace_back(Modulus::plain(m));
    GmpProduct& same = baseline.emplace_back(m);
    for (std::size_t k = 0; k < terms; ++k) {
      const Nat base = draw.number(bits - 1);
      const Nat exponent = draw.number(bits);
      product.power_var(base, Int(exponent));
      same.power(base, exponent);
    }
  }
  return {engine(std::move(ours)), gmp(std::move(baseline))};
}

Workload nth_powers(std::size_t bits, std::size_t count, std::uint64_t seed) {
  Draw draw(seed);
  std::vector<Product> ours;
  std::vector<GmpProduct> baseline;
  for (std::size_t i = 0; i < count; ++i) {
    const Nat n = draw.odd(bits);
    const Nat r = draw.number(bits - 1);
    ours.emplace_back(Modulus::square(n)).nth_power(Secret(r));
    baseline.emplace_back(trimmed_var(mul(n, n))).power(r, n);
  }
  return {engine(std::move(ours)), gmp(std::move(baseline))};
}

OwnKey::OwnKey(std::size_t bits, std::uint64_t seed) {
  Draw draw(seed);
  const auto p = modexp::find_blum_prime_var(bits / 2, draw.rng());
  const auto q = modexp::find_blum_prime_var(bits / 2, draw.rng());
  MPC_ASSERT(p && q);
  auto key = paillier::SecretKey::from_primes(*p, *q);
  MPC_ASSERT(static_cast<bool>(key));
  key_ = std::make_shared<const paillier::SecretKey>(std::move(*key));
  phi_ = mul(sub(p->expose(), Nat::of(1)), sub(q->expose(), Nat::of(1)));
}

Workload OwnKey::encryption(std::size_t count, std::uint64_t seed) const {
  Draw draw(seed);
  const paillier::PublicKey& key = key_->public_key();
  std::vector<Product> ours;
  std::vector<GmpProduct> baseline;
  for (std::size_t i = 0; i < count; ++i) {
    const Nat r = draw.number(key.bits() - 1);
    ours.emplace_back(key.square_ring()).nth_power(Secret(r));
    baseline.emplace_back(key.n_squared()).power(r, key.n());
  }
  return {engine(std::move(ours)), gmp(std::move(baseline))};
}

Workload OwnKey::decryption(std::size_t count, std::uint64_t seed) const {
  Draw draw(seed);
  const auto key = key_;
  const Nat n = key->public_key().n();
  std::vector<Nat> ciphertexts;
  std::vector<GmpProduct> baseline;
  for (std::size_t i = 0; i < count; ++i) {
    ciphertexts.push_back(draw.number(2 * key->public_key().bits() - 2));
    baseline.emplace_back(key->public_key().n_squared()).power(ciphertexts.back(), phi_);
  }
  const auto decrypt = [key, ciphertexts] {
    std::vector<Product> halves;
    for (const Nat& c : ciphertexts) {
      for (Product& half : key->decryption(c)) halves.push_back(std::move(half));
    }
    const Residues powers = modexp::run(halves);
    Residues plaintexts;
    for (std::size_t i = 0; i < powers.size(); i += 2) {
      const Secret<Int> m = key->plaintext(powers[i], powers[i + 1]);
      plaintexts.emplace_back(key->public_key().ring()->odd().reduce(m.expose()));
    }
    return plaintexts;
  };
  // c^phi = 1 + m phi N mod N^2, so m = (c^phi - 1) / N phi^-1 mod N.
  const auto phi_inverse = invert_var(phi_, n);
  MPC_ASSERT(phi_inverse.has_value());
  const auto translate = [n, factor = *phi_inverse](const Nat& power) {
    return mod_var(mul(div_var(sub(power, Nat::of(1)), n), factor), n);
  };
  return {side(decrypt), gmp(std::move(baseline), translate)};
}

TablePowers::TablePowers(std::size_t bits, std::size_t exponent_bits, std::size_t count, std::uint64_t seed) {
  Draw draw(seed);
  const auto modulus = Modulus::plain(draw.odd(bits));
  // Tables are made for units, and all but few numbers are.
  Nat base = draw.number(bits - 1);
  while (!is_unit_var(base, modulus->value())) base = draw.number(bits - 1);
  const double start = cpu_seconds();
  table_ = std::make_shared<const modexp::FixedBase>(modulus, base, exponent_bits);
  build_seconds_ = cpu_seconds() - start;
  std::vector<Product> ours;
  std::vector<GmpProduct> baseline;
  for (std::size_t i = 0; i < count; ++i) {
    const Nat exponent = draw.number(exponent_bits);
    ours.emplace_back(modulus).power(table_, Secret(Int(exponent)), exponent_bits);
    baseline.emplace_back(modulus->value()).power(base, exponent);
  }
  workload_.emplace(engine(std::move(ours)), gmp(std::move(baseline)));
}

}  // namespace mpc::bindings::bench
