#include "protocol/generators.h"

#include <algorithm>

#include "protocol/generator_list.h"
#include "protocol/session_id.h"

namespace mpc::protocol {

namespace {

namespace bprm = proofs::bprm;

constexpr std::string_view magic{"MPCGENS\0", 8};
constexpr std::uint16_t version = 1;
constexpr std::uint64_t list_round = 1;

proofs::Context context(const Profile& profile, const Bytes32& ssid, const Bytes32& prover) {
  return {&profile, ssid, list_round, prover, std::nullopt, "bprm"};
}

/// The content of a G1. B-DEC for what does not decode; B-BPRM for generators that 2.3 refuses one by one.
std::optional<GeneratorList> receive(const AuxEntry& entry, const pedersen::Params& params, std::size_t count,
                                     ByteView payload, const Profile& profile, Failures& failures) {
  Reader in(payload);
  auto list = GeneratorList::decode(in, profile, params, count);
  if (list) return std::move(*list);
  report(failures, entry.seat.index, list.error().code == "E_MODULUS" ? "B-BPRM" : "B-DEC", list.error().detail);
  return std::nullopt;
}

/// Our own parameters as others see them: verification wants neither the factors nor the logarithms.
pedersen::Params public_params(const pedersen::Params& own) {
  return *pedersen::Params::from_public(own.nh(), own.s(), own.t(), own.bits());
}

bool same_generators_var(const pedersen::Params& a, const pedersen::Params& b) {
  if (a.generators() != b.generators()) return false;
  for (std::size_t i = 0; i < a.generators(); ++i) {
    if (!equal_var(a.generator(i), b.generator(i))) return false;
  }
  return true;
}

}  // namespace

pedersen::Trapdoor own_generators(const AuxShare& aux, const Bytes32& ssid, std::size_t count) {
  return derive_generators(aux.secrets->pedersen, "generators/lam", ssid, count);
}

// ---- The generators of all

Generators::Generators(const KeyShare& share, const Bytes32& ssid, std::size_t count, Messages messages)
    : index_(share.index),
      aux_digest_(share.record.aux_digest),
      ssid_(ssid),
      count_(count),
      messages_(std::move(messages)) {}

bool Generators::is_count(std::size_t count) { return count >= 2 && count <= bprm::most_generators; }

std::optional<Generators> Generators::from_messages(const KeyShare& share, const Bytes32& ssid, std::size_t count,
                                                    const Messages& messages, Failures& failures) {
  MPC_ASSERT(is_count(count));
  expect_senders(messages, share.record.seats);
  const Profile& profile = *share.record.profile;
  Generators out(share, ssid, count, messages);
  const std::size_t found_before = failures.size();
  const pedersen::Params own = own_generators(share.aux, ssid, count).params();
  Batch batch;
  std::vector<Check> checks;
  for (const AuxEntry& entry : share.aux.record.entries) {
    const bool ours = entry.seat.index == share.index;
    const pedersen::Params params = ours ? public_params(entry.pedersen) : entry.pedersen;
    auto received = receive(entry, params, count, messages.at(entry.seat.index), profile, failures);
    if (!received) continue;
    if (ours && !same_generators_var(received->params, own)) {
      report(failures, share.index, "B-BPRM", "G1.s: not derived from this share");
      continue;
    }
    checks.push_back({entry.seat.index, "B-BPRM",
                      bprm::verify_var(batch, context(profile, ssid, entry.seat.pid), received->params,
                                       std::move(received->proof))});
    out.params_.emplace(entry.seat.index, ours ? own : std::move(received->params));
  }
  run_checks(batch, std::move(checks), failures);
  if (failures.size() != found_before) return std::nullopt;
  out.set_digest(share.aux.record);
  return out;
}

void Generators::set_digest(const AuxRecord& aux) {
  Encoder rows;
  for (const AuxEntry& entry : aux.entries) {
    const pedersen::Params& params = params_.at(entry.seat.index);
    Encoder list;
    for (std::size_t a = 0; a < count_; ++a) list.nat(params.generator(a), params.bytes());
    Encoder row;
    row.u64(entry.seat.index).bytes(entry.seat.pid).list(count_, list);
    rows.list(3, row);
  }
  Encoder out;
  out.label("generators").bytes(ssid_).bytes(aux_digest_).u64(count_).list(aux.entries.size(), rows);
  digest_ = transcript::h256(out);
}

pedersen::Params Generators::of(PartyIndex party, std::size_t count) const {
  return params_.at(party).with_first_generators(count);
}

Refusal Generators::check_share(const KeyShare& share) const {
  if (share.record.aux_digest != aux_digest_) return refuse("E_CONTEXT", "generators: of other parameters");
  if (share.index != index_) return refuse("E_CONTEXT", "generators: loaded by another member");
  return Refusal();
}

Bytes Generators::to_bytes() const {
  Writer out;
  out.bytes(as_bytes(magic)).u16(version).bytes(aux_digest_).bytes(ssid_);
  out.u16(static_cast<std::uint16_t>(count_)).u16(static_cast<std::uint16_t>(messages_.size()));
  for (const auto& [party, payload] : messages_) out.u16(party).bytes(payload);
  return out.take();
}

Result<Generators> Generators::from_bytes(const KeyShare& share, ByteView data) {
  Reader in(data);
  if (const Bytes found = in.bytes("generators.magic", magic.size());
      in.ok() && !std::equal(found.begin(), found.end(), magic.begin())) {
    return refuse("E_DECODE", "generators.magic: not a file of generators");
  }
  if (in.u16("generators.version") != version && in.ok()) return refuse("E_DECODE", "generators.version: unknown");
  const Bytes32 aux_digest = in.bytes32("generators.aux_digest");
  const Bytes32 ssid = in.bytes32("generators.ssid");
  const std::size_t count = in.u16("generators.count");
  const std::size_t parties = in.u16("generators.parties");
  if (!in.ok()) return *in.finish();
  if (aux_digest != share.record.aux_digest) return refuse("E_CONTEXT", "generators.aux_digest: of other parameters");
  if (!is_count(count)) return refuse("E_DECODE", "generators.count: out of range");
  if (parties != share.record.seats.size()) return refuse("E_DECODE", "generators.parties: not those of the share");
  Messages messages;
  for (const Seat& seat : share.record.seats) {
    if (in.u16("generators.party") != seat.index && in.ok()) {
      return refuse("E_DECODE", "generators.party: not the next one of the share");
    }
    messages[seat.index] = in.bytes("generators.G1", GeneratorsRun::message_bytes(*share.record.profile, count));
  }
  if (const Refusal bad = in.finish()) return *bad;
  Failures failures;
  auto out = from_messages(share, ssid, count, messages, failures);
  if (out) return std::move(*out);
  const Failure& first = failures.front();
  return refuse("E_RECORD", "generators: party " + std::to_string(first.party) + ": " + first.detail);
}

// ---- The exchange

Result<std::unique_ptr<GeneratorsRun>> GeneratorsRun::create(std::shared_ptr<const KeyShare> share, std::size_t count,
                                                             const std::vector<Bytes32>& sid_values, Rng& rng) {
  const KeyRecord& record = share->record;
  if (!Generators::is_count(count)) return refuse("E_PARAMETER", "generators: count");
  if (sid_values.size() != record.seats.size()) return refuse("E_CONTEXT", "one sid value per member");
  SessionFields fields;
  fields.protocol = "generators";
  fields.profile = record.profile;
  fields.sid = agreed_sid(fields.protocol, record.seats, record.key_id, sid_values);
  fields.participants = record.seats;
  fields.threshold = record.threshold;
  fields.key_id = record.key_id;
  fields.epoch = record.epoch;
  fields.public_key = record.public_key;
  fields.public_shares = record.public_shares;
  fields.chain_code = record.chain_code;
  fields.aux_digest = record.aux_digest;
  fields.presignatures = count;  // in this protocol, of generators
  const Bytes32 ssid = session_id(fields);
  return std::unique_ptr<GeneratorsRun>(new GeneratorsRun(std::move(share), count, ssid, rng));
}

std::size_t GeneratorsRun::message_bytes(const Profile& profile, std::size_t count) {
  return GeneratorList::bytes(profile, count);
}

Bytes GeneratorsRun::round1() {
  const Profile& profile = *share_->record.profile;
  const pedersen::Trapdoor own = own_generators(share_->aux, ssid_, count_);
  Batch batch;
  const Bytes32 pid = share_->record.find_seat(share_->index)->pid;
  auto proof = batch.run(bprm::prove(batch, context(profile, ssid_, pid), own, rng_));
  Writer out;
  GeneratorList{own.params(), std::move(proof)}.encode(out, profile);
  return out.take();
}

Failures GeneratorsRun::check_round2(const Messages& broadcast, ByteView own) const {
  expect_senders(broadcast, share_->record.seats);
  for (const auto& [sender, echo] : broadcast) {
    if (!std::equal(echo.begin(), echo.end(), own.begin(), own.end())) return {{0, "E_ECHO", "echo vectors differ"}};
  }
  return {};
}

Failures GeneratorsRun::check_round1(const Messages& broadcast) {
  Failures failures;
  if (auto found = Generators::from_messages(*share_, ssid_, count_, broadcast, failures)) {
    result_ = std::make_shared<const Generators>(std::move(*found));
  }
  return failures;
}

}  // namespace mpc::protocol
