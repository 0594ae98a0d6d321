// Public records: what all parties of a key agree on, byte for byte.
#pragma once

#include "protocol/common.h"

namespace mpc::protocol {

/// A party's accepted Paillier key and ring-Pedersen parameters. For our own entry the key knows its factors.
struct AuxEntry {
  Seat seat;
  paillier::PublicKey paillier;
  pedersen::Params pedersen;
};

/// The widest exponents of s and t in our proofs to their owner: beta of BAFF-A1 and gamma of enc-elg.
pedersen::TableBits table_bits(const Profile& profile);

/// The outcome of auxiliary-information generation (specification 4.2). Entries in index order.
struct AuxRecord {
  const Profile* profile;
  std::vector<AuxEntry> entries;

  const AuxEntry& entry(PartyIndex index) const;
  /// H-256(TE("aux", ...)), specification 2.2.
  Bytes32 digest() const;
  void encode(Writer& out) const;
};

/// The public record of a key (specification 4.1).
struct KeyRecord {
  const Profile* profile;
  std::string key_id;
  std::uint64_t epoch;
  PartyIndex threshold;
  std::vector<Seat> seats;
  Point public_key;                  // X
  std::vector<Point> public_shares;  // X_j, in index order
  Bytes32 chain_code;
  Bytes32 aux_digest;

  const Seat* find_seat(PartyIndex index) const;
  const Point& public_share(PartyIndex index) const;
  /// The result digest of V4: H-256(TE("keyrec", ...)).
  Bytes32 digest() const;
  void encode(Writer& out) const;
  /// E_DECODE; E_PROFILE for a profile that this process does not admit; E_RECORD when is_consistent_var is false.
  static Result<KeyRecord> decode(Reader& in);
  /// 2 <= t <= n <= 16, indices 1..n, distinct identity keys, X and all X_j other than O, and every share on the
  /// polynomial of degree t - 1 through the first t shares, whose constant term is X.
  bool is_consistent_var() const;
};

constexpr PartyIndex max_parties = 16;

/// lam_i^S = prod_{m in S, m != i} I_m / (I_m - I_i) mod q; with x: the coefficient that interpolates at x instead of
/// 0.
Scalar lagrange_var(const std::vector<PartyIndex>& set, PartyIndex i, const Scalar& x = Scalar());

/// What a V4 payload confirms: H-256(TE("confirm", ssid, base digest, result digest)).
Bytes32 confirmation(const Bytes32& ssid, const Bytes32& base_digest, const Bytes32& result_digest);

}  // namespace mpc::protocol
