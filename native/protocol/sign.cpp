#include "protocol/sign.h"

#include "curve/ecdsa.h"
#include "protocol/session_id.h"

namespace mpc::protocol {

namespace {

Bytes32 signing_session_id(const KeyShare& share, const SigningSet& set, const std::vector<Bytes32>& sid_values,
                           const Bytes32& digest, ProofMode mode) {
  const KeyRecord& record = share.record;
  std::vector<Seat> signer_seats;
  for (const PartyIndex i : set.signers) signer_seats.push_back(*record.find_seat(i));
  SessionFields fields;
  fields.protocol = "sign";
  fields.profile = record.profile;
  fields.sid = agreed_sid("sign", signer_seats, record.key_id, sid_values);
  fields.participants = record.seats;
  fields.threshold = record.threshold;
  fields.key_id = record.key_id;
  fields.epoch = record.epoch;
  fields.public_key = record.public_key;
  fields.public_shares = record.public_shares;
  fields.chain_code = record.chain_code;
  fields.aux_digest = record.aux_digest;
  fields.signers = set.signers;
  fields.path = std::vector<std::uint32_t>();
  fields.child_key = set.child_key;
  fields.proof_mode = static_cast<std::uint64_t>(mode);
  fields.presignatures = 1;
  fields.digest = digest;
  return session_id(fields);
}

}  // namespace

Result<std::unique_ptr<Signer>> Signer::create(std::shared_ptr<const KeyShare> share, std::vector<PartyIndex> signers,
                                               const std::vector<Bytes32>& sid_values, const Bytes32& digest,
                                               ProofMode mode, Rng& rng) {
  auto set = SigningSet::create(*share, std::move(signers));
  if (!set) return set.error();
  if (sid_values.size() != set->signers.size()) return refuse("E_CONTEXT", "one sid value per signer");
  const Bytes32 ssid = signing_session_id(*share, *set, sid_values, digest, mode);
  Presigner presigner(std::move(share), std::move(*set), mode, 1, ssid, rng);
  return std::unique_ptr<Signer>(new Signer(std::move(presigner), digest));
}

Bytes Signer::r3e(PresignOutcome outcome, ByteView echo) const {
  return Writer().u8(static_cast<std::uint8_t>(outcome)).bytes(echo).take();
}

Bytes Signer::round4(ByteView echo) const { return r3e(presigner_.outcome(), echo); }

/// zeta from the hash of everything that the signature depends on; R = zeta Gamma.
bool Signer::rerandomise() {
  const Presignature& ps = *presignature_;
  const SigningSet& set = presigner_.set();
  zeta_ = rerandomiser(presigner_.ssid(), ps.id, ps.gamma, set.child_key, set.signers, digest_);
  cap_r_ = curve::mul_var(zeta_, ps.gamma);
  r_ = curve::scalar_from(Nat::from_bytes(cap_r_.x()));
  m_ = curve::scalar_from(Nat::from_bytes(digest_));
  return !curve::is_zero_var(zeta_) && !curve::is_zero_var(r_);
}

Result<Bytes> Signer::round5(ByteView echo) {
  echo3_ = Bytes(echo.begin(), echo.end());
  auto finished = presigner_.finish(echo);
  if (!finished) return finished.error();
  presignature_ = std::move((*finished)[0]);
  if (!rerandomise()) return refuse("PRESIGN_RESTART", "zeta or r is zero");
  Presignature& ps = *presignature_;
  // sigma_i = zeta^-1 (k~_i m + r chi~_i)
  const Secret sum(curve::add(curve::mul(ps.k.expose(), m_), curve::mul(r_, ps.chi.expose())));
  const Scalar sigma = declassify("sign.sigma", curve::mul(curve::invert(zeta_), sum.expose()));
  ps.k = Secret<Scalar>();
  ps.chi = Secret<Scalar>();
  round5_[presigner_.key().index] = {ps.id, digest_, ps.tr, sigma};
  Writer out;
  out.bytes(r3e(PresignOutcome::ok, echo)).bytes(ps.id).bytes(digest_).bytes(ps.tr).scalar(sigma);
  return out.take();
}

Failures Signer::receive_round4(const Messages& broadcast) {
  Failures failures;
  std::map<PartyIndex, Bytes> echoes;
  for (const auto& [sender, payload] : broadcast) {
    Reader in(payload);
    outcomes_[sender] = in.u8("R3e.outcome", 2);
    echoes[sender] = in.bytes("R3e.echo", sizeof(Bytes32) * presigner_.set().signers.size());
    if (const Refusal bad = in.finish()) report(failures, sender, "B-DEC", bad->detail);
  }
  presigner_.set_echoes(std::move(echoes));
  return failures;
}

Failures Signer::check_round4() const {
  Failures failures;
  const auto expected = static_cast<std::uint8_t>(presigner_.outcome());
  for (const auto& [sender, outcome] : outcomes_) {
    if (outcome != expected) report(failures, sender, "B-CONF", "R3e.outcome: contradicts the R3 messages");
  }
  return failures;
}

Failures Signer::receive_round5(const Messages& broadcast) {
  Failures failures;
  std::map<PartyIndex, Bytes> echoes;
  for (const auto& [sender, payload] : broadcast) {
    if (sender == presigner_.key().index) continue;
    Round5& r = round5_[sender] = Round5();
    Reader in(payload);
    in.u8("R4.outcome", 0);
    echoes[sender] = in.bytes("R4.echo", sizeof(Bytes32) * presigner_.set().signers.size());
    const Bytes id = in.bytes("R4.id", r.id.size());
    std::copy(id.begin(), id.end(), r.id.begin());
    r.digest = in.bytes32("R4.digest");
    r.tr = in.bytes32("R4.tr");
    r.sigma = in.scalar("R4.sigma");
    if (const Refusal bad = in.finish()) report(failures, sender, "B-DEC", bad->detail);
  }
  presigner_.set_echoes(std::move(echoes));
  return failures;
}

Failures Signer::check_round5() const {
  if (presignature_) {
    if (Failures differing = presigner_.compare_echoes(echo3_); !differing.empty()) return differing;
  }
  Failures failures;
  for (const auto& [sender, r] : round5_) {
    if (sender == presigner_.key().index) continue;
    if (!presignature_) {
      report(failures, sender, "B-CONF", "R4.outcome: contradicts the R3 messages");
    } else if (r.id != presignature_->id || r.digest != digest_ || r.tr != presignature_->tr) {
      report(failures, sender, "B-CONF", "R4: id, digest or tr is not this session's");
    } else {
      // sigma_j R == m D~_j + r S~_j
      const Point right = curve::add_var(curve::mul_var(m_, presignature_->cap_delta.at(sender)),
                                         curve::mul_var(r_, presignature_->cap_s.at(sender)));
      if (!curve::equal_var(curve::mul_var(r.sigma, cap_r_), right)) {
        report(failures, sender, "B-SIGMA", "R4.sigma: partial signature");
      }
    }
  }
  return failures;
}

Result<EcdsaSignature> Signer::signature() const {
  if (!presignature_ || round5_.size() != presigner_.set().signers.size()) {
    return refuse("E_ORDER", "partial signatures are missing");
  }
  Scalar s;
  for (const auto& [sender, r] : round5_) s = curve::add(s, r.sigma);
  // Recovery id: bit 0 the parity of y(R), flipped with s; bit 1 that x(R) exceeds q.
  const bool high = curve::is_high(s);
  const bool overflow = !less_var(Nat::from_bytes(cap_r_.x()), curve::order());
  const auto recovery_id = static_cast<std::uint8_t>((cap_r_.y_is_odd() != high ? 1U : 0U) | (overflow ? 2U : 0U));
  const EcdsaSignature out{r_, curve::low_s(s), recovery_id};
  if (!curve::verify_ecdsa_var(presigner_.set().child_key, digest_, out.r, out.s)) {
    return refuse("E_INTERNAL", "the signature does not verify although every partial signature did");
  }
  return out;
}

}  // namespace mpc::protocol
