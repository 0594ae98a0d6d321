#include "protocol/identity.h"

#include <sodium.h>

#include <algorithm>

#include "transcript/transcript.h"

namespace mpc::protocol {

static_assert(Identity::seed_bytes == crypto_sign_SEEDBYTES);
static_assert(sizeof(Signature) == crypto_sign_BYTES && sizeof(Bytes32) == crypto_sign_PUBLICKEYBYTES);

Identity Identity::generate(Rng& rng) {
  WipedBytes drawn(seed_bytes);
  rng.fill(drawn);
  Secret<WipedBytes> seed(std::move(drawn));
  seed.taint();
  return std::move(*from_seed(seed));
}

Result<Identity> Identity::from_seed(const Secret<WipedBytes>& seed) {
  if (seed.expose().size() != seed_bytes) return refuse("E_DECODE", "identity seed: wrong length");
  WipedBytes key(crypto_sign_SECRETKEYBYTES);
  Bytes32 public_key;
  MPC_ASSERT(crypto_sign_seed_keypair(public_key.data(), key.data(), seed.expose().data()) == 0);

  Identity identity;
  identity.key_ = Secret<WipedBytes>(std::move(key));
  identity.public_key_ = declassify("identity.public_key", public_key);
  return identity;
}

Secret<WipedBytes> Identity::seed() const {
  const WipedBytes& key = key_.expose();
  MPC_ASSERT(key.size() == crypto_sign_SECRETKEYBYTES);
  return Secret<WipedBytes>(WipedBytes(key.begin(), key.begin() + seed_bytes));
}

Signature Identity::sign(ByteView message) const {
  const WipedBytes& key = key_.expose();
  MPC_ASSERT(key.size() == crypto_sign_SECRETKEYBYTES);  // not moved from
  Signature signature;
  MPC_ASSERT(crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), key.data()) == 0);
  return declassify("identity.signature", signature);
}

bool verify_signature(const Bytes32& public_key, ByteView message, const Signature& signature) {
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), public_key.data()) == 0;
}

Bytes32 pid(const Bytes32& public_key) {
  return transcript::h256(transcript::Encoder().label("pid").bytes(public_key));
}

}  // namespace mpc::protocol
