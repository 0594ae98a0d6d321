// A presignature (specification 4.5, 4.9): one signer's part of a nonce that was prepared before its message is known.
// It signs one message. Two partial signatures of one presignature for two messages give its shares away, so it is kept
// sealed under the key of a store, and leaves that store before it is opened.
#pragma once

#include "protocol/store_key.h"

namespace mpc::protocol {

using PresignatureId = std::array<std::uint8_t, 16>;

/// What a presignature belongs to. Stands in clear in the sealed one, where anybody may have written it.
struct PresignatureLabel {
  PresignatureId id{};
  Bytes32 ssid{};  // of the presigning session
  const Profile* profile = nullptr;
  std::string key_id;
  std::uint64_t epoch = 0;
  Bytes32 aux_digest{};
  PartyIndex index = 0;             // whose part this is
  std::vector<PartyIndex> signers;  // S, ascending
  std::vector<std::uint32_t> path;  // of X_c below X; empty until keys are derived
  Point child_key;                  // X_c
  Bytes32 tr{};                     // H-256 of the three echo vectors
  Bytes certificate;                // the signed R3e messages of S, as Python encodes them
  std::uint64_t expiry = 0;         // seconds since 1970

  void encode(Writer& out) const;
  /// E_DECODE, E_PROFILE, E_RECORD: "label.<field>: <what>".
  static Result<PresignatureLabel> decode(ByteView header);
  /// From the front of something longer.
  static Result<PresignatureLabel> decode(Reader& in);
  /// Of a sealed presignature: the first three errors of open_sealed, and those of decode.
  static Result<PresignatureLabel> read(ByteView sealed);
  /// E_CONTEXT, naming the field, unless it belongs to this share.
  Refusal check_share(const KeyShare& share) const;
};

/// What all signers of a presignature know of it, and nobody else as long as it is unused.
struct PublicPresignature {
  PresignatureLabel label;
  Point gamma;                            // Gamma = R before re-randomisation
  std::map<PartyIndex, Point> cap_delta;  // D~_m
  std::map<PartyIndex, Point> cap_s;      // S~_m

  /// sum D~_m == G, sum S~_m == X_c.
  bool adds_up_var() const;

  void encode(Writer& out) const;
  /// The errors of a label; E_DECODE; E_RECORD unless adds_up_var.
  static Result<PublicPresignature> decode(ByteView data);

 protected:
  // All but the label.
  void encode_values(Writer& out) const;
  void decode_values(Reader& in);
};

struct Presignature : PublicPresignature {
  Secret<Scalar> k;    // k~_i = k_i / delta
  Secret<Scalar> chi;  // chi~_i = chi_i / delta

  /// D~_i == k~_i Gamma, S~_i == chi~_i Gamma, and adds_up_var: all follow from the checks of presigning, so a failure
  /// is a fault of this machine.
  bool is_sound() const;

  /// Under the key of a store. `generation` is the store's, and is authenticated with the rest.
  Bytes seal(const StoreKey& key, std::uint64_t generation, Rng& rng) const;
  /// The errors of open_under_key and of the label; E_RECORD for content that contradicts itself.
  static Result<Presignature> open(ByteView sealed, const StoreKey& key, std::uint64_t generation);
};

}  // namespace mpc::protocol
