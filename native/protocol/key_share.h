// One party's share of a key, in memory and sealed.
#pragma once

#include "protocol/aux_info.h"
#include "protocol/seal.h"

namespace mpc::protocol {

/// Sixteen signed envelopes need less than a tenth of it.
constexpr std::size_t max_certificate_bytes = 1 << 16;

struct KeyShare {
  KeyRecord record;
  PartyIndex index;
  Secret<Scalar> x;  // x_i
  std::shared_ptr<const Identity> identity;
  AuxShare aux;
  Bytes certificate;  // the signed V4 envelopes of all

  /// x_i G == X_i, the identity is the seat's, the factors belong to the auxiliary record, digests agree.
  Refusal check() const;

  KeyShare with_certificate(Bytes bytes) const;

  /// A sealed file: the public part as its header, the secrets as its content.
  Bytes seal(ByteView passphrase, Rng& rng) const;
  /// The errors of open_sealed, E_DECODE, E_PROFILE, E_RECORD.
  static Result<KeyShare> open(ByteView file, ByteView passphrase);
};

/// What a sealed file says in clear: anybody may have written it.
struct PublicPart {
  KeyRecord record;
  PartyIndex index;
  AuxRecord aux;
  Bytes aux_certificate;
  Bytes certificate;

  static Result<PublicPart> decode(ByteView header);
  static Result<PublicPart> read(ByteView file);
};

}  // namespace mpc::protocol
