// Mode 1: BENC(2P, 1) and BAFF-A1(P), which ask for no generators but (s, t).
#include "proofs/baff_a1.h"
#include "protocol/presign_batch.h"

namespace mpc::protocol {

namespace {

namespace baff = proofs::baff_a1;

struct OneGenerator {
  using Proof = baff::Proof;
  using Outcome = baff::Outcome;
  static constexpr auto operate_and_prove = baff::operate_and_prove;
  static constexpr auto claim_var = baff::claim_var;

  static std::size_t columns(std::size_t) { return 1; }
  static pedersen::Params benc_params(const PresignState& state, PartyIndex j) { return state.aux(j).pedersen; }
  static pedersen::Params baff_params(const PresignState& state, PartyIndex j) { return state.aux(j).pedersen; }
};

}  // namespace

std::unique_ptr<PresignProofs> batch_presign_proofs() { return std::make_unique<BatchProofsOf<OneGenerator>>(); }

}  // namespace mpc::protocol
