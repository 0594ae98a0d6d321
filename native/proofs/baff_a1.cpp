#include "proofs/baff_a1.h"

#include <bit>

#include "arith/sample.h"

namespace mpc::proofs::baff_a1 {

namespace {

constexpr std::string_view name = "baff-a1";

struct Bits {
  const Profile& p;
  std::size_t eps_1;
  std::size_t eps_y;

  Bits(const Profile& profile, std::size_t presignatures)
      : p(profile),
        eps_1(profile.eps + 1),
        eps_y(profile.eps + static_cast<std::size_t>(std::bit_width(2 * presignatures - 1))) {}
  std::size_t z1() const { return p.l + eps_1; }
  std::size_t z2() const { return p.lp + eps_y; }
  // Bounded by the length of their fields alone.
  std::size_t z3() const { return p.sigma + eps_1 + p.nhb; }
  std::size_t z4() const { return p.sigma + eps_y + p.nhb; }
};

/// What the prover draws, in the order of docs/paper.md.
struct Masks {
  pedersen::Blinding m_x;
  std::vector<pedersen::Blinding> m;
  std::vector<Pair<pedersen::Blinding>> n;
  std::vector<Secret<Int>> alpha;
  std::vector<pedersen::Blinding> delta;
  Secret<Int> beta;
  pedersen::Blinding eta;
  paillier::Nonce r, r_y;

  static Masks draw(const Bits& bits, const Operand& st, const pedersen::Params& v, Randomness& randomness, Rng& rng) {
    const std::size_t count = st.c.size();
    const auto blinding = [&](std::size_t eps) { return randomness.blinding(v, bits.p.sigma + eps, rng); };
    Masks out;
    out.m_x = blinding(0);
    for (std::size_t u = 0; u < count; ++u) out.m.push_back(blinding(0));
    for (std::size_t u = 0; u < count; ++u) out.n.push_back({blinding(0), blinding(0)});
    for (std::size_t u = 0; u < count; ++u) out.alpha.push_back(sample_within(rng, Nat::power_of_two(bits.z1())));
    for (std::size_t u = 0; u < count; ++u) out.delta.push_back(blinding(bits.eps_1));
    out.beta = sample_within(rng, Nat::power_of_two(bits.z2()));
    out.eta = blinding(bits.eps_y);
    out.r = randomness.nonce(st.n0, rng);
    out.r_y = randomness.nonce(st.n1, rng);
    return out;
  }
};

/// One challenge for each operation.
Challenges challenges(const Session& session, const Statement& st, const Proof& proof, const pedersen::Params& v) {
  const std::size_t nh = v.bytes();
  Encoder t = open_transcript("baff-a1/e", session, st);
  absorb(t, v);
  absorb_operations(t, st);
  t.nat(proof.cap_s_x, nh);
  for (const Proof::Row& row : proof.rows) t.nat(row.cap_s, nh);
  for (const Proof::Row& row : proof.rows) t.nat(row.cap_t.gamma, nh).nat(row.cap_t.x, nh);
  for (const Proof::Row& row : proof.rows) t.nat(row.cap_e, nh);
  t.nat(proof.cap_f, nh);
  absorb_first(t, st, proof.first);
  Xof xof(t);
  const std::size_t kappa = session.profile->kappa;
  Challenges out;
  for (std::size_t u = 0; u < st.c.size(); ++u) {
    // A braced list is evaluated from left to right.
    out.push_back({Int(xof.unsigned_challenge(kappa)), Int(xof.unsigned_challenge(kappa))});
  }
  return out;
}

/// D and Y of all operations, then A and By, then the commitments.
std::vector<Product> first_jobs(const Bits& bits, const Operand& st, const Witness& witness, const Masks& k,
                                const pedersen::Params& v) {
  std::vector<Product> jobs;
  add_operations(jobs, bits.p, st, witness);
  // A = prod C_u^alpha_u enc_N0(beta; r)    By = enc_N1(beta; r_y)
  jobs.push_back(st.n0.encryption(k.beta, k.r));
  for (std::size_t u = 0; u < st.c.size(); ++u) jobs.back().power(st.c[u], k.alpha[u], bits.z1() + 1);
  jobs.push_back(st.n1.encryption(k.beta, k.r_y));
  // S_x = com(w; m_x)   S_u = com(gamma_u; m_u)   T_bu = com(y_bu; n_bu)   E_u = com(alpha_u; delta_u)
  jobs.push_back(v.commit(witness.w, bits.p.l + 1, k.m_x));
  for (std::size_t u = 0; u < st.c.size(); ++u) {
    const Pair<MaskWitness>& masks = witness.masks[u];
    jobs.push_back(v.commit(*witness.gamma[u], bits.p.l + 1, k.m[u]));
    jobs.push_back(v.commit(masks.gamma.y, bits.p.lp + 1, k.n[u].gamma));
    jobs.push_back(v.commit(masks.x.y, bits.p.lp + 1, k.n[u].x));
    jobs.push_back(v.commit(k.alpha[u], bits.z1() + 1, k.delta[u]));
  }
  // F = com(beta; eta)
  jobs.push_back(v.commit(k.beta, bits.z2() + 1, k.eta));
  return jobs;
}

/// Sorts the residues of first_jobs.
void take_first(Statement& st, Proof& proof, const std::vector<Secret<Nat>>& residues) {
  auto next = residues.begin();
  static_cast<Results&>(st) = take_operations(st.c.size(), next);
  proof.first.cap_a = declassify("baff_a1.A", *next++);
  proof.first.cap_by = declassify("baff_a1.By", *next++);
  proof.cap_s_x = declassify("baff_a1.S", *next++);
  for (std::size_t u = 0; u < st.c.size(); ++u) {
    Proof::Row& row = proof.rows.emplace_back();
    row.cap_s = declassify("baff_a1.S", *next++);
    row.cap_t.gamma = declassify("baff_a1.T", *next++);
    row.cap_t.x = declassify("baff_a1.T", *next++);
    row.cap_e = declassify("baff_a1.E", *next++);
  }
  proof.cap_f = declassify("baff_a1.F", *next++);
}

/// z1_u = alpha_u + e_gu gamma_u + e_xu w    z3_u = delta_u + e_gu m_u + e_xu m_x
/// z2 = beta + sum e_bu y_bu                 z4 = eta + sum e_bu n_bu;  false when one is out of its bound.
bool respond(Proof& proof, const Bits& bits, const Challenges& e, const Witness& witness, const Masks& k) {
  const auto combine = [](const Int& mask, const Pair<Int>& by, const Int& gamma, const Int& x) {
    return add(mask, add(mul(by.gamma, gamma), mul(by.x, x)));
  };
  std::vector<Int> z1;
  std::vector<Int> z3;
  Int z2 = k.beta.expose();
  Int z4 = k.eta.mu.expose();
  Limb fit = all_ones;
  for (std::size_t u = 0; u < e.size(); ++u) {
    const Pair<MaskWitness>& masks = witness.masks[u];
    z1.push_back(combine(k.alpha[u].expose(), e[u], witness.gamma[u]->expose(), witness.w.expose()));
    z3.push_back(combine(k.delta[u].mu.expose(), e[u], k.m[u].mu.expose(), k.m_x.mu.expose()));
    z2 = combine(z2, e[u], masks.gamma.y.expose(), masks.x.y.expose());
    z4 = combine(z4, e[u], k.n[u].gamma.mu.expose(), k.n[u].x.mu.expose());
    fit &= within_bits_mask(z1[u], bits.z1()) & within_bits_mask(z3[u], bits.z3());
  }
  fit &= within_bits_mask(z2, bits.z2()) & within_bits_mask(z4, bits.z4());
  if (declassify("baff_a1.responses_fit", fit) == 0) return false;
  for (std::size_t u = 0; u < e.size(); ++u) {
    proof.rows[u].z1 = declassify("baff_a1.z1", z1[u]);
    proof.rows[u].z3 = declassify("baff_a1.z3", z3[u]);
  }
  proof.z2 = declassify("baff_a1.z2", z2);
  proof.z4 = declassify("baff_a1.z4", z4);
  return true;
}

Refusal check_ranges(const Bits& bits, const Statement& st, const Proof& proof) {
  if (Refusal bad = check_points(name, st)) return bad;
  for (const Proof::Row& row : proof.rows) {
    if (!fits_var(row.z1, bits.z1())) return reject(name, "z1: out of range");
  }
  if (!fits_var(proof.z2, bits.z2())) return reject(name, "z2: out of range");
  return Refusal();
}

}  // namespace

void Proof::encode(transcript::Writer& out, const Profile& p) const {
  const Bits bits(p, rows.size());
  out.nat(cap_s_x, p.nh_bytes());
  for (const Row& row : rows) {
    for (const Nat* commitment : {&row.cap_s, &row.cap_e, &row.cap_t.gamma, &row.cap_t.x}) {
      out.nat(*commitment, p.nh_bytes());
    }
  }
  out.nat(cap_f, p.nh_bytes());
  first.encode(out, p);
  for (const Row& row : rows) {
    out.integer(row.z1, bytes_for_bits(bits.z1())).integer(row.z3, bytes_for_bits(bits.z3()));
  }
  out.integer(z2, bytes_for_bits(bits.z2())).integer(z4, bytes_for_bits(bits.z4()));
  out.nat(w, p.n_bytes()).nat(w_y, p.n_bytes());
}

Proof Proof::decode(transcript::Reader& in, const Profile& p, std::size_t presignatures, const paillier::PublicKey& n0,
                    const paillier::PublicKey& n1, const pedersen::Params& v) {
  const Bits bits(p, presignatures);
  Proof out;
  out.cap_s_x = in.nat("baff-a1.S_x", p.nh_bytes(), &v.nh());
  out.rows.resize(presignatures);
  for (Row& row : out.rows) {
    row.cap_s = in.nat("baff-a1.S", p.nh_bytes(), &v.nh());
    row.cap_e = in.nat("baff-a1.E", p.nh_bytes(), &v.nh());
    row.cap_t.gamma = in.nat("baff-a1.T", p.nh_bytes(), &v.nh());
    row.cap_t.x = in.nat("baff-a1.T", p.nh_bytes(), &v.nh());
  }
  out.cap_f = in.nat("baff-a1.F", p.nh_bytes(), &v.nh());
  out.first = FirstMessage::decode(in, p, n0, n1);
  for (Row& row : out.rows) {
    row.z1 = in.integer("baff-a1.z1", bytes_for_bits(bits.z1()));
    row.z3 = in.integer("baff-a1.z3", bytes_for_bits(bits.z3()));
  }
  out.z2 = in.integer("baff-a1.z2", bytes_for_bits(bits.z2()));
  out.z4 = in.integer("baff-a1.z4", bytes_for_bits(bits.z4()));
  out.w = in.nat("baff-a1.w", p.n_bytes(), &n0.n());
  out.w_y = in.nat("baff-a1.w_y", p.n_bytes(), &n1.n());
  return out;
}

std::vector<BlindingNeed> blindings(const Profile& profile, std::size_t presignatures) {
  const Bits bits(profile, presignatures);
  return {{profile.sigma, 1 + 3 * presignatures},
          {profile.sigma + bits.eps_1, presignatures},
          {profile.sigma + bits.eps_y, 1}};
}

Task<Outcome> operate_and_prove(Batch& batch, Session session, Operand operand, Witness witness, pedersen::Params v,
                                Randomness& randomness, Rng& rng) {
  const Bits bits(*session.profile, operand.c.size());
  for (;;) {
    const Masks k = Masks::draw(bits, operand, v, randomness, rng);
    std::vector<Product> jobs = first_jobs(bits, operand, witness, k, v);
    const auto residues = co_await batch.evaluate(std::move(jobs));
    Statement st{operand, {}};
    Proof proof;
    take_first(st, proof, residues);
    // B_X = (sum alpha_u) G
    Scalar sum;
    for (const Secret<Int>& alpha : k.alpha) sum = curve::add(sum, curve::scalar_from(alpha.expose()));
    proof.first.cap_bx = declassify("baff_a1.Bx", curve::mul_base(Secret(sum)));
    if (proof.first.cap_bx.is_identity()) continue;

    const Challenges e = challenges(session, st, proof, v);
    if (!respond(proof, bits, e, witness, k)) continue;
    std::vector<Product> last_jobs = randomisers(st, witness, e, k.r, k.r_y);
    const auto responses = co_await batch.evaluate(std::move(last_jobs));
    proof.w = declassify("baff_a1.w", responses[0]);
    proof.w_y = declassify("baff_a1.w_y", responses[1]);
    co_return Outcome{std::move(st), std::move(proof)};
  }
}

Result<Claim> claim_var(const Session& session, const Statement& st, const Proof& proof, const pedersen::Params& v) {
  const Bits bits(*session.profile, st.c.size());
  if (const Refusal bad = check_ranges(bits, st, proof)) return *bad;
  const Challenges e = challenges(session, st, proof, v);
  std::vector<Int> z1;
  for (const Proof::Row& row : proof.rows) z1.push_back(row.z1);
  Claim claim = operations_claim(name, st, proof.first, e, {std::move(z1), proof.z2, proof.w, proof.w_y});
  CommitmentEquation of_t{v, {proof.z2}, proof.z4, {{"F", proof.cap_f}}};
  for (std::size_t u = 0; u < e.size(); ++u) {
    const Proof::Row& row = proof.rows[u];
    // s^z1_u t^z3_u == E_u S_u^e_gu S_x^e_xu
    claim.commitments.push_back(
        {v, {row.z1}, row.z3, {{"E", row.cap_e}, {"S", row.cap_s, e[u].gamma}, {"S_x", proof.cap_s_x, e[u].x}}});
    // s^z2 t^z4 == F prod T_bu^e_bu
    of_t.right.push_back({"T", row.cap_t.gamma, e[u].gamma});
    of_t.right.push_back({"T", row.cap_t.x, e[u].x});
  }
  claim.commitments.push_back(std::move(of_t));
  return claim;
}

}  // namespace mpc::proofs::baff_a1
