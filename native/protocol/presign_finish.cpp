// Presigning from the receipt of R2 on: what the conversions of R2 add up to.
#include <algorithm>

#include "protocol/presign.h"

namespace mpc::protocol {

namespace {

namespace aff_g = proofs::aff_g;
namespace elog = proofs::elog;

}  // namespace

Presigner::Mta Presigner::decode_mta(Reader& in, PartyIndex sender) const {
  Mta out;
  out.d = in.nat("R2.D", profile().ciphertext_bytes(), &aux(self()).paillier.n_squared());
  out.f = in.nat("R2.F", profile().ciphertext_bytes(), &aux(sender).paillier.n_squared());
  return out;
}

Refusal Presigner::decode_round2(const Messages& broadcast, const Messages& to_us, PartyIndex sender) {
  Round2& r = round2_[sender] = Round2();
  Reader in(broadcast.at(sender));
  r.gamma = in.point("R2.Gamma");
  r.elog = elog::Proof::decode(in);
  for (const PartyIndex recipient : set_.others(sender)) {
    const Bytes32 h = in.bytes32("R2.h");
    r.hashes.emplace(recipient, std::pair(h, in.bytes32("R2.h^")));
  }
  echoes_[sender] = in.bytes("R2.echo", sizeof(Bytes32) * set_.signers.size());
  if (const Refusal bad = in.finish()) return bad;
  Reader own(to_us.at(sender));
  r.nonce = decode_mta(own, sender);
  r.chi = decode_mta(own, sender);
  const pedersen::Params& params = aux(self()).pedersen;
  r.nonce.proof = aff_g::Proof::decode(own, profile(), aux(self()).paillier, aux(sender).paillier, params);
  r.chi.proof = aff_g::Proof::decode(own, profile(), aux(self()).paillier, aux(sender).paillier, params);
  return own.finish();
}

Failures Presigner::receive_round2(const Messages& broadcast, const Messages& to_us) {
  expect_senders(broadcast, seats());
  expect_senders(to_us, seats(), self());
  Failures failures;
  echoes_.clear();
  echoes_[self()] = echo1_;
  for (const PartyIndex j : set_.others(self())) {
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

Failures Presigner::check_round2() {
  if (Failures differing = compare_echoes(echo1_); !differing.empty()) return differing;
  const pedersen::Params& params = aux(self()).pedersen;
  Failures failures;
  Batch batch;
  std::vector<Check> checks;
  for (const PartyIndex j : set_.others(self())) {
    const Round2& r = round2_.at(j);
    const auto& [h, hat_h] = r.hashes.at(self());
    if (h != mta_hash("mta-n", j, self(), r.nonce.d, r.nonce.f) ||
        hat_h != mta_hash("mta-x", j, self(), r.chi.d, r.chi.f)) {
      report(failures, j, "B-HASH", "R2.h: does not match D, F");
      continue;
    }
    const Round1& r1 = round1_.at(j);
    const elog::Statement statement{r1.b1, r1.b2, r1.cap_y, r.gamma, Point::generator()};
    if (const Refusal bad = elog::verify_var(context(j, 2, "elog-gamma"), statement, r.elog)) {
      report(failures, j, "B-ELOG2", bad->detail);
      continue;
    }
    const aff_g::Statement nonce{affine_operand(j, self(), Branch::gamma), r.nonce.d, r.nonce.f};
    const aff_g::Statement chi{affine_operand(j, self(), Branch::w), r.chi.d, r.chi.f};
    checks.push_back(
        {j, "B-AFF", aff_g::verify_var(batch, context(j, 2, "psi", self()), nonce, r.nonce.proof, params)});
    checks.push_back(
        {j, "B-AFFH", aff_g::verify_var(batch, context(j, 2, "psi-hat", self()), chi, r.chi.proof, params)});
  }
  std::optional<Task<bool>> decryption;
  if (failures.empty()) {
    decryption.emplace(decrypt_shares(batch));
    decryption->start();
  }
  run_checks(batch, std::move(checks), failures);
  MPC_ASSERT(!decryption || decryption->done());
  gamma_ = Point();
  for (const PartyIndex j : set_.signers) gamma_ = curve::add_var(gamma_, round2_.at(j).gamma);
  if (failures.empty() && gamma_.is_identity()) failures = {{0, "PRESIGN_RESTART", "Gamma is the identity"}};
  if (!failures.empty()) {
    alpha_.clear();
    hat_alpha_.clear();
  }
  return failures;
}

/// The plaintexts of D and D^, for R3. They are computed in the engine run that checks D and D^, where their powers
/// fill lanes that would be idle; nothing is done with them unless the checks pass.
Task<bool> Presigner::decrypt_shares(Batch& batch) {
  const paillier::SecretKey& key = share_->aux.secrets->paillier;
  std::vector<modexp::Product> jobs;
  for (const PartyIndex j : set_.others(self())) {
    for (const Nat* d : {&round2_.at(j).nonce.d, &round2_.at(j).chi.d}) {
      for (modexp::Product& job : key.decryption(*d)) jobs.push_back(std::move(job));
    }
  }
  const auto residues = co_await batch.evaluate(std::move(jobs));
  std::size_t next = 0;
  for (const PartyIndex j : set_.others(self())) {
    alpha_.insert_or_assign(j, key.plaintext(residues[next], residues[next + 1]));
    hat_alpha_.insert_or_assign(j, key.plaintext(residues[next + 2], residues[next + 3]));
    next += 4;
  }
  co_return true;
}

/// multiplier k_i + sum_j (alpha_ij - u_ij) mod q, over all to whom we sent a mask.
Secret<Scalar> Presigner::converted(const std::map<PartyIndex, Secret<Int>>& alpha,
                                    const std::map<PartyIndex, MtaMask>& masks, const Scalar& multiplier) const {
  // Alphas are there after a successful check of R2 only, and once.
  MPC_ASSERT(alpha.size() == masks.size() && masks.size() + 1 == set_.signers.size());
  Secret sum(curve::mul(multiplier, nonces_->k.expose()));
  for (const auto& [j, mask] : masks) {
    const Secret share(curve::scalar_from(sub(alpha.at(j).expose(), mask.u.expose())));
    sum = Secret(curve::add(sum.expose(), share.expose()));
  }
  return sum;
}

Bytes Presigner::round3(ByteView echo) {
  echo2_ = Bytes(echo.begin(), echo.end());
  const Nonces& n = *nonces_;
  Round3& own = round3_[self()];
  own.delta = declassify("presign.delta", converted(alpha_, nonce_masks_, n.gamma.expose()));
  chi_ = converted(hat_alpha_, chi_masks_, set_.w.expose());
  alpha_.clear();
  hat_alpha_.clear();
  own.cap_delta = declassify("presign.Delta", curve::mul(n.k, gamma_));
  own.cap_s = declassify("presign.S", curve::mul(chi_, gamma_));
  // k_i and Gamma are not zero, and our own masks make chi_i uniform whatever the others did: O has probability 2^-256.
  MPC_ASSERT(!own.cap_delta.is_identity() && !own.cap_s.is_identity());
  const Round1& own1 = round1_.at(self());
  const elog::Statement statement{own1.a1, own1.a2, own1.cap_y, own.cap_delta, gamma_};
  own.elog = elog::prove(context(self(), 3, "elog-k"), statement, {n.k, n.a}, rng_);
  nonces_->a = Secret<Scalar>();
  nonces_->b = Secret<Scalar>();
  Writer out;
  out.scalar(own.delta).point(own.cap_delta).point(own.cap_s);
  own.elog.encode(out);
  return out.bytes(echo).take();
}

Failures Presigner::receive_round3(const Messages& broadcast) {
  expect_senders(broadcast, seats());
  Failures failures;
  echoes_.clear();
  // Our own message, too, is taken as it was sent: the sums are over what everybody saw.
  for (const PartyIndex j : set_.signers) {
    Round3& r = round3_[j] = Round3();
    Reader in(broadcast.at(j));
    r.delta = in.scalar("R3.delta");
    r.cap_delta = in.point("R3.Delta");
    r.cap_s = in.point("R3.S");
    r.elog = elog::Proof::decode(in);
    echoes_[j] = in.bytes("R3.echo", sizeof(Bytes32) * set_.signers.size());
    if (const Refusal bad = in.finish()) report(failures, j, "B-DEC", bad->detail);
  }
  return failures;
}

Failures Presigner::check_round3() {
  if (Failures differing = compare_echoes(echo2_); !differing.empty()) return differing;
  Failures failures;
  Point sum_delta;
  Point sum_s;
  delta_ = Scalar();
  for (const PartyIndex j : set_.signers) {
    const Round1& r1 = round1_.at(j);
    const Round3& r = round3_.at(j);
    const elog::Statement statement{r1.a1, r1.a2, r1.cap_y, r.cap_delta, gamma_};
    if (j != self()) {
      if (const Refusal bad = elog::verify_var(context(j, 3, "elog-k"), statement, r.elog)) {
        report(failures, j, "B-ELOG3", bad->detail);
      }
    }
    delta_ = curve::add(delta_, r.delta);
    sum_delta = curve::add_var(sum_delta, r.cap_delta);
    sum_s = curve::add_var(sum_s, r.cap_s);
  }
  if (!failures.empty()) return failures;
  // (N) delta G == sum Delta_m    (X) delta X_c == sum S_m
  if (!curve::equal_var(curve::mul_base_var(delta_), sum_delta)) {
    outcome_ = PresignOutcome::nonce_sum_failed;
  } else if (!curve::equal_var(curve::mul_var(delta_, set_.child_key), sum_s)) {
    outcome_ = PresignOutcome::chi_sum_failed;
  } else if (curve::is_zero_var(delta_)) {
    return {{0, "PRESIGN_RESTART", "delta is zero"}};
  }
  // Until there is a blame phase nothing needs the secrets of a failed session.
  if (outcome_ != PresignOutcome::ok) forget();
  return failures;
}

void Presigner::forget() {
  nonces_.reset();
  chi_ = Secret<Scalar>();
  set_.w = Secret<Scalar>();
  w_int_ = Secret<Int>();
  nonce_masks_.clear();
  chi_masks_.clear();
  alpha_.clear();
  hat_alpha_.clear();
}

void append_echo(Encoder& out, ByteView echo) {
  Encoder items;
  const std::size_t count = echo.size() / sizeof(Bytes32);
  for (std::size_t i = 0; i < count; ++i) items.bytes(echo.subspan(i * sizeof(Bytes32), sizeof(Bytes32)));
  out.list(count, items);
}

Result<Presignature> Presigner::finish(ByteView echo) {
  MPC_ASSERT(outcome_ == PresignOutcome::ok && nonces_);
  Presignature out;
  Encoder name;
  name.label("psid").bytes(ssid_).u64(1);
  const Bytes32 id = transcript::h256(name);
  PresignatureLabel& label = out.label;
  std::copy_n(id.begin(), label.id.size(), label.id.begin());
  Encoder transcript;
  transcript.label("presign-transcript").bytes(ssid_);
  append_echo(transcript, echo1_);
  append_echo(transcript, echo2_);
  append_echo(transcript, echo);
  label.tr = transcript::h256(transcript);
  label.ssid = ssid_;
  label.profile = &profile();
  label.key_id = share_->record.key_id;
  label.epoch = share_->record.epoch;
  label.aux_digest = share_->record.aux_digest;
  label.index = self();
  label.signers = set_.signers;
  label.child_key = set_.child_key;
  // k~ = k / delta   chi~ = chi / delta   D~_m = Delta_m / delta   S~_m = S_m / delta
  const Scalar inverse = curve::invert(delta_);
  out.gamma = gamma_;
  out.k = Secret(curve::mul(nonces_->k.expose(), inverse));
  out.chi = Secret(curve::mul(chi_.expose(), inverse));
  for (const auto& [j, r] : round3_) {
    out.cap_delta.emplace(j, curve::mul_var(inverse, r.cap_delta));
    out.cap_s.emplace(j, curve::mul_var(inverse, r.cap_s));
  }
  forget();
  if (!out.is_sound()) return refuse("E_INTERNAL", "the presignature does not agree with its public values");
  return out;
}

}  // namespace mpc::protocol
