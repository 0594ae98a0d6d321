#include "proofs/sch.h"

namespace mpc::proofs::sch {

namespace {

constexpr std::string_view name = "sch";

Scalar challenge(const Context& context, const Point& cap_x, const Point& cap_a) {
  Encoder t = open_transcript(context, name);
  t.point(cap_x).point(cap_a);
  return Xof(t).scalar();
}

}  // namespace

void Proof::encode(transcript::Writer& out) const { out.point(cap_a).scalar(z); }

Proof Proof::decode(transcript::Reader& in) {
  Proof proof;
  proof.cap_a = in.point("sch.A");
  proof.z = in.scalar("sch.z");
  return proof;
}

Nonce commit(Rng& rng) {
  // a != 0, because A = O cannot be sent.
  Secret<Scalar> a = curve::sample_nonzero_scalar(rng);
  const Point cap_a = declassify("sch.A", curve::mul_base(a));
  return {std::move(a), cap_a};
}

Scalar respond(const Context& context, const Point& cap_x, Nonce nonce, const Secret<Scalar>& x) {
  const Scalar e = challenge(context, cap_x, nonce.cap_a);
  // z = a + e x mod q
  return declassify("sch.z", curve::add(nonce.a.expose(), curve::mul(e, x.expose())));
}

Proof prove(const Context& context, const Point& cap_x, const Secret<Scalar>& x, Rng& rng) {
  Nonce nonce = commit(rng);
  const Point cap_a = nonce.cap_a;
  return {cap_a, respond(context, cap_x, std::move(nonce), x)};
}

Refusal verify_var(const Context& context, const Point& cap_x, const Point& cap_a, const Scalar& z) {
  if (cap_x.is_identity()) return reject(name, "X: identity");
  if (cap_a.is_identity()) return reject(name, "A: identity");
  const Scalar e = challenge(context, cap_x, cap_a);
  // z G == A + e X
  if (!curve::equal_var(curve::mul_base_var(z), curve::add_var(cap_a, curve::mul_var(e, cap_x)))) {
    return reject(name, "A: equation");
  }
  return Refusal();
}

}  // namespace mpc::proofs::sch
