#include "modexp/primes.h"

#include <algorithm>
#include <chrono>

#include "arith/sample.h"
#include "arith/sieve.h"
#include "base/result.h"
#include "modexp/fermat.h"
#include "modexp/kernel.h"
#include "modexp/schedule.h"

namespace mpc::modexp {

namespace {

constexpr int miller_rabin_rounds = 32;
/// Rounds on p = 2q + 1, which is proven already: they only guard against a fault in the Fermat test.
constexpr int confirming_rounds = 4;

mp_size_t gmp_size(std::size_t limbs) { return static_cast<mp_size_t>(limbs); }

/// Asks the caller's KeepSearching at the promised pace, and remembers a refusal.
class Patience {
 public:
  explicit Patience(const KeepSearching& keep_searching) : keep_searching_(keep_searching) { ask(); }

  bool lasts() {
    if (!ended_ && Clock::now() - asked_ >= std::chrono::milliseconds(50)) ask();
    return !ended_;
  }

 private:
  using Clock = std::chrono::steady_clock;

  void ask() {
    ended_ = keep_searching_ && !keep_searching_();
    asked_ = Clock::now();
  }

  const KeepSearching& keep_searching_;
  Clock::time_point asked_;
  bool ended_ = false;
};

/// Miller-Rabin with random bases, all rounds at once by the engine's constant-time powers: not for their timing but
/// because they wipe what they used, and as a second path beside the Fermat test. False as well when cancelled.
bool passes_miller_rabin(const Nat& n, int rounds, Rng& rng, Patience& patience) {
  if (!patience.lasts()) return false;
  const Ring ring(n);
  const std::size_t bits = bits_var(n);
  const Nat one = Nat::of(1, n.limbs());
  const Nat minus_one = sub(n, one);
  // n - 1 = d 2^twos, d odd
  std::size_t twos = 1;
  while (minus_one.bit(twos) == 0) ++twos;
  const Nat d = shift_right(minus_one, twos);
  std::vector<Chain> chains;
  for (int round = 0; round < rounds; ++round) {
    Chain chain{&ring, {}, {}, one};
    chain.powers.push_back({declassify("prime_test.base", sample_unit(rng, n)), d, bits - twos, false});
    chains.push_back(std::move(chain));
  }
  evaluate(chains);
  return std::all_of(chains.begin(), chains.end(), [&](const Chain& chain) {
    Nat x = chain.result;
    bool passes = equal_var(x, one) || equal_var(x, minus_one);
    for (std::size_t i = 1; i < twos && !passes; ++i) {
      x = ring.odd().mul(x, x);
      passes = equal_var(x, minus_one);
    }
    return passes;
  });
}

/// Numbers first + step i, 0 <= i < count, all of exactly `bits` bits with the two top bits set and first = residue
/// mod step.
struct Progression {
  std::size_t bits;
  Limb step;
  Limb residue;
  std::size_t count;
};

/// Uniform up to the few units that lead to the residue class.
Nat random_start(const Progression& progression, Rng& rng) {
  const auto [bits, step, residue, count] = progression;
  const std::size_t limbs = limbs_for_bits(bits);
  const auto n = gmp_size(limbs);
  WipedBytes drawn(bytes_for_bits(bits));
  for (;;) {
    rng.fill(drawn);
    Nat first = Nat::from_bytes({drawn.data(), drawn.size()});
    first.data()[limbs - 1] &= all_ones >> (limb_bits * limbs - bits);
    for (const std::size_t i : {bits - 1, bits - 2}) first.data()[i / limb_bits] |= Limb{1} << (i % limb_bits);
    const Limb move = (residue + step - mpn_mod_1(first.data(), n, step)) % step;
    // A start so high that the progression would leave the range is drawn again; that happens once in 2^40 or less.
    Nat last(limbs);
    if (mpn_add_1(last.data(), first.data(), n, move + step * count) != 0 || bits_var(last) != bits) continue;
    mpn_add_1(first.data(), first.data(), n, move);
    return first;
  }
}

/// p = 2q + 1.
Nat double_plus_one(const Nat& q, std::size_t limbs) { return add(shift_left(q, 1), Nat::of(1)).resized(limbs); }

/// Fermat tests of a progression's survivors, as many at once as the tester takes. Survivors that pass are the hits of
/// a search for primes; in a search for safe primes 2q + 1 is tested, too, in one of the next calls.
class Hunt {
 public:
  Hunt(bool safe, std::size_t limbs, FermatTester& tester, PrimeSearch& search)
      : safe_(safe), limbs_(limbs), tester_(tester), search_(search) {}

  /// The first prime p of the progression that `confirm` accepts; 2q + 1 for survivors q in a search for safe primes.
  template <class Confirm>
  std::optional<Nat> first(const Nat& start, const Progression& progression, const Survivors& survivors,
                           Patience& patience, Confirm&& confirm) {
    std::size_t i = survivors.next_var(0);
    while ((i < progression.count || !doubled_.empty()) && patience.lasts()) {
      std::vector<Nat> numbers = std::exchange(doubled_, {});
      const std::size_t finals = numbers.size();
      for (; numbers.size() < tester_.width() && i < progression.count; i = survivors.next_var(i + 1)) {
        Nat& number = numbers.emplace_back(start);
        mpn_add_1(number.data(), number.data(), gmp_size(number.limbs()), progression.step * i);
      }
      const std::vector<bool> passes = test(numbers);
      for (std::size_t k = 0; k < numbers.size(); ++k) {
        if (!passes[k]) continue;
        if (safe_ && k >= finals) {
          doubled_.push_back(double_plus_one(numbers[k], limbs_));
        } else if (confirm(numbers[k])) {
          return numbers[k];
        }
      }
    }
    return std::nullopt;
  }

 private:
  std::vector<bool> test(std::span<const Nat> numbers) {
    search_.fermat_tests += numbers.size();
    std::vector<bool> passes;
    for (std::size_t from = 0; from < numbers.size(); from += tester_.width()) {
      const std::size_t count = std::min(tester_.width(), numbers.size() - from);
      const std::vector<bool> some = tester_.passes_var(numbers.subspan(from, count));
      passes.insert(passes.end(), some.begin(), some.end());
    }
    return passes;
  }

  bool safe_;
  std::size_t limbs_;
  FermatTester& tester_;
  PrimeSearch& search_;
  std::vector<Nat> doubled_;
};

/// Walks progressions from random starts until a hunt ends with a prime. confirm(p, patience) has the last word.
template <class Sieve, class Confirm>
std::optional<Secret<Nat>> walk(const Progression& progression, bool safe, Rng& rng,
                                const KeepSearching& keep_searching, PrimeSearch* search, Sieve&& sieve,
                                Confirm&& confirm) {
  PrimeSearch uncounted;
  PrimeSearch& counts = search != nullptr ? *search : uncounted;
  Patience patience(keep_searching);
  const std::size_t limbs = limbs_for_bits(progression.bits + (safe ? 1 : 0));
  const auto tester = make_fermat_tester(limbs);
  while (patience.lasts()) {
    const Nat first = random_start(progression, rng);
    const Survivors survivors = sieve(first);
    ++counts.sieved;
    Hunt hunt(safe, limbs, *tester, counts);
    const auto confirmed = [&](const Nat& p) { return confirm(p, patience); };
    if (auto prime = hunt.first(first, progression, survivors, patience, confirmed)) {
      Secret<Nat> secret(*std::move(prime));
      secret.taint();
      return secret;
    }
  }
  return std::nullopt;
}

// Bounds by measurement (GMP 6.2.1): tests on k bits cost about k^2.7 each, and 1 / ln(bound)^2 as many are left by a
// larger bound; a prime of the sieve costs 20 to 35 ns. The optimum is flat: half or twice the bound costs under 4 %.
// Tests in lanes cost an eighth, which moves it to a quarter of the bound.
std::uint32_t safe_sieve_bound(std::size_t bits) {
  if (bits < 192) return 1u << 10;
  if (bits < 384) return 1u << 15;
  if (bits < 640) return 1u << 19;
  if (bits < 896) return 1u << 21;
  if (bits < 1280) return 1u << 23;
  return largest_sieve_bound;
}

std::uint32_t blum_sieve_bound(std::size_t bits) {
  if (bits < 384) return 1u << 12;
  if (bits < 768) return 1u << 16;
  if (bits < 1280) return 1u << 19;
  return 1u << 21;
}

}  // namespace

std::optional<Secret<Nat>> find_safe_prime_var(std::size_t bits, Rng& rng, const KeepSearching& keep_searching,
                                               PrimeSearch* search) {
  MPC_ASSERT(bits >= 64);
  // One q in 0.061 bits^2 of the class 5 mod 6 is a hit; with four times that, one walk in fifty ends without a prime.
  const Progression progression{.bits = bits - 1, .step = 6, .residue = 5, .count = bits * bits / 4};
  // Pocklington: q divides p - 1, q > sqrt(p), 2^(p-1) = 1 mod p and gcd(2^2 - 1, p) = 1 (p = 2 mod 3).
  const auto confirm = [&](const Nat& p, Patience& patience) {
    const Nat q = shift_right(p, 1).resized(limbs_for_bits(bits - 1));
    return passes_miller_rabin(q, miller_rabin_rounds, rng, patience) &&
           passes_miller_rabin(p, confirming_rounds, rng, patience);
  };
  const std::uint32_t bound = kernel() == Kernel::ifma ? safe_sieve_bound(bits) / 4 : safe_sieve_bound(bits);
  const auto sieve = [&](const Nat& first) { return sieve_safe_var(first, progression.count, bound); };
  return walk(progression, true, rng, keep_searching, search, sieve, confirm);
}

std::optional<Secret<Nat>> find_blum_prime_var(std::size_t bits, Rng& rng, const KeepSearching& keep_searching,
                                               PrimeSearch* search) {
  MPC_ASSERT(bits >= 64);
  // One number in 0.35 bits of the class 3 mod 4 is prime.
  const Progression progression{.bits = bits, .step = 4, .residue = 3, .count = 2 * bits};
  const auto confirm = [&](const Nat& p, Patience& patience) {
    return passes_miller_rabin(p, miller_rabin_rounds, rng, patience);
  };
  const auto sieve = [&](const Nat& first) { return sieve_odd_var(first, progression.count, blum_sieve_bound(bits)); };
  return walk(progression, false, rng, keep_searching, search, sieve, confirm);
}

}  // namespace mpc::modexp
