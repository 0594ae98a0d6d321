// Whole protocol runs without a network: messages go straight from each party to all others.
#pragma once

#include "protocol/dkg.h"
#include "protocol/sign.h"

namespace mpc::fixtures {

using protocol::KeyShare;
using protocol::Messages;
using protocol::PartyIndex;
using transcript::Encoder;

/// TOY primes of alice (1) and bob (2), tainted as fresh ones would be.
protocol::PrimeSet toy_primes(PartyIndex party);

/// Auxiliary information and DKG among two parties, 2 of 2, in a process that it switches to admit TOY. Aborts on any
/// failure.
std::vector<std::shared_ptr<const KeyShare>> toy_key(Rng& rng);

/// An interactive signature by all shares given.
protocol::EcdsaSignature sign(const std::vector<std::shared_ptr<const KeyShare>>& shares, const Bytes32& digest,
                              Rng& rng);

using GeneratorsOf = std::map<PartyIndex, std::shared_ptr<const protocol::Generators>>;

/// What signers take their randomness from; those that are not named draw it.
using RandomnessOf = std::map<PartyIndex, std::shared_ptr<proofs::Randomness>>;

/// Presignatures by all shares given, one part for each and share by share, that expire at second 1000. In mode 1, or
/// with generators in mode 2.
std::vector<protocol::Presignature> presign(const std::vector<std::shared_ptr<const KeyShare>>& shares, Rng& rng,
                                            const GeneratorsOf& generators = {}, std::size_t count = 1,
                                            const RandomnessOf& randomness = {});

/// A stand-in for the m-hashes of a round's broadcasts: any 32 bytes per party, the same for all.
Bytes echo_of(const Messages& broadcast);

}  // namespace mpc::fixtures
