// Presigning from the receipt of R2 on: what the conversions of R2 add up to.
#include <algorithm>

#include "protocol/presign.h"

namespace mpc::protocol {

namespace {

namespace elog = proofs::elog;

}  // namespace

Refusal Presigner::decode_round2(const Messages& broadcast, const Messages& to_us, PartyIndex sender) {
  std::vector<State::Opening>& rows = state_.round2[sender] = std::vector<State::Opening>(state_.count);
  Reader in(broadcast.at(sender));
  for (State::Opening& r : rows) {
    r.gamma = in.point("R2.Gamma");
    r.elog = elog::Proof::decode(in);
    for (const PartyIndex recipient : state_.set.others(sender)) {
      const Bytes32 h = in.bytes32("R2.h");
      r.hashes.insert_or_assign(recipient, Conversions<Bytes32>{h, in.bytes32("R2.h^")});
    }
  }
  echoes_[sender] = in.bytes("R2.echo", sizeof(Bytes32) * state_.set.signers.size());
  if (const Refusal bad = in.finish()) return bad;
  Reader own(to_us.at(sender));
  for (State::Opening& r : rows) {
    for (State::Mta* mta : {&r.to_us.nonce, &r.to_us.chi}) {
      mta->d = own.nat("R2.D", profile().ciphertext_bytes(), &state_.aux(self()).paillier.n_squared());
      mta->f = own.nat("R2.F", profile().ciphertext_bytes(), &state_.aux(sender).paillier.n_squared());
    }
  }
  round2_checks_[sender] = proofs_->read_round2(state_, sender, own);
  return own.finish();
}

Failures Presigner::receive_round2(const Messages& broadcast, const Messages& to_us) {
  expect_senders(broadcast, state_.seats());
  expect_senders(to_us, state_.seats(), self());
  Failures failures;
  echoes_.clear();
  echoes_[self()] = echo1_;
  for (const PartyIndex j : state_.others()) {
    if (const Refusal bad = decode_round2(broadcast, to_us, j)) report(failures, j, "B-DEC", bad->detail);
  }
  return failures;
}

/// An echo that differs from ours accuses nobody: who is at fault shows when the originals are exchanged.
Failures Presigner::compare_echoes(ByteView own) const {
  for (const auto& [j, echo] : echoes_) {
    if (!std::equal(echo.begin(), echo.end(), own.begin(), own.end())) return {{0, "E_ECHO", "echo vectors differ"}};
  }
  return {};
}

/// What the broadcast of R2 says of itself: h and Gamma.
void Presigner::check_opening(PartyIndex sender, Failures& failures) const {
  for (std::size_t u = 0; u < state_.count; ++u) {
    const State::Opening& r = state_.round2.at(sender)[u];
    if (r.hashes.at(self()) != mta_hashes(sender, self(), u, r.to_us)) {
      report(failures, sender, "B-HASH", "R2.h: does not match D, F");
      return;
    }
    if (const Refusal bad =
            elog::verify_var(elog_context(sender, 2, "elog-gamma", u), elog_statement2(sender, u), r.elog)) {
      report(failures, sender, "B-ELOG2", bad->detail);
      return;
    }
  }
}

Failures Presigner::check_round2() {
  if (Failures differing = compare_echoes(echo1_); !differing.empty()) return differing;
  Failures failures;
  std::vector<ProofCheck> checks;
  for (const PartyIndex j : state_.others()) {
    check_opening(j, failures);
    if (names_party(failures, j)) continue;
    for (ProofCheck& check : round2_checks_.at(j)()) checks.push_back(std::move(check));
  }
  Batch batch;
  paillier::Decryptions own(state_.share->aux.secrets->paillier);
  for (std::size_t u = 0; u < state_.count; ++u) {
    own.know(state_.round1.at(self()).of[u].cap_k, state_.nonces[u].k_int);
  }
  run_checks(batch, std::move(checks), failures, &own);
  round2_checks_.clear();
  if (failures.empty() && !add_gammas()) failures = {{0, "PRESIGN_RESTART", "Gamma is the identity"}};
  if (failures.empty()) take_shares(own);
  return failures;
}

/// Gamma = sum Gamma_m; false when it is O.
bool Presigner::add_gammas() {
  gamma_.assign(state_.count, Point());
  for (std::size_t u = 0; u < state_.count; ++u) {
    for (const PartyIndex j : state_.set.signers) gamma_[u] = curve::add_var(gamma_[u], state_.round2.at(j)[u].gamma);
    if (gamma_[u].is_identity()) return false;
  }
  return true;
}

/// The plaintexts of D and D^, for R3: what the checks of D and D^ decrypted.
void Presigner::take_shares(const paillier::Decryptions& own) {
  for (const PartyIndex j : state_.others()) {
    for (const State::Opening& r : state_.round2.at(j)) {
      shares_[j].push_back({own.plaintext(r.to_us.nonce.d).clone(), own.plaintext(r.to_us.chi.d).clone()});
    }
  }
}

/// multiplier k_i + sum_j (alpha_ij - u_ij) mod q, over all to whom we sent a mask.
Secret<Scalar> Presigner::converted(std::size_t u, Secret<Int> Conversions<Secret<Int>>::* share,
                                    State::MtaMask Conversions<State::MtaMask>::* mask,
                                    const Scalar& multiplier) const {
  // Shares are there after a successful check of R2 only, and once.
  MPC_ASSERT(shares_.size() == state_.masks.size() && state_.masks.size() + 1 == state_.set.signers.size());
  Secret sum(curve::mul(multiplier, state_.nonces[u].k.expose()));
  for (const auto& [j, masks] : state_.masks) {
    const Int& alpha = (shares_.at(j)[u].*share).expose();
    const Secret difference(curve::scalar_from(sub(alpha, (masks[u].*mask).u.expose())));
    sum = Secret(curve::add(sum.expose(), difference.expose()));
  }
  return sum;
}

elog::Statement Presigner::elog_statement3(PartyIndex prover, std::size_t u) const {
  const State::Round1& r = state_.round1.at(prover);
  return {r.of[u].a1, r.of[u].a2, r.cap_y, state_.round3.at(prover)[u].cap_delta, gamma_[u]};
}

Bytes Presigner::round3(ByteView echo) {
  echo2_ = Bytes(echo.begin(), echo.end());
  std::vector<State::Contribution>& rows = state_.round3[self()];
  Writer out;
  for (std::size_t u = 0; u < state_.count; ++u) {
    const State::Nonces& n = state_.nonces[u];
    State::Contribution& own = rows.emplace_back();
    own.delta = declassify("presign.delta", converted(u, &Conversions<Secret<Int>>::nonce,
                                                      &Conversions<State::MtaMask>::nonce, n.gamma.expose()));
    chi_.push_back(
        converted(u, &Conversions<Secret<Int>>::chi, &Conversions<State::MtaMask>::chi, state_.set.w.expose()));
    own.cap_delta = declassify("presign.Delta", curve::mul(n.k, gamma_[u]));
    own.cap_s = declassify("presign.S", curve::mul(chi_[u], gamma_[u]));
    // k_i and Gamma are not zero, and our own masks make chi_i uniform whatever the others did: O has probability
    // 2^-256.
    MPC_ASSERT(!own.cap_delta.is_identity() && !own.cap_s.is_identity());
    own.elog = elog::prove(elog_context(self(), 3, "elog-k", u), elog_statement3(self(), u), {n.k, n.a}, rng_);
    out.scalar(own.delta).point(own.cap_delta).point(own.cap_s);
    own.elog.encode(out);
  }
  shares_.clear();
  for (State::Nonces& n : state_.nonces) {
    n.a = Secret<Scalar>();
    n.b = Secret<Scalar>();
  }
  return out.bytes(echo).take();
}

Failures Presigner::receive_round3(const Messages& broadcast) {
  expect_senders(broadcast, state_.seats());
  Failures failures;
  echoes_.clear();
  // Our own message, too, is taken as it was sent: the sums are over what everybody saw.
  for (const PartyIndex j : state_.set.signers) {
    std::vector<State::Contribution>& rows = state_.round3[j] = std::vector<State::Contribution>(state_.count);
    Reader in(broadcast.at(j));
    for (State::Contribution& r : rows) {
      r.delta = in.scalar("R3.delta");
      r.cap_delta = in.point("R3.Delta");
      r.cap_s = in.point("R3.S");
      r.elog = elog::Proof::decode(in);
    }
    echoes_[j] = in.bytes("R3.echo", sizeof(Bytes32) * state_.set.signers.size());
    if (const Refusal bad = in.finish()) report(failures, j, "B-DEC", bad->detail);
  }
  return failures;
}

/// (N) delta G == sum Delta_m    (X) delta X_c == sum S_m
PresignOutcome Presigner::check_sums(std::size_t u) {
  Point sum_delta;
  Point sum_s;
  Scalar delta;
  for (const PartyIndex j : state_.set.signers) {
    const State::Contribution& r = state_.round3.at(j)[u];
    delta = curve::add(delta, r.delta);
    sum_delta = curve::add_var(sum_delta, r.cap_delta);
    sum_s = curve::add_var(sum_s, r.cap_s);
  }
  delta_.push_back(delta);
  if (!curve::equal_var(curve::mul_base_var(delta), sum_delta)) return PresignOutcome::nonce_sum_failed;
  if (!curve::equal_var(curve::mul_var(delta, state_.set.child_key), sum_s)) return PresignOutcome::chi_sum_failed;
  return PresignOutcome::ok;
}

Failures Presigner::check_round3() {
  if (Failures differing = compare_echoes(echo2_); !differing.empty()) return differing;
  Failures failures;
  for (const PartyIndex j : state_.others()) {
    for (std::size_t u = 0; u < state_.count; ++u) {
      const elog::Proof& proof = state_.round3.at(j)[u].elog;
      if (const Refusal bad = elog::verify_var(elog_context(j, 3, "elog-k", u), elog_statement3(j, u), proof)) {
        report(failures, j, "B-ELOG3", bad->detail);
      }
    }
  }
  if (!failures.empty()) return failures;
  delta_.clear();
  for (std::size_t u = 0; u < state_.count && outcome_ == PresignOutcome::ok; ++u) outcome_ = check_sums(u);
  if (outcome_ != PresignOutcome::ok) {
    // Until there is a blame phase nothing needs the secrets of a failed session.
    forget();
  } else if (std::any_of(delta_.begin(), delta_.end(), curve::is_zero_var)) {
    return {{0, "PRESIGN_RESTART", "delta is zero"}};
  }
  return failures;
}

void Presigner::forget() {
  state_.forget();
  chi_.clear();
  shares_.clear();
}

void append_echo(Encoder& out, ByteView echo) {
  Encoder items;
  const std::size_t count = echo.size() / sizeof(Bytes32);
  for (std::size_t i = 0; i < count; ++i) items.bytes(echo.subspan(i * sizeof(Bytes32), sizeof(Bytes32)));
  out.list(count, items);
}

/// k~ = k / delta   chi~ = chi / delta   D~_m = Delta_m / delta   S~_m = S_m / delta
Presignature Presigner::normalised(std::size_t u, const Bytes32& tr) const {
  Presignature out;
  out.label = label(u, tr);
  out.gamma = gamma_[u];
  const Scalar inverse = curve::invert(delta_[u]);
  out.k = Secret(curve::mul(state_.nonces[u].k.expose(), inverse));
  out.chi = Secret(curve::mul(chi_[u].expose(), inverse));
  for (const auto& [j, rows] : state_.round3) {
    out.cap_delta.emplace(j, curve::mul_var(inverse, rows[u].cap_delta));
    out.cap_s.emplace(j, curve::mul_var(inverse, rows[u].cap_s));
  }
  return out;
}

PresignatureLabel Presigner::label(std::size_t u, const Bytes32& tr) const {
  const KeyRecord& record = state_.share->record;
  PresignatureLabel out;
  Encoder name;
  name.label("psid").bytes(state_.ssid).u64(u + 1);
  const Bytes32 id = transcript::h256(name);
  std::copy_n(id.begin(), out.id.size(), out.id.begin());
  out.tr = tr;
  out.ssid = state_.ssid;
  out.profile = record.profile;
  out.key_id = record.key_id;
  out.epoch = record.epoch;
  out.aux_digest = record.aux_digest;
  out.index = self();
  out.signers = state_.set.signers;
  out.child_key = state_.set.child_key;
  return out;
}

Result<std::vector<Presignature>> Presigner::finish(ByteView echo) {
  MPC_ASSERT(outcome_ == PresignOutcome::ok && state_.nonces.size() == state_.count);
  Encoder transcript;
  transcript.label("presign-transcript").bytes(state_.ssid);
  append_echo(transcript, echo1_);
  append_echo(transcript, echo2_);
  append_echo(transcript, echo);
  const Bytes32 tr = transcript::h256(transcript);
  std::vector<Presignature> out;
  for (std::size_t u = 0; u < state_.count; ++u) out.push_back(normalised(u, tr));
  forget();
  const auto is_sound = [](const Presignature& presignature) { return presignature.is_sound(); };
  if (!std::all_of(out.begin(), out.end(), is_sound)) {
    return refuse("E_INTERNAL", "a presignature does not agree with its public values");
  }
  return out;
}

}  // namespace mpc::protocol
