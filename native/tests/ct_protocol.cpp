// A whole key generation and signature with every secret marked as undefined memory: what the samplers draw, the
// primes, the share. Only what docs/constant_time.md lists may become public on the way.
#include "curve/ecdsa.h"
#include "tests/support/session.h"

using namespace mpc;  // NOLINT: a program, not a library

int main() {
  Rng& rng = system_rng();
  const auto shares = fixtures::toy_key(rng);
  Bytes32 digest{};
  digest.fill(0x5a);
  const auto signature = fixtures::sign(shares, digest, rng);
  MPC_ASSERT(curve::verify_ecdsa_var(shares[0]->record.public_key, digest, signature.r, signature.s));
  // Sealing reads every secret once; opening derives everything again.
  const Bytes file = shares[0]->seal(as_bytes("passphrase"), rng);
  const auto opened = protocol::KeyShare::open(file, as_bytes("passphrase"));
  if (!opened) std::fprintf(stderr, "%s: %s\n", opened.error().code.c_str(), opened.error().detail.c_str());
  MPC_ASSERT(opened);
  const Bytes pooled = fixtures::toy_primes(1).seal(as_bytes("passphrase"), rng);
  MPC_ASSERT(protocol::PrimeSet::open(pooled, as_bytes("passphrase")));
  return 0;
}
