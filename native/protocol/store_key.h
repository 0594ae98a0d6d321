// The key of a presignature store: drawn once, sealed under the store's passphrase, and used for each presignature, so
// that these need no derivation of their own.
#pragma once

#include "protocol/key_share.h"

namespace mpc::protocol {

class StoreKey {
 public:
  static StoreKey generate(Rng& rng);

  Bytes seal(ByteView passphrase, Rng& rng) const;
  /// The errors of open_sealed; E_RECORD for a key of another length.
  static Result<StoreKey> open(ByteView file, ByteView passphrase);

  /// For libsodium, which is constant time in it.
  const WipedBytes& bytes() const { return key_.expose(); }

  /// What a store says it holds, as nobody without the key can say it: a keyed hash of its description.
  Bytes32 authenticate(ByteView description) const;

 private:
  explicit StoreKey(WipedBytes key) : key_(std::move(key)) {}

  Secret<WipedBytes> key_;
};

}  // namespace mpc::protocol
