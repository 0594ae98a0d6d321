// Secrets at rest: authenticated encryption under a passphrase, by Argon2id and XChaCha20-Poly1305. A sealed file is
//
//   magic "MPCFAST\0" (8) | version u16 | kind u16 | argon2 passes u32 | argon2 memory in KiB u32 | salt (16) | nonce
//   (24) | length u32 | public header | length u32 | ciphertext (with its 16-byte tag)
//
// Integers are big endian. All that stands before the second length is associated data: the public header, the kind and
// the cost of the derivation cannot be changed without the passphrase. What is sealed under a key that is kept
// elsewhere has neither cost nor salt, and is bound to a number that does not stand in it.
#pragma once

#include "base/random.h"
#include "base/result.h"
#include "base/wipe.h"

namespace mpc::protocol {

/// The price of one guess of the passphrase. Files outside of the limits are refused, so that a hostile one can take
/// neither all memory nor all day; costs of our own are asserted to lie within.
struct SealCost {
  std::uint32_t passes = 3;
  std::uint32_t memory_kib = 64 * 1024;

  static constexpr std::uint32_t min_passes = 1;
  static constexpr std::uint32_t max_passes = 16;
  static constexpr std::uint32_t min_memory_kib = 8 * 1024;
  static constexpr std::uint32_t max_memory_kib = 1024 * 1024;
};

/// What a sealed file holds.
namespace seal_kind {
constexpr std::uint16_t key_share = 1;
constexpr std::uint16_t prime_set = 2;
constexpr std::uint16_t passphrase_check = 3;
constexpr std::uint16_t store_key = 4;
constexpr std::uint16_t presignature = 5;
constexpr std::uint16_t range_setup = 6;
constexpr std::uint16_t data_key = 7;
}  // namespace seal_kind

/// `kind` says what the secret is, so that one kind of file cannot stand in for another. Every call draws a new salt
/// and nonce. Throws std::bad_alloc when the memory of the cost is not to be had. How strong a passphrase must be is
/// for the caller to say.
Bytes seal(ByteView public_header, const WipedBytes& secret, ByteView passphrase, std::uint16_t kind, Rng& rng,
           SealCost cost = {});

/// The secret, or
///   E_SEAL_FORMAT      truncated, not ours, out of range, trailing bytes: "<field>: <what>"
///   E_SEAL_VERSION     of another format version
///   E_SEAL_KIND        of another kind
///   E_SEAL_PASSPHRASE  wrong passphrase or damaged file: the authenticator cannot tell which
/// Throws std::bad_alloc as seal does.
Result<WipedBytes> open_sealed(ByteView file, ByteView passphrase, std::uint16_t kind);

/// A sealed nothing, which tells later whether a passphrase is the one that it was made with. Costs what seal costs.
Bytes seal_passphrase_check(ByteView passphrase, Rng& rng);
/// The errors of open_sealed.
Refusal check_passphrase(ByteView file, ByteView passphrase);

/// The public header, without a passphrase and so without proof: anybody may have written it. The first three errors.
Result<Bytes> sealed_header(ByteView file, std::uint16_t kind);

// ---- Under a key of store_key_bytes bytes (asserted), for many small secrets of one store.

constexpr std::size_t store_key_bytes = 32;

/// As seal; `context` is associated data, too, and has to be given again.
Bytes seal_under_key(ByteView public_header, const WipedBytes& secret, const WipedBytes& key, std::uint16_t kind,
                     std::uint64_t context, Rng& rng);
/// The errors of open_sealed, but E_SEAL_KEY for another key or context, or a damaged file.
Result<WipedBytes> open_under_key(ByteView file, const WipedBytes& key, std::uint16_t kind, std::uint64_t context);
/// As sealed_header.
Result<Bytes> header_under_key(ByteView file, std::uint16_t kind);

}  // namespace mpc::protocol
