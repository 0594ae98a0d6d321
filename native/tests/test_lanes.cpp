// The kernels for eight numbers and for lone ones against GMP's mpz_powm, at every width they are made for, on random
// operands and at the corners.
// Without AVX-512 IFMA, or with MPC_FAST_KERNEL=portable, the same chains go through the portable kernel.
#include <gtest/gtest.h>

#include "arith/number_theory.h"
#include "arith/sample.h"
#include "base/seeded_random.h"
#include "modexp/kernel.h"
#include "modexp/lane_ring.h"
#include "modexp/lanes.h"
#include "modexp/lone.h"
#include "modexp/lone_ring.h"
#include "modexp/schedule.h"
#include "tests/support/fixtures.h"
#include "tests/support/oracle.h"

namespace mpc::modexp {
namespace {

using fixtures::Oracle;
using fixtures::random_nat;

/// Odd, of exactly `bits` bits; the kinds are the ones that carries find hardest.
std::vector<Oracle> moduli(Rng& rng, std::size_t bits) {
  const Oracle top = Oracle::power_of_two(bits - 1);
  const Oracle random = Oracle(random_nat(rng, limbs_for_bits(bits))) % top;
  return {top + random / 2 * 2 + 1, top * 2 - 1, top + 1, top * 2 - 59};
}

std::vector<Oracle> bases(Rng& rng, const Oracle& m) {
  return {0, 1, 2, m - 1, m / 2, Oracle(random_nat(rng, 100)) % m};
}

std::vector<Oracle> exponents(Rng& rng, std::size_t bits) {
  const Oracle limit = Oracle::power_of_two(bits);
  return {0, 1, limit / 2, limit - 1, Oracle(random_nat(rng, limbs_for_bits(bits))) % limit};
}

Nat at_width(const Oracle& value, std::size_t limbs) { return value.to_nat().resized(limbs); }

/// Evaluates base^exponent for all pairs, at once and each alone.
void expect_powers(const Ring& ring, const Oracle& m, Rng& rng, std::size_t bits) {
  std::vector<Chain> chains;
  std::vector<Oracle> expected;
  for (const Oracle& base : bases(rng, m)) {
    for (const Oracle& exponent : exponents(rng, bits)) {
      const Oracle start = Oracle(random_nat(rng, ring.limbs())) % m;
      Chain chain{&ring, {}, {}, at_width(start, ring.limbs())};
      chain.powers.push_back({at_width(base, ring.limbs()), exponent.to_nat(), bits, false});
      chains.push_back(std::move(chain));
      expected.push_back(base.pow(exponent, m) * start % m);
    }
  }
  evaluate(chains);
  for (std::size_t i = 0; i < chains.size(); ++i) {
    EXPECT_EQ(Oracle(chains[i].result), expected[i])
        << ring.limbs() << " limbs, exponent of " << bits << ", case " << i;
  }
}

TEST(Lanes, powers_agree_at_every_width_of_the_modulus) {
  SeededRng rng(as_bytes("lanes, plain"));
  for (const std::size_t bits : {8U, 64U, 65U, 512U, 513U, 768U, 1024U, 1025U, 1536U, 2048U, 3072U, 4096U, 6144U}) {
    for (const Oracle& m : moduli(rng, bits)) expect_powers(Ring(m.to_nat()), m, rng, bits <= 1024 ? 130 : 20);
  }
}

TEST(Lanes, powers_agree_at_every_width_modulo_a_square) {
  SeededRng rng(as_bytes("lanes, square"));
  for (const std::size_t bits : {8U, 64U, 512U, 768U, 1024U, 1536U, 2048U, 3072U, 4096U}) {
    for (const Oracle& n : moduli(rng, bits)) {
      const Nat root = n.to_nat();
      expect_powers(Ring(Ring::SquareOf{root}), n * n, rng, bits <= 1024 ? 130 : 20);
    }
  }
}

/// Eight powers straight by the kernel for lanes, each again by the kernel for lone numbers, where they take the ring.
void expect_kernels(const Ring& ring, const Oracle& m, Rng& rng) {
  const std::size_t bits = 9;
  const std::vector<Oracle> base = bases(rng, m);
  std::vector<Chain> chains;
  std::vector<Chain*> pointers;
  std::vector<Oracle> expected;
  for (std::size_t i = 0; i < lane_count; ++i) {
    const Oracle start = i % 3 == 0 ? m - 1 : Oracle(random_nat(rng, ring.limbs())) % m;
    const Oracle exponent = i == 0 ? Oracle(511) : Oracle(random_nat(rng, 1)) % Oracle::power_of_two(bits);
    Chain chain{&ring, {}, {}, at_width(start, ring.limbs())};
    chain.powers.push_back({at_width(base[i % base.size()], ring.limbs()), exponent.to_nat(), bits, i % 2 == 1});
    chains.push_back(std::move(chain));
    expected.push_back(base[i % base.size()].pow(exponent, m) * start % m);
  }
  for (Chain& chain : chains) pointers.push_back(&chain);
  if (ring.lanes() != nullptr) evaluate_in_lanes(pointers);
  for (std::size_t i = 0; i < lane_count; ++i) {
    if (ring.lanes() != nullptr) {
      EXPECT_EQ(Oracle(chains[i].result), expected[i]) << "lanes, " << ring.limbs();
    }
    if (ring.lone() == nullptr) continue;
    evaluate_lone(chains[i]);
    EXPECT_EQ(Oracle(chains[i].result), expected[i]) << "lone, " << ring.limbs();
  }
}

TEST(Lanes, both_kernels_agree_at_every_number_of_limbs) {
  SeededRng rng(as_bytes("lanes, limbs"));
  for (std::size_t limbs = 1; limbs <= 97; ++limbs) {
    for (const Oracle& m : moduli(rng, limb_bits * limbs)) {
      expect_kernels(Ring(m.to_nat()), m, rng);
      if (limbs <= 48) expect_kernels(Ring(Ring::SquareOf{m.to_nat()}), m * m, rng);
    }
  }
}

/// One public exponent for up to eight bases, as in the N-th powers of one key.
void expect_common(const Ring& ring, const Oracle& m, Rng& rng, const Oracle& exponent, std::size_t bits) {
  const std::vector<Oracle> base = bases(rng, m);
  for (const std::size_t count : {1U, 3U, 8U}) {
    std::vector<Chain> chains;
    std::vector<Chain*> pointers;
    std::vector<Oracle> expected;
    for (std::size_t i = 0; i < count; ++i) {
      const Oracle start = Oracle(random_nat(rng, ring.limbs())) % m;
      Chain chain{&ring, {}, {}, at_width(start, ring.limbs())};
      chain.powers.push_back({at_width(base[i % base.size()], ring.limbs()), exponent.to_nat(), bits, true});
      chains.push_back(std::move(chain));
      expected.push_back(base[i % base.size()].pow(exponent, m) * start % m);
    }
    for (Chain& chain : chains) pointers.push_back(&chain);
    ASSERT_TRUE(have_common_exponent(pointers));
    ring.lanes() != nullptr ? evaluate_in_lanes(pointers) : evaluate(chains);
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(Oracle(chains[i].result), expected[i]) << ring.limbs() << " limbs, exponent of " << bits;
    }
  }
}

TEST(Lanes, one_public_exponent_may_be_common_to_all) {
  SeededRng rng(as_bytes("lanes, common"));
  for (const std::size_t limbs : {1U, 8U, 9U, 16U, 24U, 32U, 48U, 96U}) {
    for (const Oracle& m : moduli(rng, limb_bits * limbs)) {
      const Ring plain(m.to_nat());
      const Ring square(Ring::SquareOf{m.to_nat()});
      for (const Oracle& exponent : exponents(rng, 70)) {
        expect_common(plain, m, rng, exponent, 70);
        if (limbs <= 48) expect_common(square, m * m, rng, exponent, 70);
      }
    }
  }
  const Oracle m = moduli(rng, 512)[0];
  for (const std::size_t bits : {1U, 2U, 6U, 7U, 160U, 161U, 1537U}) {
    for (const Oracle& exponent : exponents(rng, bits)) expect_common(Ring(m.to_nat()), m, rng, exponent, bits);
  }
}

TEST(Lanes, exponents_are_common_only_if_they_are_public_and_equal) {
  const Ring ring(Nat::of(101));
  const auto chain = [&](std::uint64_t exponent, bool is_public) {
    Chain out{&ring, {}, {}, Nat::of(1)};
    out.powers.push_back({Nat::of(2), Nat::of(exponent), 8, is_public});
    return out;
  };
  Chain public5 = chain(5, true);
  Chain again = chain(5, true);
  Chain public6 = chain(6, true);
  Chain secret5 = chain(5, false);
  Chain nothing{&ring, {}, {}, Nat::of(1)};
  Chain two = chain(5, true);
  two.powers.push_back(two.powers[0]);
  EXPECT_TRUE(have_common_exponent(std::vector{&public5, &again}));
  for (Chain* other : {&public6, &secret5, &nothing, &two}) {
    EXPECT_FALSE(have_common_exponent(std::vector{&public5, other}));
    EXPECT_FALSE(have_common_exponent(std::vector{other, &public5}));
  }
}

TEST(Lanes, powers_agree_at_every_width_of_the_exponent) {
  SeededRng rng(as_bytes("lanes, exponents"));
  const Oracle m = moduli(rng, 512)[0];
  const Ring ring(m.to_nat());
  for (std::size_t bits = 1; bits <= 40; ++bits) expect_powers(ring, m, rng, bits);
  for (const std::size_t bits : {160U, 161U, 512U, 1536U, 1537U, 2000U}) expect_powers(ring, m, rng, bits);
}

TEST(Lanes, lanes_of_a_call_are_independent) {
  // Unlike moduli, numbers of powers, widths of exponents and starts in one batch.
  SeededRng rng(as_bytes("lanes, unlike"));
  std::vector<std::unique_ptr<Ring>> rings;
  std::vector<Chain> chains;
  std::vector<Oracle> expected;
  for (std::size_t i = 0; i < 61; ++i) {
    const Oracle m = moduli(rng, 1017 + i % 8)[i % 4];
    const Ring& ring = *rings.emplace_back(std::make_unique<Ring>(m.to_nat()));
    Oracle product = Oracle(random_nat(rng, 16)) % m;
    Chain chain{&ring, {}, {}, at_width(product, ring.limbs())};
    for (std::size_t k = 0; k < i % 4; ++k) {
      const std::size_t bits = (i * 37 + k * 101) % 300;
      const Oracle base = Oracle(random_nat(rng, 20)) % m;
      const Oracle exponent = Oracle(random_nat(rng, 5)) % Oracle::power_of_two(bits);
      chain.powers.push_back({at_width(base, ring.limbs()), exponent.to_nat(), bits, k == 1});
      product = product * base.pow(exponent, m) % m;
    }
    chains.push_back(std::move(chain));
    expected.push_back(product);
  }
  evaluate(chains);
  for (std::size_t i = 0; i < chains.size(); ++i) EXPECT_EQ(Oracle(chains[i].result), expected[i]) << i;
}

/// A chain with `count` secret powers of these widths in turn, some of other kinds in between, and its value.
std::pair<Chain, Oracle> many_powers_chain(Rng& rng, const Ring& ring, const Oracle& m, std::size_t count,
                                           const std::vector<std::size_t>& widths) {
  Oracle product = Oracle(random_nat(rng, ring.limbs())) % m;
  Chain chain{&ring, {}, {}, at_width(product, ring.limbs())};
  for (std::size_t i = 0; i < count + count / 5; ++i) {
    const std::size_t bits = widths[i % widths.size()];
    const auto choices = exponents(rng, bits);
    const Oracle& exponent = choices[i % 7 < choices.size() ? i % 7 : choices.size() - 1];
    const Oracle base = i % 11 == 3 ? Oracle(static_cast<long>(i % 3)) : Oracle(random_nat(rng, ring.limbs())) % m;
    chain.powers.push_back({at_width(base, ring.limbs()), exponent.to_nat(), bits, i % 6 == 5});
    product = product * base.pow(exponent, m) % m;
  }
  return {std::move(chain), product};
}

TEST(Lanes, many_secret_powers_in_one_chain) {
  SeededRng rng(as_bytes("lanes, many powers"));
  const std::vector<std::vector<std::size_t>> widths = {{1}, {7}, {64}, {257, 1281}, {0, 300, 310, 400}, {5, 200, 900}};
  const Oracle m = moduli(rng, 700)[0];
  const Oracle root = moduli(rng, 512)[1];
  const Ring plain(m.to_nat(), Ring::Known::to_everybody);
  const Nat root_value = root.to_nat();
  const Ring square(Ring::SquareOf{root_value}, Ring::Known::to_everybody);
  std::vector<Chain> chains;
  std::vector<Oracle> expected;
  for (const std::size_t count : {5U, 11U, 12U, 13U, 24U, 47U, 64U, 130U}) {
    for (const auto& some : widths) {
      for (const auto& [ring, modulus] : {std::pair{&plain, m}, std::pair{&square, root * root}}) {
        auto [chain, value] = many_powers_chain(rng, *ring, modulus, count, some);
        chains.push_back(std::move(chain));
        expected.push_back(value);
      }
    }
  }
  std::vector<Chain> copies = chains;
  evaluate(chains);
  for (std::size_t i = 0; i < chains.size(); ++i) {
    EXPECT_EQ(Oracle(chains[i].result), expected[i]) << i;
    evaluate({&copies[i], 1});
    EXPECT_EQ(Oracle(copies[i].result), expected[i]) << i << ", alone";
  }
}

/// A modulus with tables of two bases, and the chains over them.
class TableChains {
 public:
  TableChains(Rng& rng, std::size_t memory)
      : rng_(rng), m_(moduli(rng, 1024)[0]), modulus_(Modulus::plain(m_.to_nat())) {
    for (const std::size_t max_bits : {100U, 700U}) {
      Oracle base = Oracle(random_nat(rng, 16)) % m_;
      while (!is_unit_var(base.to_nat(), m_.to_nat())) base = base + 1;
      bases_.push_back(base);
      tables_.push_back(std::make_shared<const FixedBase>(modulus_, base.to_nat(), max_bits, memory));
    }
  }

  /// Both tables with exponents a little shorter than they may be, a small power, others of 40 to 300 bits, a start.
  std::pair<Chain, Oracle> draw(std::size_t shorter, std::size_t others = 0) {
    Oracle product = Oracle(random_nat(rng_, 16)) % m_;
    Chain chain{&modulus_->ring(), {}, {}, at_width(product, modulus_->limbs())};
    for (std::size_t k = 0; k < 2; ++k) {
      const std::size_t bits = tables_[k]->max_bits() - shorter;
      const Oracle exponent = Oracle(random_nat(rng_, 11)) % Oracle::power_of_two(bits);
      chain.tables.push_back({tables_[k], exponent.to_nat(), 0, tables_[k]->comb().blocks_for(bits), shorter % 2 == 0});
      product = product * bases_[k].pow(exponent, m_) % m_;
    }
    const Oracle base = Oracle(random_nat(rng_, 16)) % m_;
    const Oracle small(static_cast<long>(shorter % 16));
    chain.powers.push_back({at_width(base, modulus_->limbs()), small.to_nat(), 4, false});
    product = product * base.pow(small, m_) % m_;
    for (std::size_t k = 0; k < others; ++k) {
      const std::size_t bits = k % 3 == 0 ? 40 : 300;
      const Oracle other = Oracle(random_nat(rng_, 16)) % m_;
      const Oracle exponent = Oracle(random_nat(rng_, 5)) % Oracle::power_of_two(bits);
      chain.powers.push_back({at_width(other, modulus_->limbs()), exponent.to_nat(), bits, k % 4 == 3});
      product = product * other.pow(exponent, m_) % m_;
    }
    return {std::move(chain), product};
  }

 private:
  Rng& rng_;
  Oracle m_;
  ModulusPtr modulus_;
  std::vector<Oracle> bases_;
  std::vector<FixedBasePtr> tables_;
};

TEST(Lanes, chains_over_the_same_tables_fill_the_lanes_whatever_their_number) {
  SeededRng rng(as_bytes("lanes, tables"));
  for (const std::size_t memory : {std::size_t{1} << 10, std::size_t{50} << 10, std::size_t{1} << 30}) {
    TableChains source(rng, memory);
    for (std::size_t count = 1; count <= 11; ++count) {
      std::vector<Chain> chains;
      std::vector<Oracle> expected;
      for (std::size_t i = 0; i < count; ++i) {
        auto [chain, value] = source.draw(9 * i);
        chains.push_back(std::move(chain));
        expected.push_back(value);
      }
      evaluate(chains);
      for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(Oracle(chains[i].result), expected[i]) << i << " of " << count;
    }
  }
}

TEST(Lanes, secret_powers_beside_tables) {
  SeededRng rng(as_bytes("lanes, powers beside tables"));
  TableChains source(rng, std::size_t{50} << 10);
  std::vector<Chain> chains;
  std::vector<Oracle> expected;
  for (std::size_t others = 0; others < 21; ++others) {
    auto [chain, value] = source.draw(3, others);
    chains.push_back(std::move(chain));
    expected.push_back(value);
  }
  evaluate(chains);
  for (std::size_t i = 0; i < chains.size(); ++i) EXPECT_EQ(Oracle(chains[i].result), expected[i]) << i;
}

TEST(Lanes, unlike_tables_in_one_batch) {
  SeededRng rng(as_bytes("lanes, unlike tables"));
  std::vector<TableChains> sources;
  std::vector<Chain> chains;
  std::vector<Oracle> expected;
  for (std::size_t i = 0; i < 5; ++i) {
    TableChains& source = sources.emplace_back(rng, std::size_t{40} << 10);
    for (std::size_t k = 0; k <= i; ++k) {
      auto [chain, value] = source.draw(k);
      chains.push_back(std::move(chain));
      expected.push_back(value);
    }
  }
  evaluate(chains);
  for (std::size_t i = 0; i < chains.size(); ++i) EXPECT_EQ(Oracle(chains[i].result), expected[i]) << i;
}

TEST(Lanes, the_kernel_takes_every_width_up_to_its_limit) {
  SeededRng rng(as_bytes("lanes, limits"));
  for (const auto& [bits, limbs] : {std::pair{512U, 10},
                                    {513U, 20},
                                    {1024U, 20},
                                    {1536U, 30},
                                    {2048U, 40},
                                    {3072U, 60},
                                    {4096U, 80},
                                    {6144U, 120},
                                    {6208U, 120}}) {
    const Ring ring(moduli(rng, bits)[0].to_nat());
    if (kernel() == Kernel::ifma) {
      ASSERT_NE(ring.lanes(), nullptr) << bits;
      EXPECT_EQ(ring.lanes()->limbs(), limbs);
      EXPECT_EQ(ring.lone() != nullptr, bits <= 6144) << bits;
    } else {
      EXPECT_EQ(ring.lanes(), nullptr);
    }
  }
  const Oracle wide = moduli(rng, 6300)[0];
  const Ring too_wide(wide.to_nat());
  EXPECT_EQ(too_wide.lanes(), nullptr);
  EXPECT_EQ(too_wide.lone(), nullptr);
  expect_powers(too_wide, wide, rng, 5);
}

TEST(Kernel, is_chosen_by_name_or_by_the_processor) {
  const CpuFeatures none{};
  CpuFeatures with_ifma{};
  with_ifma.avx512f = with_ifma.avx512vl = with_ifma.avx512ifma = true;
  EXPECT_EQ(*choose_kernel("", none), Kernel::portable);
  EXPECT_EQ(*choose_kernel("portable", with_ifma), Kernel::portable);
  EXPECT_FALSE(choose_kernel("ifma", none));
  EXPECT_FALSE(choose_kernel("avx", with_ifma));
  EXPECT_EQ(choose_kernel("avx", with_ifma).error().code, "E_KERNEL");
  EXPECT_EQ(name(*choose_kernel("portable", none)), "portable");
}

}  // namespace
}  // namespace mpc::modexp
