// A whole key generation, an exchange of generators, presigning in a grid and two signatures, one of them from a stored
// presignature, with every secret marked as undefined memory: what the samplers draw, the primes, the shares. Only what
// docs/constant_time.md lists may become public on the way.
#include "arith/sample.h"
#include "curve/ecdsa.h"
#include "protocol/generators.h"
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

/// The exchange; then a session with what they are for, and a commitment with what a member derives again when it loads
/// the file.
void exchange_generators(const std::vector<std::shared_ptr<const protocol::KeyShare>>& shares, Rng& rng) {
  std::vector<Bytes32> sid_values;
  for (std::size_t i = 0; i < shares.size(); ++i) sid_values.push_back(random32(rng));
  std::vector<std::unique_ptr<protocol::GeneratorsRun>> runs;
  protocol::Messages g1;
  for (const auto& share : shares) {
    auto run = protocol::GeneratorsRun::create(share, 4, sid_values, rng);
    MPC_ASSERT(run);
    runs.push_back(std::move(*run));
    g1[share->index] = runs.back()->round1();
  }
  for (const auto& run : runs) MPC_ASSERT(run->check_round1(g1).empty());
  const fixtures::GeneratorsOf generators{{1, runs[0]->result()}, {2, runs[1]->result()}};
  MPC_ASSERT(fixtures::presign(shares, rng, generators, 2).size() == 4);
  const auto loaded = protocol::Generators::from_bytes(*shares[0], runs[1]->result()->to_bytes());
  MPC_ASSERT(loaded && loaded->digest() == runs[0]->result()->digest());
  const auto x = sample_within(rng, Nat::power_of_two(256));
  const pedersen::Params params = loaded->of(shares[0]->index, 3);
  std::vector<modexp::Product> products = {params.commit({&x, &x, &x}, 257, params.blinding(rng, 80))};
  MPC_ASSERT(modexp::run(products).size() == 1);
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
  exchange_generators(shares, rng);
  // Sealing reads every secret once; opening derives everything again.
  const Bytes file = shares[0]->seal(as_bytes("passphrase"), rng);
  const auto opened = protocol::KeyShare::open(file, as_bytes("passphrase"));
  if (!opened) std::fprintf(stderr, "%s: %s\n", opened.error().code.c_str(), opened.error().detail.c_str());
  MPC_ASSERT(opened);
  const Bytes pooled = fixtures::toy_primes(1).seal(as_bytes("passphrase"), rng);
  MPC_ASSERT(protocol::PrimeSet::open(pooled, as_bytes("passphrase")));
  return 0;
}
