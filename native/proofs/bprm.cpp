#include "proofs/bprm.h"

#include <algorithm>

#include "arith/number_theory.h"
#include "arith/sample.h"

namespace mpc::proofs::bprm {

namespace {

constexpr std::string_view name = "bprm";

// No spare bits in the last byte, so the bits have one encoding for every number of generators.
static_assert(s128.m_prm % 8 == 0 && c112.m_prm % 8 == 0 && toy.m_prm % 8 == 0);

/// e_1,1 .. e_1,M, e_2,1 ...
Bytes challenge(const Context& context, const pedersen::Params& params, const std::vector<Nat>& cap_a) {
  const std::size_t length = params.bytes();
  const std::size_t count = params.generators();
  Encoder t = open_transcript(context, name);
  t.nat(params.nh(), length).nat(params.t(), length).u64(count);
  for (std::size_t a = 0; a < count; ++a) t.nat(params.generator(a), length);
  for (const Nat& cap_a_r : cap_a) t.nat(cap_a_r, length);
  return Xof(t).bits(cap_a.size() * count);
}

/// The parameters with a table for m powers of t below 2^bits(Nh); no s is raised to anything but 0 or 1.
pedersen::Params with_table(pedersen::Params params) {
  if (!params.has_tables()) params.use_tables({.s = 1, .t = params.bits()});
  return params;
}

/// a + lam mod phi, for a < phi and lam < phi/4: one subtraction at most.
Nat add_below(const Nat& a, const Nat& lam, const Nat& phi) {
  const Nat sum = add(a, lam);
  return select(less_mask(sum, phi), sum, sub(sum, phi)).resized(phi.limbs());
}

Refusal check_generators_var(const pedersen::Params& params) {
  const std::size_t count = params.generators();
  if (count > most_generators) return reject(name, "s: too many");
  std::vector<const Nat*> all;
  for (std::size_t a = 0; a < count; ++a) all.push_back(&params.generator(a));
  std::sort(all.begin(), all.end(), [](const Nat* a, const Nat* b) { return less_var(*a, *b); });
  // What else the specification asks of Nh, t and each s alone is known of every Params.
  const auto equal = [](const Nat* a, const Nat* b) { return equal_var(*a, *b); };
  if (std::adjacent_find(all.begin(), all.end(), equal) != all.end()) return reject(name, "s: not distinct");
  return Refusal();
}

/// Products of subsets of public units modulo one number, in Montgomery form, where a product costs half.
class SubsetProducts {
 public:
  SubsetProducts(const OddModulus& m, std::size_t rows) : m_(m), scratch_(m.scratch_limbs()) {
    for (std::size_t r = 0; r < rows; ++r) products_.push_back(m.montgomery_one());
  }

  /// Multiplies row r by the units of its subset, whose bits are subset(r). A row then takes one product for `width`
  /// units, from a table of the products of all their subsets.
  void multiply(const std::vector<Nat>& units, const auto& subset) {
    std::vector<Nat> table = {m_.montgomery_one()};
    for (const Nat& unit : units) {
      const Nat factor = m_.to_montgomery(unit);
      for (std::size_t i = 0, size = table.size(); i < size; ++i) table.push_back(times(table[i], factor));
    }
    for (std::size_t r = 0; r < products_.size(); ++r) {
      const std::size_t at = subset(r);
      if (at != 0) products_[r] = times(products_[r], table[at]);
    }
  }
  Nat row(std::size_t r) const { return m_.from_montgomery(products_[r]); }

 private:
  Nat times(const Nat& a, const Nat& b) {
    Nat out(m_.limbs());
    m_.montgomery_mul_var(out.data(), a.data(), b.data(), scratch_.data());
    return out;
  }

  const OddModulus& m_;
  Nat scratch_;
  std::vector<Nat> products_;
};

/// prod_a s_a^-e_r,a for every r.
std::vector<Nat> generator_factors_var(const pedersen::Params& params, const Bytes& bits, std::size_t rows) {
  constexpr std::size_t width = 5;  // fewest products for 128 units and rows
  const std::size_t count = params.generators();
  SubsetProducts products(params.ring()->odd(), rows);
  for (std::size_t first = 0; first < count; first += width) {
    const std::size_t last = std::min(first + width, count);
    std::vector<Nat> inverses;
    for (std::size_t a = first; a < last; ++a) inverses.push_back(*invert_var(params.generator(a), params.nh()));
    products.multiply(inverses, [&](std::size_t r) {
      std::size_t subset = 0;
      for (std::size_t a = first; a < last; ++a) {
        if (transcript::bit(bits, r * count + a)) subset |= std::size_t{1} << (a - first);
      }
      return subset;
    });
  }
  std::vector<Nat> out;
  for (std::size_t r = 0; r < rows; ++r) out.push_back(products.row(r));
  return out;
}

}  // namespace

std::size_t proof_bytes(const Profile& p, std::size_t generators) {
  return p.m_prm / 8 * generators + p.m_prm * p.nh_bytes();
}

void Proof::encode(transcript::Writer& out, const Profile& p) const {
  out.bytes(bits);
  for (const Nat& z_r : z) out.nat(z_r, p.nh_bytes());
}

Proof Proof::decode(transcript::Reader& in, const Profile& p, const Nat& nh, std::size_t generators) {
  Proof proof;
  proof.bits = in.bytes("bprm.e", p.m_prm / 8 * generators);
  for (std::size_t r = 0; r < p.m_prm; ++r) proof.z.push_back(in.nat("bprm.z", p.nh_bytes(), &nh));
  return proof;
}

Task<Proof> prove(Batch& batch, Context context, const pedersen::Trapdoor& trapdoor, Rng& rng) {
  const std::size_t m = context.profile->m_prm;
  const pedersen::Params params = with_table(trapdoor.params());
  MPC_ASSERT(params.generators() <= most_generators);
  const Nat& phi = trapdoor.phi().expose();
  // A_r = t^a_r = com(0; a_r)
  const Secret<Int> zero;
  std::vector<Secret<Nat>> a;
  std::vector<Product> jobs;
  for (std::size_t r = 0; r < m; ++r) {
    a.push_back(sample_below(rng, phi, params.bits()));
    const Secret<Int> exponent(Int(a.back().expose()));
    jobs.push_back(params.commit(zero, 1, exponent, params.bits()));
  }
  const std::vector<Secret<Nat>> committed = co_await batch.evaluate(std::move(jobs));
  std::vector<Nat> cap_a;
  for (const Secret<Nat>& cap_a_r : committed) cap_a.push_back(declassify("bprm.A", cap_a_r));

  Proof proof;
  proof.bits = challenge(context, params, cap_a);
  for (std::size_t r = 0; r < m; ++r) {
    // z_r = a_r + sum_g e_r,g lam_g mod phi; the bits are public.
    Nat z_r = a[r].expose();
    for (std::size_t g = 0; g < params.generators(); ++g) {
      const bool e_rg = transcript::bit(proof.bits, r * params.generators() + g);
      if (e_rg) z_r = add_below(z_r, trapdoor.lam(g).expose(), phi);
    }
    proof.z.push_back(declassify("bprm.z", z_r));
  }
  co_return proof;
}

Task<Refusal> verify_var(Batch& batch, Context context, pedersen::Params params, Proof proof) {
  const std::size_t m = context.profile->m_prm;
  if (const Refusal bad = check_generators_var(params)) co_return bad;
  if (proof.bits.size() != m / 8 * params.generators() || proof.z.size() != m) co_return reject(name, "count");
  for (const Nat& z_r : proof.z) {
    if (!less_var(z_r, params.nh())) co_return reject(name, "z: out of range");
  }
  // A_r = t^z_r prod_a s_a^-e_r,a
  const pedersen::Params tables = with_table(params);
  const std::vector<Nat> factors = generator_factors_var(params, proof.bits, m);
  std::vector<Product> jobs;
  for (std::size_t r = 0; r < m; ++r) {
    jobs.push_back(tables.power_of_t_var(proof.z[r]));
    jobs.back().times_var(factors[r]);
  }
  const std::vector<Secret<Nat>> recomputed = co_await batch.evaluate(std::move(jobs));
  std::vector<Nat> cap_a;
  for (const Secret<Nat>& cap_a_r : recomputed) cap_a.push_back(cap_a_r.expose());  // public: products of _var terms
  if (challenge(context, params, cap_a) != proof.bits) co_return reject(name, "bits: equation");
  co_return Refusal();
}

}  // namespace mpc::proofs::bprm
