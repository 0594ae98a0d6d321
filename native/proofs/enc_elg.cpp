#include "proofs/enc_elg.h"

#include "arith/number_theory.h"
#include "arith/sample.h"

namespace mpc::proofs::enc_elg {

namespace {

constexpr std::string_view name = "enc-elg";

std::size_t z1_bits(const Profile& p) { return p.l + p.eps; }
std::size_t z3_bits(const Profile& p) { return p.l + p.eps + p.nhb; }

Challenge challenge(const Context& context, const Statement& st, const Proof& proof, const pedersen::Params& v) {
  const std::size_t n2_bytes = st.n0.ciphertext_bytes();
  Encoder t = open_transcript(context, name);
  absorb(t, v);
  t.nat(st.n0.n(), st.n0.n_bytes()).nat(st.c, n2_bytes).point(st.a).point(st.b).point(st.x);
  t.nat(proof.cap_s, v.bytes()).nat(proof.cap_t, v.bytes()).nat(proof.cap_d, n2_bytes);
  t.point(proof.cap_y).point(proof.cap_z);
  Xof xof(t);
  return signed_challenge(xof, *context.profile);
}

/// w A + z1 G == Y + e X    w G == Z + e B
Refusal check_curve(const Statement& st, const Proof& proof, const Scalar& e) {
  const Point left = curve::linear_var(curve::scalar_from(proof.z1), proof.w, st.a);
  if (!curve::equal_var(left, curve::add_var(proof.cap_y, curve::mul_var(e, st.x)))) {
    return reject(name, "Y: equation");
  }
  if (!curve::equal_var(curve::mul_base_var(proof.w), curve::add_var(proof.cap_z, curve::mul_var(e, st.b)))) {
    return reject(name, "Z: equation");
  }
  return Refusal();
}

}  // namespace

void Proof::encode(transcript::Writer& out, const Profile& p) const {
  out.nat(cap_s, p.nh_bytes()).nat(cap_t, p.nh_bytes()).nat(cap_d, p.ciphertext_bytes()).point(cap_y).point(cap_z);
  out.integer(z1, bytes_for_bits(z1_bits(p))).nat(z2, p.n_bytes()).integer(z3, bytes_for_bits(z3_bits(p))).scalar(w);
}

Proof Proof::decode(transcript::Reader& in, const Profile& p, const paillier::PublicKey& n0,
                    const pedersen::Params& v) {
  Proof proof;
  proof.cap_s = in.nat("enc-elg.S", p.nh_bytes(), &v.nh());
  proof.cap_t = in.nat("enc-elg.T", p.nh_bytes(), &v.nh());
  proof.cap_d = in.nat("enc-elg.D", p.ciphertext_bytes(), &n0.n_squared());
  proof.cap_y = in.point("enc-elg.Y");
  proof.cap_z = in.point("enc-elg.Z");
  proof.z1 = in.integer("enc-elg.z1", bytes_for_bits(z1_bits(p)));
  proof.z2 = in.nat("enc-elg.z2", p.n_bytes(), &n0.n());
  proof.z3 = in.integer("enc-elg.z3", bytes_for_bits(z3_bits(p)));
  proof.w = in.scalar("enc-elg.w");
  return proof;
}

Task<Proof> prove(Batch& batch, Context context, const Statement& st, Witness witness, pedersen::Params v, Rng& rng) {
  const Profile& p = *context.profile;
  for (;;) {
    const auto alpha = sample_within(rng, Nat::power_of_two(p.l + p.eps));
    const auto mu = sample_within(rng, shift_left(v.nh(), p.l));
    const auto gamma = sample_within(rng, shift_left(v.nh(), p.l + p.eps));
    const auto r = sample_unit(rng, st.n0.n());
    const auto beta = curve::sample_scalar(rng);

    // S = com(x; mu)   T = com(alpha; gamma)   D = enc_N0(alpha; r)
    Product s_job = v.commit(witness.x, p.l + 1, mu, p.l + p.nhb + 1);
    Product t_job = v.commit(alpha, p.l + p.eps + 1, gamma, p.l + p.eps + p.nhb + 1);
    Product d_job = st.n0.encryption(alpha, r);
    const auto committed = co_await batch.evaluate(std::move(s_job), std::move(t_job), std::move(d_job));

    Proof proof;
    proof.cap_s = declassify("enc_elg.S", committed[0]);
    proof.cap_t = declassify("enc_elg.T", committed[1]);
    proof.cap_d = declassify("enc_elg.D", committed[2]);
    // Y = beta A + alpha G   Z = beta G
    const Secret alpha_scalar(curve::scalar_from(alpha.expose()));
    proof.cap_y = declassify("enc_elg.Y", curve::add(curve::mul(beta, st.a), curve::mul_base(alpha_scalar)));
    proof.cap_z = declassify("enc_elg.Z", curve::mul_base(beta));
    if (proof.cap_y.is_identity() || proof.cap_z.is_identity()) continue;

    const Challenge e = challenge(context, st, proof, v);
    // z1 = alpha + e x    z2 = r rho^e mod N0    z3 = gamma + e mu    w = beta + e b mod q
    const Int z1 = add(alpha.expose(), mul(e.integer, witness.x.expose()));
    const Int z3 = add(gamma.expose(), mul(e.integer, mu.expose()));
    // Outside its bound (probability below 2^-250) a response would tell something about its secret: start again.
    const Limb fit = within_bits_mask(z1, z1_bits(p)) & within_bits_mask(z3, z3_bits(p));
    if (declassify("enc_elg.responses_fit", fit) == 0) continue;
    proof.z1 = declassify("enc_elg.z1", z1);
    proof.z3 = declassify("enc_elg.z3", z3);
    proof.w = declassify("enc_elg.w", curve::add(beta.expose(), curve::mul(e.scalar, witness.b.expose())));
    Product z2_job(st.n0.ring());
    z2_job.power(witness.rho, e.integer).times(r);
    const auto responses = co_await batch.evaluate(std::move(z2_job));
    proof.z2 = declassify("enc_elg.z2", responses[0]);
    co_return proof;
  }
}

Result<Claim> claim_var(const Context& context, const Statement& st, const Proof& proof, const pedersen::Params& v) {
  const Profile& p = *context.profile;
  if (st.a.is_identity() || st.b.is_identity() || st.x.is_identity()) return reject(name, "A, B, X: identity");
  if (!fits_var(proof.z1, z1_bits(p))) return reject(name, "z1: out of range");

  const Challenge e = challenge(context, st, proof, v);
  // enc_N0(z1; z2) == D C^e    s^z1 t^z3 == T S^e
  return Claim{name,
               check_curve(st, proof, e.scalar),
               {{st.n0, proof.z1, {"z2", proof.z2}, {}, {{"D", proof.cap_d}, {"C", st.c, e.integer}}}},
               {{v, {proof.z1}, proof.z3, {{"T", proof.cap_t}, {"S", proof.cap_s, e.integer}}}}};
}

}  // namespace mpc::proofs::enc_elg
