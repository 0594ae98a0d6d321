// ECDSA over secp256k1 on public data: checking, recovering and parsing signatures. Signing is a protocol.
#pragma once

#include <optional>
#include <utility>

#include "base/bytes.h"
#include "curve/point.h"
#include "curve/scalar.h"

namespace mpc::curve {

/// True iff (r, s) is a valid signature of the 32-byte digest with s <= (q-1)/2. A high s is refused although the
/// equation holds for it, so that nobody can turn one signature into a second one; see low_s. Also false for the
/// identity as a key, r = 0, s = 0, and a digest of another length.
bool verify_ecdsa_var(const Point& public_key, ByteView digest32, const Scalar& r, const Scalar& s);

/// The public key that (r, s) verifies under. recovery_id: bit 0 is the parity of y(R), bit 1 says x(R) >= q, for
/// R = k G; empty when there is no such R, when the key would be the identity, and for r = 0, s = 0, an id outside
/// [0, 3] or a digest of another length. A high s is taken as it is.
std::optional<Point> recover_var(ByteView digest32, const Scalar& r, const Scalar& s, int recovery_id);

/// (r, s) from strict DER: the one canonical encoding of two integers in [1, q), nothing before or behind.
std::optional<std::pair<Scalar, Scalar>> parse_der_var(ByteView der);

/// s > (q-1)/2. Constant time in s, up to the answer.
bool is_high(const Scalar& s);

/// min(s, q - s), constant time. Where it negates (is_high(s)), bit 0 of the recovery id flips.
Scalar low_s(const Scalar& s);

}  // namespace mpc::curve
