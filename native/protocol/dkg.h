// Threshold key generation (specification 4.1): the VSS core with every party as dealer and receiver.
#pragma once

#include "protocol/key_share.h"
#include "protocol/vss.h"

namespace mpc::protocol {

struct DkgConfig {
  std::shared_ptr<const Identity> identity;
  std::vector<Seat> seats;
  PartyIndex self;
  PartyIndex threshold;
  std::string key_id;
  std::vector<Bytes32> sid_values;
  AuxShare aux;
};

/// One entry of a COMPLAINT.
struct Complaint {
  PartyIndex dealer;
  Scalar y;
  Bytes envelope;  // the dealer's signed V3 p2p envelope
};

class Dkg {
 public:
  /// E_RECORD when the auxiliary record is not one of these seats; E_SIGNERS for t or n out of range.
  static Result<std::unique_ptr<Dkg>> create(DkgConfig config, Rng& rng);

  const Bytes32& ssid() const { return vss_.config().ssid; }
  Bytes round1() const { return vss_.round1(); }
  Bytes round3() const { return vss_.round3(); }
  Failures check_openings(const Messages& v1, const Messages& v2) { return vss_.check_openings(v1, v2); }
  std::pair<Bytes, Messages> round4();
  /// As Vss::check_shares; when all is well, also derives the key: DKG_RESTART with party 0 if X, an X_j or x_i is
  /// zero (probability about 2^-256, nobody's fault).
  Failures check_shares(const Messages& broadcast, const Messages& masked_shares);
  /// V4; or, after B-SHARE, the COMPLAINT with the dealers' envelopes.
  Bytes round5(const Messages& envelopes) const;
  /// The entries of a COMPLAINT; empty for a V4.
  Result<std::vector<Complaint>> complaints(ByteView payload) const;
  Failure judge(PartyIndex complainer, PartyIndex dealer, const Scalar& y, ByteView share_payload) const {
    return vss_.judge(complainer, dealer, y, share_payload);
  }
  /// All V4 payloads equal to our own: B-DEC, B-CONF.
  Failures check_confirmations(const Messages& v4) const;
  bool complains() const { return !bad_dealers_.empty(); }
  /// The share, to be stored before round5 promises it to the others.
  KeyShare result() const;

 private:
  Dkg(DkgConfig config, Vss vss);
  Failures derive();

  DkgConfig config_;
  Vss vss_;
  std::vector<PartyIndex> bad_dealers_;
  KeyRecord record_{};
  Secret<Scalar> x_;
};

}  // namespace mpc::protocol
