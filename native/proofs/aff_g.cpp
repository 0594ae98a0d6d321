#include "proofs/aff_g.h"

#include "arith/number_theory.h"
#include "arith/sample.h"

namespace mpc::proofs::aff_g {

namespace {

constexpr std::string_view name = "aff-g";

std::size_t z1_bits(const Profile& p) { return p.l + p.eps; }
std::size_t z2_bits(const Profile& p) { return p.lp + p.eps; }
/// z3 and z4: bounded by the length of their field alone.
std::size_t z3_bits(const Profile& p) { return p.l + p.eps + p.nhb; }

/// What the prover draws, in the order of specification 3.3.
struct Masks {
  Secret<Int> alpha, beta;
  Secret<Nat> r, r_y;
  Secret<Int> gamma, delta, m, mu;

  static Masks draw(const Profile& p, const Operand& st, const pedersen::Params& v, Rng& rng) {
    // A braced list is evaluated from left to right.
    return Masks{sample_within(rng, Nat::power_of_two(p.l + p.eps)),
                 sample_within(rng, Nat::power_of_two(p.lp + p.eps)),
                 sample_unit(rng, st.n0.n()),
                 sample_unit(rng, st.n1.n()),
                 sample_within(rng, shift_left(v.nh(), p.l + p.eps)),
                 sample_within(rng, shift_left(v.nh(), p.l + p.eps)),
                 sample_within(rng, shift_left(v.nh(), p.l)),
                 sample_within(rng, shift_left(v.nh(), p.l))};
  }
};

Challenge challenge(const Context& context, const Statement& st, const Proof& proof, const pedersen::Params& v) {
  const std::size_t n0_squared = st.n0.ciphertext_bytes();
  const std::size_t n1_squared = st.n1.ciphertext_bytes();
  const std::size_t nh = v.bytes();
  Encoder t = open_transcript(context, name);
  absorb(t, v);
  t.nat(st.n0.n(), st.n0.n_bytes()).nat(st.n1.n(), st.n1.n_bytes());
  t.nat(st.c, n0_squared).nat(st.d, n0_squared).nat(st.yc, n1_squared).point(st.x);
  t.nat(proof.cap_a, n0_squared).point(proof.cap_bx).nat(proof.cap_by, n1_squared);
  t.nat(proof.cap_e, nh).nat(proof.cap_s, nh).nat(proof.cap_f, nh).nat(proof.cap_t, nh);
  Xof xof(t);
  return signed_challenge(xof, *context.profile);
}

std::vector<Product> commitments(const Profile& p, const Operand& st, const Witness& witness, const Masks& k,
                                 const pedersen::Params& v) {
  const std::size_t wide = p.l + p.eps + p.nhb + 1;
  const std::size_t narrow = p.l + p.nhb + 1;
  std::vector<Product> jobs;
  // A = alpha (.) C (+) enc_N0(beta; r)    By = enc_N1(beta; r_y)
  Product a_job = st.n0.encryption(k.beta, k.r);
  a_job.power(st.c, k.alpha, p.l + p.eps + 1);
  jobs.push_back(std::move(a_job));
  jobs.push_back(st.n1.encryption(k.beta, k.r_y));
  // E = com(alpha; gamma)   S = com(x; m)   F = com(beta; delta)   T = com(y; mu)
  jobs.push_back(v.commit(k.alpha, p.l + p.eps + 1, k.gamma, wide));
  jobs.push_back(v.commit(witness.x, p.l + 1, k.m, narrow));
  jobs.push_back(v.commit(k.beta, p.lp + p.eps + 1, k.delta, wide));
  jobs.push_back(v.commit(witness.y, p.lp + 1, k.mu, narrow));
  return jobs;
}

/// z1 = alpha + e x   z2 = beta + e y   z3 = gamma + e m   z4 = delta + e mu; false when one is out of its bound.
bool respond(Proof& proof, const Profile& p, const Int& e, const Witness& witness, const Masks& k) {
  const Int z1 = add(k.alpha.expose(), mul(e, witness.x.expose()));
  const Int z2 = add(k.beta.expose(), mul(e, witness.y.expose()));
  const Int z3 = add(k.gamma.expose(), mul(e, k.m.expose()));
  const Int z4 = add(k.delta.expose(), mul(e, k.mu.expose()));
  const Limb fit = within_bits_mask(z1, z1_bits(p)) & within_bits_mask(z2, z2_bits(p)) &
                   within_bits_mask(z3, z3_bits(p)) & within_bits_mask(z4, z3_bits(p));
  if (declassify("aff_g.responses_fit", fit) == 0) return false;
  proof.z1 = declassify("aff_g.z1", z1);
  proof.z2 = declassify("aff_g.z2", z2);
  proof.z3 = declassify("aff_g.z3", z3);
  proof.z4 = declassify("aff_g.z4", z4);
  return true;
}

Refusal check_ranges(const Profile& p, const Statement& st, const Proof& proof) {
  if (st.x.is_identity()) return reject(name, "X: identity");
  if (!fits_var(proof.z1, z1_bits(p))) return reject(name, "z1: out of range");
  if (!fits_var(proof.z2, z2_bits(p))) return reject(name, "z2: out of range");
  return Refusal();
}

}  // namespace

void Proof::encode(transcript::Writer& out, const Profile& p) const {
  out.nat(cap_a, p.ciphertext_bytes()).point(cap_bx).nat(cap_by, p.ciphertext_bytes());
  out.nat(cap_e, p.nh_bytes()).nat(cap_s, p.nh_bytes()).nat(cap_f, p.nh_bytes()).nat(cap_t, p.nh_bytes());
  out.integer(z1, bytes_for_bits(z1_bits(p))).integer(z2, bytes_for_bits(z2_bits(p)));
  out.integer(z3, bytes_for_bits(z3_bits(p))).integer(z4, bytes_for_bits(z3_bits(p)));
  out.nat(w, p.n_bytes()).nat(w_y, p.n_bytes());
}

Proof Proof::decode(transcript::Reader& in, const Profile& p, const paillier::PublicKey& n0,
                    const paillier::PublicKey& n1, const pedersen::Params& v) {
  Proof proof;
  proof.cap_a = in.nat("aff-g.A", p.ciphertext_bytes(), &n0.n_squared());
  proof.cap_bx = in.point("aff-g.Bx");
  proof.cap_by = in.nat("aff-g.By", p.ciphertext_bytes(), &n1.n_squared());
  proof.cap_e = in.nat("aff-g.E", p.nh_bytes(), &v.nh());
  proof.cap_s = in.nat("aff-g.S", p.nh_bytes(), &v.nh());
  proof.cap_f = in.nat("aff-g.F", p.nh_bytes(), &v.nh());
  proof.cap_t = in.nat("aff-g.T", p.nh_bytes(), &v.nh());
  proof.z1 = in.integer("aff-g.z1", bytes_for_bits(z1_bits(p)));
  proof.z2 = in.integer("aff-g.z2", bytes_for_bits(z2_bits(p)));
  proof.z3 = in.integer("aff-g.z3", bytes_for_bits(z3_bits(p)));
  proof.z4 = in.integer("aff-g.z4", bytes_for_bits(z3_bits(p)));
  proof.w = in.nat("aff-g.w", p.n_bytes(), &n0.n());
  proof.w_y = in.nat("aff-g.w_y", p.n_bytes(), &n1.n());
  return proof;
}

Task<Outcome> operate_and_prove(Batch& batch, Context context, Operand operand, Witness witness, pedersen::Params v,
                                Rng& rng) {
  const Profile& p = *context.profile;
  for (;;) {
    const Masks k = Masks::draw(p, operand, v, rng);
    std::vector<Product> jobs = commitments(p, operand, witness, k, v);
    // D = C^x enc_N0(y; rho)    Yc = enc_N1(y; rho_y)
    jobs.push_back(operand.n0.encryption(witness.y, witness.rho));
    jobs.back().power(operand.c, witness.x, p.l + 1);
    jobs.push_back(operand.n1.encryption(witness.y, witness.rho_y));
    const auto committed = co_await batch.evaluate(std::move(jobs));
    Statement st{operand, declassify("aff_g.D", committed[6]), declassify("aff_g.Yc", committed[7])};
    Proof proof;
    proof.cap_a = declassify("aff_g.A", committed[0]);
    proof.cap_by = declassify("aff_g.By", committed[1]);
    proof.cap_e = declassify("aff_g.E", committed[2]);
    proof.cap_s = declassify("aff_g.S", committed[3]);
    proof.cap_f = declassify("aff_g.F", committed[4]);
    proof.cap_t = declassify("aff_g.T", committed[5]);
    // Bx = alpha G
    const Secret alpha_scalar(curve::scalar_from(k.alpha.expose()));
    proof.cap_bx = declassify("aff_g.Bx", curve::mul_base(alpha_scalar));
    if (proof.cap_bx.is_identity()) continue;

    const Challenge e = challenge(context, st, proof, v);
    if (!respond(proof, p, e.integer, witness, k)) continue;
    // w = r rho^e mod N0    w_y = r_y rho_y^e mod N1
    Product w_job(st.n0.ring());
    w_job.power(witness.rho, e.integer).times(k.r);
    Product w_y_job(st.n1.ring());
    w_y_job.power(witness.rho_y, e.integer).times(k.r_y);
    const auto responses = co_await batch.evaluate(std::move(w_job), std::move(w_y_job));
    proof.w = declassify("aff_g.w", responses[0]);
    proof.w_y = declassify("aff_g.w_y", responses[1]);
    co_return Outcome{std::move(st.d), std::move(st.yc), std::move(proof)};
  }
}

Result<Claim> claim_var(const Context& context, const Statement& st, const Proof& proof, const pedersen::Params& v) {
  const Refusal bad = check_ranges(*context.profile, st, proof);
  if (bad) return *bad;
  const Challenge e = challenge(context, st, proof, v);
  // z1 G == Bx + e X
  const Point left = curve::mul_base_var(curve::scalar_from(proof.z1));
  const bool holds = curve::equal_var(left, curve::add_var(proof.cap_bx, curve::mul_var(e.scalar, st.x)));
  // z1 (.) C (+) enc_N0(z2; w) == A (+) e (.) D    enc_N1(z2; w_y) == By (+) e (.) Yc
  // s^z1 t^z3 == E S^e    s^z2 t^z4 == F T^e
  return Claim{
      name,
      holds ? Refusal() : reject(name, "Bx: equation"),
      {{st.n0, proof.z2, {"w", proof.w}, {{"C", st.c, proof.z1}}, {{"A", proof.cap_a}, {"D", st.d, e.integer}}},
       {st.n1, proof.z2, {"w_y", proof.w_y}, {}, {{"By", proof.cap_by}, {"Yc", st.yc, e.integer}}}},
      {{v, {proof.z1}, proof.z3, {{"E", proof.cap_e}, {"S", proof.cap_s, e.integer}}},
       {v, {proof.z2}, proof.z4, {{"F", proof.cap_f}, {"T", proof.cap_t, e.integer}}}}};
}

}  // namespace mpc::proofs::aff_g
