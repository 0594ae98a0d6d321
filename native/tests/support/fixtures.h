// Two parties with TOY keys (tests/vectors/reference_toy.json), and one context, all as in tests/test_reference.py, so
// that what is proven with a seeded generator here is what the reference proves there. No secrets: these keys are
// public.
#pragma once

#include "paillier/paillier.h"
#include "pedersen/pedersen.h"
#include "proofs/context.h"

namespace mpc::fixtures {

struct Party {
  paillier::SecretKey key;
  pedersen::Trapdoor trapdoor;

  const paillier::PublicKey& n() const { return key.public_key(); }
  const pedersen::Params& params() const { return trapdoor.params(); }
};

const Party& alice();  // the prover
const Party& bob();    // the verifier

/// Every item present.
proofs::Context toy_context();

std::string sha256_hex(ByteView bytes);

/// The residue of one product, by the engine.
Nat evaluate(const modexp::Product& product);

}  // namespace mpc::fixtures
