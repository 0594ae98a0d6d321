#include "proofs/elog.h"

namespace mpc::proofs::elog {

namespace {

constexpr std::string_view name = "elog";

Scalar challenge(const Context& context, const Statement& st, const Proof& proof) {
  Encoder t = open_transcript(context, name);
  t.point(st.cap_l).point(st.cap_m).point(st.cap_x).point(st.cap_y).point(st.h);
  t.point(proof.cap_a).point(proof.cap_n).point(proof.cap_b);
  return Xof(t).scalar();
}

/// left == P + e Q
bool holds_var(const Point& left, const Point& p, const Scalar& e, const Point& q) {
  return curve::equal_var(left, curve::add_var(p, curve::mul_var(e, q)));
}

}  // namespace

void Proof::encode(transcript::Writer& out) const { out.point(cap_a).point(cap_n).point(cap_b).scalar(z).scalar(u); }

Proof Proof::decode(transcript::Reader& in) {
  Proof proof;
  proof.cap_a = in.point("elog.A");
  proof.cap_n = in.point("elog.N");
  proof.cap_b = in.point("elog.B");
  proof.z = in.scalar("elog.z");
  proof.u = in.scalar("elog.u");
  return proof;
}

Proof prove(const Context& context, const Statement& st, Witness witness, Rng& rng) {
  MPC_ASSERT(!st.h.is_identity());  // or B would be O every time
  for (;;) {
    const auto a = curve::sample_scalar(rng);
    const auto mm = curve::sample_scalar(rng);
    // A = a G    N = mm G + a X    B = mm h
    Proof proof;
    proof.cap_a = declassify("elog.A", curve::mul_base(a));
    proof.cap_n = declassify("elog.N", curve::add(curve::mul_base(mm), curve::mul(a, st.cap_x)));
    proof.cap_b = declassify("elog.B", curve::mul(mm, st.h));
    if (proof.cap_a.is_identity() || proof.cap_n.is_identity() || proof.cap_b.is_identity()) continue;

    const Scalar e = challenge(context, st, proof);
    // z = a + e lam mod q    u = mm + e y mod q
    proof.z = declassify("elog.z", curve::add(a.expose(), curve::mul(e, witness.lam.expose())));
    proof.u = declassify("elog.u", curve::add(mm.expose(), curve::mul(e, witness.y.expose())));
    return proof;
  }
}

Refusal verify_var(const Context& context, const Statement& st, const Proof& proof) {
  if (st.cap_y.is_identity()) return reject(name, "Y: identity");
  if (st.h.is_identity()) return reject(name, "h: identity");
  // A, N, B != O: O has no encoding.
  const Scalar e = challenge(context, st, proof);
  // z G == A + e L    u G + z X == N + e M    u h == B + e Y
  if (!holds_var(curve::mul_base_var(proof.z), proof.cap_a, e, st.cap_l)) return reject(name, "A: equation");
  if (!holds_var(curve::linear_var(proof.u, proof.z, st.cap_x), proof.cap_n, e, st.cap_m)) {
    return reject(name, "N: equation");
  }
  if (!holds_var(curve::mul_var(proof.u, st.h), proof.cap_b, e, st.cap_y)) return reject(name, "B: equation");
  return Refusal();
}

}  // namespace mpc::proofs::elog
