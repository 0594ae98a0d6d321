// What the proofs of modes 1 and 2 share: one BENC for all K and G towards all verifiers, one BAFF for all D and D^ of
// one counterparty. Modes differ in the number of BENC's columns, in the form of BAFF, and in the generators of both.
#pragma once

#include "proofs/baff.h"
#include "proofs/benc.h"
#include "protocol/presign_proofs.h"

namespace mpc::protocol {

/// R1, in the order of cells K_1, G_1, K_2, G_2 ...; and what R2 is about.
class BatchProofs : public PresignProofs {
 public:
  Encoded prove_round1(PresignState& state, Rng& rng) override;
  Checks read_round1(const PresignState& state, PartyIndex prover, Reader& to_all, Reader& to_us) override;

 protected:
  /// M of BENC for that many presignatures.
  virtual std::size_t columns(std::size_t count) const = 0;
  /// A verifier's parameters for BENC, with a generator for every column.
  virtual pedersen::Params benc_params(const PresignState& state, PartyIndex verifier) const = 0;

  static proofs::baff::Session baff_session(const PresignState& state, PartyIndex prover, PartyIndex verifier);
  static proofs::baff::Operand baff_operand(const PresignState& state, PartyIndex prover, PartyIndex receiver);
  static proofs::baff::Witness baff_witness(const PresignState& state, PartyIndex receiver);
  /// With the D and F that were sent to us.
  static proofs::baff::Statement baff_statement(const PresignState& state, PartyIndex prover);
  /// D and F of each u.
  static std::vector<Conversions<PresignState::Mta>> conversions(const proofs::baff::Results& results);

 private:
  proofs::benc::Statement benc_statement(const PresignState& state, PartyIndex prover) const;
};

/// R2 by one form of BAFF. Form: what its header declares (Proof, Outcome, operate_and_prove, claim_var),
/// columns(count) and benc_params(state, verifier) as above, and baff_params(state, verifier).
template <class Form>
class BatchProofsOf final : public BatchProofs {
 public:
  Operated operate_round2(const PresignState& state, Rng& rng) override {
    Batch batch;
    std::vector<Task<typename Form::Outcome>> tasks;
    for (const PartyIndex j : state.others()) {
      tasks.push_back(Form::operate_and_prove(batch, baff_session(state, state.self(), j),
                                              baff_operand(state, state.self(), j), baff_witness(state, j),
                                              Form::baff_params(state, j), *state.randomness, rng));
    }
    const std::vector<typename Form::Outcome> outcomes = batch.run_all(std::move(tasks));
    Operated out;
    auto outcome = outcomes.begin();
    for (const PartyIndex j : state.others()) {
      out.results[j] = conversions(outcome->results);
      out.proofs.to_each[j] = encode_proof((outcome++)->proof, state.profile());
    }
    return out;
  }

  Checks read_round2(const PresignState& state, PartyIndex j, Reader& to_us) override {
    const pedersen::Params params = Form::baff_params(state, state.self());
    const auto proof = Form::Proof::decode(to_us, state.profile(), state.count, state.aux(state.self()).paillier,
                                           state.aux(j).paillier, params);
    return [&state, j, params, proof] {
      std::vector<ProofCheck> checks;
      checks.push_back(
          {j, "B-BAFF",
           Form::claim_var(baff_session(state, j, state.self()), baff_statement(state, j), proof, params)});
      return checks;
    };
  }

 protected:
  std::size_t columns(std::size_t count) const override { return Form::columns(count); }
  pedersen::Params benc_params(const PresignState& state, PartyIndex verifier) const override {
    return Form::benc_params(state, verifier);
  }
};

}  // namespace mpc::protocol
