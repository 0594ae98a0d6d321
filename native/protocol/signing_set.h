// The signers of one session and their additive shares (specification 4.3).
#pragma once

#include "protocol/key_share.h"

namespace mpc::protocol {

struct SigningSet {
  std::vector<PartyIndex> signers;    // S, ascending
  std::map<PartyIndex, Point> cap_w;  // W_j = lam_j^S X_j
  Secret<Scalar> w;                   // w_i = lam_i^S x_i
  Point child_key;                    // X_c; without an HD path X itself

  bool contains(PartyIndex index) const { return cap_w.contains(index); }
  /// The signers other than `self`.
  std::vector<PartyIndex> others(PartyIndex self) const;

  /// E_SIGNERS unless `signers` are at least t distinct indices of the key with our own among them; E_RECORD when the
  /// W_j do not add up to X or ours does not match w_i.
  static Result<SigningSet> create(const KeyShare& share, std::vector<PartyIndex> signers);
};

}  // namespace mpc::protocol
