#include "protocol/store_key.h"

namespace mpc::protocol {

StoreKey StoreKey::generate(Rng& rng) {
  WipedBytes key(store_key_bytes);
  rng.fill(key);
  return StoreKey(std::move(key));
}

Bytes StoreKey::seal(ByteView passphrase, Rng& rng) const {
  return protocol::seal({}, bytes(), passphrase, seal_kind::store_key, rng);
}

Result<StoreKey> StoreKey::open(ByteView file, ByteView passphrase) {
  auto content = open_sealed(file, passphrase, seal_kind::store_key);
  if (!content) return content.error();
  if (content->size() != store_key_bytes) return refuse("E_RECORD", "store key: length");
  return StoreKey(std::move(*content));
}

Bytes32 StoreKey::authenticate(ByteView description) const {
  return transcript::h256(Encoder().label("store").bytes(bytes()).bytes(description));
}

}  // namespace mpc::protocol
