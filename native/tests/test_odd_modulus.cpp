// Montgomery arithmetic against GMP's, over moduli of every shape: tiny, sparse, full, random, 1 to 96 limbs.
#include "arith/odd_modulus.h"

#include <gtest/gtest.h>

#include "base/seeded_random.h"
#include "tests/support/oracle.h"

namespace mpc {
namespace {

using fixtures::corner_values;
using fixtures::Oracle;
using fixtures::random_nat;
using fixtures::signed_corner_values;

/// Odd moduli of one width: the smallest, the largest, 2^(w-1) + 1, and two random ones.
std::vector<OddModulus> moduli_of(Rng& rng, std::size_t limbs) {
  const std::size_t bits = 64 * limbs;
  const Oracle lowest = limbs == 1 ? Oracle(3) : Oracle::power_of_two(bits - 64) + 1;
  std::vector<Oracle> values = {lowest, Oracle::power_of_two(bits) - 1, Oracle::power_of_two(bits - 1) + 1};
  for (int i = 0; i < 2; ++i) {
    Nat random = random_nat(rng, limbs);
    random.data()[0] |= 1;
    random.data()[limbs - 1] |= 2;
    values.emplace_back(random);
  }
  std::vector<OddModulus> out;
  for (const Oracle& value : values) out.emplace_back(value.to_nat(limbs));
  return out;
}

/// 0, 1, 2, m - 1, m - 2, the middle, and corners reduced.
std::vector<Nat> residues_of(Rng& rng, const OddModulus& m) {
  const Oracle value(m.value());
  std::vector<Oracle> values = {0, 1, 2, value - 1, value - 2, value / 2, value / 2 + 1};
  for (const Nat& corner : corner_values(rng, m.limbs())) values.push_back(Oracle(corner) % value);
  std::vector<Nat> out;
  for (const Oracle& a : values) out.push_back((a % value).to_nat(m.limbs()));
  return out;
}

template <class Check>
void for_moduli(std::initializer_list<std::size_t> widths, Check check) {
  SeededRng rng(as_bytes("test_odd_modulus"));
  for (const std::size_t limbs : widths) {
    for (const OddModulus& m : moduli_of(rng, limbs)) check(m, rng);
  }
}

/// A residue is exactly as wide as its modulus.
void expect_residue(const Nat& a, const OddModulus& m, const Oracle& expected) {
  EXPECT_EQ(Oracle(a), expected % Oracle(m.value()));
  EXPECT_EQ(a.limbs(), m.limbs());
}

TEST(OddModulus, reduces_numbers_of_any_width) {
  for_moduli({1, 2, 3, 16, 48, 96}, [](const OddModulus& m, Rng& rng) {
    for (const std::size_t limbs :
         {std::size_t{1}, m.limbs(), m.limbs() + 1, 2 * m.limbs(), 2 * m.limbs() + 1, 3 * m.limbs() + 2}) {
      for (const Nat& a : corner_values(rng, limbs)) expect_residue(m.reduce(a), m, Oracle(a));
    }
    for (const Nat& a : residues_of(rng, m)) expect_residue(m.reduce(a), m, Oracle(a));
    expect_residue(m.reduce(m.value()), m, 0);
    expect_residue(m.reduce(Nat()), m, 0);
  });
}

TEST(OddModulus, reduces_small_multiples_by_subtraction) {
  for_moduli({1, 2, 3, 16, 48, 96}, [](const OddModulus& m, Rng& rng) {
    const Oracle value(m.value());
    for (const Nat& residue : residues_of(rng, m)) {
      for (const int multiple : {0, 1, 2}) {
        const Oracle a = value * multiple + Oracle(residue);
        expect_residue(m.reduce_below_three(a.to_nat(m.limbs() + 1)), m, a);
        expect_residue(m.reduce_below_three(a.to_nat(m.limbs() + 3)), m, a);
      }
    }
  });
}

TEST(OddModulus, reduces_signed_numbers_to_residues) {
  for_moduli({1, 2, 16, 48}, [](const OddModulus& m, Rng& rng) {
    for (const std::size_t limbs : {std::size_t{1}, m.limbs(), m.limbs() + 3}) {
      for (const Int& a : signed_corner_values(rng, limbs)) expect_residue(m.reduce(a), m, Oracle(a));
    }
    expect_residue(m.reduce(Int(all_ones, m.value())), m, 0);
  });
}

TEST(OddModulus, adds_subtracts_negates_and_multiplies) {
  for_moduli({1, 2, 3, 16, 48, 96}, [](const OddModulus& m, Rng& rng) {
    const auto residues = residues_of(rng, m);
    for (const Nat& a : residues) {
      expect_residue(m.negate(a), m, -Oracle(a));
      for (const Nat& b : residues) {
        expect_residue(m.add(a, b), m, Oracle(a) + Oracle(b));
        expect_residue(m.sub(a, b), m, Oracle(a) - Oracle(b));
        expect_residue(m.mul(a, b), m, Oracle(a) * Oracle(b));
      }
    }
  });
}

TEST(OddModulus, montgomery_form_is_a_times_r) {
  for_moduli({1, 2, 17, 96}, [](const OddModulus& m, Rng& rng) {
    const Oracle r = Oracle::power_of_two(64 * m.limbs());
    expect_residue(m.montgomery_one(), m, r);
    for (const Nat& a : residues_of(rng, m)) {
      expect_residue(m.to_montgomery(a), m, Oracle(a) * r);
      expect_residue(m.from_montgomery(m.to_montgomery(a)), m, Oracle(a));
    }
  });
}

TEST(OddModulus, kernels_agree_and_allow_their_output_to_be_an_input) {
  for_moduli({1, 2, 16, 48, 96}, [](const OddModulus& m, Rng& rng) {
    Nat scratch(m.scratch_limbs());
    const auto residues = residues_of(rng, m);
    for (const Nat& a : residues) {
      const Nat b = residues[3];
      const Oracle product = Oracle(a) * Oracle(b);
      Nat out = m.to_montgomery(a);
      const Nat other = m.to_montgomery(b);
      Nat out_var = out;
      Nat right = other;
      m.montgomery_mul(out.data(), out.data(), other.data(), scratch.data());
      m.montgomery_mul_var(out_var.data(), out_var.data(), other.data(), scratch.data());
      m.montgomery_mul(right.data(), m.to_montgomery(a).data(), right.data(), scratch.data());
      for (const Nat* result : {&out, &out_var, &right}) expect_residue(m.from_montgomery(*result), m, product);
      m.montgomery_sqr(out.data(), out.data(), scratch.data());
      m.montgomery_sqr_var(out_var.data(), out_var.data(), scratch.data());
      m.montgomery_mul(right.data(), right.data(), right.data(), scratch.data());
      for (const Nat* result : {&out, &out_var, &right})
        expect_residue(m.from_montgomery(*result), m, product * product);
    }
  });
}

TEST(OddModulus, powers_agree_with_gmp_for_every_window_width) {
  for_moduli({1, 2, 17}, [](const OddModulus& m, Rng& rng) {
    const Nat base = m.reduce(random_nat(rng, m.limbs()));
    for (const std::size_t bits : {1U, 2U, 3U, 24U, 25U, 80U, 81U, 240U, 241U, 768U, 769U, 1027U}) {
      const Oracle random = Oracle(random_nat(rng, 17)) % Oracle::power_of_two(bits);
      for (const Oracle& exponent :
           {Oracle(0), Oracle(1), Oracle::power_of_two(bits - 1), Oracle::power_of_two(bits) - 1, random}) {
        expect_residue(m.pow(base, exponent.to_nat(17), bits), m, Oracle(base).pow(exponent, Oracle(m.value())));
      }
    }
  });
}

TEST(OddModulus, powers_of_corner_bases_agree_with_gmp) {
  for_moduli({1, 2, 8}, [](const OddModulus& m, Rng& rng) {
    const Oracle value(m.value());
    for (const Nat& base : residues_of(rng, m)) {
      for (const Oracle& exponent : {Oracle(0), Oracle(1), Oracle(2), value - 1, value}) {
        expect_residue(m.pow(base, exponent.to_nat(), 64 * m.limbs() + 1), m, Oracle(base).pow(exponent, value));
      }
    }
  });
}

TEST(OddModulus, exponent_of_no_bits_gives_one) {
  for_moduli({1, 4}, [](const OddModulus& m, Rng&) {
    expect_residue(m.pow(Nat(m.limbs()), Nat(1), 0), m, 1);
    expect_residue(m.pow(Nat::of(2, m.limbs()), Nat(1), 0), m, 1);
    expect_residue(m.pow(Nat::of(2, m.limbs()), Nat(), 10), m, 1);
  });
}

TEST(OddModulus, inverts_units) {
  for_moduli({1, 2, 3, 16, 48}, [](const OddModulus& m, Rng& rng) {
    const Oracle value(m.value());
    for (const Nat& a : residues_of(rng, m)) {
      Oracle inverse;
      if (mpz_invert(inverse.get(), Oracle(a).get(), value.get()) == 0) continue;
      expect_residue(m.invert(a), m, inverse);
    }
  });
}

TEST(OddModulus, of_leading_zero_limbs_computes_all_the_same) {
  // The square of a one-limb prime is kept in two limbs, whatever its value.
  const OddModulus m(Nat::of(49, 2));
  for (std::uint64_t a = 0; a < 49; ++a) {
    expect_residue(m.mul(Nat::of(a, 2), Nat::of(48, 2)), m, -Oracle(static_cast<std::int64_t>(a)));
    expect_residue(m.reduce(Nat::of(a + 49 * 1000, 5)), m, static_cast<std::int64_t>(a));
    if (a % 7 != 0) expect_residue(m.mul(m.invert(Nat::of(a, 2)), Nat::of(a, 2)), m, 1);
  }
}

}  // namespace
}  // namespace mpc
