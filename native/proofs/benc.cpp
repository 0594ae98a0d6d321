#include "proofs/benc.h"

#include <bit>

#include "arith/sample.h"

namespace mpc::proofs::benc {

namespace {

constexpr std::string_view name = "benc";

/// What the prover draws, in the order of docs/paper.md.
struct Masks {
  std::vector<std::vector<pedersen::Blinding>> mu;  // by verifier and row
  std::vector<Secret<Int>> alpha;                   // by column
  std::vector<pedersen::Blinding> gamma;            // by verifier
  paillier::Nonce r;
  Secret<Scalar> beta;

  static Masks draw(const Shape& s, const Statement& st, const std::vector<Verifier>& verifiers, Randomness& randomness,
                    Rng& rng) {
    const std::size_t sigma = s.profile->sigma;
    Masks out;
    for (const Verifier& v : verifiers) {
      auto& rows = out.mu.emplace_back();
      for (std::size_t b = 0; b < s.rows; ++b) rows.push_back(randomness.blinding(v.params, sigma, rng));
    }
    for (std::size_t p = 0; p < s.columns; ++p) {
      out.alpha.push_back(sample_within(rng, Nat::power_of_two(s.z_bits())));
    }
    for (const Verifier& v : verifiers) {
      out.gamma.push_back(randomness.blinding(v.params, sigma + s.eps_b(), rng));
    }
    out.r = randomness.nonce(st.n, rng);
    if (s.elgamal) out.beta = curve::sample_scalar(rng);
    return out;
  }
};

/// h_j, over the commitments for one verifier.
Bytes32 commitment_hash(const Session& session, const Verifier& v, const std::vector<Nat>& cap_s, const Nat& cap_c,
                        std::size_t columns) {
  const std::size_t length = v.params.bytes();
  Encoder generators;
  for (std::size_t p = 0; p < columns; ++p) generators.nat(v.params.generator(p), length);
  Encoder rows;
  for (const Nat& s : cap_s) rows.nat(s, length);
  Encoder t;
  t.label("mpc_fast/v1").label("benc/com").bytes(session.ssid).bytes(session.prover).bytes(v.pid);
  t.nat(v.params.nh(), length).nat(v.params.t(), length);
  t.list(columns, generators).list(cap_s.size(), rows).nat(cap_c, length);
  return transcript::h256(t);
}

void absorb_parameters(Encoder& t, const Shape& s) {
  t.u64(s.profile->kappa).u64(s.range.l).u64(s.range.eps).u64(s.profile->sigma).u64(s.rows).u64(s.columns);
}

void absorb_statement(Encoder& t, const Statement& st) {
  t.nat(st.n.n(), st.n.n_bytes());
  for (const Cell& cell : st.cells) {
    t.nat(cell.k, st.n.ciphertext_bytes());
    if (st.y) t.point(cell.a).point(cell.b);
  }
  if (st.y) t.point(*st.y);
}

void absorb_hashes(Encoder& t, const std::vector<Bytes32>& hashes) {
  Encoder list;
  for (const Bytes32& h : hashes) list.bytes(h);
  t.list(hashes.size(), list);
}

std::vector<Nat> read_challenges(const Encoder& t, std::size_t count, std::size_t kappa) {
  Xof xof(t);
  std::vector<Nat> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(xof.unsigned_challenge(kappa));
  return out;
}

/// f, the weights of the columns: fixed only after every commitment. A single column has weight one.
std::vector<Nat> column_weights(const Session& session, const Shape& s, const Statement& st,
                                const std::vector<Bytes32>& hashes) {
  if (s.columns == 1) return {Nat::of(1)};
  Encoder t;
  t.label("mpc_fast/v1").label("benc/f").bytes(session.ssid).bytes(session.prover);
  absorb_parameters(t, s);
  absorb_statement(t, st);
  absorb_hashes(t, hashes);
  return read_challenges(t, s.columns, s.profile->kappa);
}

/// e, one challenge for each row.
std::vector<Nat> row_challenges(const Session& session, const Shape& s, const Statement& st, const Common& common,
                                const std::vector<Nat>& f) {
  Encoder weights;
  for (const Nat& weight : f) weights.nat(weight, s.profile->kappa / 8);
  Encoder t;
  t.label("mpc_fast/v1").label(s.elgamal ? "benc/e" : "benc-plain/e");
  t.bytes(session.ssid).u64(session.round).bytes(session.prover).label("*");
  absorb_parameters(t, s);
  absorb_statement(t, st);
  absorb_hashes(t, common.h);
  s.columns == 1 ? t.list(0, Encoder()) : t.list(s.columns, weights);
  t.nat(common.cap_a, st.n.ciphertext_bytes());
  if (s.elgamal) t.point(common.cap_z).point(common.cap_w);
  return read_challenges(t, s.rows, s.profile->kappa);
}

/// f_p e_b, the exponent of cell (b, p).
Int cell_exponent(const Shape& s, const std::vector<Nat>& f, const std::vector<Nat>& e, std::size_t cell) {
  const Nat& row = e[cell / s.columns];
  return Int(s.columns == 1 ? row : mul(f[cell % s.columns], row));
}

/// S_b = prod_p s_p^k_bp t^mu_b for every row, then C = prod_p s_p^alpha_p t^gamma; for every verifier.
std::vector<Product> commitments(const Shape& s, const std::vector<CellWitness>& witness,
                                 const std::vector<Verifier>& verifiers, const Masks& k) {
  std::vector<Product> jobs;
  for (std::size_t j = 0; j < verifiers.size(); ++j) {
    for (std::size_t b = 0; b < s.rows; ++b) {
      std::vector<const Secret<Int>*> row;
      for (std::size_t i = b * s.columns; i < std::min((b + 1) * s.columns, witness.size()); ++i) {
        row.push_back(&witness[i].k);
      }
      jobs.push_back(verifiers[j].params.commit(row, s.range.l + 1, k.mu[j][b]));
    }
    std::vector<const Secret<Int>*> masks;
    for (const Secret<Int>& alpha : k.alpha) masks.push_back(&alpha);
    jobs.push_back(verifiers[j].params.commit(masks, s.z_bits() + 1, k.gamma[j]));
  }
  return jobs;
}

/// sum_p f_p alpha_p.
Secret<Int> weighted_sum(const std::vector<Nat>& f, const std::vector<Secret<Int>>& alpha) {
  Int sum;
  for (std::size_t p = 0; p < f.size(); ++p) sum = add(sum, mul(Int(f[p]), alpha[p].expose()));
  return Secret(std::move(sum));
}

/// z_p = alpha_p + sum_b e_b k_bp and z''_j = gamma_j + sum_b e_b mu_jb; false when one is out of its bound.
bool respond(Proof& proof, const Shape& s, const std::vector<Nat>& e, const std::vector<CellWitness>& witness,
             const Masks& k) {
  std::vector<Int> z;
  std::vector<Int> z_masks;
  for (const Secret<Int>& alpha : k.alpha) z.push_back(alpha.expose());
  for (std::size_t i = 0; i < witness.size(); ++i) {
    Int& sum = z[i % s.columns];
    sum = add(sum, mul(Int(e[i / s.columns]), witness[i].k.expose()));
  }
  for (std::size_t j = 0; j < k.gamma.size(); ++j) {
    Int sum = k.gamma[j].mu.expose();
    for (std::size_t b = 0; b < s.rows; ++b) sum = add(sum, mul(Int(e[b]), k.mu[j][b].mu.expose()));
    z_masks.push_back(std::move(sum));
  }
  Limb fit = all_ones;
  for (const Int& value : z) fit &= within_bits_mask(value, s.z_bits());
  for (const Int& value : z_masks) fit &= within_bits_mask(value, s.z_mask_bits());
  if (declassify("benc.responses_fit", fit) == 0) return false;
  for (const Int& value : z) proof.common.z.push_back(declassify("benc.z", value));
  for (std::size_t j = 0; j < z_masks.size(); ++j) proof.to_each[j].z = declassify("benc.z''", z_masks[j]);
  return true;
}

Refusal check_ranges(const Shape& s, const Statement& st, const Common& common) {
  if (st.y) {
    bool identity = st.y->is_identity();
    for (const Cell& cell : st.cells) identity = identity || cell.a.is_identity() || cell.b.is_identity();
    if (identity) return reject(name, "A, B, Y: identity");
  }
  for (const Int& z : common.z) {
    if (!fits_var(z, s.z_bits())) return reject(name, "z: out of range");
  }
  return Refusal();
}

/// w G == Z + sum f_p e_b A_bp    w Y + (sum f_p z_p) G == W + sum f_p e_b B_bp
Refusal check_curve(const Statement& st, const Common& common, const std::vector<Int>& exponents, const Int& z) {
  std::vector<Point> z_side = {common.cap_z};
  std::vector<Point> w_side = {common.cap_w};
  for (std::size_t i = 0; i < st.cells.size(); ++i) {
    const Scalar exponent = curve::scalar_from(exponents[i]);
    z_side.push_back(curve::mul_var(exponent, st.cells[i].a));
    w_side.push_back(curve::mul_var(exponent, st.cells[i].b));
  }
  if (!curve::equal_var(curve::mul_base_var(common.w), curve::sum_var(z_side))) return reject(name, "Z: equation");
  const Point left = curve::linear_var(curve::scalar_from(z), common.w, *st.y);
  if (!curve::equal_var(left, curve::sum_var(w_side))) return reject(name, "W: equation");
  return Refusal();
}

}  // namespace

std::size_t Shape::eps_b() const { return range.eps + static_cast<std::size_t>(std::bit_width(rows - 1)); }

Shape shape(const Profile& profile, const Statement& st, std::size_t verifiers) {
  return {&profile, st.range, st.rows(), st.columns, verifiers, st.y.has_value()};
}

void Common::encode(transcript::Writer& out, const Shape& s) const {
  out.nat(cap_a, s.profile->ciphertext_bytes());
  if (s.elgamal) out.point(cap_z).point(cap_w);
  for (const Int& value : z) out.integer(value, bytes_for_bits(s.z_bits()));
  out.nat(z_prime, s.profile->n_bytes());
  if (s.elgamal) out.scalar(w);
  for (const Bytes32& hash : h) out.bytes(hash);
}

Common Common::decode(transcript::Reader& in, const Shape& s, const paillier::PublicKey& n) {
  Common out;
  out.cap_a = in.nat("benc.A", s.profile->ciphertext_bytes(), &n.n_squared());
  if (s.elgamal) {
    out.cap_z = in.point("benc.Z");
    out.cap_w = in.point("benc.W");
  }
  for (std::size_t p = 0; p < s.columns; ++p) out.z.push_back(in.integer("benc.z", bytes_for_bits(s.z_bits())));
  out.z_prime = in.nat("benc.z'", s.profile->n_bytes(), &n.n());
  if (s.elgamal) out.w = in.scalar("benc.w");
  for (std::size_t j = 0; j < s.verifiers; ++j) out.h.push_back(in.bytes32("benc.h"));
  return out;
}

void Private::encode(transcript::Writer& out, const Shape& s) const {
  for (const Nat& row : cap_s) out.nat(row, s.profile->nh_bytes());
  out.nat(cap_c, s.profile->nh_bytes()).integer(z, bytes_for_bits(s.z_mask_bits()));
}

Private Private::decode(transcript::Reader& in, const Shape& s, const pedersen::Params& verifier) {
  Private out;
  const std::size_t length = s.profile->nh_bytes();
  for (std::size_t b = 0; b < s.rows; ++b) out.cap_s.push_back(in.nat("benc.S", length, &verifier.nh()));
  out.cap_c = in.nat("benc.C", length, &verifier.nh());
  out.z = in.integer("benc.z''", bytes_for_bits(s.z_mask_bits()));
  return out;
}

std::vector<BlindingNeed> blindings(const Shape& s) {
  const std::size_t sigma = s.profile->sigma;
  return {{sigma, s.rows}, {sigma + s.eps_b(), 1}};
}

Task<Proof> prove(Batch& batch, Session session, const Statement& st, std::vector<CellWitness> witness,
                  std::vector<Verifier> verifiers, Randomness& randomness, Rng& rng) {
  const Shape s = shape(*session.profile, st, verifiers.size());
  for (;;) {
    const Masks k = Masks::draw(s, st, verifiers, randomness, rng);
    // S, C for every verifier; r^N, of which A is made
    std::vector<Product> jobs = commitments(s, witness, verifiers, k);
    jobs.push_back(st.n.power(k.r));
    const auto committed = co_await batch.evaluate(std::move(jobs));

    Proof proof;
    std::size_t next = 0;
    for (const Verifier& v : verifiers) {
      Private& part = proof.to_each.emplace_back();
      for (std::size_t b = 0; b < s.rows; ++b) part.cap_s.push_back(declassify("benc.S", committed[next++]));
      part.cap_c = declassify("benc.C", committed[next++]);
      proof.common.h.push_back(commitment_hash(session, v, part.cap_s, part.cap_c, s.columns));
    }
    // A = enc_N(sum f_p alpha_p; r)   Z = beta G   W = beta Y + (sum f_p alpha_p) G
    const std::vector<Nat> f = column_weights(session, s, st, proof.common.h);
    const Secret<Int> mask = weighted_sum(f, k.alpha);
    const Secret encryption(
        st.n.square_ring()->odd().mul(st.n.plaintext_factor(mask).expose(), committed[next].expose()));
    proof.common.cap_a = declassify("benc.A", encryption);
    if (s.elgamal) {
      const Secret mask_scalar(curve::scalar_from(mask.expose()));
      proof.common.cap_z = declassify("benc.Z", curve::mul_base(k.beta));
      proof.common.cap_w = declassify("benc.W", curve::add(curve::mul(k.beta, *st.y), curve::mul_base(mask_scalar)));
      if (proof.common.cap_z.is_identity() || proof.common.cap_w.is_identity()) continue;
    }

    const std::vector<Nat> e = row_challenges(session, s, st, proof.common, f);
    if (!respond(proof, s, e, witness, k)) continue;
    // z' = r prod rho^(f_p e_b) mod N   w = beta + sum f_p e_b a
    Product z_prime(st.n.ring());
    z_prime.times(k.r.r);
    Scalar w = k.beta.expose();
    for (std::size_t i = 0; i < witness.size(); ++i) {
      const Int exponent = cell_exponent(s, f, e, i);
      z_prime.power(witness[i].rho, exponent);
      if (s.elgamal) w = curve::add(w, curve::mul(curve::scalar_from(exponent), witness[i].a->expose()));
    }
    const auto responses = co_await batch.evaluate(std::move(z_prime));
    proof.common.z_prime = declassify("benc.z'", responses[0]);
    if (s.elgamal) proof.common.w = declassify("benc.w", Secret(w));
    co_return proof;
  }
}

Result<Claim> claim_var(const Session& session, const Statement& st, const Common& common, const Private& part,
                        const Verifier& v, std::size_t position) {
  const Shape s = shape(*session.profile, st, common.h.size());
  if (const Refusal bad = check_ranges(s, st, common)) return *bad;
  if (common.h[position] != commitment_hash(session, v, part.cap_s, part.cap_c, s.columns)) {
    return reject(name, "h: not the hash of S and C");
  }
  const std::vector<Nat> f = column_weights(session, s, st, common.h);
  const std::vector<Nat> e = row_challenges(session, s, st, common, f);
  std::vector<Int> exponents;
  std::vector<PublicPower> paillier_side = {{"A", common.cap_a}};
  for (std::size_t i = 0; i < st.cells.size(); ++i) {
    exponents.push_back(cell_exponent(s, f, e, i));
    paillier_side.push_back({"K", st.cells[i].k, exponents.back()});
  }
  Int z;
  for (std::size_t p = 0; p < s.columns; ++p) z = add(z, mul(Int(f[p]), common.z[p]));
  // enc_N(sum f_p z_p; z') == A prod K_bp^(f_p e_b)    prod s_p^z_p t^z'' == C prod S_b^e_b
  std::vector<PublicPower> commitment_side = {{"C", part.cap_c}};
  for (std::size_t b = 0; b < s.rows; ++b) commitment_side.push_back({"S", part.cap_s[b], Int(e[b])});
  return Claim{name,
               s.elgamal ? check_curve(st, common, exponents, z) : Refusal(),
               {{st.n, z, {"z'", common.z_prime}, {}, std::move(paillier_side)}},
               {{v.params, common.z, part.z, std::move(commitment_side)}}};
}

}  // namespace mpc::proofs::benc
