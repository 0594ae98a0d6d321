#include "proofs/baff.h"

namespace mpc::proofs::baff {

namespace {

/// (sum z1_u) G == B_X + sum (e_gu Gamma_u + e_xu W)
bool curve_holds_var(const Statement& st, const Point& cap_bx, const Challenges& e, const std::vector<Int>& z1) {
  Scalar left;
  Scalar of_w;
  std::vector<Point> right = {cap_bx};
  for (std::size_t u = 0; u < e.size(); ++u) {
    left = curve::add(left, curve::scalar_from(z1[u]));
    of_w = curve::add(of_w, curve::scalar_from(e[u].x));
    right.push_back(curve::mul_var(curve::scalar_from(e[u].gamma), st.cap_gamma[u]));
  }
  right.push_back(curve::mul_var(of_w, st.cap_w));
  return curve::equal_var(curve::mul_base_var(left), curve::sum_var(right));
}

}  // namespace

void FirstMessage::encode(transcript::Writer& out, const Profile& p) const {
  out.nat(cap_a, p.ciphertext_bytes()).nat(cap_by, p.ciphertext_bytes()).point(cap_bx);
}

FirstMessage FirstMessage::decode(transcript::Reader& in, const Profile& p, const paillier::PublicKey& n0,
                                  const paillier::PublicKey& n1) {
  FirstMessage out;
  out.cap_a = in.nat("baff.A", p.ciphertext_bytes(), &n0.n_squared());
  out.cap_by = in.nat("baff.By", p.ciphertext_bytes(), &n1.n_squared());
  out.cap_bx = in.point("baff.Bx");
  return out;
}

void add_operations(std::vector<Product>& jobs, const Profile& p, const Operand& st, const Witness& witness) {
  const auto operation = [&](const Nat& c, const Secret<Int>& multiplier, const MaskWitness& mask) {
    // D = C^x enc_N0(y; rho)    Y = enc_N1(y; rho')
    jobs.push_back(st.n0.encryption(mask.y, mask.rho));
    jobs.back().power(c, multiplier, p.l + 1);
    jobs.push_back(st.n1.encryption(mask.y, mask.rho_y));
  };
  for (std::size_t u = 0; u < st.c.size(); ++u) {
    operation(st.c[u], *witness.gamma[u], witness.masks[u].gamma);
    operation(st.c[u], witness.w, witness.masks[u].x);
  }
}

Results take_operations(std::size_t presignatures, std::vector<Secret<Nat>>::const_iterator& next) {
  Results out;
  for (std::size_t u = 0; u < presignatures; ++u) {
    Pair<Nat>& d = out.d.emplace_back();
    Pair<Nat>& y = out.y.emplace_back();
    d.gamma = declassify("baff.D", *next++);
    y.gamma = declassify("baff.Y", *next++);
    d.x = declassify("baff.D", *next++);
    y.x = declassify("baff.Y", *next++);
  }
  return out;
}

std::vector<Product> randomisers(const Operand& st, const Witness& witness, const Challenges& e,
                                 const paillier::Nonce& r, const paillier::Nonce& r_y) {
  Product w(st.n0.ring());
  Product w_y(st.n1.ring());
  w.times(r.r);
  w_y.times(r_y.r);
  for (std::size_t u = 0; u < e.size(); ++u) {
    const Pair<MaskWitness>& masks = witness.masks[u];
    w.power(masks.gamma.rho.r, e[u].gamma).power(masks.x.rho.r, e[u].x);
    w_y.power(masks.gamma.rho_y.r, e[u].gamma).power(masks.x.rho_y.r, e[u].x);
  }
  return {std::move(w), std::move(w_y)};
}

Encoder open_transcript(std::string_view label, const Session& session, const Statement& st) {
  const Profile& p = *session.profile;
  Encoder t;
  t.label("mpc_fast/v1").label(label).bytes(session.ssid).u64(session.round);
  t.bytes(session.prover).bytes(session.verifier);
  t.u64(p.kappa).u64(p.l).u64(p.lp).u64(p.eps).u64(p.sigma).u64(st.c.size());
  t.nat(st.n0.n(), st.n0.n_bytes()).nat(st.n1.n(), st.n1.n_bytes());
  return t;
}

void absorb_operations(Encoder& t, const Statement& st) {
  const std::size_t n0_squared = st.n0.ciphertext_bytes();
  const std::size_t n1_squared = st.n1.ciphertext_bytes();
  for (std::size_t u = 0; u < st.c.size(); ++u) {
    t.nat(st.c[u], n0_squared).nat(st.d[u].gamma, n0_squared).nat(st.d[u].x, n0_squared);
    t.nat(st.y[u].gamma, n1_squared).nat(st.y[u].x, n1_squared).point(st.cap_gamma[u]);
  }
  t.point(st.cap_w);
}

void absorb_first(Encoder& t, const Statement& st, const FirstMessage& first) {
  t.nat(first.cap_a, st.n0.ciphertext_bytes()).nat(first.cap_by, st.n1.ciphertext_bytes()).point(first.cap_bx);
}

Refusal check_points(std::string_view proof, const Statement& st) {
  bool identity = st.cap_w.is_identity();
  for (const Point& gamma : st.cap_gamma) identity = identity || gamma.is_identity();
  if (identity) return reject(proof, "Gamma, W: identity");
  return Refusal();
}

Claim operations_claim(std::string_view proof, const Statement& st, const FirstMessage& first, const Challenges& e,
                       const Answer& answer) {
  PaillierEquation of_d{st.n0, answer.z2, {"w", answer.w}, {}, {{"A", first.cap_a}}};
  PaillierEquation of_y{st.n1, answer.z2, {"w_y", answer.w_y}, {}, {{"By", first.cap_by}}};
  for (std::size_t u = 0; u < e.size(); ++u) {
    of_d.left.push_back({"C", st.c[u], answer.z1[u]});
    of_d.right.push_back({"D", st.d[u].gamma, e[u].gamma});
    of_d.right.push_back({"D", st.d[u].x, e[u].x});
    of_y.right.push_back({"Y", st.y[u].gamma, e[u].gamma});
    of_y.right.push_back({"Y", st.y[u].x, e[u].x});
  }
  const bool curve_holds = curve_holds_var(st, first.cap_bx, e, answer.z1);
  Claim claim{proof, curve_holds ? Refusal() : reject(proof, "Bx: equation"), {}, {}};
  claim.paillier.push_back(std::move(of_d));
  claim.paillier.push_back(std::move(of_y));
  return claim;
}

}  // namespace mpc::proofs::baff
