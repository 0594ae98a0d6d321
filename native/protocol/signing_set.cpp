#include "protocol/signing_set.h"

#include <algorithm>

namespace mpc::protocol {

std::vector<PartyIndex> SigningSet::others(PartyIndex self) const {
  std::vector<PartyIndex> out;
  std::copy_if(signers.begin(), signers.end(), std::back_inserter(out), [&](PartyIndex i) { return i != self; });
  return out;
}

Result<SigningSet> SigningSet::create(const KeyShare& share, std::vector<PartyIndex> signers) {
  const KeyRecord& record = share.record;
  std::sort(signers.begin(), signers.end());
  if (std::adjacent_find(signers.begin(), signers.end()) != signers.end())
    return refuse("E_SIGNERS", "duplicate signer");
  if (signers.size() < record.threshold) return refuse("E_SIGNERS", "fewer signers than the threshold");
  for (const PartyIndex i : signers) {
    if (record.find_seat(i) == nullptr) return refuse("E_SIGNERS", "signer outside the key");
  }
  SigningSet set{std::move(signers), {}, Secret<Scalar>(), Point()};
  for (const PartyIndex j : set.signers) {
    const Point cap_w = curve::mul_var(lagrange_var(set.signers, j), record.public_share(j));
    if (cap_w.is_identity()) return refuse("E_RECORD", "W_j: identity");
    set.child_key = curve::add_var(set.child_key, cap_w);
    set.cap_w.emplace(j, cap_w);
  }
  if (!set.contains(share.index)) return refuse("E_SIGNERS", "own share is not among the signers");
  if (!curve::equal_var(set.child_key, record.public_key)) return refuse("E_RECORD", "W_j: do not add up to X");
  set.w = Secret(curve::mul(lagrange_var(set.signers, share.index), share.x.expose()));
  const Point own = declassify("signing_set.W", curve::mul_base(set.w));
  if (!curve::equal_var(own, set.cap_w.at(share.index))) return refuse("E_RECORD", "w_i: does not match W_i");
  return set;
}

}  // namespace mpc::protocol
