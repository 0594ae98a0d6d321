#include "protocol/session_id.h"

#include <algorithm>

namespace mpc::protocol {

namespace {

constexpr std::uint64_t protocol_version = 1;

/// Encodes a field that may be absent; an absent one is an empty bytes item.
template <class T, class Encode>
void optional_item(Encoder& out, const std::optional<T>& value, Encode encode) {
  if (value) {
    encode(*value);
  } else {
    out.bytes({});
  }
}

template <class T>
Encoder u64_items(const std::vector<T>& values) {
  Encoder items;
  for (const T value : values) items.u64(value);
  return items;
}

void append_list(Encoder& out, std::size_t count, const Encoder& items) { out.list(count, items); }

}  // namespace

Bytes32 session_id(const SessionFields& f) {
  Encoder out;
  const auto u64 = [&](std::uint64_t value) { out.u64(value); };
  const auto bytes = [&](const Bytes32& value) { out.bytes(value); };
  const auto point = [&](const Point& value) { out.point(value); };
  out.label("ssid").label(f.protocol).u64(protocol_version).label(f.profile->name).label("secp256k1").bytes(f.sid);
  append_seats(out, f.participants);
  optional_item(out, f.threshold, u64);
  optional_item(out, f.key_id, [&](const std::string& value) { out.label(value); });
  optional_item(out, f.epoch, u64);
  optional_item(out, f.public_key, point);
  optional_item(out, f.public_shares, [&](const std::vector<Point>& values) {
    Encoder items;
    for (const Point& value : values) items.point(value);
    append_list(out, values.size(), items);
  });
  optional_item(out, f.chain_code, bytes);
  optional_item(out, f.aux_digest, bytes);
  optional_item(out, f.base_digest, bytes);
  out.bytes({}).bytes({});  // new committee and t': resharing
  optional_item(out, f.signers, [&](const auto& values) { append_list(out, values.size(), u64_items(values)); });
  optional_item(out, f.path, [&](const auto& values) { append_list(out, values.size(), u64_items(values)); });
  optional_item(out, f.child_key, point);
  optional_item(out, f.proof_mode, u64);
  optional_item(out, f.presignatures, u64);
  optional_item(out, f.digest, bytes);
  return transcript::h256(out);
}

Bytes32 pre_session_id(std::string_view protocol, const std::vector<Bytes32>& pids,
                       const std::optional<std::string>& key_id) {
  Encoder list;
  for (const Bytes32& party : pids) list.bytes(party);
  Encoder out;
  out.label("pre").label(protocol).list(pids.size(), list);
  optional_item(out, key_id, [&](const std::string& value) { out.label(value); });
  return transcript::h256(out);
}

Bytes32 combine_sid(const Bytes32& pre, const std::vector<Bytes32>& values) {
  Encoder list;
  for (const Bytes32& value : values) list.bytes(value);
  Encoder out;
  out.label("sid").bytes(pre).list(values.size(), list);
  return transcript::h256(out);
}

Bytes32 agreed_sid(std::string_view protocol, const std::vector<Seat>& seats, const std::optional<std::string>& key_id,
                   const std::vector<Bytes32>& values) {
  std::vector<Bytes32> pids;
  for (const Seat& seat : seats) pids.push_back(seat.pid);
  return combine_sid(pre_session_id(protocol, pids, key_id), values);
}

Bytes32 joint_rid(const Bytes32& ssid, const std::vector<Bytes32>& parts) {
  Encoder list;
  for (const Bytes32& part : parts) list.bytes(part);
  Encoder out;
  out.label("rid").bytes(ssid).list(parts.size(), list);
  return transcript::h256(out);
}

Secret<Scalar> share_mask(const Bytes32& ssid, const Bytes32& rid, PartyIndex dealer, PartyIndex receiver,
                          const Secret<Point>& shared) {
  Encoder input;
  input.label("mask").bytes(ssid).bytes(rid).u64(dealer).u64(receiver);
  input.secret_point_bytes(curve::encode(shared));
  return transcript::Xof(input).secret_scalar();
}

Scalar rerandomiser(const Bytes32& ssid, ByteView presignature_id, const Point& gamma, const Point& child_key,
                    const std::vector<std::uint32_t>& path, const std::vector<PartyIndex>& signers,
                    const Bytes32& digest) {
  Encoder input;
  input.label("rerand").bytes(ssid).bytes(presignature_id).point(gamma).point(child_key);
  input.list(path.size(), u64_items(path)).list(signers.size(), u64_items(signers)).bytes(digest);
  return transcript::Xof(input).scalar();
}

Bytes32 presigned_session_id(const Bytes32& ssid, ByteView presignature_id, const Bytes32& digest) {
  return transcript::h256(Encoder().label("sign").bytes(ssid).bytes(presignature_id).bytes(digest));
}

Bytes32 message_hash(const EnvelopeFields& f, ByteView payload) {
  Encoder out;
  out.label("envelope").u64(f.version).bytes(f.ssid).label(f.protocol).u64(f.round).label(f.kind);
  out.u64(f.sender).u64(f.recipient).bytes(payload);
  return transcript::h256(out);
}

bool is_label(std::string_view text) {
  const auto printable = [](char c) { return c >= 0x20 && c < 0x7f; };
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), printable);
}

}  // namespace mpc::protocol
