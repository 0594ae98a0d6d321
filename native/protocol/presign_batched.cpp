// Mode 1: one BENC(2P, 1) for all K and G towards all verifiers, one BAFF-A1(P) for all D and D^ of one counterparty.
#include "proofs/baff_a1.h"
#include "proofs/benc.h"
#include "protocol/presign_proofs.h"

namespace mpc::protocol {

namespace {

namespace baff = proofs::baff_a1;
namespace benc = proofs::benc;

benc::Session benc_session(const PresignState& state, PartyIndex prover) {
  return {&state.profile(), state.ssid, 1, state.pid(prover)};
}

/// Row 2u - 1 is (K_u, A_u1, A_u2), row 2u is (G_u, B_u1, B_u2).
benc::Statement benc_statement(const PresignState& state, PartyIndex prover) {
  const PresignState::Round1& r = state.round1.at(prover);
  benc::Statement out{state.aux(prover).paillier, {state.profile().l, state.profile().eps}, {}, r.cap_y};
  for (const PresignState::Commitment& c : r.of) {
    out.cells.push_back({c.cap_k, c.a1, c.a2});
    out.cells.push_back({c.cap_g, c.b1, c.b2});
  }
  return out;
}

/// Those who verify the proof of one signer, in index order.
std::vector<PartyIndex> verifiers_of(const PresignState& state, PartyIndex prover) { return state.set.others(prover); }

baff::Session baff_session(const PresignState& state, PartyIndex prover, PartyIndex verifier) {
  return {&state.profile(), state.ssid, 2, state.pid(prover), state.pid(verifier)};
}

baff::Operand baff_operand(const PresignState& state, PartyIndex prover, PartyIndex receiver) {
  baff::Operand out{state.aux(receiver).paillier, state.aux(prover).paillier, {}, {}, state.set.cap_w.at(prover)};
  for (const PresignState::Commitment& c : state.round1.at(receiver).of) out.c.push_back(c.cap_k);
  for (const PresignState::Opening& r : state.round2.at(prover)) out.cap_gamma.push_back(r.gamma);
  return out;
}

class BatchProofs : public PresignProofs {
 public:
  Encoded prove_round1(PresignState& state, Rng& rng) override {
    benc::Statement statement = benc_statement(state, state.self());
    Batch batch;
    Task<bool> encryption =
        encrypt_nonces(batch, state, [&] { statement.cells = benc_statement(state, state.self()).cells; });
    encryption.start();
    std::vector<benc::CellWitness> witness;
    for (const PresignState::Nonces& n : state.nonces) {
      witness.push_back({n.k_int, n.rho.r, &n.a});
      witness.push_back({n.gamma_int, n.nu.r, &n.b});
    }
    std::vector<benc::Verifier> verifiers;
    for (const PartyIndex j : state.others()) verifiers.push_back({state.pid(j), state.aux(j).pedersen});
    const benc::Shape shape = benc::shape(state.profile(), statement, verifiers.size());
    const benc::Proof proof =
        batch.run(benc::prove(batch, benc_session(state, state.self()), statement, std::move(witness),
                              std::move(verifiers), *state.nonce_source, rng));
    MPC_ASSERT(encryption.done());
    Encoded out;
    Writer common;
    proof.common.encode(common, shape);
    out.to_all = common.take();
    auto part = proof.to_each.begin();
    for (const PartyIndex j : state.others()) {
      Writer payload;
      (part++)->encode(payload, shape);
      out.to_each[j] = payload.take();
    }
    return out;
  }

  Checks read_round1(const PresignState& state, PartyIndex j, Reader& to_all, Reader& to_us) override {
    const benc::Statement statement = benc_statement(state, j);
    const pedersen::Params& params = state.aux(state.self()).pedersen;
    const benc::Shape shape = benc::shape(state.profile(), statement, state.set.signers.size() - 1);
    const auto common = benc::Common::decode(to_all, shape, statement.n);
    const auto part = benc::Private::decode(to_us, shape, params);
    return [&state, j, &params, statement, common, part] {
      const std::vector<PartyIndex> verifiers = verifiers_of(state, j);
      const auto own = std::find(verifiers.begin(), verifiers.end(), state.self());
      std::vector<ProofCheck> checks;
      checks.push_back(
          {j, "B-BENC",
           benc::claim_var(benc_session(state, j), statement, common, part, {state.pid(state.self()), params},
                           static_cast<std::size_t>(own - verifiers.begin()))});
      return checks;
    };
  }

  Operated operate_round2(const PresignState& state, Rng& rng) override {
    Batch batch;
    std::vector<Task<baff::Outcome>> tasks;
    for (const PartyIndex j : state.others()) {
      baff::Witness witness{{}, state.w, {}};
      for (std::size_t u = 0; u < state.count; ++u) {
        const auto& [m, hat] = state.masks.at(j)[u];
        witness.gamma.push_back(&state.nonces[u].gamma_int);
        witness.masks.push_back({{m.u, m.s, m.r}, {hat.u, hat.s, hat.r}});
      }
      tasks.push_back(baff::operate_and_prove(batch, baff_session(state, state.self(), j),
                                              baff_operand(state, state.self(), j), std::move(witness),
                                              state.aux(j).pedersen, *state.nonce_source, rng));
    }
    std::vector<baff::Outcome> outcomes = batch.run_all(std::move(tasks));
    Operated out;
    auto outcome = outcomes.begin();
    for (const PartyIndex j : state.others()) {
      const auto& [d, y] = outcome->results;
      for (std::size_t u = 0; u < state.count; ++u) {
        out.results[j].push_back({{d[u].gamma, y[u].gamma}, {d[u].x, y[u].x}});
      }
      out.proofs.to_each[j] = encode_proof((outcome++)->proof, state.profile());
    }
    return out;
  }

  Checks read_round2(const PresignState& state, PartyIndex j, Reader& to_us) override {
    const AuxEntry& own = state.aux(state.self());
    const auto proof =
        baff::Proof::decode(to_us, state.profile(), state.count, own.paillier, state.aux(j).paillier, own.pedersen);
    return [&state, j, &own, proof] {
      baff::Statement statement{baff_operand(state, j, state.self()), {}};
      for (const PresignState::Opening& r : state.round2.at(j)) {
        statement.d.push_back({r.to_us.nonce.d, r.to_us.chi.d});
        statement.y.push_back({r.to_us.nonce.f, r.to_us.chi.f});
      }
      std::vector<ProofCheck> checks;
      checks.push_back(
          {j, "B-BAFF", baff::claim_var(baff_session(state, j, state.self()), statement, proof, own.pedersen)});
      return checks;
    };
  }
};

}  // namespace

std::unique_ptr<PresignProofs> batch_presign_proofs() { return std::make_unique<BatchProofs>(); }

}  // namespace mpc::protocol
