#include "proofs/fac.h"

#include <algorithm>

#include "arith/number_theory.h"
#include "arith/sample.h"

namespace mpc::proofs::fac {

namespace {

constexpr std::string_view name = "fac";

/// Field lengths; z1 and z2 have a sharper bound beside.
std::size_t z_bits(const Profile& p) { return p.l + p.eps + p.nb / 2; }
std::size_t w_bits(const Profile& p) { return p.l + p.eps + p.nhb; }
std::size_t v_bits(const Profile& p) { return p.l + p.eps + p.nb + p.nhb; }

/// 2^(l+eps) R: alpha and beta lie within it, and so must z1 and z2.
Nat factor_bound(const Profile& p, const Nat& n0) { return shift_left(sqrt_var(n0), p.l + p.eps); }

/// What the prover draws, in this order.
struct Masks {
  Secret<Int> alpha, beta;
  Secret<Int> mu, nu;
  Secret<Int> r;
  Secret<Int> x, y;

  static Masks draw(const Profile& p, const Nat& n0, const Nat& nh, Rng& rng) {
    const Nat bound = factor_bound(p, n0);
    // A braced list is evaluated from left to right.
    return Masks{sample_within(rng, bound),
                 sample_within(rng, bound),
                 sample_within(rng, shift_left(nh, p.l)),
                 sample_within(rng, shift_left(nh, p.l)),
                 sample_within(rng, shift_left(mul(n0, nh), p.l + p.eps)),
                 sample_within(rng, shift_left(nh, p.l + p.eps)),
                 sample_within(rng, shift_left(nh, p.l + p.eps))};
  }
};

/// The factors as integers, each below 2^bits.
struct Factors {
  Secret<Int> p, q;
  std::size_t bits;

  explicit Factors(const paillier::SecretKey& key)
      : p(Int(key.p().expose())), q(Int(key.q().expose())), bits(key.prime_bits()) {}
};

Int challenge(const Context& context, const Nat& n0, const Proof& proof, const pedersen::Params& v) {
  Encoder t = open_transcript(context, name);
  absorb(t, v);
  t.nat(n0, context.profile->n_bytes());
  for (const Nat* commitment : {&proof.cap_p, &proof.cap_q, &proof.cap_a, &proof.cap_b, &proof.cap_t}) {
    t.nat(*commitment, v.bytes());
  }
  Xof xof(t);
  return fac_challenge(xof, *context.profile);
}

/// P, Q, A, B, T
std::vector<Product> commitments(const Profile& p, const Factors& factors, const Masks& k, const pedersen::Params& v) {
  const std::size_t mu_bits = p.l + p.nhb;
  std::vector<Product> jobs;
  // P = com(p; mu)   Q = com(q; nu)   A = com(alpha; x)   B = com(beta; y)
  jobs.push_back(v.commit(factors.p, factors.bits, k.mu, mu_bits));
  jobs.push_back(v.commit(factors.q, factors.bits, k.nu, mu_bits));
  jobs.push_back(v.commit(k.alpha, z_bits(p), k.x, w_bits(p)));
  jobs.push_back(v.commit(k.beta, z_bits(p), k.y, w_bits(p)));
  // T = Q^alpha t^r = com(q alpha; nu alpha + r), so that it does not wait for Q.
  const Secret q_alpha(mul(factors.q.expose(), k.alpha.expose()));
  const Secret t_exponent(add(mul(k.nu.expose(), k.alpha.expose()), k.r.expose()));
  const std::size_t t_bits = std::max(mu_bits + z_bits(p), v_bits(p)) + 1;
  jobs.push_back(v.commit(q_alpha, factors.bits + z_bits(p), t_exponent, t_bits));
  return jobs;
}

/// z1 = alpha + e p   z2 = beta + e q   w1 = x + e mu   w2 = y + e nu   v = r - e nu p; false when one is out of its
/// bound.
bool respond(Proof& proof, const Profile& p, const Nat& bound, const Int& e, const Factors& factors, const Masks& k) {
  const Int z1 = add(k.alpha.expose(), mul(e, factors.p.expose()));
  const Int z2 = add(k.beta.expose(), mul(e, factors.q.expose()));
  const Int w1 = add(k.x.expose(), mul(e, k.mu.expose()));
  const Int w2 = add(k.y.expose(), mul(e, k.nu.expose()));
  const Int v = sub(k.r.expose(), mul(e, mul(k.nu.expose(), factors.p.expose())));
  // Outside its bound (probability below 2^-250) a response would tell something about its secret: start again.
  const Limb fit = less_mask(z1.magnitude(), bound) & less_mask(z2.magnitude(), bound) &
                   within_bits_mask(w1, w_bits(p)) & within_bits_mask(w2, w_bits(p)) & within_bits_mask(v, v_bits(p));
  if (declassify("fac.responses_fit", fit) == 0) return false;
  proof.z1 = declassify("fac.z1", z1);
  proof.z2 = declassify("fac.z2", z2);
  proof.w1 = declassify("fac.w1", w1);
  proof.w2 = declassify("fac.w2", w2);
  proof.v = declassify("fac.v", v);
  return true;
}

/// Membership, then ranges. N0 has its exact length: known of every PublicKey.
Refusal check_elements(const Profile& p, const Nat& n0, const Proof& proof, const pedersen::Params& v) {
  const Refusal bad = check_units_var(
      name, v.nh(),
      {{proof.cap_p, "P"}, {proof.cap_q, "Q"}, {proof.cap_a, "A"}, {proof.cap_b, "B"}, {proof.cap_t, "T"}});
  if (bad) return bad;
  const Nat bound = factor_bound(p, n0);
  if (!magnitude_less_var(proof.z1, bound)) return reject(name, "z1: out of range");
  if (!magnitude_less_var(proof.z2, bound)) return reject(name, "z2: out of range");
  return Refusal();
}

}  // namespace

void Proof::encode(transcript::Writer& out, const Profile& p) const {
  for (const Nat* commitment : {&cap_p, &cap_q, &cap_a, &cap_b, &cap_t}) out.nat(*commitment, p.nh_bytes());
  out.integer(z1, bytes_for_bits(z_bits(p))).integer(z2, bytes_for_bits(z_bits(p)));
  out.integer(w1, bytes_for_bits(w_bits(p))).integer(w2, bytes_for_bits(w_bits(p)));
  out.integer(v, bytes_for_bits(v_bits(p)));
}

Proof Proof::decode(transcript::Reader& in, const Profile& p, const pedersen::Params& verifier) {
  Proof proof;
  proof.cap_p = in.nat("fac.P", p.nh_bytes(), &verifier.nh());
  proof.cap_q = in.nat("fac.Q", p.nh_bytes(), &verifier.nh());
  proof.cap_a = in.nat("fac.A", p.nh_bytes(), &verifier.nh());
  proof.cap_b = in.nat("fac.B", p.nh_bytes(), &verifier.nh());
  proof.cap_t = in.nat("fac.T", p.nh_bytes(), &verifier.nh());
  proof.z1 = in.integer("fac.z1", bytes_for_bits(z_bits(p)));
  proof.z2 = in.integer("fac.z2", bytes_for_bits(z_bits(p)));
  proof.w1 = in.integer("fac.w1", bytes_for_bits(w_bits(p)));
  proof.w2 = in.integer("fac.w2", bytes_for_bits(w_bits(p)));
  proof.v = in.integer("fac.v", bytes_for_bits(v_bits(p)));
  return proof;
}

Task<Proof> prove(Batch& batch, Context context, const paillier::SecretKey& key, pedersen::Params v, Rng& rng) {
  const Profile& p = *context.profile;
  MPC_ASSERT(v.bits() == p.nhb);  // of a longer Nh no response would ever fit
  const Nat& n0 = key.public_key().n();
  const Nat bound = factor_bound(p, n0);
  const Factors factors(key);
  for (;;) {
    const Masks k = Masks::draw(p, n0, v.nh(), rng);
    std::vector<Product> jobs = commitments(p, factors, k, v);
    const std::vector<Secret<Nat>> committed = co_await batch.evaluate(std::move(jobs));
    Proof proof;
    proof.cap_p = declassify("fac.P", committed[0]);
    proof.cap_q = declassify("fac.Q", committed[1]);
    proof.cap_a = declassify("fac.A", committed[2]);
    proof.cap_b = declassify("fac.B", committed[3]);
    proof.cap_t = declassify("fac.T", committed[4]);
    const Int e = challenge(context, n0, proof, v);
    if (respond(proof, p, bound, e, factors, k)) co_return proof;
  }
}

Task<Refusal> verify_var(Batch& batch, Context context, paillier::PublicKey n0, Proof proof, pedersen::Params v) {
  Refusal refusal = check_elements(*context.profile, n0.n(), proof, v);
  if (refusal) co_return refusal;
  const Int e = challenge(context, n0.n(), proof, v);
  const Int minus_e = negate(e);
  // s^z1 t^w1 P^-e == A    s^z2 t^w2 Q^-e == B
  Product a_job = v.commit_var(proof.z1, proof.w1);
  a_job.power_var(proof.cap_p, minus_e);
  Product b_job = v.commit_var(proof.z2, proof.w2);
  b_job.power_var(proof.cap_q, minus_e);
  // Q^z1 t^v (s^N0)^-e == T
  Product t_job = v.commit_var(mul(minus_e, Int(n0.n())), proof.v);
  t_job.power_var(proof.cap_q, proof.z1);
  std::vector<Equation> equations;
  equations.push_back({"A", std::move(a_job), proof.cap_a});
  equations.push_back({"B", std::move(b_job), proof.cap_b});
  equations.push_back({"T", std::move(t_job), proof.cap_t});
  co_return co_await hold_var(batch, name, std::move(equations));
}

}  // namespace mpc::proofs::fac
