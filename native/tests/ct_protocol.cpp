// A whole key generation and two signatures, one of them from a stored presignature, with every secret marked as
// undefined memory: what the samplers draw, the primes, the shares. Only what docs/constant_time.md lists may become
// public on the way.
#include "curve/ecdsa.h"
#include "tests/support/session.h"

using namespace mpc;  // NOLINT: a program, not a library

namespace {

void sign_from_store(const std::vector<std::shared_ptr<const protocol::KeyShare>>& shares, const Bytes32& digest,
                     Rng& rng) {
  const auto key = protocol::StoreKey::generate(rng);
  std::vector<std::unique_ptr<protocol::PresignedSigner>> signers;
  protocol::Messages r4;
  for (const auto& part : fixtures::presign(shares, rng)) {
    auto opened = protocol::Presignature::open(part.seal(key, 1, rng), key, 1);
    MPC_ASSERT(opened);
    const protocol::PartyIndex index = opened->label.index;
    auto signer = protocol::PresignedSigner::create(*shares[index - 1U], std::move(*opened), digest);
    MPC_ASSERT(signer);
    signers.push_back(std::move(*signer));
    r4[index] = *signers.back()->round5();
  }
  for (const auto& signer : signers) {
    MPC_ASSERT(signer->receive_round5(r4).empty() && signer->check_round5().empty() && signer->signature());
  }
}

}  // namespace

int main() {
  Rng& rng = system_rng();
  const auto shares = fixtures::toy_key(rng);
  Bytes32 digest{};
  digest.fill(0x5a);
  const auto signature = fixtures::sign(shares, digest, rng);
  MPC_ASSERT(curve::verify_ecdsa_var(shares[0]->record.public_key, digest, signature.r, signature.s));
  sign_from_store(shares, digest, rng);
  // Sealing reads every secret once; opening derives everything again.
  const Bytes file = shares[0]->seal(as_bytes("passphrase"), rng);
  const auto opened = protocol::KeyShare::open(file, as_bytes("passphrase"));
  if (!opened) std::fprintf(stderr, "%s: %s\n", opened.error().code.c_str(), opened.error().detail.c_str());
  MPC_ASSERT(opened);
  const Bytes pooled = fixtures::toy_primes(1).seal(as_bytes("passphrase"), rng);
  MPC_ASSERT(protocol::PrimeSet::open(pooled, as_bytes("passphrase")));
  return 0;
}
