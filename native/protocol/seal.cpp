#include "protocol/seal.h"

#include <sodium.h>

#include <limits>
#include <new>

#include "base/secret.h"
#include "transcript/wire.h"

namespace mpc::protocol {

namespace {

constexpr std::string_view magic("MPCFAST\0", 8);
constexpr std::uint16_t format_version = 1;
constexpr std::size_t salt_bytes = crypto_pwhash_argon2id_SALTBYTES;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t key_bytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(salt_bytes == 16 && nonce_bytes == 24 && tag_bytes == 16 && key_bytes == store_key_bytes);

struct SealedFile {
  SealCost cost{};  // cost and salt: of files under a passphrase
  Bytes salt;
  Bytes nonce;
  Bytes public_header;
  ByteView associated;
  Bytes ciphertext;
};

bool within_limits(std::uint32_t value, std::uint32_t low, std::uint32_t high) { return low <= value && value <= high; }

Error format_error(std::string detail) { return refuse("E_SEAL_FORMAT", std::move(detail)); }

/// Magic, version and kind; what follows has this layout only if they fit.
Refusal read_preamble(transcript::Reader& in, std::uint16_t kind) {
  const Bytes start = in.bytes("magic", magic.size());
  if (in.ok() && start != Bytes(magic.begin(), magic.end())) return format_error("magic: not a sealed file");
  const std::uint16_t version = in.u16("version");
  if (in.ok() && version != format_version) return refuse("E_SEAL_VERSION", "version: " + std::to_string(version));
  const std::uint16_t found = in.u16("kind");
  if (in.ok() && found != kind) return refuse("E_SEAL_KIND", "kind: " + std::to_string(found));
  return std::nullopt;
}

Refusal check_cost(SealCost cost) {
  if (!within_limits(cost.passes, SealCost::min_passes, SealCost::max_passes)) {
    return format_error("argon2 passes: out of range");
  }
  if (!within_limits(cost.memory_kib, SealCost::min_memory_kib, SealCost::max_memory_kib)) {
    return format_error("argon2 memory: out of range");
  }
  return std::nullopt;
}

enum class Under : std::uint8_t { passphrase, key };

Result<SealedFile> parse(ByteView file, std::uint16_t kind, Under under) {
  transcript::Reader in(file);
  if (auto refusal = read_preamble(in, kind)) return *refusal;

  SealedFile out;
  if (under == Under::passphrase) {
    out.cost.passes = in.u32("argon2 passes");
    out.cost.memory_kib = in.u32("argon2 memory");
    out.salt = in.bytes("salt", salt_bytes);
  }
  out.nonce = in.bytes("nonce", nonce_bytes);
  out.public_header = in.bytes("public header", in.u32("public header length"));
  out.ciphertext = in.bytes("ciphertext", in.u32("ciphertext length"));
  if (const auto refusal = in.finish()) return format_error(refusal->detail);
  if (auto refusal = check_cost(out.cost)) return *refusal;
  if (out.ciphertext.size() < tag_bytes) return format_error("ciphertext: truncated");

  out.associated = file.first(file.size() - out.ciphertext.size() - sizeof(std::uint32_t));
  return out;
}

/// Argon2id, version 1.3, one lane. Its memory is unmapped by libsodium before this returns.
WipedBytes derive_key(ByteView passphrase, ByteView salt, SealCost cost) {
  MPC_ASSERT(sodium_init() >= 0);
  WipedBytes key(key_bytes);
  // libsodium wants a pointer even to an empty passphrase.
  const auto* text = passphrase.empty() ? "" : reinterpret_cast<const char*>(passphrase.data());
  const std::size_t memory = std::size_t{cost.memory_kib} * 1024;
  // The cost is within the limits, so there is one reason left to fail.
  if (crypto_pwhash(key.data(), key.size(), text, passphrase.size(), salt.data(), cost.passes, memory,
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();
  }
  return key;
}

std::uint32_t checked_length(std::size_t length) {
  MPC_ASSERT(length <= std::numeric_limits<std::uint32_t>::max());
  return static_cast<std::uint32_t>(length);
}

Bytes random_bytes(std::size_t count, Rng& rng) {
  Bytes out(count);
  rng.fill(out);
  return out;
}

/// What stands before the nonce, nonce, header and ciphertext; all but the ciphertext is authenticated, with `context`.
Bytes encrypt(transcript::Writer start, ByteView nonce, ByteView public_header, const WipedBytes& secret,
              const WipedBytes& key, ByteView context) {
  start.bytes(nonce).u32(checked_length(public_header.size())).bytes(public_header);
  const Bytes written = start.take();
  Bytes associated = written;
  append(associated, context);
  WipedBytes encrypted(secret.size() + tag_bytes);
  MPC_ASSERT(sodium_init() >= 0 && key.size() == key_bytes);
  MPC_ASSERT(crypto_aead_xchacha20poly1305_ietf_encrypt(encrypted.data(), nullptr, secret.data(), secret.size(),
                                                        associated.data(), associated.size(), nullptr, nonce.data(),
                                                        key.data()) == 0);
  const WipedBytes ciphertext = declassify("seal.ciphertext", std::move(encrypted));
  return transcript::Writer().bytes(written).u32(checked_length(ciphertext.size())).bytes(ciphertext).take();
}

std::optional<WipedBytes> decrypt(const SealedFile& sealed, const WipedBytes& key, ByteView context) {
  Bytes associated(sealed.associated.begin(), sealed.associated.end());
  append(associated, context);
  WipedBytes secret(sealed.ciphertext.size() - tag_bytes);
  MPC_ASSERT(sodium_init() >= 0 && key.size() == key_bytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret.data(), nullptr, nullptr, sealed.ciphertext.data(),
                                                 sealed.ciphertext.size(), associated.data(), associated.size(),
                                                 sealed.nonce.data(), key.data()) != 0) {
    return std::nullopt;
  }
  return secret;
}

transcript::Writer preamble(std::uint16_t kind) {
  transcript::Writer out;
  out.bytes(as_bytes(magic)).u16(format_version).u16(kind);
  return out;
}

Bytes encode_context(std::uint64_t context) { return transcript::Writer().u64(context).take(); }

Result<Bytes> header_of(ByteView file, std::uint16_t kind, Under under) {
  auto sealed = parse(file, kind, under);
  if (!sealed) return sealed.error();
  return std::move(sealed->public_header);
}

}  // namespace

Bytes seal(ByteView public_header, const WipedBytes& secret, ByteView passphrase, std::uint16_t kind, Rng& rng,
           SealCost cost) {
  MPC_ASSERT(!check_cost(cost));
  const Bytes salt = random_bytes(salt_bytes, rng);
  const Bytes nonce = random_bytes(nonce_bytes, rng);
  transcript::Writer start = preamble(kind);
  start.u32(cost.passes).u32(cost.memory_kib).bytes(salt);
  return encrypt(std::move(start), nonce, public_header, secret, derive_key(passphrase, salt, cost), {});
}

Result<WipedBytes> open_sealed(ByteView file, ByteView passphrase, std::uint16_t kind) {
  const auto sealed = parse(file, kind, Under::passphrase);
  if (!sealed) return sealed.error();
  auto secret = decrypt(*sealed, derive_key(passphrase, sealed->salt, sealed->cost), {});
  if (!secret) return refuse("E_SEAL_PASSPHRASE", "wrong passphrase or damaged file");
  return std::move(*secret);
}

Bytes seal_passphrase_check(ByteView passphrase, Rng& rng) {
  return seal({}, {}, passphrase, seal_kind::passphrase_check, rng);
}

Refusal check_passphrase(ByteView file, ByteView passphrase) {
  const auto opened = open_sealed(file, passphrase, seal_kind::passphrase_check);
  return opened ? Refusal() : Refusal(opened.error());
}

Result<Bytes> sealed_header(ByteView file, std::uint16_t kind) { return header_of(file, kind, Under::passphrase); }

Bytes seal_under_key(ByteView public_header, const WipedBytes& secret, const WipedBytes& key, std::uint16_t kind,
                     std::uint64_t context, Rng& rng) {
  return encrypt(preamble(kind), random_bytes(nonce_bytes, rng), public_header, secret, key, encode_context(context));
}

Result<WipedBytes> open_under_key(ByteView file, const WipedBytes& key, std::uint16_t kind, std::uint64_t context) {
  const auto sealed = parse(file, kind, Under::key);
  if (!sealed) return sealed.error();
  auto secret = decrypt(*sealed, key, encode_context(context));
  if (!secret) return refuse("E_SEAL_KEY", "of another store or generation, or damaged");
  return std::move(*secret);
}

Result<Bytes> header_under_key(ByteView file, std::uint16_t kind) { return header_of(file, kind, Under::key); }

}  // namespace mpc::protocol
