#include "protocol/presign.h"

#include "arith/sample.h"

namespace mpc::protocol {

namespace {

namespace aff_g = proofs::aff_g;
namespace elog = proofs::elog;
namespace enc_elg = proofs::enc_elg;

}  // namespace

Presigner::Presigner(std::shared_ptr<const KeyShare> share, SigningSet set, Bytes32 ssid, Rng& rng)
    : share_(std::move(share)),
      set_(std::move(set)),
      ssid_(ssid),
      rng_(rng),
      w_int_(curve::balanced(set_.w.expose())) {}

std::vector<Seat> Presigner::seats() const {
  std::vector<Seat> out;
  for (const PartyIndex i : set_.signers) out.push_back(*share_->record.find_seat(i));
  return out;
}

proofs::Context Presigner::context(PartyIndex prover, std::uint64_t round, const char* slot,
                                   std::optional<PartyIndex> verifier) const {
  proofs::Context out{&profile(), ssid_, round, share_->record.find_seat(prover)->pid, std::nullopt, slot};
  if (verifier) out.verifier = share_->record.find_seat(*verifier)->pid;
  return out;
}

/// psi0 is about (K, A), psi1 about (G, B).
enc_elg::Statement Presigner::enc_elg_statement(PartyIndex prover, Branch branch) const {
  const Round1& r = round1_.at(prover);
  if (branch == Branch::gamma) return {aux(prover).paillier, r.cap_g, r.cap_y, r.b1, r.b2};
  return {aux(prover).paillier, r.cap_k, r.cap_y, r.a1, r.a2};
}

void Presigner::draw_nonces() {
  const paillier::PublicKey& key = aux(self()).paillier;
  auto k = curve::sample_nonzero_scalar(rng_);
  auto gamma = curve::sample_nonzero_scalar(rng_);
  auto a = curve::sample_nonzero_scalar(rng_);
  auto b = curve::sample_nonzero_scalar(rng_);
  auto y = curve::sample_nonzero_scalar(rng_);
  Secret k_int(curve::balanced(k.expose()));
  Secret gamma_int(curve::balanced(gamma.expose()));
  nonces_.emplace(Nonces{std::move(k), std::move(gamma), std::move(a), std::move(b), std::move(y), std::move(k_int),
                         std::move(gamma_int), sample_unit(rng_, key.n()), sample_unit(rng_, key.n())});
}

/// K = enc(k; rho)   G = enc(gamma; nu). The statements learn them, too, before proofs that start later go on.
Task<bool> Presigner::encrypt_nonces(Batch& batch, enc_elg::Statement& k, enc_elg::Statement& gamma) {
  const Nonces& n = *nonces_;
  const paillier::PublicKey& key = aux(self()).paillier;
  const auto ciphertexts = co_await batch.evaluate(key.encryption(n.k_int, n.rho), key.encryption(n.gamma_int, n.nu));
  Round1& own = round1_.at(self());
  own.cap_k = k.c = declassify("presign.K", ciphertexts[0]);
  own.cap_g = gamma.c = declassify("presign.G", ciphertexts[1]);
  co_return true;
}

std::pair<Bytes, Messages> Presigner::round1() {
  Round1 own;
  do {
    draw_nonces();
    const Nonces& n = *nonces_;
    // Y = y G   A1 = a G   A2 = a Y + k G = (a y + k) G   B1 = b G   B2 = (b y + gamma) G
    const Secret a2(curve::add(curve::mul(n.a.expose(), n.y.expose()), n.k.expose()));
    const Secret b2(curve::add(curve::mul(n.b.expose(), n.y.expose()), n.gamma.expose()));
    own.cap_y = declassify("presign.Y", curve::mul_base(n.y));
    own.a1 = declassify("presign.A1", curve::mul_base(n.a));
    own.a2 = declassify("presign.A2", curve::mul_base(a2));
    own.b1 = declassify("presign.B1", curve::mul_base(n.b));
    own.b2 = declassify("presign.B2", curve::mul_base(b2));
  } while (own.a2.is_identity() || own.b2.is_identity());

  const Nonces& n = *nonces_;
  round1_[self()] = own;
  enc_elg::Statement about_k = enc_elg_statement(self(), Branch::k);
  enc_elg::Statement about_gamma = enc_elg_statement(self(), Branch::gamma);

  Batch batch;
  Task<bool> encryption = encrypt_nonces(batch, about_k, about_gamma);
  encryption.start();
  std::vector<Task<enc_elg::Proof>> tasks;
  for (const PartyIndex j : set_.others(self())) {
    const pedersen::Params& verifier = aux(j).pedersen;
    tasks.push_back(
        enc_elg::prove(batch, context(self(), 1, "psi0", j), about_k, {n.k_int, n.rho, n.a}, verifier, rng_));
    tasks.push_back(
        enc_elg::prove(batch, context(self(), 1, "psi1", j), about_gamma, {n.gamma_int, n.nu, n.b}, verifier, rng_));
  }
  const std::vector<enc_elg::Proof> proofs = batch.run_all(std::move(tasks));
  MPC_ASSERT(encryption.done());
  nonces_->y = Secret<Scalar>();
  Messages to_each;
  std::size_t next = 0;
  for (const PartyIndex j : set_.others(self())) {
    Bytes& payload = to_each[j];
    append(payload, encode_proof(proofs[next], profile()));
    append(payload, encode_proof(proofs[next + 1], profile()));
    next += 2;
  }
  return {encode_round1(), std::move(to_each)};
}

Bytes Presigner::encode_round1() const {
  const Round1& own = round1_.at(self());
  Writer out;
  out.nat(own.cap_k, profile().ciphertext_bytes()).nat(own.cap_g, profile().ciphertext_bytes());
  for (const Point* point : {&own.cap_y, &own.a1, &own.a2, &own.b1, &own.b2}) out.point(*point);
  return out.take();
}

Refusal Presigner::decode_round1(ByteView payload, PartyIndex sender) {
  const Nat& n_squared = aux(sender).paillier.n_squared();
  Round1& r = round1_[sender] = Round1();
  Reader in(payload);
  r.cap_k = in.nat("R1.K", profile().ciphertext_bytes(), &n_squared);
  r.cap_g = in.nat("R1.G", profile().ciphertext_bytes(), &n_squared);
  r.cap_y = in.point("R1.Y");
  r.a1 = in.point("R1.A1");
  r.a2 = in.point("R1.A2");
  r.b1 = in.point("R1.B1");
  r.b2 = in.point("R1.B2");
  return in.finish();
}

Failures Presigner::check_round1(const Messages& broadcast, const Messages& to_us) {
  expect_senders(broadcast, seats());
  expect_senders(to_us, seats(), self());
  const pedersen::Params& own_params = aux(self()).pedersen;
  Failures failures;
  Batch batch;
  std::vector<Check> checks;
  for (const PartyIndex j : set_.others(self())) {
    if (const Refusal bad = decode_round1(broadcast.at(j), j)) {
      report(failures, j, "B-DEC", bad->detail);
      continue;
    }
    Reader in(to_us.at(j));
    auto psi0 = enc_elg::Proof::decode(in, profile(), aux(j).paillier, own_params);
    auto psi1 = enc_elg::Proof::decode(in, profile(), aux(j).paillier, own_params);
    if (const Refusal bad = in.finish()) {
      report(failures, j, "B-DEC", bad->detail);
      continue;
    }
    checks.push_back({j, "B-ENC0",
                      enc_elg::verify_var(batch, context(j, 1, "psi0", self()), enc_elg_statement(j, Branch::k),
                                          std::move(psi0), own_params)});
    checks.push_back({j, "B-ENC1",
                      enc_elg::verify_var(batch, context(j, 1, "psi1", self()), enc_elg_statement(j, Branch::gamma),
                                          std::move(psi1), own_params)});
  }
  if (!failures.empty()) return failures;
  run_checks(batch, std::move(checks), failures);
  return failures;
}

aff_g::Operand Presigner::affine_operand(PartyIndex prover, PartyIndex receiver, Branch branch) const {
  const Point& x = branch == Branch::w ? set_.cap_w.at(prover) : round2_.at(prover).gamma;
  return {aux(receiver).paillier, aux(prover).paillier, round1_.at(receiver).cap_k, x};
}

Bytes32 Presigner::mta_hash(const char* label, PartyIndex from, PartyIndex to, const Nat& d, const Nat& f) const {
  Encoder out;
  out.label(label).bytes(ssid_).u64(from).u64(to);
  out.nat(d, profile().ciphertext_bytes()).nat(f, profile().ciphertext_bytes());
  return transcript::h256(out);
}

Presigner::MtaMask Presigner::draw_mask(PartyIndex receiver) {
  // s is full size under the receiver's N: its owner can compute the nonce of D, and a short one would leak (3.3 c).
  return {sample_within(rng_, Nat::power_of_two(profile().lp)), sample_unit(rng_, aux(receiver).paillier.n()),
          sample_unit(rng_, aux(self()).paillier.n())};
}

std::pair<Bytes, Messages> Presigner::round2(ByteView echo) {
  echo1_ = Bytes(echo.begin(), echo.end());
  const Nonces& n = *nonces_;
  const Round1& own1 = round1_.at(self());
  Round2& own = round2_[self()];
  own.gamma = declassify("presign.Gamma", curve::mul_base(n.gamma));
  const elog::Statement statement{own1.b1, own1.b2, own1.cap_y, own.gamma, Point::generator()};
  own.elog = elog::prove(context(self(), 2, "elog-gamma"), statement, {n.gamma, n.b}, rng_);

  Batch batch;
  std::vector<Task<aff_g::Outcome>> tasks;
  const std::vector<PartyIndex> others = set_.others(self());
  for (const PartyIndex j : others) {
    nonce_masks_.emplace(j, draw_mask(j));
    chi_masks_.emplace(j, draw_mask(j));
  }
  for (const PartyIndex j : others) {
    // D = gamma (.) K_j (+) enc_j(u; s), F = enc_i(u; r);  D^ = w (.) K_j (+) enc_j(u^; s^), F^ = enc_i(u^; r^)
    const MtaMask& m = nonce_masks_.at(j);
    const MtaMask& hat = chi_masks_.at(j);
    tasks.push_back(aff_g::operate_and_prove(batch, context(self(), 2, "psi", j),
                                             affine_operand(self(), j, Branch::gamma), {n.gamma_int, m.u, m.s, m.r},
                                             aux(j).pedersen, rng_));
    tasks.push_back(aff_g::operate_and_prove(batch, context(self(), 2, "psi-hat", j),
                                             affine_operand(self(), j, Branch::w), {w_int_, hat.u, hat.s, hat.r},
                                             aux(j).pedersen, rng_));
  }
  const std::vector<aff_g::Outcome> outcomes = batch.run_all(std::move(tasks));

  Messages to_each;
  Writer broadcast;
  broadcast.point(own.gamma);
  own.elog.encode(broadcast);
  for (std::size_t i = 0; i < others.size(); ++i) {
    const aff_g::Outcome& nonce = outcomes[2 * i];
    const aff_g::Outcome& chi = outcomes[2 * i + 1];
    Writer payload;
    for (const Nat* value : {&nonce.d, &nonce.yc, &chi.d, &chi.yc}) payload.nat(*value, profile().ciphertext_bytes());
    nonce.proof.encode(payload, profile());
    chi.proof.encode(payload, profile());
    to_each.emplace(others[i], payload.take());
    broadcast.bytes(mta_hash("mta-n", self(), others[i], nonce.d, nonce.yc));
    broadcast.bytes(mta_hash("mta-x", self(), others[i], chi.d, chi.yc));
  }
  return {broadcast.bytes(echo).take(), std::move(to_each)};
}

}  // namespace mpc::protocol
