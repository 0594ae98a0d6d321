// Mode 2: BENC(B, M) and BAFF(P) as a grid, with generators of their own for every column. Experimental.
#include "proofs/baff_grid.h"
#include "protocol/presign_batch.h"

namespace mpc::protocol {

namespace {

namespace baff = proofs::baff_grid;

/// M, for 2P cells. A row costs its commitment modulo Nh, a column its response of l + eps bits, about a quarter of
/// that: the bytes are least near M = sqrt(4 * 2P). Of powers of two, the largest one up to there: 2, 4, 8, 16 for
/// P = 1, 4, 8, 64; never more than 2P.
std::size_t grid_columns(std::size_t count) {
  std::size_t m = 1;
  while (4 * m * m <= 8 * count) m *= 2;
  return m;
}

struct Grid {
  using Proof = baff::Proof;
  using Outcome = baff::Outcome;
  static constexpr auto operate_and_prove = baff::operate_and_prove;
  static constexpr auto claim_var = baff::claim_var;

  static std::size_t columns(std::size_t count) { return grid_columns(count); }
  static pedersen::Params benc_params(const PresignState& state, PartyIndex j) {
    return state.proving.generators->of(j, grid_columns(state.count));
  }
  static pedersen::Params baff_params(const PresignState& state, PartyIndex j) {
    return state.proving.generators->of(j, 2 * state.count);
  }
};

}  // namespace

std::unique_ptr<PresignProofs> grid_presign_proofs() { return std::make_unique<BatchProofsOf<Grid>>(); }

}  // namespace mpc::protocol
