#include "proofs/baff_grid.h"

#include "arith/sample.h"

namespace mpc::proofs::baff_grid {

namespace {

constexpr std::string_view name = "baff";

struct Bits {
  const Profile& p;
  std::size_t eps_2;

  explicit Bits(const Profile& profile) : p(profile), eps_2(profile.eps + 1) {}
  std::size_t z1() const { return p.l + eps_2; }
  std::size_t z2() const { return p.lp + eps_2; }
  /// Every bit of its field: there is no other bound.
  std::size_t z3() const { return 8 * bytes_for_bits(p.sigma + eps_2 + p.nhb); }
};

/// What the prover draws, in the order of docs/paper.md.
struct Masks {
  Pair<pedersen::Blinding> mu;
  std::vector<Secret<Int>> alpha, beta;
  pedersen::Blinding delta;
  paillier::Nonce r, r_y;

  static Masks draw(const Bits& bits, const Operand& st, const pedersen::Params& v, Randomness& randomness, Rng& rng) {
    Masks out;
    out.mu.gamma = randomness.blinding(v, bits.p.sigma, rng);
    out.mu.x = randomness.blinding(v, bits.p.sigma, rng);
    for (std::size_t u = 0; u < st.c.size(); ++u) {
      out.alpha.push_back(sample_within(rng, Nat::power_of_two(bits.z1())));
    }
    for (std::size_t u = 0; u < st.c.size(); ++u) {
      out.beta.push_back(sample_within(rng, Nat::power_of_two(bits.z2())));
    }
    out.delta = randomness.blinding(v, bits.p.sigma + bits.eps_2, rng);
    out.r = randomness.nonce(st.n0, rng);
    out.r_y = randomness.nonce(st.n1, rng);
    return out;
  }
};

/// What both hashes begin with: place, statement, generators, then the commitments.
Encoder open_transcript(std::string_view label, const Session& session, const Statement& st, const Proof& proof,
                        const pedersen::Params& v) {
  const std::size_t length = v.bytes();
  Encoder t = baff::open_transcript(label, session, st);
  t.nat(v.nh(), length).nat(v.t(), length);
  Encoder generators;
  for (std::size_t a = 0; a < v.generators(); ++a) generators.nat(v.generator(a), length);
  t.list(v.generators(), generators);
  absorb_operations(t, st);
  t.nat(proof.cap_s.gamma, length).nat(proof.cap_s.x, length).nat(proof.cap_c, length);
  return t;
}

/// f, the weights of the columns: fixed only after every commitment. A single column has weight one.
std::vector<Nat> column_weights(const Session& session, const Statement& st, const Proof& proof,
                                const pedersen::Params& v) {
  if (st.c.size() == 1) return {Nat::of(1)};
  Xof xof(open_transcript("baff/f", session, st, proof, v));
  std::vector<Nat> f;
  for (std::size_t u = 0; u < st.c.size(); ++u) f.push_back(xof.unsigned_challenge(session.profile->kappa));
  return f;
}

/// e_g and e_x.
Pair<Int> row_challenges(const Session& session, const Statement& st, const Proof& proof, const pedersen::Params& v,
                         const std::vector<Nat>& f) {
  const std::size_t kappa = session.profile->kappa;
  Encoder t = open_transcript("baff/e", session, st, proof, v);
  Encoder weights;
  for (const Nat& weight : f) weights.nat(weight, bytes_for_bits(kappa));
  f.size() == 1 ? t.list(0, Encoder()) : t.list(f.size(), weights);
  absorb_first(t, st, proof.first);
  Xof xof(t);
  // A braced list is evaluated from left to right.
  return {Int(xof.unsigned_challenge(kappa)), Int(xof.unsigned_challenge(kappa))};
}

/// e_b f_u, the exponents of the operations.
Challenges cell_weights(const Pair<Int>& e, const std::vector<Nat>& f) {
  Challenges out;
  for (const Nat& weight : f) out.push_back({mul(e.gamma, Int(weight)), mul(e.x, Int(weight))});
  return out;
}

/// The masks of the columns with their weights.
struct WeightedMasks {
  std::vector<Secret<Int>> alpha;  // f_u alpha_u
  Secret<Scalar> sum;              // of these
  Secret<Int> beta;                // sum f_u beta_u

  WeightedMasks(const std::vector<Nat>& f, const Masks& k) {
    Scalar of_alpha;
    Int of_beta;
    for (std::size_t u = 0; u < f.size(); ++u) {
      alpha.emplace_back(mul(Int(f[u]), k.alpha[u].expose()));
      of_alpha = curve::add(of_alpha, curve::scalar_from(alpha[u].expose()));
      of_beta = add(of_beta, mul(Int(f[u]), k.beta[u].expose()));
    }
    sum = Secret(std::move(of_alpha));
    beta = Secret(std::move(of_beta));
  }
};

/// S_g, S_x and C.
void add_commitments(std::vector<Product>& jobs, const Bits& bits, const Witness& witness, const Masks& k,
                     const pedersen::Params& v) {
  using Power = pedersen::Params::Power;
  const std::size_t columns = witness.gamma.size();
  std::vector<Power> of_gamma;
  std::vector<Power> of_x;
  std::vector<Power> of_masks;
  Nat all = v.generator(0);
  for (std::size_t u = 0; u < columns; ++u) {
    of_gamma.push_back({u, *witness.gamma[u], bits.p.l + 1});
    of_masks.push_back({u, k.alpha[u], bits.z1() + 1});
    if (u > 0) all = v.ring()->odd().mul(all, v.generator(u));
  }
  for (std::size_t u = 0; u < columns; ++u) {
    of_gamma.push_back({columns + u, witness.masks[u].gamma.y, bits.p.lp + 1});
    of_x.push_back({columns + u, witness.masks[u].x.y, bits.p.lp + 1});
    of_masks.push_back({columns + u, k.beta[u], bits.z2() + 1});
  }
  // S_b = prod s_u^x_bu s_P+u^y_bu t^mu_b, where all x_xu are w    C = prod s_u^alpha_u s_P+u^beta_u t^delta
  jobs.push_back(v.commit(of_gamma, k.mu.gamma));
  jobs.push_back(v.commit(of_x, k.mu.x));
  jobs.back().power(all, witness.w, bits.p.l + 1);
  jobs.push_back(v.commit(of_masks, k.delta));
}

/// A = prod C_u^(f_u alpha_u) enc_N0(sum f_u beta_u; r), for r^N0.
Product encryption_of_masks(const Bits& bits, const Operand& st, const WeightedMasks& masks, const Secret<Nat>& power) {
  const std::size_t weight_bits = st.c.size() == 1 ? 0 : bits.p.kappa;
  Product cap_a(st.n0.square_ring());
  cap_a.times(power).times(st.n0.plaintext_factor(masks.beta));
  for (std::size_t u = 0; u < st.c.size(); ++u) cap_a.power(st.c[u], masks.alpha[u], bits.z1() + 1 + weight_bits);
  return cap_a;
}

/// z1_u = alpha_u + e_g gamma_u + e_x w    z2_u = beta_u + e_g y_gu + e_x y_xu    z3 = delta + e_g mu_g + e_x mu_x;
/// false when one is out of its bound.
bool respond(Proof& proof, const Bits& bits, const Pair<Int>& e, const Witness& witness, const Masks& k) {
  const auto combine = [&](const Secret<Int>& mask, const Secret<Int>& gamma, const Secret<Int>& x) {
    return add(mask.expose(), add(mul(e.gamma, gamma.expose()), mul(e.x, x.expose())));
  };
  std::vector<Int> z1;
  std::vector<Int> z2;
  const Int z3 = combine(k.delta.mu, k.mu.gamma.mu, k.mu.x.mu);
  Limb fit = within_bits_mask(z3, bits.z3());
  for (std::size_t u = 0; u < witness.gamma.size(); ++u) {
    const Pair<MaskWitness>& masks = witness.masks[u];
    z1.push_back(combine(k.alpha[u], *witness.gamma[u], witness.w));
    z2.push_back(combine(k.beta[u], masks.gamma.y, masks.x.y));
    fit &= within_bits_mask(z1[u], bits.z1()) & within_bits_mask(z2[u], bits.z2());
  }
  if (declassify("baff_grid.responses_fit", fit) == 0) return false;
  for (const Int& value : z1) proof.z1.push_back(declassify("baff_grid.z1", value));
  for (const Int& value : z2) proof.z2.push_back(declassify("baff_grid.z2", value));
  proof.z3 = declassify("baff_grid.z3", z3);
  return true;
}

Refusal check_ranges(const Bits& bits, const Statement& st, const Proof& proof) {
  if (Refusal bad = check_points(name, st)) return bad;
  for (const Int& z1 : proof.z1) {
    if (!fits_var(z1, bits.z1())) return reject(name, "z1: out of range");
  }
  for (const Int& z2 : proof.z2) {
    if (!fits_var(z2, bits.z2())) return reject(name, "z2: out of range");
  }
  return Refusal();
}

}  // namespace

void Proof::encode(transcript::Writer& out, const Profile& p) const {
  const Bits bits(p);
  out.nat(cap_s.gamma, p.nh_bytes()).nat(cap_s.x, p.nh_bytes()).nat(cap_c, p.nh_bytes());
  first.encode(out, p);
  for (std::size_t u = 0; u < z1.size(); ++u) {
    out.integer(z1[u], bytes_for_bits(bits.z1())).integer(z2[u], bytes_for_bits(bits.z2()));
  }
  out.integer(z3, bytes_for_bits(bits.z3())).nat(w, p.n_bytes()).nat(w_y, p.n_bytes());
}

Proof Proof::decode(transcript::Reader& in, const Profile& p, std::size_t presignatures, const paillier::PublicKey& n0,
                    const paillier::PublicKey& n1, const pedersen::Params& v) {
  const Bits bits(p);
  Proof out;
  out.cap_s.gamma = in.nat("baff.S", p.nh_bytes(), &v.nh());
  out.cap_s.x = in.nat("baff.S", p.nh_bytes(), &v.nh());
  out.cap_c = in.nat("baff.C", p.nh_bytes(), &v.nh());
  out.first = FirstMessage::decode(in, p, n0, n1);
  for (std::size_t u = 0; u < presignatures; ++u) {
    out.z1.push_back(in.integer("baff.z1", bytes_for_bits(bits.z1())));
    out.z2.push_back(in.integer("baff.z2", bytes_for_bits(bits.z2())));
  }
  out.z3 = in.integer("baff.z3", bytes_for_bits(bits.z3()));
  out.w = in.nat("baff.w", p.n_bytes(), &n0.n());
  out.w_y = in.nat("baff.w_y", p.n_bytes(), &n1.n());
  return out;
}

Task<Outcome> operate_and_prove(Batch& batch, Session session, Operand operand, Witness witness, pedersen::Params v,
                                Randomness& randomness, Rng& rng) {
  MPC_ASSERT(v.generators() == 2 * operand.c.size());
  const Bits bits(*session.profile);
  for (;;) {
    const Masks k = Masks::draw(bits, operand, v, randomness, rng);
    // D, Y; S, C; r^N0 and r_y^N1, of which A and By are made
    std::vector<Product> first_jobs;
    add_operations(first_jobs, bits.p, operand, witness);
    add_commitments(first_jobs, bits, witness, k, v);
    first_jobs.push_back(operand.n0.power(k.r));
    first_jobs.push_back(operand.n1.power(k.r_y));
    const auto residues = co_await batch.evaluate(std::move(first_jobs));
    auto next = residues.begin();
    Statement st{operand, take_operations(operand.c.size(), next)};
    Proof proof;
    proof.cap_s.gamma = declassify("baff_grid.S", *next++);
    proof.cap_s.x = declassify("baff_grid.S", *next++);
    proof.cap_c = declassify("baff_grid.C", *next++);
    const Secret<Nat>& power = *next++;
    const Secret<Nat>& power_y = *next++;

    // By = enc_N1(sum f_u beta_u; r_y)    B_X = (sum f_u alpha_u) G
    const std::vector<Nat> f = column_weights(session, st, proof, v);
    const WeightedMasks masks(f, k);
    const Nat plain = st.n1.plaintext_factor(masks.beta).expose();
    proof.first.cap_by = declassify("baff_grid.By", Secret(st.n1.square_ring()->odd().mul(plain, power_y.expose())));
    proof.first.cap_bx = declassify("baff_grid.Bx", curve::mul_base(masks.sum));
    if (proof.first.cap_bx.is_identity()) continue;
    Product a_job = encryption_of_masks(bits, st, masks, power);
    const auto encryption = co_await batch.evaluate(std::move(a_job));
    proof.first.cap_a = declassify("baff_grid.A", encryption[0]);

    const Pair<Int> e = row_challenges(session, st, proof, v, f);
    if (!respond(proof, bits, e, witness, k)) continue;
    std::vector<Product> last_jobs = randomisers(st, witness, cell_weights(e, f), k.r, k.r_y);
    const auto responses = co_await batch.evaluate(std::move(last_jobs));
    proof.w = declassify("baff_grid.w", responses[0]);
    proof.w_y = declassify("baff_grid.w_y", responses[1]);
    co_return Outcome{std::move(st), std::move(proof)};
  }
}

Result<Claim> claim_var(const Session& session, const Statement& st, const Proof& proof, const pedersen::Params& v) {
  const Bits bits(*session.profile);
  if (v.generators() != 2 * st.c.size()) return reject(name, "s: count");
  if (Refusal bad = check_ranges(bits, st, proof)) return *std::move(bad);
  const std::vector<Nat> f = column_weights(session, st, proof, v);
  const Pair<Int> e = row_challenges(session, st, proof, v, f);
  std::vector<Int> z1;
  Int z2;
  for (std::size_t u = 0; u < f.size(); ++u) {
    z1.push_back(mul(Int(f[u]), proof.z1[u]));
    z2 = add(z2, mul(Int(f[u]), proof.z2[u]));
  }
  Claim claim = operations_claim(name, st, proof.first, cell_weights(e, f), {std::move(z1), z2, proof.w, proof.w_y});
  // prod s_u^z1_u s_P+u^z2_u t^z3 == C S_g^e_g S_x^e_x
  std::vector<Int> z = proof.z1;
  z.insert(z.end(), proof.z2.begin(), proof.z2.end());
  claim.commitments.push_back(
      {v, std::move(z), proof.z3, {{"C", proof.cap_c}, {"S", proof.cap_s.gamma, e.gamma}, {"S", proof.cap_s.x, e.x}}});
  return claim;
}

}  // namespace mpc::proofs::baff_grid
