// Mode 0: enc-elg for K and for G, aff-g for D and for D^, each for one verifier.
#include "proofs/aff_g.h"
#include "proofs/enc_elg.h"
#include "protocol/presign_proofs.h"

namespace mpc::protocol {

namespace {

namespace aff_g = proofs::aff_g;
namespace enc_elg = proofs::enc_elg;

proofs::Context context(const PresignState& state, PartyIndex prover, PartyIndex verifier, std::uint64_t round,
                        const char* slot) {
  return {&state.profile(), state.ssid, round, state.pid(prover), state.pid(verifier), slot};
}

/// psi0 is about (K, A), psi1 about (G, B).
Conversions<enc_elg::Statement> statements(const PresignState& state, PartyIndex prover) {
  const paillier::PublicKey& key = state.aux(prover).paillier;
  const PresignState::Round1& r = state.round1.at(prover);
  const PresignState::Commitment& c = r.of[0];
  return {{key, c.cap_g, r.cap_y, c.b1, c.b2}, {key, c.cap_k, r.cap_y, c.a1, c.a2}};
}

/// What psi and psi^ operate on: K of the receiver, by gamma and by w of the prover.
Conversions<aff_g::Operand> operands(const PresignState& state, PartyIndex prover, PartyIndex receiver,
                                     const Point& gamma) {
  const paillier::PublicKey& n0 = state.aux(receiver).paillier;
  const paillier::PublicKey& n1 = state.aux(prover).paillier;
  const Nat& k = state.round1.at(receiver).of[0].cap_k;
  return {{n0, n1, k, gamma}, {n0, n1, k, state.set.cap_w.at(prover)}};
}

class OrdinaryProofs : public PresignProofs {
 public:
  Encoded prove_round1(PresignState& state, Rng& rng) override {
    auto [about_gamma, about_k] = statements(state, state.self());
    Batch batch;
    Task<bool> encryption = encrypt_nonces(batch, state, [&] {
      const PresignState::Commitment& own = state.round1.at(state.self()).of[0];
      about_k.c = own.cap_k;
      about_gamma.c = own.cap_g;
    });
    encryption.start();
    const PresignState::Nonces& n = state.nonces[0];
    std::vector<Task<enc_elg::Proof>> tasks;
    for (const PartyIndex j : state.others()) {
      const pedersen::Params& verifier = state.aux(j).pedersen;
      tasks.push_back(enc_elg::prove(batch, context(state, state.self(), j, 1, "psi0"), about_k,
                                     {n.k_int, n.rho.r, n.a}, verifier, rng));
      tasks.push_back(enc_elg::prove(batch, context(state, state.self(), j, 1, "psi1"), about_gamma,
                                     {n.gamma_int, n.nu.r, n.b}, verifier, rng));
    }
    const std::vector<enc_elg::Proof> proofs = batch.run_all(std::move(tasks));
    MPC_ASSERT(encryption.done());
    Encoded out;
    auto proof = proofs.begin();
    for (const PartyIndex j : state.others()) {
      Bytes& payload = out.to_each[j];
      append(payload, encode_proof(*proof++, state.profile()));
      append(payload, encode_proof(*proof++, state.profile()));
    }
    return out;
  }

  Checks read_round1(const PresignState& state, PartyIndex j, Reader&, Reader& to_us) override {
    const pedersen::Params& params = state.aux(state.self()).pedersen;
    const paillier::PublicKey& key = state.aux(j).paillier;
    const auto psi0 = enc_elg::Proof::decode(to_us, state.profile(), key, params);
    const auto psi1 = enc_elg::Proof::decode(to_us, state.profile(), key, params);
    return [&state, j, &params, psi0, psi1] {
      const auto [about_gamma, about_k] = statements(state, j);
      std::vector<ProofCheck> checks;
      checks.push_back(
          {j, "B-ENC0", enc_elg::claim_var(context(state, j, state.self(), 1, "psi0"), about_k, psi0, params)});
      checks.push_back(
          {j, "B-ENC1", enc_elg::claim_var(context(state, j, state.self(), 1, "psi1"), about_gamma, psi1, params)});
      return checks;
    };
  }

  Operated operate_round2(const PresignState& state, Rng& rng) override {
    const PresignState::Nonces& n = state.nonces[0];
    const Point& gamma = state.round2.at(state.self())[0].gamma;
    Batch batch;
    std::vector<Task<aff_g::Outcome>> tasks;
    for (const PartyIndex j : state.others()) {
      // D = gamma (.) K_j (+) enc_j(u; s), F = enc_i(u; r);  D^ = w (.) K_j (+) enc_j(u^; s^), F^ = enc_i(u^; r^)
      const auto& [m, hat] = state.masks.at(j)[0];
      const auto [by_gamma, by_w] = operands(state, state.self(), j, gamma);
      const pedersen::Params& verifier = state.aux(j).pedersen;
      tasks.push_back(aff_g::operate_and_prove(batch, context(state, state.self(), j, 2, "psi"), by_gamma,
                                               {n.gamma_int, m.u, m.s.r, m.r.r}, verifier, rng));
      tasks.push_back(aff_g::operate_and_prove(batch, context(state, state.self(), j, 2, "psi-hat"), by_w,
                                               {state.w, hat.u, hat.s.r, hat.r.r}, verifier, rng));
    }
    std::vector<aff_g::Outcome> outcomes = batch.run_all(std::move(tasks));
    Operated out;
    auto next = outcomes.begin();
    for (const PartyIndex j : state.others()) {
      aff_g::Outcome& nonce = *next++;
      aff_g::Outcome& chi = *next++;
      Bytes& payload = out.proofs.to_each[j];
      append(payload, encode_proof(nonce.proof, state.profile()));
      append(payload, encode_proof(chi.proof, state.profile()));
      out.results[j].push_back({{std::move(nonce.d), std::move(nonce.yc)}, {std::move(chi.d), std::move(chi.yc)}});
    }
    return out;
  }

  Checks read_round2(const PresignState& state, PartyIndex j, Reader& to_us) override {
    const AuxEntry& own = state.aux(state.self());
    const paillier::PublicKey& key = state.aux(j).paillier;
    const auto psi = aff_g::Proof::decode(to_us, state.profile(), own.paillier, key, own.pedersen);
    const auto hat_psi = aff_g::Proof::decode(to_us, state.profile(), own.paillier, key, own.pedersen);
    return [&state, j, &own, psi, hat_psi] {
      const PresignState::Opening& r = state.round2.at(j)[0];
      const auto [by_gamma, by_w] = operands(state, j, state.self(), r.gamma);
      const aff_g::Statement nonce{by_gamma, r.to_us.nonce.d, r.to_us.nonce.f};
      const aff_g::Statement chi{by_w, r.to_us.chi.d, r.to_us.chi.f};
      std::vector<ProofCheck> checks;
      checks.push_back(
          {j, "B-AFF", aff_g::claim_var(context(state, j, state.self(), 2, "psi"), nonce, psi, own.pedersen)});
      checks.push_back(
          {j, "B-AFFH", aff_g::claim_var(context(state, j, state.self(), 2, "psi-hat"), chi, hat_psi, own.pedersen)});
      return checks;
    };
  }
};

}  // namespace

std::unique_ptr<PresignProofs> ordinary_presign_proofs() { return std::make_unique<OrdinaryProofs>(); }

}  // namespace mpc::protocol
