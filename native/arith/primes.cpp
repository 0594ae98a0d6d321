#include "arith/primes.h"

#include <algorithm>
#include <chrono>

#include "arith/odd_modulus.h"
#include "arith/sample.h"
#include "arith/sieve.h"
#include "base/result.h"

namespace mpc {

namespace {

constexpr int miller_rabin_rounds = 32;
/// Rounds on p = 2q + 1, which is proven already: they only guard against a fault in the Fermat test of this file.
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

/// The base-2 Fermat test, 2^(m-1) = 1 mod m, for odd m > 2^6. Left to right over the exponent: a Montgomery squaring
/// per bit and a doubling per bit that is set. Setting up a modulus costs a few squarings only, unlike OddModulus,
/// whose set-up would add a tenth to each test.
class FermatTest {
 public:
  explicit FermatTest(std::size_t max_limbs) : shifted_(max_limbs), x_(max_limbs), t_(2 * max_limbs) {}

  bool passes_var(const Nat& m) {
    m_ = m.data();
    n_ = m.limbs();
    minus_inverse_ = minus_inverse_limb(m[0]);
    const std::size_t bits = bits_var(m);
    set_power(bits, leading_bits(m, bits));
    for (std::size_t i = bits - start_bits; i-- > 0;) {
      mpn_sqr(t_.data(), x_.data(), gmp_size(n_));
      reduce();
      // The exponent is m - 1: the bits of m but for the lowest.
      if (i > 0 && m.bit(i) != 0) twice();
    }
    // Out of Montgomery form; x < R gives a result of at most m, so 1 has one representation.
    std::copy_n(x_.data(), n_, t_.data());
    std::fill_n(t_.data() + n_, n_, Limb{0});
    reduce();
    return x_[0] == 1 && std::all_of(x_.data() + 1, x_.data() + n_, [](Limb limb) { return limb == 0; });
  }

 private:
  /// Bits of the exponent that are spent on the first power, where a doubling is a thirtieth of a squaring.
  static constexpr std::size_t start_bits = 5;

  static std::size_t leading_bits(const Nat& m, std::size_t bits) {
    std::size_t top = 0;
    for (std::size_t i = 1; i <= start_bits; ++i) top = top << 1 | m.bit(bits - i);
    return top;
  }

  /// -m^-1 mod 2^64 by Newton's iteration: each step doubles the correct bits of m^-1, from 3 on.
  static Limb minus_inverse_limb(Limb m) {
    Limb inverse = m;
    for (int correct = 3; correct < 64; correct *= 2) inverse *= 2 - m * inverse;
    return Limb{0} - inverse;
  }

  /// x = 2^exponent R mod m, up to multiples of m, for m of `bits` bits.
  void set_power(std::size_t bits, std::size_t exponent) {
    const std::size_t free_bits = limb_bits * n_ - bits;
    std::copy_n(m_, n_, shifted_.data());
    if (free_bits > 0) mpn_lshift(shifted_.data(), m_, gmp_size(n_), static_cast<unsigned>(free_bits));
    // R - shifted = 2^free_bits (2^bits - m), which is R modulo m.
    mpn_neg(x_.data(), shifted_.data(), gmp_size(n_));
    for (std::size_t i = 0; i < exponent; ++i) twice();
  }

  // x stays below R rather than below m: no comparison, and all that the next step needs. Taking away the multiple of m
  // whose top bit is that of R ends after two turns, however far m is below R.
  void twice() {
    Limb carry = mpn_lshift(x_.data(), x_.data(), gmp_size(n_), 1);
    while (carry != 0) carry -= mpn_sub_n(x_.data(), x_.data(), shifted_.data(), gmp_size(n_));
  }

  /// x = t R^-1 mod m, up to m. With t < R^2 the sum is below R + m, so one subtraction takes the carry away.
  void reduce() {
    Limb* t = t_.data();
    // Clears limb i; the carry out of limb i + n is kept in its place.
    for (std::size_t i = 0; i < n_; ++i) t[i] = mpn_addmul_1(t + i, m_, gmp_size(n_), t[i] * minus_inverse_);
    if (mpn_add_n(x_.data(), t + n_, t, gmp_size(n_)) != 0) mpn_sub_n(x_.data(), x_.data(), m_, gmp_size(n_));
  }

  WipedVector<Limb> shifted_;  // m 2^k, as wide as R
  WipedVector<Limb> x_;
  WipedVector<Limb> t_;
  const Limb* m_ = nullptr;
  std::size_t n_ = 0;
  Limb minus_inverse_ = 0;
};

/// Miller-Rabin with random bases, on the constant-time power: not for its timing but because it wipes what it used,
/// and as a second path beside the Fermat test. False as well when the search is cancelled.
bool passes_miller_rabin(const Nat& n, int rounds, Rng& rng, Patience& patience) {
  const OddModulus modulus(n);
  const std::size_t bits = bits_var(n);
  const Nat one = Nat::of(1, n.limbs());
  const Nat minus_one = sub(n, one);
  // n - 1 = d 2^twos, d odd
  std::size_t twos = 1;
  while (minus_one.bit(twos) == 0) ++twos;
  const Nat d = shift_right(minus_one, twos);
  for (int round = 0; round < rounds; ++round) {
    if (!patience.lasts()) return false;
    Nat x = modulus.pow(declassify("prime_test.base", sample_unit(rng, n)), d, bits - twos);
    bool passes = equal_var(x, one) || equal_var(x, minus_one);
    for (std::size_t i = 1; i < twos && !passes; ++i) {
      x = modulus.mul(x, x);
      passes = equal_var(x, minus_one);
    }
    if (!passes) return false;
  }
  return true;
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

/// Walks progressions from random starts and returns the first survivor of `sieve` that `accept` accepts.
template <class Sieve, class Accept>
std::optional<Nat> walk(const Progression& progression, Rng& rng, Patience& patience, PrimeSearch& search,
                        Sieve&& sieve, Accept&& accept) {
  const std::size_t count = progression.count;
  while (patience.lasts()) {
    const Nat first = random_start(progression, rng);
    const Survivors survivors = sieve(first);
    ++search.sieved;
    for (std::size_t i = survivors.next_var(0); i < count && patience.lasts(); i = survivors.next_var(i + 1)) {
      Nat candidate = first;
      mpn_add_1(candidate.data(), candidate.data(), gmp_size(candidate.limbs()), progression.step * i);
      if (accept(candidate)) return candidate;
    }
  }
  return std::nullopt;
}

// Bounds by measurement (GMP 6.2.1): tests on k bits cost about k^2.7 each, and 1 / ln(bound)^2 as many are left by a
// larger bound; a prime of the sieve costs 20 to 35 ns. The optimum is flat: half or twice the bound costs under 4 %.
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

std::optional<Secret<Nat>> as_secret(std::optional<Nat> prime) {
  if (!prime) return std::nullopt;
  Secret<Nat> secret(*std::move(prime));
  secret.taint();
  return secret;
}

}  // namespace

std::optional<Secret<Nat>> find_safe_prime_var(std::size_t bits, Rng& rng, const KeepSearching& keep_searching,
                                               PrimeSearch* search) {
  MPC_ASSERT(bits >= 64);
  PrimeSearch unused;
  PrimeSearch& counts = search != nullptr ? *search : unused;
  Patience patience(keep_searching);
  FermatTest fermat(limbs_for_bits(bits));
  // One q in 0.061 bits^2 of the class 5 mod 6 is a hit; with four times that, one walk in fifty ends without a prime.
  const Progression progression{.bits = bits - 1, .step = 6, .residue = 5, .count = bits * bits / 4};
  Nat p;
  const auto accept = [&](const Nat& q) {
    ++counts.fermat_tests;
    if (!fermat.passes_var(q)) return false;
    p = add(shift_left(q, 1), Nat::of(1)).resized(limbs_for_bits(bits));
    ++counts.fermat_tests;
    // Pocklington: q divides p - 1, q > sqrt(p), 2^(p-1) = 1 mod p and gcd(2^2 - 1, p) = 1 (p = 2 mod 3).
    return fermat.passes_var(p) && passes_miller_rabin(q, miller_rabin_rounds, rng, patience) &&
           passes_miller_rabin(p, confirming_rounds, rng, patience);
  };
  const auto sieve = [&](const Nat& first) { return sieve_safe_var(first, progression.count, safe_sieve_bound(bits)); };
  const auto q = walk(progression, rng, patience, counts, sieve, accept);
  return as_secret(q ? std::optional(std::move(p)) : std::nullopt);
}

std::optional<Secret<Nat>> find_blum_prime_var(std::size_t bits, Rng& rng, const KeepSearching& keep_searching,
                                               PrimeSearch* search) {
  MPC_ASSERT(bits >= 64);
  PrimeSearch unused;
  PrimeSearch& counts = search != nullptr ? *search : unused;
  Patience patience(keep_searching);
  FermatTest fermat(limbs_for_bits(bits));
  // One number in 0.35 bits of the class 3 mod 4 is prime.
  const Progression progression{.bits = bits, .step = 4, .residue = 3, .count = 2 * bits};
  const auto accept = [&](const Nat& p) {
    ++counts.fermat_tests;
    return fermat.passes_var(p) && passes_miller_rabin(p, miller_rabin_rounds, rng, patience);
  };
  const auto sieve = [&](const Nat& first) { return sieve_odd_var(first, progression.count, blum_sieve_bound(bits)); };
  return as_secret(walk(progression, rng, patience, counts, sieve, accept));
}

}  // namespace mpc
