#include "proofs/bexact.h"

#include <bit>

#include "arith/sample.h"
#include "arith/squares.h"

namespace mpc::proofs::bexact {

namespace {

constexpr std::string_view name = "bexact";
constexpr std::size_t parts = 4;  // x, a, b, c

using Parts = std::array<const Secret<Int>*, parts>;

Parts parts_of(const Value& value) { return {&value.x, &value.a, &value.b, &value.c}; }

/// W, in the order of the generators.
std::vector<const Secret<Int>*> flat(const std::vector<Value>& values) {
  std::vector<const Secret<Int>*> out;
  for (const Value& value : values) {
    const Parts some = parts_of(value);
    out.insert(out.end(), some.begin(), some.end());
  }
  return out;
}

std::vector<const Secret<Int>*> pointers(const std::vector<Secret<Int>>& values) {
  std::vector<const Secret<Int>*> out;
  for (const Secret<Int>& value : values) out.push_back(&value);
  return out;
}

/// What the prover draws, in this order.
struct Masks {
  pedersen::Blinding mu;
  std::vector<Secret<Int>> alpha;  // for x_1, a_1, b_1, c_1, x_2 ...
  pedersen::Blinding gamma;
  paillier::Nonce r;
  pedersen::Blinding tau1, tau0;

  static Masks draw(const Shape& s, const Statement& st, const pedersen::Params& v, Randomness& randomness, Rng& rng) {
    const std::size_t narrow = s.profile->sigma;
    const std::size_t wide = narrow + s.eps;
    Masks out;
    out.mu = randomness.blinding(v, narrow, rng);
    for (std::size_t w = 0; w < parts * s.values; ++w) {
      out.alpha.push_back(sample_within(rng, Nat::power_of_two(s.z_bits())));
    }
    out.gamma = randomness.blinding(v, wide, rng);
    out.r = randomness.nonce(st.n, rng);
    out.tau1 = randomness.blinding(v, narrow, rng);
    out.tau0 = randomness.blinding(v, wide, rng);
    return out;
  }
};

/// ssid, round, both pids, kappa, l, eps, sigma, m, U, N, Nh, t, list of s, all K_i, S, C.
Encoder transcript_of(std::string_view label, const Session& session, const Statement& st,
                      const pedersen::Params& verifier, const Nat& cap_s, const Nat& cap_c) {
  const Profile& p = *session.profile;
  const std::size_t length = verifier.bytes();
  Encoder generators;
  for (std::size_t w = 0; w < verifier.generators(); ++w) generators.nat(verifier.generator(w), length);
  Encoder t;
  t.label("mpc_fast/v1").label(label);
  t.bytes(session.ssid).u64(session.round).bytes(session.prover).bytes(session.verifier);
  t.u64(p.kappa).u64(st.l()).u64(st.eps).u64(p.sigma).u64(st.k.size());
  t.nat(st.upper, bytes_for_bits(st.l())).nat(st.n.n(), st.n.n_bytes());
  t.nat(verifier.nh(), length).nat(verifier.t(), length).list(verifier.generators(), generators);
  for (const Nat& k : st.k) t.nat(k, st.n.ciphertext_bytes());
  t.nat(cap_s, length).nat(cap_c, length);
  return t;
}

/// f_1 .. f_m: fixed only after S and C.
std::vector<Nat> weights(const Session& session, const Statement& st, const pedersen::Params& verifier,
                         const Proof& proof) {
  Xof xof(transcript_of("bexact/f", session, st, verifier, proof.cap_s, proof.cap_c));
  std::vector<Nat> f;
  for (std::size_t i = 0; i < st.k.size(); ++i) f.push_back(xof.unsigned_challenge(session.profile->kappa));
  return f;
}

/// e: fixed only after A, T_1 and T_0.
Nat challenge(const Session& session, const Statement& st, const pedersen::Params& verifier, const Proof& proof,
              const std::vector<Nat>& f) {
  const std::size_t kappa = session.profile->kappa;
  Encoder list;
  for (const Nat& weight : f) list.nat(weight, kappa / 8);
  Encoder t = transcript_of("bexact/e", session, st, verifier, proof.cap_s, proof.cap_c);
  t.list(f.size(), list).nat(proof.cap_a, st.n.ciphertext_bytes());
  t.nat(proof.cap_t1, verifier.bytes()).nat(proof.cap_t0, verifier.bytes());
  return Xof(t).unsigned_challenge(kappa);
}

/// sum_i f_i v_4i: of the part of each value that is x.
Int weighted_sum(const std::vector<Nat>& f, const std::vector<const Int*>& x) {
  Int sum;
  for (std::size_t i = 0; i < f.size(); ++i) sum = add(sum, mul(Int(f[i]), *x[i]));
  return sum;
}

/// q_1 and q_0, and their widths by |alpha| <= 2^(l+eps), f < 2^kappa, and U and all W below 2^(l-1).
struct Coefficients {
  std::size_t q1_bits, q0_bits;
  Secret<Int> q1, q0;

  Coefficients(const Shape& s, const Statement& st, const std::vector<Nat>& f, const Witness& witness,
               const std::vector<Secret<Int>>& alpha) {
    const std::size_t common = s.profile->kappa + static_cast<std::size_t>(std::bit_width(s.values - 1)) + 3;
    q1_bits = common + s.z_bits() + s.l;
    q0_bits = common + 2 * s.z_bits();
    const Int upper(st.upper);
    Int sum1, sum0;
    for (std::size_t i = 0; i < s.values; ++i) {
      const Parts w = parts_of(witness.values[i]);
      const Int& x = w[0]->expose();
      const Int& alpha_x = alpha[parts * i].expose();
      // 2 alpha_x (U - 2x) - alpha_a a - alpha_b b - alpha_c c    4 alpha_x^2 + alpha_a^2 + alpha_b^2 + alpha_c^2
      Int half = mul(Int::of(2), mul(alpha_x, sub(upper, add(x, x))));
      Int squares = mul(Int::of(4), mul(alpha_x, alpha_x));
      for (std::size_t j = 1; j < parts; ++j) {
        const Int& mask = alpha[parts * i + j].expose();
        half = sub(half, mul(mask, w[j]->expose()));
        squares = add(squares, mul(mask, mask));
      }
      const Int weight(f[i]);
      // Every addition adds a limb, which sums of so many do not need.
      sum1 = add(sum1, mul(weight, add(half, half))).resized(limbs_for_bits(q1_bits));
      sum0 = sub(sum0, mul(weight, squares)).resized(limbs_for_bits(q0_bits));
    }
    q1 = Secret(std::move(sum1));
    q0 = Secret(std::move(sum0));
  }
};

/// Q(e) from the responses.
Int polynomial(const Int& upper, const std::vector<Nat>& f, const std::vector<Int>& z, const Int& e) {
  const Int eu = mul(e, upper);
  const Int e_squared = mul(e, e);
  Int sum;
  for (std::size_t i = 0; i < f.size(); ++i) {
    const Int& z_x = z[parts * i];
    Int value = add(mul(Int::of(4), mul(z_x, sub(eu, z_x))), e_squared);
    for (std::size_t j = 1; j < parts; ++j) value = sub(value, mul(z[parts * i + j], z[parts * i + j]));
    sum = add(sum, mul(Int(f[i]), value));
  }
  return sum;
}

/// z_w = alpha_w + e W_w    z'' = gamma + e mu    tau = tau_0 + e tau_1; false when one is out of its bound.
bool respond(Proof& proof, const Shape& s, const Nat& challenge, const Witness& witness, const Masks& k) {
  const Int e(challenge);
  const auto response = [&](const Secret<Int>& mask, const Secret<Int>& value) {
    return add(mask.expose(), mul(e, value.expose()));
  };
  const std::vector<const Secret<Int>*> w = flat(witness.values);
  std::vector<Int> z;
  for (std::size_t i = 0; i < w.size(); ++i) z.push_back(response(k.alpha[i], *w[i]));
  const Int z_second = response(k.gamma.mu, k.mu.mu);
  const Int tau = response(k.tau0.mu, k.tau1.mu);
  Limb fit = within_bits_mask(z_second, s.mask_bits()) & within_bits_mask(tau, s.mask_bits());
  for (const Int& value : z) fit &= within_bits_mask(value, s.z_bits());
  if (declassify("bexact.responses_fit", fit) == 0) return false;
  for (const Int& value : z) proof.z.push_back(declassify("bexact.z", value));
  proof.z_second = declassify("bexact.z''", z_second);
  proof.tau = declassify("bexact.tau", tau);
  return true;
}

Refusal check_ranges(const Shape& s, const Proof& proof) {
  if (proof.z.size() != parts * s.values) return reject(name, "z: count");
  for (const Int& z : proof.z) {
    if (!fits_var(z, s.z_bits())) return reject(name, "z: out of range");
  }
  if (!fits_var(proof.z_second, s.mask_bits())) return reject(name, "z'': out of range");
  if (!fits_var(proof.tau, s.mask_bits())) return reject(name, "tau: out of range");
  return Refusal();
}

}  // namespace

Shape shape(const Profile& profile, const Statement& st) { return {&profile, st.k.size(), st.l(), st.eps}; }

Refusal check_var(const Session& session, const Statement& st, const pedersen::Params& verifier) {
  if (st.k.empty() || st.k.size() > max_values) return reject(name, "K: count");
  if (is_zero_var(st.upper) || bits_var(st.upper) > max_upper_bits) return reject(name, "U: out of range");
  if (st.eps < session.profile->kappa + 32) return reject(name, "eps: out of range");
  if (verifier.generators() != parts * st.k.size()) return reject(name, "s: count");
  for (const Nat& k : st.k) {
    if (!less_var(k, st.n.n_squared())) return reject(name, "K: not a unit");
  }
  return Refusal();
}

Result<std::vector<Value>> with_squares_var(const Statement& st, const std::vector<const Secret<Int>*>& x, Rng& rng) {
  const Int upper(st.upper);
  const std::size_t limbs = limbs_for_bits(st.l());
  const auto part = [&](const Secret<Nat>& square) { return Secret(Int(square.expose().resized(limbs))); };
  std::vector<Value> out;
  for (const Secret<Int>* value : x) {
    const Int rest = sub(upper, value->expose());
    const Limb outside = value->expose().negative_mask() | rest.negative_mask();
    if (declassify("bexact.x_is_outside", outside) != 0) return reject(name, "x: out of range");
    const Int product = mul(value->expose().resized(limbs), rest.resized(limbs));
    const Secret<Nat> n(add(shift_left(product.magnitude(), 2), Nat::of(1)));
    const Squares squares = three_squares_var(n, rng);
    out.push_back({Secret(value->expose().resized(limbs)), part(squares.a), part(squares.b), part(squares.c)});
  }
  return out;
}

void Proof::encode(transcript::Writer& out, const Shape& s) const {
  const std::size_t length = s.profile->nh_bytes();
  out.nat(cap_s, length).nat(cap_c, length).nat(cap_a, s.profile->ciphertext_bytes());
  out.nat(cap_t1, length).nat(cap_t0, length);
  for (const Int& value : z) out.integer(value, bytes_for_bits(s.z_bits()));
  out.nat(z_prime, s.profile->n_bytes());
  out.integer(z_second, bytes_for_bits(s.mask_bits())).integer(tau, bytes_for_bits(s.mask_bits()));
}

Proof Proof::decode(transcript::Reader& in, const Shape& s, const paillier::PublicKey& n,
                    const pedersen::Params& verifier) {
  Proof out;
  const std::size_t length = s.profile->nh_bytes();
  out.cap_s = in.nat("bexact.S", length, &verifier.nh());
  out.cap_c = in.nat("bexact.C", length, &verifier.nh());
  out.cap_a = in.nat("bexact.A", s.profile->ciphertext_bytes(), &n.n_squared());
  out.cap_t1 = in.nat("bexact.T_1", length, &verifier.nh());
  out.cap_t0 = in.nat("bexact.T_0", length, &verifier.nh());
  for (std::size_t w = 0; w < parts * s.values; ++w) {
    out.z.push_back(in.integer("bexact.z", bytes_for_bits(s.z_bits())));
  }
  out.z_prime = in.nat("bexact.z'", s.profile->n_bytes(), &n.n());
  out.z_second = in.integer("bexact.z''", bytes_for_bits(s.mask_bits()));
  out.tau = in.integer("bexact.tau", bytes_for_bits(s.mask_bits()));
  return out;
}

Task<Proof> prove(Batch& batch, Session session, const Statement& st, Witness witness, pedersen::Params verifier,
                  Randomness& randomness, Rng& rng) {
  MPC_ASSERT(!check_var(session, st, verifier));
  MPC_ASSERT(witness.values.size() == st.k.size() && witness.rho.size() == st.k.size());
  const Shape s = shape(*session.profile, st);
  for (;;) {
    const Masks k = Masks::draw(s, st, verifier, randomness, rng);
    // S = prod s_w^W_w t^mu    C = prod s_w^alpha_w t^gamma    r^N, of which A is made
    const auto [cap_s, cap_c, power] =
        co_await batch.evaluate(verifier.commit(flat(witness.values), s.l, k.mu),
                                verifier.commit(pointers(k.alpha), s.z_bits() + 1, k.gamma), st.n.power(k.r));
    Proof proof;
    proof.cap_s = declassify("bexact.S", cap_s);
    proof.cap_c = declassify("bexact.C", cap_c);

    // A = enc_N(sum f_i alpha_x,i; r)    T_1 = s_1^q_1 t^tau_1    T_0 = s_1^q_0 t^tau_0
    const std::vector<Nat> f = weights(session, st, verifier, proof);
    std::vector<const Int*> alpha_x;
    for (std::size_t i = 0; i < s.values; ++i) alpha_x.push_back(&k.alpha[parts * i].expose());
    const Secret<Nat> plaintext = st.n.plaintext_factor(Secret(weighted_sum(f, alpha_x)));
    proof.cap_a = declassify("bexact.A", Secret(st.n.square_ring()->odd().mul(plaintext.expose(), power.expose())));
    const Coefficients q(s, st, f, witness, k.alpha);
    const auto [cap_t1, cap_t0] =
        co_await batch.evaluate(verifier.commit(q.q1, q.q1_bits, k.tau1), verifier.commit(q.q0, q.q0_bits, k.tau0));
    proof.cap_t1 = declassify("bexact.T", cap_t1);
    proof.cap_t0 = declassify("bexact.T", cap_t0);

    const Nat e = challenge(session, st, verifier, proof, f);
    if (!respond(proof, s, e, witness, k)) continue;
    // z' = r prod rho_i^(e f_i) mod N
    Product z_prime(st.n.ring());
    z_prime.times(k.r.r);
    for (std::size_t i = 0; i < s.values; ++i) z_prime.power(*witness.rho[i], Int(mul(e, f[i])));
    const auto responses = co_await batch.evaluate(std::move(z_prime));
    proof.z_prime = declassify("bexact.z'", responses[0]);
    co_return proof;
  }
}

Result<Claim> claim_var(const Session& session, const Statement& st, const Proof& proof,
                        const pedersen::Params& verifier) {
  if (const Refusal bad = check_var(session, st, verifier)) return *bad;
  if (const Refusal bad = check_ranges(shape(*session.profile, st), proof)) return *bad;
  const std::vector<Nat> f = weights(session, st, verifier, proof);
  const Nat e = challenge(session, st, verifier, proof, f);
  std::vector<const Int*> z_x;
  std::vector<PublicPower> ciphertexts = {{"A", proof.cap_a}};
  for (std::size_t i = 0; i < st.k.size(); ++i) {
    z_x.push_back(&proof.z[parts * i]);
    ciphertexts.push_back({"K", st.k[i], Int(mul(e, f[i]))});
  }
  // enc_N(sum f_i z_x,i; z') == A prod K_i^(e f_i)
  // prod s_w^z_w t^z'' == C S^e    s_1^Q(e) t^tau == T_0 T_1^e
  return Claim{name,
               Refusal(),
               {{st.n, weighted_sum(f, z_x), {"z'", proof.z_prime}, {}, std::move(ciphertexts)}},
               {{verifier, proof.z, proof.z_second, {{"C", proof.cap_c}, {"S", proof.cap_s, Int(e)}}},
                {verifier,
                 {polynomial(Int(st.upper), f, proof.z, Int(e))},
                 proof.tau,
                 {{"T_0", proof.cap_t0}, {"T_1", proof.cap_t1, Int(e)}}}}};
}

}  // namespace mpc::proofs::bexact
