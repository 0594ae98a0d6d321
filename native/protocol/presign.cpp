// Presigning up to our R2.
#include "protocol/presign.h"

#include "arith/sample.h"

namespace mpc::protocol {

namespace {

namespace elog = proofs::elog;

std::unique_ptr<PresignProofs> proofs_of(ProofMode mode) {
  switch (mode) {
    case ProofMode::ordinary:
      return ordinary_presign_proofs();
    case ProofMode::batched:
      return batch_presign_proofs();
    case ProofMode::grid:
      return grid_presign_proofs();
  }
  MPC_ASSERT(false);
}

}  // namespace

std::vector<Seat> PresignState::seats() const {
  std::vector<Seat> out;
  for (const PartyIndex i : set.signers) out.push_back(*share->record.find_seat(i));
  return out;
}

void PresignState::forget() {
  nonces.clear();
  y = Secret<Scalar>();
  set.w = Secret<Scalar>();
  w = Secret<Int>();
  masks.clear();
}

Task<bool> encrypt_nonces(Batch& batch, PresignState& state, std::function<void()> then) {
  const paillier::PublicKey& key = state.aux(state.self()).paillier;
  std::vector<modexp::Product> jobs;
  for (const PresignState::Nonces& n : state.nonces) {
    jobs.push_back(key.encryption(n.k_int, n.rho));
    jobs.push_back(key.encryption(n.gamma_int, n.nu));
  }
  const auto ciphertexts = co_await batch.evaluate(std::move(jobs));
  auto ciphertext = ciphertexts.begin();
  for (PresignState::Commitment& own : state.round1.at(state.self()).of) {
    own.cap_k = declassify("presign.K", *ciphertext++);
    own.cap_g = declassify("presign.G", *ciphertext++);
  }
  then();
  co_return true;
}

Presigner::Presigner(std::shared_ptr<const KeyShare> share, SigningSet set, Proving proving, std::size_t count,
                     Bytes32 ssid, Rng& rng, std::shared_ptr<proofs::Randomness> randomness)
    : state_{std::move(share),
             std::move(set),
             std::move(proving),
             count,
             ssid,
             {},
             std::move(randomness),
             {},
             {},
             {},
             {},
             {},
             {}},
      proofs_(proofs_of(state_.proving.mode)),
      rng_(rng) {
  MPC_ASSERT(count >= 1 && count <= max_presignatures && (state_.proving.is_batched() || count == 1));
  // Ordinary proofs take randomness apart from its powers.
  if (state_.randomness == nullptr || !state_.proving.is_batched()) {
    state_.randomness = std::make_shared<proofs::FreshRandomness>();
  }
  state_.w = Secret(curve::balanced(state_.set.w.expose()));
}

/// Presignatures share a session's name, so each has proofs of its own slot.
proofs::Context Presigner::elog_context(PartyIndex prover, std::uint64_t round, const char* slot, std::size_t u) const {
  proofs::Context out{&profile(), state_.ssid, round, state_.pid(prover), std::nullopt, slot};
  if (state_.proving.is_batched()) out.index = u + 1;
  return out;
}

elog::Statement Presigner::elog_statement2(PartyIndex prover, std::size_t u) const {
  const State::Round1& r = state_.round1.at(prover);
  return {r.of[u].b1, r.of[u].b2, r.cap_y, state_.round2.at(prover)[u].gamma, Point::generator()};
}

/// Our secrets, and the points that commit to them; false when one is O.
bool Presigner::draw_nonces() {
  const paillier::PublicKey& key = state_.aux(self()).paillier;
  state_.nonces.clear();
  State::Round1& own = state_.round1[self()] = State::Round1();
  for (std::size_t u = 0; u < state_.count; ++u) {
    auto k = curve::sample_nonzero_scalar(rng_);
    auto gamma = curve::sample_nonzero_scalar(rng_);
    auto a = curve::sample_nonzero_scalar(rng_);
    auto b = curve::sample_nonzero_scalar(rng_);
    if (u == 0) state_.y = curve::sample_nonzero_scalar(rng_);
    // A1 = a G   A2 = a Y + k G = (a y + k) G   B1 = b G   B2 = (b y + gamma) G
    const Scalar& y = state_.y.expose();
    const Secret a2(curve::add(curve::mul(a.expose(), y), k.expose()));
    const Secret b2(curve::add(curve::mul(b.expose(), y), gamma.expose()));
    State::Commitment& c = own.of.emplace_back();
    c.a1 = declassify("presign.A1", curve::mul_base(a));
    c.a2 = declassify("presign.A2", curve::mul_base(a2));
    c.b1 = declassify("presign.B1", curve::mul_base(b));
    c.b2 = declassify("presign.B2", curve::mul_base(b2));
    if (c.a2.is_identity() || c.b2.is_identity()) return false;
    Secret k_int(curve::balanced(k.expose()));
    Secret gamma_int(curve::balanced(gamma.expose()));
    state_.nonces.push_back({std::move(k), std::move(gamma), std::move(a), std::move(b), std::move(k_int),
                             std::move(gamma_int), state_.randomness->nonce(key, rng_),
                             state_.randomness->nonce(key, rng_)});
  }
  // Y = y G
  own.cap_y = declassify("presign.Y", curve::mul_base(state_.y));
  return true;
}

std::pair<Bytes, Messages> Presigner::round1() {
  while (!draw_nonces()) {
  }
  PresignProofs::Encoded proofs = proofs_->prove_round1(state_, rng_);
  state_.y = Secret<Scalar>();
  return {encode_round1(proofs.to_all), std::move(proofs.to_each)};
}

/// The fields of all modes are the same, but Y has moved to the front when there are P presignatures.
Bytes Presigner::encode_round1(ByteView proofs) const {
  const State::Round1& own = state_.round1.at(self());
  const bool y_first = state_.proving.is_batched();
  Writer out;
  if (y_first) out.point(own.cap_y);
  for (const State::Commitment& c : own.of) {
    out.nat(c.cap_k, profile().ciphertext_bytes()).nat(c.cap_g, profile().ciphertext_bytes());
    if (!y_first) out.point(own.cap_y);
    for (const Point* point : {&c.a1, &c.a2, &c.b1, &c.b2}) out.point(*point);
  }
  return out.bytes(proofs).take();
}

void Presigner::decode_round1(Reader& in, PartyIndex sender) {
  const Nat& n_squared = state_.aux(sender).paillier.n_squared();
  const bool y_first = state_.proving.is_batched();
  State::Round1& r = state_.round1[sender] = State::Round1();
  if (y_first) r.cap_y = in.point("R1.Y");
  for (std::size_t u = 0; u < state_.count; ++u) {
    State::Commitment& c = r.of.emplace_back();
    c.cap_k = in.nat("R1.K", profile().ciphertext_bytes(), &n_squared);
    c.cap_g = in.nat("R1.G", profile().ciphertext_bytes(), &n_squared);
    if (!y_first) r.cap_y = in.point("R1.Y");
    c.a1 = in.point("R1.A1");
    c.a2 = in.point("R1.A2");
    c.b1 = in.point("R1.B1");
    c.b2 = in.point("R1.B2");
  }
}

Failures Presigner::check_round1(const Messages& broadcast, const Messages& to_us) {
  expect_senders(broadcast, state_.seats());
  expect_senders(to_us, state_.seats(), self());
  Failures failures;
  std::vector<PresignProofs::Checks> read;
  for (const PartyIndex j : state_.others()) {
    Reader all(broadcast.at(j));
    Reader own(to_us.at(j));
    decode_round1(all, j);
    read.push_back(proofs_->read_round1(state_, j, all, own));
    Refusal bad = all.finish();
    if (!bad) bad = own.finish();
    if (bad) report(failures, j, "B-DEC", bad->detail);
  }
  if (!failures.empty()) return failures;
  std::vector<ProofCheck> checks;
  for (const PresignProofs::Checks& of_sender : read) {
    for (ProofCheck& check : of_sender()) checks.push_back(std::move(check));
  }
  Batch batch;
  run_checks(batch, std::move(checks), failures);
  return failures;
}

Conversions<Bytes32> Presigner::mta_hashes(PartyIndex from, PartyIndex to, std::size_t u,
                                           const Conversions<State::Mta>& results) const {
  const auto hash = [&](const char* label, const State::Mta& mta) {
    Encoder out;
    out.label(label).bytes(state_.ssid).u64(from).u64(to);
    if (state_.proving.is_batched()) out.u64(u + 1);
    out.nat(mta.d, profile().ciphertext_bytes()).nat(mta.f, profile().ciphertext_bytes());
    return transcript::h256(out);
  };
  return {hash("mta-n", results.nonce), hash("mta-x", results.chi)};
}

void Presigner::draw_masks() {
  // s is full size under the receiver's N: its owner can compute the nonce of D, and a short one would leak (3.3 c).
  const auto draw = [&](PartyIndex j) {
    return State::MtaMask{sample_within(rng_, Nat::power_of_two(profile().lp)),
                          state_.randomness->nonce(state_.aux(j).paillier, rng_),
                          state_.randomness->nonce(state_.aux(self()).paillier, rng_)};
  };
  for (const PartyIndex j : state_.others()) {
    for (std::size_t u = 0; u < state_.count; ++u) state_.masks[j].push_back({draw(j), draw(j)});
  }
}

std::pair<Bytes, Messages> Presigner::round2(ByteView echo) {
  echo1_ = Bytes(echo.begin(), echo.end());
  std::vector<State::Opening>& own = state_.round2[self()];
  for (std::size_t u = 0; u < state_.count; ++u) {
    const State::Nonces& n = state_.nonces[u];
    own.emplace_back().gamma = declassify("presign.Gamma", curve::mul_base(n.gamma));
    own[u].elog =
        elog::prove(elog_context(self(), 2, "elog-gamma", u), elog_statement2(self(), u), {n.gamma, n.b}, rng_);
  }
  draw_masks();
  const PresignProofs::Operated operated = proofs_->operate_round2(state_, rng_);

  Messages to_each;
  for (const auto& [j, results] : operated.results) {
    Writer payload;
    for (const auto& [nonce, chi] : results) {
      for (const Nat* value : {&nonce.d, &nonce.f, &chi.d, &chi.f}) payload.nat(*value, profile().ciphertext_bytes());
    }
    to_each.emplace(j, payload.bytes(operated.proofs.to_each.at(j)).take());
  }
  Writer broadcast;
  for (std::size_t u = 0; u < state_.count; ++u) {
    broadcast.point(own[u].gamma);
    own[u].elog.encode(broadcast);
    for (const auto& [j, results] : operated.results) {
      const Conversions<Bytes32> h = mta_hashes(self(), j, u, results[u]);
      broadcast.bytes(h.nonce).bytes(h.chi);
    }
  }
  return {broadcast.bytes(echo).take(), std::move(to_each)};
}

}  // namespace mpc::protocol
