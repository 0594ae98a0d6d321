#include "protocol/partial_signature.h"

#include <algorithm>
#include <stdexcept>

#include "curve/ecdsa.h"
#include "protocol/session_id.h"

namespace mpc::protocol {

void PartialSignature::encode(Writer& out) const { out.bytes(id).bytes(digest).bytes(tr).scalar(sigma); }

PartialSignature PartialSignature::decode(Reader& in) {
  PartialSignature out;
  const Bytes id = in.bytes("R4.id", out.id.size());
  std::copy(id.begin(), id.end(), out.id.begin());
  out.digest = in.bytes32("R4.digest");
  out.tr = in.bytes32("R4.tr");
  out.sigma = in.scalar("R4.sigma");
  return out;
}

/// zeta from the hash of everything that the signature depends on; R = zeta Gamma.
Combiner::Combiner(PublicPresignature presignature, const Bytes32& digest)
    : presignature_(std::move(presignature)), digest_(digest) {
  const PresignatureLabel& l = presignature_.label;
  zeta_ = rerandomiser(l.ssid, l.id, presignature_.gamma, l.child_key, l.path, l.signers, digest_);
  cap_r_ = curve::mul_var(zeta_, presignature_.gamma);
  r_ = curve::scalar_from(Nat::from_bytes(cap_r_.x()));
  m_ = curve::scalar_from(Nat::from_bytes(digest_));
}

Result<Combiner> Combiner::create(PublicPresignature presignature, const Bytes32& digest) {
  Combiner out(std::move(presignature), digest);
  if (curve::is_zero_var(out.zeta_) || curve::is_zero_var(out.r_)) {
    return refuse("PRESIGN_RESTART", "zeta or r is zero");
  }
  return out;
}

Bytes32 Combiner::ssid() const { return presigned_session_id(label().ssid, label().id, digest_); }

PartialSignature Combiner::sign(Presignature& presignature) const {
  // sigma_i = zeta^-1 (k~_i m + r chi~_i)
  const Secret sum(curve::add(curve::mul(presignature.k.expose(), m_), curve::mul(r_, presignature.chi.expose())));
  presignature.k = Secret<Scalar>();
  presignature.chi = Secret<Scalar>();
  const Scalar sigma = declassify("sign.sigma", curve::mul(curve::invert(zeta_), sum.expose()));
  return {label().id, digest_, label().tr, sigma};
}

Refusal Combiner::check(PartyIndex sender, const PartialSignature& partial) const {
  if (partial.id != label().id || partial.digest != digest_ || partial.tr != label().tr) {
    return refuse("B-CONF", "R4: id, digest or tr is not this session's");
  }
  // sigma_j R == m D~_j + r S~_j
  const Point right = curve::add_var(curve::mul_var(m_, presignature_.cap_delta.at(sender)),
                                     curve::mul_var(r_, presignature_.cap_s.at(sender)));
  if (curve::equal_var(curve::mul_var(partial.sigma, cap_r_), right)) return std::nullopt;
  return refuse("B-SIGMA", "R4.sigma: partial signature");
}

Failures Combiner::receive(const Messages& broadcast, PartyIndex self, PartialSignatures& partials) const {
  const std::vector<PartyIndex>& signers = label().signers;
  const bool complete = std::equal(broadcast.begin(), broadcast.end(), signers.begin(), signers.end(),
                                   [](const auto& message, PartyIndex index) { return message.first == index; });
  if (!complete) throw std::invalid_argument("a round needs one message of each signer");
  Failures failures;
  for (const auto& [sender, payload] : broadcast) {
    if (sender == self) continue;
    Reader in(payload);
    partials[sender] = PartialSignature::decode(in);
    if (const Refusal bad = in.finish()) report(failures, sender, "B-DEC", bad->detail);
  }
  return failures;
}

Failures Combiner::check(const PartialSignatures& partials, PartyIndex self) const {
  Failures failures;
  for (const auto& [sender, partial] : partials) {
    if (sender == self) continue;
    if (const Refusal bad = check(sender, partial)) report(failures, sender, bad->code, bad->detail);
  }
  return failures;
}

Result<EcdsaSignature> Combiner::combine(const PartialSignatures& partials) const {
  if (partials.size() != label().signers.size()) return refuse("E_ORDER", "partial signatures are missing");
  Scalar s;
  for (const auto& [sender, partial] : partials) s = curve::add(s, partial.sigma);
  // Recovery id: bit 0 the parity of y(R), flipped with s; bit 1 that x(R) exceeds q.
  const bool high = curve::is_high(s);
  const bool overflow = !less_var(Nat::from_bytes(cap_r_.x()), curve::order());
  const auto recovery_id = static_cast<std::uint8_t>((cap_r_.y_is_odd() != high ? 1U : 0U) | (overflow ? 2U : 0U));
  const EcdsaSignature out{r_, curve::low_s(s), recovery_id};
  if (!curve::verify_ecdsa_var(label().child_key, digest_, out.r, out.s)) {
    return refuse("E_INTERNAL", "the signature does not verify although every partial signature did");
  }
  return out;
}

}  // namespace mpc::protocol
