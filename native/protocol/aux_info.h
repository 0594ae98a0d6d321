// Auxiliary-information generation (specification 4.2): every party makes a Paillier key and ring-Pedersen parameters
// and proves them to the others. One object is one party's part in one session.
#pragma once

#include <memory>

#include "proofs/fac.h"
#include "proofs/mod.h"
#include "proofs/prm.h"
#include "protocol/aux_secrets.h"
#include "protocol/records.h"

namespace mpc::protocol {

/// The outcome for one party. The certificate holds the signed A4 envelopes of all.
struct AuxShare {
  AuxRecord record;
  PartyIndex index;
  std::shared_ptr<const AuxSecrets> secrets;
  Bytes certificate;
};

struct AuxConfig {
  const Profile* profile;
  std::vector<Seat> seats;
  PartyIndex self;
  std::vector<Bytes32> sid_values;  // of the opening half-round, in index order
};

class AuxInfo {
 public:
  /// E_MODULUS for primes that make no good key (too close, wrong size).
  static Result<std::unique_ptr<AuxInfo>> create(AuxConfig config, PrimeSet primes, Rng& rng);

  const Bytes32& ssid() const { return ssid_; }
  /// A1, A2.
  Bytes round1();
  Bytes round3() const;
  /// B-DEC, B-COM, B-MODULUS, B-PRM. Later calls need an empty answer.
  Failures check_openings(const Messages& a1, const Messages& a2);
  /// A3: the mod proof for everybody, a fac proof for each.
  std::pair<Bytes, Messages> round4();
  /// B-DEC, B-MOD, B-FAC; B-MODULUS with party 0 when two moduli share a factor and all proofs hold.
  Failures check_proofs(const Messages& broadcast, const Messages& fac_proofs);
  /// A4.
  Bytes round5() const;
  /// B-CONF.
  Failures check_confirmations(const Messages& a4) const;
  /// To be stored before round5 promises it to the others.
  AuxShare result() const;

 private:
  /// What A1 commits to and A2 opens.
  struct Opening {
    Nat n, nh, s, t;
    Bytes prm;  // as encoded
    Bytes32 rid{}, u{};
  };

  AuxInfo(AuxConfig config, AuxSecrets secrets, Rng& rng);
  const Seat& seat(PartyIndex index) const;
  proofs::Context context(PartyIndex prover, std::uint64_t round, const char* slot) const;
  Bytes32 commitment(const Seat& sender, const Opening& opening) const;
  Refusal decode(ByteView payload, Opening& opening) const;
  void accept_moduli(const Seat& sender, const Opening& opening, Failures& failures);
  void find_shared_factors();
  void check_prm(Failures& failures);
  void set_rid();

  AuxConfig config_;
  Bytes32 ssid_;
  Rng& rng_;
  std::shared_ptr<const AuxSecrets> secrets_;
  Opening own_;
  std::map<PartyIndex, Opening> openings_;
  AuxRecord record_;
  Bytes32 rid_{};
  std::string shared_factor_;  // which two moduli share one, or empty
};

}  // namespace mpc::protocol
