// Verifiable secret sharing with committed dealing and masked shares: the core of DKG, refresh and resharing
// (specification 4.0, "VSS-core", rounds V1 to V3). One object is one seat's part in one session.
#pragma once

#include "proofs/sch.h"
#include "protocol/common.h"

namespace mpc::protocol {

/// How a dealer's constant term a_i0 comes about.
enum class ConstantTerm : std::uint8_t {
  random,  // drawn by the dealer
  zero,    // 0; neither the coefficient nor its point is transmitted
  fixed,   // given, and its point is known to everybody beforehand
};

struct VssConfig {
  const Profile* profile;
  Bytes32 ssid;
  std::vector<Seat> seats;  // dealers and receivers together, in index order
  PartyIndex self;
  std::vector<PartyIndex> dealers;
  std::map<PartyIndex, Scalar> receivers;  // x-coordinate of each receiving seat
  std::size_t coefficients;                // t', the number of coefficients of each polynomial
  ConstantTerm policy;
  std::map<PartyIndex, Point> required_constants = {};  // fixed: S_i0 of each dealer
  bool with_chain_code = false;                         // DKG
};

class Vss {
 public:
  /// constant: for policy fixed and a dealing seat.
  Vss(VssConfig config, std::optional<Secret<Scalar>> constant, Rng& rng);

  const VssConfig& config() const { return config_; }

  /// V1: the commitment to everything of V2.
  Bytes round1() const;
  /// V2: the opening.
  Bytes round3() const;
  /// B-DEC, B-COM, B-VSSLEN, B-POL. Later calls need an empty answer.
  Failures check_openings(const Messages& v1, const Messages& v2);
  /// V3: proofs of knowledge for everybody (once: their nonces are used up), a masked share for each receiver.
  Bytes round4_broadcast();
  Messages round4_private() const;
  /// B-DEC, B-POK for the broadcasts; B-SHARE for a masked share that does not decode or does not match, of which the
  /// receiver holds proof (see reveal).
  Failures check_shares(const Messages& broadcast, const Messages& masked_shares);

  /// y_ij of the pair with a dealer whose share was bad: what a COMPLAINT publishes.
  Scalar reveal(PartyIndex dealer) const;
  /// Who is guilty when `complainer` publishes y for its pair with `dealer`, whose signed V3 payload is given: the
  /// dealer for a share that does not match its commitments, otherwise the complainer.
  Failure judge(PartyIndex complainer, PartyIndex dealer, const Scalar& y, ByteView share_payload) const;

  /// sum_j s_ji, after check_shares.
  Secret<Scalar> share() const;
  /// Dealer d's polynomial in the exponent at x-coordinate x: sum_k x^k S_dk.
  Point evaluate_var(PartyIndex dealer, const Scalar& x) const;
  /// S_d0.
  Point constant_var(PartyIndex dealer) const;
  /// The chain code parts in seat order.
  std::vector<Bytes32> chain_code_parts() const;
  const Bytes32& rid() const { return rid_; }

 private:
  /// What a seat commits to in V1 and opens in V2.
  struct Opening {
    std::vector<Point> cap_s;           // transmitted coefficients only
    std::vector<Point> cap_a;           // first messages of their proofs of knowledge
    std::map<PartyIndex, Point> cap_y;  // DH keys by counterpart
    Bytes32 rid{};
    Bytes32 chain_code{};
    Bytes32 u{};
  };

  bool is_dealer(PartyIndex seat) const;
  bool is_receiver(PartyIndex seat) const { return config_.receivers.contains(seat); }
  const Seat& seat(PartyIndex index) const;
  std::size_t first_power() const { return config_.policy == ConstantTerm::zero ? 1 : 0; }
  std::size_t transmitted(PartyIndex seat) const { return is_dealer(seat) ? config_.coefficients - first_power() : 0; }
  proofs::Context proof_context(PartyIndex dealer, std::size_t k) const;

  Refusal accept_share(PartyIndex dealer, ByteView payload);
  Bytes encode(const Opening& opening) const;
  Refusal decode(ByteView payload, PartyIndex sender, Opening& opening) const;
  Bytes32 commitment(PartyIndex sender, const Opening& opening) const;
  Refusal check_policy(PartyIndex dealer, const Opening& opening) const;
  bool proofs_hold_var(PartyIndex dealer, const std::vector<Scalar>& responses) const;
  /// rho_ij = scalar from XOF("mask", ssid, rid, i, j, y_ij Y_ji), from the shared point.
  Secret<Scalar> mask(PartyIndex dealer, PartyIndex receiver, const Secret<Point>& shared) const;
  Secret<Scalar> polynomial_at(const Scalar& x) const;

  VssConfig config_;
  std::vector<Secret<Scalar>> coefficients_;  // a_i0 ... a_i,t'-1; empty unless a dealer
  std::vector<proofs::sch::Nonce> nonces_;    // one for each transmitted coefficient
  std::map<PartyIndex, Secret<Scalar>> y_;    // by counterpart
  Opening own_;
  std::map<PartyIndex, Opening> openings_;
  Bytes32 rid_{};
  std::map<PartyIndex, Secret<Scalar>> shares_;  // s_ji by dealer
};

}  // namespace mpc::protocol
