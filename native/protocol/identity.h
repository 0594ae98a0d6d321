// The long-term identity of a party: an Ed25519 key that signs its envelopes, and the name (pid) that follows from it.
#pragma once

#include <array>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

namespace mpc::protocol {

using Signature = std::array<std::uint8_t, 64>;

/// Holds the secret key in memory that is wiped. There is no copy and no printing; the seed leaves for sealing only.
class Identity {
 public:
  static constexpr std::size_t seed_bytes = 32;

  static Identity generate(Rng& rng);
  /// From what seed() gave. E_DECODE for another length.
  static Result<Identity> from_seed(const Secret<WipedBytes>& seed);

  Identity(Identity&&) noexcept = default;
  Identity& operator=(Identity&&) noexcept = default;
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  const Bytes32& public_key() const { return public_key_; }
  Secret<WipedBytes> seed() const;
  /// Constant time in the key. The signature is deterministic (RFC 8032).
  Signature sign(ByteView message) const;

 private:
  Identity() = default;

  Secret<WipedBytes> key_;  // libsodium's form: seed || public key
  Bytes32 public_key_{};
};

/// Strict: a non-canonical s, and public keys or commitments of small order, are refused.
bool verify_signature(const Bytes32& public_key, ByteView message, const Signature& signature);

/// pid = H-256(TE("pid", identity key)).
Bytes32 pid(const Bytes32& public_key);

}  // namespace mpc::protocol
