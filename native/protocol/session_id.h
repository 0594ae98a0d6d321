// Names of sessions (specification 2.2): everything that the parties must agree on is hashed into ssid.
#pragma once

#include "protocol/common.h"

namespace mpc::protocol {

/// The fields of ssid in their order; what does not exist (yet) stays empty.
struct SessionFields {
  std::string protocol;
  const Profile* profile = nullptr;
  Bytes32 sid{};
  std::vector<Seat> participants;  // all parties of the key or aux run
  std::optional<std::uint64_t> threshold;
  std::optional<std::string> key_id;
  std::optional<std::uint64_t> epoch;
  std::optional<Point> public_key;
  std::optional<std::vector<Point>> public_shares;
  std::optional<Bytes32> chain_code;
  std::optional<Bytes32> aux_digest;
  std::optional<Bytes32> base_digest;
  std::optional<std::vector<PartyIndex>> signers;
  std::optional<std::vector<std::uint32_t>> path;  // an empty path is a list of count 0
  std::optional<Point> child_key;
  std::optional<std::uint64_t> proof_mode;
  std::optional<std::uint64_t> presignatures;
  std::optional<Bytes32> digest;
};
Bytes32 session_id(const SessionFields& fields);

/// The envelope ssid of the opening half-round: H-256(TE("pre", protocol id, list pid, key id)).
Bytes32 pre_session_id(std::string_view protocol, const std::vector<Bytes32>& pids,
                       const std::optional<std::string>& key_id);
/// sid = H-256(TE("sid", pre, list of the values in index order)).
Bytes32 combine_sid(const Bytes32& pre, const std::vector<Bytes32>& values);

/// Both at once, for the seats of a session.
Bytes32 agreed_sid(std::string_view protocol, const std::vector<Seat>& seats, const std::optional<std::string>& key_id,
                   const std::vector<Bytes32>& values);

/// rid = H-256(TE("rid", ssid, list of the parts in index order)).
Bytes32 joint_rid(const Bytes32& ssid, const std::vector<Bytes32>& parts);

/// rho_ij, the mask of the share from dealer to receiver: a scalar from XOF("mask", ssid, rid, i, j, y_ij Y_ji).
/// Constant time in the shared point.
Secret<Scalar> share_mask(const Bytes32& ssid, const Bytes32& rid, PartyIndex dealer, PartyIndex receiver,
                          const Secret<Point>& shared);

/// zeta: a scalar from XOF("rerand", ssid, id, Gamma, X_c, path, S, digest).
Scalar rerandomiser(const Bytes32& ssid, ByteView presignature_id, const Point& gamma, const Point& child_key,
                    const std::vector<std::uint32_t>& path, const std::vector<PartyIndex>& signers,
                    const Bytes32& digest);

/// The envelope ssid of signing from a stored presignature: H-256(TE("sign", ssid, id, digest)).
Bytes32 presigned_session_id(const Bytes32& ssid, ByteView presignature_id, const Bytes32& digest);

/// What an envelope's signature covers (specification 4.0).
struct EnvelopeFields {
  std::uint64_t version;
  Bytes32 ssid;
  std::string protocol;
  std::uint64_t round;
  std::string kind;
  std::uint64_t sender;
  std::uint64_t recipient;
};
Bytes32 message_hash(const EnvelopeFields& fields, ByteView payload);

/// A session's label as it enters hashes: ASCII, 1 to 64 characters.
bool is_label(std::string_view text);

}  // namespace mpc::protocol
