#include "proofs/prm.h"

#include "arith/number_theory.h"
#include "arith/sample.h"

namespace mpc::proofs::prm {

namespace {

constexpr std::string_view name = "prm";

// No spare bits in the last byte, so the bits have one encoding.
static_assert(s128.m_prm % 8 == 0 && c112.m_prm % 8 == 0 && toy.m_prm % 8 == 0);

/// e_1 .. e_m
Bytes challenge(const Context& context, const pedersen::Params& params, const std::vector<Nat>& cap_a) {
  Encoder t = open_transcript(context, name);
  t.nat(params.nh(), params.bytes()).nat(params.s(), params.bytes()).nat(params.t(), params.bytes());
  for (const Nat& cap_a_i : cap_a) t.nat(cap_a_i, params.bytes());
  return Xof(t).bits(cap_a.size());
}

/// The parameters with a table for m powers of t below 2^bits(Nh), which costs as much as a few of them without one.
/// s is raised to 0 or 1 only.
pedersen::Params with_table(pedersen::Params params) {
  if (!params.has_tables()) params.use_tables({.s = 1, .t = params.bits()});
  return params;
}

/// a + lam mod phi, for a < phi and lam < phi/4: one subtraction at most.
Nat add_below(const Nat& a, const Nat& lam, const Nat& phi) {
  const Nat sum = add(a, lam);
  return select(less_mask(sum, phi), sum, sub(sum, phi)).resized(phi.limbs());
}

}  // namespace

void Proof::encode(transcript::Writer& out, const Profile& p) const {
  out.bytes(bits);
  for (const Nat& z_i : z) out.nat(z_i, p.nh_bytes());
}

Proof Proof::decode(transcript::Reader& in, const Profile& p, const Nat& nh) {
  Proof proof;
  proof.bits = in.bytes("prm.e", p.m_prm / 8);
  for (std::size_t i = 0; i < p.m_prm; ++i) proof.z.push_back(in.nat("prm.z", p.nh_bytes(), &nh));
  return proof;
}

Task<Proof> prove(Batch& batch, Context context, const pedersen::Trapdoor& trapdoor, Rng& rng) {
  const std::size_t m = context.profile->m_prm;
  const pedersen::Params params = with_table(trapdoor.params());
  const Nat& phi = trapdoor.phi().expose();
  // A_i = t^a_i = com(0; a_i)
  const Secret<Int> zero;
  std::vector<Secret<Nat>> a;
  std::vector<Product> jobs;
  for (std::size_t i = 0; i < m; ++i) {
    a.push_back(sample_below(rng, phi, params.bits()));
    const Secret<Int> exponent(Int(a.back().expose()));
    jobs.push_back(params.commit(zero, 1, exponent, params.bits()));
  }
  const std::vector<Secret<Nat>> committed = co_await batch.evaluate(std::move(jobs));
  std::vector<Nat> cap_a;
  for (const Secret<Nat>& cap_a_i : committed) cap_a.push_back(declassify("prm.A", cap_a_i));

  Proof proof;
  proof.bits = challenge(context, params, cap_a);
  for (std::size_t i = 0; i < m; ++i) {
    // z_i = a_i + e_i lam mod phi
    const Nat& a_i = a[i].expose();
    const bool e_i = transcript::bit(proof.bits, i);
    proof.z.push_back(declassify("prm.z", e_i ? add_below(a_i, trapdoor.lam().expose(), phi) : a_i));
  }
  co_return proof;
}

Task<Refusal> verify_var(Batch& batch, Context context, pedersen::Params params, Proof proof) {
  // What 3.6 asks of Nh, s and t alone is known of every Params. With s and t the A_i are units.
  const std::size_t m = context.profile->m_prm;
  if (proof.bits.size() != m / 8 || proof.z.size() != m) co_return reject(name, "count");
  for (const Nat& z_i : proof.z) {
    if (!less_var(z_i, params.nh())) co_return reject(name, "z: out of range");
  }
  // A_i = t^z_i s^-e_i
  const pedersen::Params tables = with_table(params);
  const Nat s_inverse = invert_var(params.s(), params.nh()).value();
  std::vector<Product> jobs;
  for (std::size_t i = 0; i < m; ++i) {
    jobs.push_back(tables.power_of_t_var(proof.z[i]));
    if (transcript::bit(proof.bits, i)) jobs.back().times_var(s_inverse);
  }
  const std::vector<Secret<Nat>> recomputed = co_await batch.evaluate(std::move(jobs));
  std::vector<Nat> cap_a;
  for (const Secret<Nat>& cap_a_i : recomputed) cap_a.push_back(cap_a_i.expose());  // public: products of _var terms
  if (challenge(context, params, cap_a) != proof.bits) co_return reject(name, "bits: equation");
  co_return Refusal();
}

}  // namespace mpc::proofs::prm
