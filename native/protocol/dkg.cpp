#include "protocol/dkg.h"

#include "protocol/session_id.h"

namespace mpc::protocol {

namespace {

constexpr std::uint8_t confirm_tag = 0;
constexpr std::uint8_t complaint_tag = 1;
constexpr std::uint64_t first_epoch = 0;
/// An envelope around a 32-byte share; generous, so that only nonsense is refused here.
constexpr std::size_t max_envelope_bytes = 4096;

VssConfig vss_config(const DkgConfig& config) {
  const AuxRecord& aux = config.aux.record;
  SessionFields fields;
  fields.protocol = "dkg";
  fields.profile = aux.profile;
  fields.sid = agreed_sid("dkg", config.seats, config.key_id, config.sid_values);
  fields.participants = config.seats;
  fields.threshold = config.threshold;
  fields.key_id = config.key_id;
  fields.epoch = first_epoch;
  fields.aux_digest = aux.digest();
  VssConfig vss{aux.profile, session_id(fields), config.seats,        config.self, {},
                {},          config.threshold,   ConstantTerm::random};
  for (const Seat& seat : config.seats) {
    vss.dealers.push_back(seat.index);
    vss.receivers.emplace(seat.index, Scalar::of(seat.index));
  }
  vss.with_chain_code = true;
  return vss;
}

bool belongs_to(const AuxRecord& aux, const std::vector<Seat>& seats) {
  if (aux.entries.size() != seats.size()) return false;
  for (std::size_t i = 0; i < seats.size(); ++i) {
    if (aux.entries[i].seat.index != seats[i].index || aux.entries[i].seat.pid != seats[i].pid) return false;
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<Dkg>> Dkg::create(DkgConfig config, Rng& rng) {
  const std::size_t n = config.seats.size();
  if (n > max_parties || config.threshold < 2 || config.threshold > n)
    return refuse("E_SIGNERS", "threshold or parties");
  if (!is_label(config.key_id)) return refuse("E_RECORD", "key id");
  if (!belongs_to(config.aux.record, config.seats)) return refuse("E_RECORD", "auxiliary record of other parties");
  Vss vss(vss_config(config), std::nullopt, rng);
  return std::unique_ptr<Dkg>(new Dkg(std::move(config), std::move(vss)));
}

Dkg::Dkg(DkgConfig config, Vss vss) : config_(std::move(config)), vss_(std::move(vss)) {}

std::pair<Bytes, Messages> Dkg::round4() {
  Bytes broadcast = vss_.round4_broadcast();
  return {std::move(broadcast), vss_.round4_private()};
}

Failures Dkg::check_shares(const Messages& broadcast, const Messages& masked_shares) {
  Failures failures = vss_.check_shares(broadcast, masked_shares);
  for (const Failure& failure : failures) {
    if (failure.code == "B-SHARE") bad_dealers_.push_back(failure.party);
  }
  return failures.empty() ? derive() : failures;
}

/// x_i = sum_j s_ji;  X = sum_d S_d0;  X_j = sum_d sum_k I_j^k S_dk;  cc = H("chaincode", ssid, all cc_j).
Failures Dkg::derive() {
  record_.profile = config_.aux.record.profile;
  record_.key_id = config_.key_id;
  record_.epoch = first_epoch;
  record_.threshold = config_.threshold;
  record_.seats = config_.seats;
  record_.aux_digest = config_.aux.record.digest();
  for (const Seat& dealer : config_.seats) {
    record_.public_key = curve::add_var(record_.public_key, vss_.constant_var(dealer.index));
  }
  for (const Seat& seat : config_.seats) {
    Point share;
    for (const Seat& dealer : config_.seats) {
      share = curve::add_var(share, vss_.evaluate_var(dealer.index, Scalar::of(seat.index)));
    }
    record_.public_shares.push_back(share);
  }
  Encoder parts;
  for (const Bytes32& part : vss_.chain_code_parts()) parts.bytes(part);
  Encoder out;
  out.label("chaincode").bytes(ssid()).list(config_.seats.size(), parts);
  record_.chain_code = transcript::h256(out);
  x_ = vss_.share();
  // O among them also stands for x_i = 0, because X_i = x_i G; and the interpolation checks of 4.1 are in here.
  if (!record_.is_consistent_var()) return {{0, "DKG_RESTART", "X or a public share is the identity"}};
  return {};
}

Bytes Dkg::round5(const Messages& envelopes) const {
  Writer out;
  if (bad_dealers_.empty()) {
    return out.u8(confirm_tag).bytes(confirmation(ssid(), Bytes32{}, record_.digest())).take();
  }
  out.u8(complaint_tag).u16(static_cast<std::uint16_t>(bad_dealers_.size()));
  for (const PartyIndex dealer : bad_dealers_) {
    const Bytes& envelope = envelopes.at(dealer);
    out.u16(dealer).scalar(vss_.reveal(dealer)).u32(static_cast<std::uint32_t>(envelope.size())).bytes(envelope);
  }
  return out.take();
}

Result<std::vector<Complaint>> Dkg::complaints(ByteView payload) const {
  Reader in(payload);
  std::vector<Complaint> entries;
  if (in.u8("V4.tag", complaint_tag) == complaint_tag) {
    const std::size_t count = in.u16("COMPLAINT.count");
    if (in.ok() && (count == 0 || count >= config_.seats.size()))
      return refuse("E_DECODE", "COMPLAINT.count: out of range");
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
      Complaint entry{};
      entry.dealer = in.u16("COMPLAINT.dealer");
      entry.y = in.scalar("COMPLAINT.y");
      const std::size_t length = in.u32("COMPLAINT.length");
      if (length > max_envelope_bytes) return refuse("E_DECODE", "COMPLAINT.length: out of range");
      entry.envelope = in.bytes("COMPLAINT.envelope", length);
      entries.push_back(std::move(entry));
    }
  } else {
    in.bytes("V4.digest", sizeof(Bytes32));
  }
  if (const Refusal refusal = in.finish()) return *refusal;
  return entries;
}

Failures Dkg::check_confirmations(const Messages& v4) const {
  expect_senders(v4, config_.seats);
  const Bytes expected = round5({});
  Failures failures;
  for (const auto& [sender, payload] : v4) {
    if (payload.size() != expected.size() || payload[0] != confirm_tag) {
      report(failures, sender, "B-DEC", "V4: not a confirmation");
    } else if (payload != expected) {
      report(failures, sender, "B-CONF", "V4: confirms something else");
    }
  }
  return failures;
}

KeyShare Dkg::result() const { return {record_, config_.self, x_.clone(), config_.identity, config_.aux, {}}; }

}  // namespace mpc::protocol
