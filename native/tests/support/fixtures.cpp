#include "tests/support/fixtures.h"

#include <sodium.h>

#include "base/seeded_random.h"
#include "tests/support/hex.h"

namespace mpc::fixtures {

namespace {

Secret<Nat> secret_prime(const char* hex) {
  Secret<Nat> prime(Nat::constant(hex));
  prime.taint();
  return prime;
}

Party make(std::string_view seed, const char* p, const char* q, const char* safe_p, const char* safe_q) {
  SeededRng rng(as_bytes(seed));
  auto key = paillier::SecretKey::from_primes(secret_prime(p), secret_prime(q));
  auto trapdoor = pedersen::Trapdoor::generate(secret_prime(safe_p), secret_prime(safe_q), rng);
  MPC_ASSERT(key && trapdoor);
  return {std::move(*key), std::move(*trapdoor)};
}

Bytes32 filled(char letter) {
  Bytes32 out;
  out.fill(static_cast<std::uint8_t>(letter));
  return out;
}

}  // namespace

const Party& alice() {
  static const Party party = make("alice",
                                  "0xde7d818d0a7a3d4b2ff3e21782c65b768ce88a04e1a7f853284e557bdeba68e8"
                                  "c3c77b2e974e963300cb271188ebe15ba1b8c243aa780cb7f4512b7ab7a085ef",
                                  "0xd18e6289b514f4c1a3bb8a80b08387eecfb09fe2a9a012a6cd3ebb1b302b5af4"
                                  "398eea66025cb83e2e5ab138f88f6ff089035857043f92e7bf2df006770cd083",
                                  "0xda1db110ad1a098f17f92d2b1bc97d202d8686c718bdba8ec89488446199fa75"
                                  "bf76856d96f6389e03346c6efde3521188a9d36209a552e5f8ffa44399c6961b",
                                  "0xebb99a28493ed7461ab7f3005d7c240009339ca21cf94b23e8a8c6d401ddd0b2"
                                  "40da9d053892c1a854ec9927320121e5d8a7c1c6742d7f9845fa0f113f386157");
  return party;
}

const Party& bob() {
  static const Party party = make("bob",
                                  "0xdb6d99f3186c09b58e10f040de706b432991c981d8e384746d94d9b517354b54"
                                  "6a6401a2b8d739abc2280320890925ec32ce7f018bc52f7ad57d61cf00fb5887",
                                  "0xca17f7551e9178aad7c1b2a7a7f85da565f9322bded3050d7499b990c4b1f49f"
                                  "e8fe3d545f94f64373f5da49fa78a1618ab1b28a4ce55aff3ec1d69229c5a04b",
                                  "0xdf540efb82e77b794c57f8c81450220143f4687ed56acd3ccde8f85ba07b3994"
                                  "28a58d7f72495805daedcb379dccef586e9d2715600b617bb3d1d607284cc45b",
                                  "0xccfa56da74b2ef1895c45cab9bfb658b18a8c63d785498a89263235f52130b2d"
                                  "f97d2b7de682265495440b125b4580d3c165279fac870add970b360915e1d0b3");
  return party;
}

proofs::Context toy_context() {
  return {.profile = &proofs::toy,
          .ssid = filled('S'),
          .round = 3,
          .prover = filled('A'),
          .verifier = filled('B'),
          .slot = "slot",
          .index = 1,
          .rid = filled('R')};
}

std::string sha256_hex(ByteView bytes) {
  Bytes32 hash;
  crypto_hash_sha256(hash.data(), bytes.data(), bytes.size());
  return to_hex(hash);
}

Nat evaluate(const modexp::Product& product) { return declassify("test.publish", modexp::run({&product, 1})[0]); }

}  // namespace mpc::fixtures
