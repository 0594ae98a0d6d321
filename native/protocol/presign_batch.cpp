#include "protocol/presign_batch.h"

#include <algorithm>

namespace mpc::protocol {

namespace {

namespace baff = proofs::baff;
namespace benc = proofs::benc;

benc::Session benc_session(const PresignState& state, PartyIndex prover) {
  return {&state.profile(), state.ssid, 1, state.pid(prover)};
}

/// Those who verify the proof of one signer, in index order.
std::vector<PartyIndex> verifiers_of(const PresignState& state, PartyIndex prover) { return state.set.others(prover); }

}  // namespace

/// Cell 2u - 1 is (K_u, A_u1, A_u2), cell 2u is (G_u, B_u1, B_u2).
benc::Statement BatchProofs::benc_statement(const PresignState& state, PartyIndex prover) const {
  const PresignState::Round1& r = state.round1.at(prover);
  benc::Statement out{
      state.aux(prover).paillier, {state.profile().l, state.profile().eps}, {}, r.cap_y, columns(state.count)};
  for (const PresignState::Commitment& c : r.of) {
    out.cells.push_back({c.cap_k, c.a1, c.a2});
    out.cells.push_back({c.cap_g, c.b1, c.b2});
  }
  return out;
}

PresignProofs::Encoded BatchProofs::prove_round1(PresignState& state, Rng& rng) {
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
  for (const PartyIndex j : state.others()) verifiers.push_back({state.pid(j), benc_params(state, j)});
  const benc::Shape shape = benc::shape(state.profile(), statement, verifiers.size());
  const benc::Proof proof = batch.run(benc::prove(batch, benc_session(state, state.self()), statement,
                                                  std::move(witness), std::move(verifiers), *state.randomness, rng));
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

PresignProofs::Checks BatchProofs::read_round1(const PresignState& state, PartyIndex j, Reader& to_all, Reader& to_us) {
  const benc::Statement statement = benc_statement(state, j);
  const benc::Verifier verifier{state.pid(state.self()), benc_params(state, state.self())};
  const benc::Shape shape = benc::shape(state.profile(), statement, state.set.signers.size() - 1);
  const auto common = benc::Common::decode(to_all, shape, statement.n);
  const auto part = benc::Private::decode(to_us, shape, verifier.params);
  return [&state, j, verifier, statement, common, part] {
    const std::vector<PartyIndex> verifiers = verifiers_of(state, j);
    const auto own = std::find(verifiers.begin(), verifiers.end(), state.self());
    std::vector<ProofCheck> checks;
    checks.push_back({j, "B-BENC",
                      benc::claim_var(benc_session(state, j), statement, common, part, verifier,
                                      static_cast<std::size_t>(own - verifiers.begin()))});
    return checks;
  };
}

baff::Session BatchProofs::baff_session(const PresignState& state, PartyIndex prover, PartyIndex verifier) {
  return {&state.profile(), state.ssid, 2, state.pid(prover), state.pid(verifier)};
}

baff::Operand BatchProofs::baff_operand(const PresignState& state, PartyIndex prover, PartyIndex receiver) {
  baff::Operand out{state.aux(receiver).paillier, state.aux(prover).paillier, {}, {}, state.set.cap_w.at(prover)};
  for (const PresignState::Commitment& c : state.round1.at(receiver).of) out.c.push_back(c.cap_k);
  for (const PresignState::Opening& r : state.round2.at(prover)) out.cap_gamma.push_back(r.gamma);
  return out;
}

baff::Witness BatchProofs::baff_witness(const PresignState& state, PartyIndex receiver) {
  baff::Witness out{{}, state.w, {}};
  for (std::size_t u = 0; u < state.count; ++u) {
    const auto& [m, hat] = state.masks.at(receiver)[u];
    out.gamma.push_back(&state.nonces[u].gamma_int);
    out.masks.push_back({{m.u, m.s, m.r}, {hat.u, hat.s, hat.r}});
  }
  return out;
}

baff::Statement BatchProofs::baff_statement(const PresignState& state, PartyIndex prover) {
  baff::Statement out{baff_operand(state, prover, state.self()), {}};
  for (const PresignState::Opening& r : state.round2.at(prover)) {
    out.d.push_back({r.to_us.nonce.d, r.to_us.chi.d});
    out.y.push_back({r.to_us.nonce.f, r.to_us.chi.f});
  }
  return out;
}

std::vector<Conversions<PresignState::Mta>> BatchProofs::conversions(const baff::Results& results) {
  const auto& [d, y] = results;
  std::vector<Conversions<PresignState::Mta>> out;
  for (std::size_t u = 0; u < d.size(); ++u) out.push_back({{d[u].gamma, y[u].gamma}, {d[u].x, y[u].x}});
  return out;
}

}  // namespace mpc::protocol
