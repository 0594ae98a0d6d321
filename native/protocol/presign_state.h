// What a signer knows in a presigning session (specification 4.5), round by round: P presignatures u = 1..P with one
// signing set and one Y of each signer. In vectors over presignatures u stands at u - 1.
#pragma once

#include "proofs/elog.h"
#include "proofs/randomness.h"
#include "protocol/generators.h"
#include "protocol/signing_set.h"

namespace mpc::protocol {

/// How the ciphertexts of a session are proven; part of the session's name, so that modes never mix.
enum class ProofMode : std::uint8_t {
  ordinary = 0,  // enc-elg and aff-g, one presignature
  batched = 1,   // BENC(2P, 1) and BAFF-A1(P)
  grid = 2,      // BENC(B, M) and BAFF(P): experimental
};

struct Proving {
  ProofMode mode;
  std::shared_ptr<const Generators> generators = nullptr;  // mode 2: of the share, 2P of each member or more

  /// Whether a session can have several presignatures. The messages of those that can have one layout.
  bool is_batched() const { return mode != ProofMode::ordinary; }
};

/// Something for each of the two conversions: of gamma_i k_j ("nonce") and of w_i k_j ("chi").
template <class T>
struct Conversions {
  T nonce, chi;

  bool operator==(const Conversions&) const = default;
};

struct PresignState {
  /// Our secrets of R1.
  struct Nonces {
    Secret<Scalar> k, gamma, a, b;
    Secret<Int> k_int, gamma_int;  // bal(k), bal(gamma)
    paillier::Nonce rho, nu;
  };
  /// A signer's commitment to k and gamma.
  struct Commitment {
    Nat cap_k, cap_g;
    Point a1, a2, b1, b2;
  };
  struct Round1 {
    Point cap_y;
    std::vector<Commitment> of;
  };
  /// One direction of multiplicative-to-additive conversion: D under the receiver's key, F under the sender's.
  struct Mta {
    Nat d, f;
  };
  struct Opening {
    Point gamma;
    proofs::elog::Proof elog;
    std::map<PartyIndex, Conversions<Bytes32>> hashes;  // of D and F, by recipient
    Conversions<Mta> to_us;                             // unset in our own
  };
  struct Contribution {
    Scalar delta;
    Point cap_delta, cap_s;
    proofs::elog::Proof elog;
  };
  /// Masks of one of our conversions; kept until their share is subtracted.
  struct MtaMask {
    Secret<Int> u;
    paillier::Nonce s, r;
  };

  std::shared_ptr<const KeyShare> share;
  SigningSet set;
  Proving proving;
  std::size_t count;  // P
  Bytes32 ssid;
  Secret<Int> w;  // bal(w_i)
  std::shared_ptr<proofs::Randomness> randomness;

  Secret<Scalar> y;
  std::vector<Nonces> nonces;
  std::map<PartyIndex, Round1> round1;
  std::map<PartyIndex, std::vector<Conversions<MtaMask>>> masks;  // by receiver
  std::map<PartyIndex, std::vector<Opening>> round2;
  std::map<PartyIndex, std::vector<Contribution>> round3;

  const Profile& profile() const { return *share->record.profile; }
  PartyIndex self() const { return share->index; }
  const AuxEntry& aux(PartyIndex j) const { return share->aux.record.entry(j); }
  const Bytes32& pid(PartyIndex j) const { return share->record.find_seat(j)->pid; }
  std::vector<PartyIndex> others() const { return set.others(self()); }
  std::vector<Seat> seats() const;

  /// Wipes every secret.
  void forget();
};

}  // namespace mpc::protocol
