#include "curve/ecdsa.h"

#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include <algorithm>
#include <array>

#include "base/result.h"

namespace mpc::curve {

namespace {

constexpr std::size_t digest_bytes = 32;
// 30 len, then twice 02 len and up to 33 bytes.
constexpr std::size_t longest_der = 72;

/// Everything in this file is public, so the library's own constant context does: it needs no blinding.
const secp256k1_context* public_context() { return secp256k1_context_static; }

/// r || s.
std::array<std::uint8_t, 64> compact(const Scalar& r, const Scalar& s) {
  std::array<std::uint8_t, 64> out;
  std::ranges::copy(r.to_bytes(), out.begin());
  std::ranges::copy(s.to_bytes(), out.begin() + 32);
  return out;
}

}  // namespace

bool verify_ecdsa_var(const Point& public_key, ByteView digest32, const Scalar& r, const Scalar& s) {
  if (public_key.is_identity() || digest32.size() != digest_bytes) return false;
  secp256k1_pubkey key;
  const CompressedPoint encoded = public_key.encode();
  MPC_ASSERT(secp256k1_ec_pubkey_parse(public_context(), &key, encoded.data(), encoded.size()) == 1);
  secp256k1_ecdsa_signature signature;
  MPC_ASSERT(secp256k1_ecdsa_signature_parse_compact(public_context(), &signature, compact(r, s).data()) == 1);
  return secp256k1_ecdsa_verify(public_context(), &signature, digest32.data(), &key) == 1;
}

std::optional<Point> recover_var(ByteView digest32, const Scalar& r, const Scalar& s, int recovery_id) {
  if (recovery_id < 0 || recovery_id > 3 || digest32.size() != digest_bytes) return std::nullopt;
  secp256k1_ecdsa_recoverable_signature signature;
  MPC_ASSERT(secp256k1_ecdsa_recoverable_signature_parse_compact(public_context(), &signature, compact(r, s).data(),
                                                                 recovery_id) == 1);
  secp256k1_pubkey key;
  if (secp256k1_ecdsa_recover(public_context(), &key, &signature, digest32.data()) != 1) return std::nullopt;
  CompressedPoint encoded;
  std::size_t length = encoded.size();
  secp256k1_ec_pubkey_serialize(public_context(), encoded.data(), &length, &key, SECP256K1_EC_COMPRESSED);
  return Point::decode(encoded);
}

std::optional<std::pair<Scalar, Scalar>> parse_der_var(ByteView der) {
  if (der.empty()) return std::nullopt;  // which may be a null pointer, an offence to the library
  secp256k1_ecdsa_signature signature;
  if (secp256k1_ecdsa_signature_parse_der(public_context(), &signature, der.data(), der.size()) != 1) {
    return std::nullopt;
  }
  // The library reads negative and oversized integers as zero; they do not survive the way back.
  std::array<std::uint8_t, longest_der> canonical;
  std::size_t length = canonical.size();
  MPC_ASSERT(secp256k1_ecdsa_signature_serialize_der(public_context(), canonical.data(), &length, &signature) == 1);
  if (!std::ranges::equal(der, ByteView(canonical).first(length))) return std::nullopt;

  std::array<std::uint8_t, 64> bytes;
  secp256k1_ecdsa_signature_serialize_compact(public_context(), bytes.data(), &signature);
  const auto r = Scalar::from_bytes(ByteView(bytes).first(32));
  const auto s = Scalar::from_bytes(ByteView(bytes).last(32));
  MPC_ASSERT(r && s);
  if (is_zero_var(*r) || is_zero_var(*s)) return std::nullopt;
  return std::pair(*r, *s);
}

bool is_high(const Scalar& s) { return balanced(s).negative_mask() != 0; }

Scalar low_s(const Scalar& s) { return scalar_from(balanced(s).magnitude()); }

}  // namespace mpc::curve
