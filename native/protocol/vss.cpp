#include "protocol/vss.h"

#include <algorithm>

#include "protocol/session_id.h"

namespace mpc::protocol {

namespace {

constexpr std::uint64_t round_of_responses = 4;  // V3

}  // namespace

Vss::Vss(VssConfig config, std::optional<Secret<Scalar>> constant, Rng& rng) : config_(std::move(config)) {
  MPC_ASSERT(config_.coefficients >= 2 &&
             (config_.policy != ConstantTerm::fixed || !is_dealer(config_.self) || constant));
  if (is_dealer(config_.self)) {
    for (std::size_t k = 0; k < config_.coefficients; ++k) {
      if (k == 0 && config_.policy == ConstantTerm::zero) {
        coefficients_.emplace_back(Scalar());
        continue;
      }
      const bool given = k == 0 && config_.policy == ConstantTerm::fixed;
      // Non-zero, because the identity has no encoding.
      coefficients_.push_back(given ? std::move(*constant) : curve::sample_nonzero_scalar(rng));
      nonces_.push_back(proofs::sch::commit(rng));
      own_.cap_s.push_back(declassify("vss.S", curve::mul_base(coefficients_.back())));
      own_.cap_a.push_back(nonces_.back().cap_a);
    }
  }
  for (const Seat& other : config_.seats) {
    if (other.index == config_.self) continue;
    auto y = curve::sample_nonzero_scalar(rng);
    own_.cap_y.emplace(other.index, declassify("vss.Y", curve::mul_base(y)));
    y_.emplace(other.index, std::move(y));
  }
  own_.rid = random32(rng);
  if (config_.with_chain_code) own_.chain_code = random32(rng);
  own_.u = random32(rng);
}

bool Vss::is_dealer(PartyIndex seat) const {
  return std::find(config_.dealers.begin(), config_.dealers.end(), seat) != config_.dealers.end();
}

const Seat& Vss::seat(PartyIndex index) const {
  const Seat* found = find_seat(config_.seats, index);
  MPC_ASSERT(found != nullptr);
  return *found;
}

proofs::Context Vss::proof_context(PartyIndex dealer, std::size_t k) const {
  return {config_.profile, config_.ssid, round_of_responses, seat(dealer).pid, std::nullopt, "coeff", k, rid_};
}

Bytes32 Vss::commitment(PartyIndex sender, const Opening& opening) const {
  Encoder cap_s;
  for (const Point& point : opening.cap_s) cap_s.point(point);
  Encoder cap_a;
  for (const Point& point : opening.cap_a) cap_a.point(point);
  Encoder cap_y;
  for (const auto& [counterpart, point] : opening.cap_y) cap_y.point(point);
  Encoder out;
  out.label("com").bytes(config_.ssid).bytes(seat(sender).pid);
  out.list(opening.cap_s.size(), cap_s).list(opening.cap_a.size(), cap_a).list(opening.cap_y.size(), cap_y);
  out.bytes(opening.rid).bytes(config_.with_chain_code ? ByteView(opening.chain_code) : ByteView()).bytes(opening.u);
  return transcript::h256(out);
}

Bytes Vss::round1() const {
  const Bytes32 committed = commitment(config_.self, own_);
  return Bytes(committed.begin(), committed.end());
}

Bytes Vss::round3() const { return encode(own_); }

Bytes Vss::encode(const Opening& opening) const {
  Writer out;
  out.u16(static_cast<std::uint16_t>(opening.cap_s.size()));
  for (const Point& point : opening.cap_s) out.point(point);
  for (const Point& point : opening.cap_a) out.point(point);
  for (const auto& [counterpart, point] : opening.cap_y) out.point(point);
  out.bytes(opening.rid);
  if (config_.with_chain_code) out.bytes(opening.chain_code);
  out.bytes(opening.u);
  return out.take();
}

Refusal Vss::decode(ByteView payload, PartyIndex sender, Opening& opening) const {
  Reader in(payload);
  const std::size_t count = in.u16("V2.count");
  for (std::size_t k = 0; k < count && in.ok(); ++k) opening.cap_s.push_back(in.point("V2.S"));
  for (std::size_t k = 0; k < count && in.ok(); ++k) opening.cap_a.push_back(in.point("V2.A"));
  for (const Seat& other : config_.seats) {
    if (other.index != sender) opening.cap_y.emplace(other.index, in.point("V2.Y"));
  }
  opening.rid = in.bytes32("V2.rid");
  if (config_.with_chain_code) opening.chain_code = in.bytes32("V2.cc");
  opening.u = in.bytes32("V2.u");
  return in.finish();
}

Refusal Vss::check_policy(PartyIndex dealer, const Opening& opening) const {
  if (opening.cap_s.size() != transmitted(dealer)) return refuse("B-VSSLEN", "V2.count");
  const auto required = config_.required_constants.find(dealer);
  if (config_.policy == ConstantTerm::fixed && is_dealer(dealer)) {
    MPC_ASSERT(required != config_.required_constants.end());
    if (!curve::equal_var(opening.cap_s[0], required->second)) return refuse("B-POL", "V2.S: constant term");
  }
  return Refusal();
}

Failures Vss::check_openings(const Messages& v1, const Messages& v2) {
  expect_senders(v1, config_.seats);
  expect_senders(v2, config_.seats);
  Failures failures;
  for (const Seat& sender : config_.seats) {
    const Bytes& committed = v1.at(sender.index);
    if (committed.size() != sizeof(Bytes32)) report(failures, sender.index, "B-DEC", "V1.V: length");
    Opening& opening = openings_[sender.index] = Opening();
    if (const Refusal refusal = decode(v2.at(sender.index), sender.index, opening)) {
      report(failures, sender.index, "B-DEC", refusal->detail);
    }
  }
  if (!failures.empty()) return failures;
  for (const Seat& sender : config_.seats) {
    const Opening& opening = openings_.at(sender.index);
    const Bytes32 expected = commitment(sender.index, opening);
    if (!std::equal(expected.begin(), expected.end(), v1.at(sender.index).begin())) {
      report(failures, sender.index, "B-COM", "V2: does not open V1");
    }
    if (const Refusal refusal = check_policy(sender.index, opening)) {
      report(failures, sender.index, refusal->code, refusal->detail);
    }
  }
  std::vector<Bytes32> parts;
  for (const Seat& sender : config_.seats) parts.push_back(openings_.at(sender.index).rid);
  rid_ = joint_rid(config_.ssid, parts);
  return failures;
}

Secret<Scalar> Vss::mask(PartyIndex dealer, PartyIndex receiver, const Secret<Point>& shared) const {
  return share_mask(config_.ssid, rid_, dealer, receiver, shared);
}

Secret<Scalar> Vss::polynomial_at(const Scalar& x) const {
  Secret<Scalar> value;
  for (std::size_t k = coefficients_.size(); k-- > 0;) {
    value = Secret(curve::add(curve::mul(value.expose(), x), coefficients_[k].expose()));
  }
  return value;
}

Bytes Vss::round4_broadcast() {
  MPC_ASSERT(nonces_.size() == own_.cap_s.size());
  Writer out;
  for (std::size_t i = 0; i < nonces_.size(); ++i) {
    const std::size_t k = i + first_power();
    const auto context = proof_context(config_.self, k);
    out.scalar(proofs::sch::respond(context, own_.cap_s[i], std::move(nonces_[i]), coefficients_[k]));
  }
  nonces_.clear();
  return out.take();
}

Messages Vss::round4_private() const {
  Messages out;
  if (!is_dealer(config_.self)) return out;
  for (const auto& [receiver, x] : config_.receivers) {
    if (receiver == config_.self) continue;
    const auto shared = curve::mul(y_.at(receiver), openings_.at(receiver).cap_y.at(config_.self));
    const Secret<Scalar> rho = mask(config_.self, receiver, shared);
    const Secret masked(curve::add(polynomial_at(x).expose(), rho.expose()));
    Writer payload;
    payload.scalar(declassify("vss.masked_share", masked));
    out.emplace(receiver, payload.take());
  }
  return out;
}

bool Vss::proofs_hold_var(PartyIndex dealer, const std::vector<Scalar>& responses) const {
  const Opening& opening = openings_.at(dealer);
  for (std::size_t i = 0; i < responses.size(); ++i) {
    const auto context = proof_context(dealer, i + first_power());
    if (proofs::sch::verify_var(context, opening.cap_s[i], opening.cap_a[i], responses[i])) return false;
  }
  return true;
}

Failures Vss::check_shares(const Messages& broadcast, const Messages& masked_shares) {
  expect_senders(broadcast, config_.seats);
  Failures failures;
  std::map<PartyIndex, std::vector<Scalar>> responses;
  for (const Seat& sender : config_.seats) {
    Reader in(broadcast.at(sender.index));
    for (std::size_t i = 0; i < transmitted(sender.index); ++i) responses[sender.index].push_back(in.scalar("V3.psi"));
    if (const Refusal refusal = in.finish()) report(failures, sender.index, "B-DEC", refusal->detail);
  }
  if (!failures.empty()) return failures;
  for (const Seat& sender : config_.seats) {
    if (!proofs_hold_var(sender.index, responses[sender.index])) {
      report(failures, sender.index, "B-POK", "V3.psi: proof of knowledge");
    }
  }
  if (!failures.empty() || !is_receiver(config_.self)) return failures;
  shares_.clear();
  for (const Seat& sender : config_.seats) {
    if (!is_dealer(sender.index)) continue;
    if (sender.index == config_.self) {
      shares_.emplace(config_.self, polynomial_at(config_.receivers.at(config_.self)));
    } else if (const Refusal bad = accept_share(sender.index, masked_shares.at(sender.index))) {
      report(failures, sender.index, "B-SHARE", bad->detail);
    }
  }
  return failures;
}

/// s_ji = c_ji - rho_ji;  s_ji G == sum_k I_i^k S_jk
Refusal Vss::accept_share(PartyIndex dealer, ByteView payload) {
  Reader in(payload);
  const Scalar c = in.scalar("V3.c");
  if (Refusal refusal = in.finish()) return refusal;
  const auto shared = curve::mul(y_.at(dealer), openings_.at(dealer).cap_y.at(config_.self));
  Secret share(curve::sub(c, mask(dealer, config_.self, shared).expose()));
  const Point in_exponent = declassify("vss.share_point", curve::mul_base(share));
  if (!curve::equal_var(in_exponent, evaluate_var(dealer, config_.receivers.at(config_.self)))) {
    return refuse("B-SHARE", "V3.c: share does not match its commitments");
  }
  shares_.emplace(dealer, std::move(share));
  return Refusal();
}

Scalar Vss::reveal(PartyIndex dealer) const { return declassify("vss.revealed_dh_key", y_.at(dealer)); }

Failure Vss::judge(PartyIndex complainer, PartyIndex dealer, const Scalar& y, ByteView share_payload) const {
  const auto& keys = openings_.at(complainer).cap_y;
  const auto key = keys.find(dealer);
  if (key == keys.end() || !is_dealer(dealer) || !is_receiver(complainer) ||
      !curve::equal_var(curve::mul_base_var(y), key->second)) {
    return {complainer, "B-SHARE", "COMPLAINT.y: does not match Y"};
  }
  Reader in(share_payload);
  const Scalar c = in.scalar("V3.c");
  if (const Refusal refusal = in.finish()) return {dealer, "B-DEC", refusal->detail};
  const Point shared = curve::mul_var(y, openings_.at(dealer).cap_y.at(complainer));
  const Scalar rho = declassify("vss.revealed_mask", mask(dealer, complainer, Secret(shared)));
  const Point share = curve::mul_base_var(curve::sub(c, rho));
  if (curve::equal_var(share, evaluate_var(dealer, config_.receivers.at(complainer)))) {
    return {complainer, "B-SHARE", "COMPLAINT: the share is correct"};
  }
  return {dealer, "B-SHARE", "V3.c: share does not match its commitments"};
}

Secret<Scalar> Vss::share() const {
  Secret<Scalar> sum;
  for (const auto& [dealer, share] : shares_) sum = Secret(curve::add(sum.expose(), share.expose()));
  return sum;
}

Point Vss::evaluate_var(PartyIndex dealer, const Scalar& x) const {
  const std::vector<Point>& cap_s = openings_.at(dealer).cap_s;
  Point value;
  for (std::size_t i = cap_s.size(); i-- > 0;) value = curve::add_var(curve::mul_var(x, value), cap_s[i]);
  // With policy zero the transmitted points start at the linear term.
  return first_power() == 0 ? value : curve::mul_var(x, value);
}

Point Vss::constant_var(PartyIndex dealer) const {
  return first_power() == 0 ? openings_.at(dealer).cap_s[0] : Point();
}

std::vector<Bytes32> Vss::chain_code_parts() const {
  std::vector<Bytes32> parts;
  for (const Seat& sender : config_.seats) parts.push_back(openings_.at(sender.index).chain_code);
  return parts;
}

}  // namespace mpc::protocol
