// The proofs about ciphertexts in a presigning session, in any mode: made and checked here, sent by Presigner.
#pragma once

#include <functional>

#include "protocol/presign_state.h"

namespace mpc::protocol {

class PresignProofs {
 public:
  /// Encoded proofs of a round: what everybody gets, and what each other signer gets.
  struct Encoded {
    Bytes to_all;
    Messages to_each;
  };
  struct Operated {
    std::map<PartyIndex, std::vector<Conversions<PresignState::Mta>>> results;  // by receiver
    Encoded proofs;
  };
  /// The checks of proofs that were read; to be called when their messages turned out to be complete.
  using Checks = std::function<std::vector<ProofCheck>()>;

  virtual ~PresignProofs() = default;

  /// R1: that K and G hold what the ElGamal commitments hold, in range. K and G are computed in the same engine run as
  /// the first messages.
  virtual Encoded prove_round1(PresignState& state, Rng& rng) = 0;
  virtual Checks read_round1(const PresignState& state, PartyIndex sender, Reader& to_all, Reader& to_us) = 0;
  /// R2: D and F of all conversions, by state.masks, with proofs.
  virtual Operated operate_round2(const PresignState& state, Rng& rng) = 0;
  virtual Checks read_round2(const PresignState& state, PartyIndex sender, Reader& to_us) = 0;
};

/// K = enc(k; rho) and G = enc(gamma; nu) of our entry in state.round1. `then` is called before tasks that start later
/// go on, so what they borrow can learn of K and G.
Task<bool> encrypt_nonces(Batch& batch, PresignState& state, std::function<void()> then);

std::unique_ptr<PresignProofs> ordinary_presign_proofs();
std::unique_ptr<PresignProofs> batch_presign_proofs();
std::unique_ptr<PresignProofs> grid_presign_proofs();

}  // namespace mpc::protocol
