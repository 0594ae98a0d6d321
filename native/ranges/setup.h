// What range proofs between strangers need (batch-range-proofs.md 1): everybody who verifies has ring-Pedersen
// parameters, which provers check once; whoever proves about ciphertexts under a key of its own shows that the key is
// good. Outside of any protocol: parties of a key have all of this from their auxiliary information.
#pragma once

#include "protocol/aux_secrets.h"

namespace mpc::ranges {

using proofs::Profile;

/// Somebody's Paillier key and ring-Pedersen parameters, as published. N is a product of two primes with
/// gcd(N, phi(N)) = 1 (mod), s lies in <t> (prm). That N has no small factor is shown to each verifier: OwnSetup.
struct Setup {
  const Profile* profile;
  paillier::PublicKey paillier;
  pedersen::Params pedersen;
  Bytes32 id;      // H-256 of the numbers
  Bytes encoding;  // with the proofs

  /// Variable time. E_DECODE, E_PROFILE, E_VERSION, E_MODULUS; E_PROOF for a proof that does not hold.
  static Result<Setup> decode_var(ByteView encoding);
};

/// The same with its factors.
class OwnSetup {
 public:
  /// E_MODULUS as protocol::AuxSecrets::create.
  static Result<OwnSetup> create(protocol::PrimeSet primes, Rng& rng);

  /// The key and the parameters know their factors.
  const Setup& setup() const { return setup_; }

  /// Fac, for one verifier: that N has no small factor. E_PROFILE when the profiles differ.
  Result<Bytes> prove_factors(const Setup& verifier, Rng& rng) const;
  /// Of a proof to us. Empty when the prover's N has no factor below 2^(nb/2 - l - eps - 1). E_DECODE, E_PROOF;
  /// E_PROFILE when the profiles differ.
  Refusal check_factors_var(const Setup& prover, ByteView proof) const;

  /// The parameters with further generators (protocol::derive_generators): always the same.
  pedersen::Trapdoor with_generators(std::size_t count) const;

  /// A sealed file, whose header is the published part.
  Bytes seal(ByteView passphrase, Rng& rng) const;
  /// The errors of open_sealed and decode_var, E_RECORD.
  static Result<OwnSetup> open(ByteView file, ByteView passphrase);

 private:
  OwnSetup(Setup setup, protocol::AuxSecrets secrets) : setup_(std::move(setup)), secrets_(std::move(secrets)) {}

  Setup setup_;
  protocol::AuxSecrets secrets_;
};

}  // namespace mpc::ranges
