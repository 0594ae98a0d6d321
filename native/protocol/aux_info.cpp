#include "protocol/aux_info.h"

#include <algorithm>

#include "arith/number_theory.h"
#include "protocol/session_id.h"

namespace mpc::protocol {

namespace {

namespace fac = proofs::fac;
namespace mod = proofs::mod;
namespace prm = proofs::prm;

constexpr std::uint64_t commit_round = 1;
constexpr std::uint64_t proof_round = 4;

}  // namespace

Result<std::unique_ptr<AuxInfo>> AuxInfo::create(AuxConfig config, PrimeSet primes, Rng& rng) {
  auto secrets = AuxSecrets::create(*config.profile, std::move(primes), rng);
  if (!secrets) return secrets.error();
  return std::unique_ptr<AuxInfo>(new AuxInfo(std::move(config), std::move(*secrets), rng));
}

AuxInfo::AuxInfo(AuxConfig config, AuxSecrets secrets, Rng& rng)
    : config_(std::move(config)), rng_(rng), secrets_(std::make_shared<const AuxSecrets>(std::move(secrets))) {
  SessionFields fields;
  fields.protocol = "aux";
  fields.profile = config_.profile;
  fields.sid = agreed_sid("aux", config_.seats, std::nullopt, config_.sid_values);
  fields.participants = config_.seats;
  ssid_ = session_id(fields);
  record_.profile = config_.profile;
}

proofs::Context AuxInfo::context(PartyIndex prover, std::uint64_t round, const char* slot) const {
  proofs::Context out{config_.profile, ssid_, round, seat(prover).pid, std::nullopt, slot};
  if (round == proof_round) out.rid = rid_;
  return out;
}

const Seat& AuxInfo::seat(PartyIndex index) const {
  const Seat* found = find_seat(config_.seats, index);
  MPC_ASSERT(found != nullptr);
  return *found;
}

Bytes AuxInfo::round1() {
  Batch batch;
  const pedersen::Params& params = secrets_->pedersen.params();
  auto proof = batch.run(prm::prove(batch, context(config_.self, commit_round, "prm"), secrets_->pedersen, rng_));
  own_ = Opening{secrets_->paillier.public_key().n(),   params.nh(),    params.s(),    params.t(),
                 encode_proof(proof, *config_.profile), random32(rng_), random32(rng_)};
  const Bytes32 committed = commitment(seat(config_.self), own_);
  return Bytes(committed.begin(), committed.end());
}

Bytes32 AuxInfo::commitment(const Seat& sender, const Opening& opening) const {
  const Profile& p = *config_.profile;
  Encoder out;
  out.label("com").bytes(ssid_).bytes(sender.pid).nat(opening.n, p.n_bytes());
  for (const Nat* value : {&opening.nh, &opening.s, &opening.t}) out.nat(*value, p.nh_bytes());
  out.bytes(opening.prm).bytes(opening.rid).bytes(opening.u);
  return transcript::h256(out);
}

Bytes AuxInfo::round3() const {
  const Profile& p = *config_.profile;
  Writer out;
  out.nat(own_.n, p.n_bytes());
  for (const Nat* value : {&own_.nh, &own_.s, &own_.t}) out.nat(*value, p.nh_bytes());
  return out.bytes(own_.prm).bytes(own_.rid).bytes(own_.u).take();
}

Refusal AuxInfo::decode(ByteView payload, Opening& opening) const {
  const Profile& p = *config_.profile;
  Reader in(payload);
  opening.n = in.nat("A2.N", p.n_bytes());
  opening.nh = in.nat("A2.Nh", p.nh_bytes());
  opening.s = in.nat("A2.s", p.nh_bytes(), &opening.nh);
  opening.t = in.nat("A2.t", p.nh_bytes(), &opening.nh);
  opening.prm = in.bytes("A2.prm", bytes_for_bits(p.m_prm) + p.m_prm * p.nh_bytes());
  opening.rid = in.bytes32("A2.rid");
  opening.u = in.bytes32("A2.u");
  return in.finish();
}

Failures AuxInfo::check_openings(const Messages& a1, const Messages& a2) {
  expect_senders(a1, config_.seats);
  expect_senders(a2, config_.seats);
  Failures failures;
  for (const Seat& sender : config_.seats) {
    if (a1.at(sender.index).size() != sizeof(Bytes32)) report(failures, sender.index, "B-DEC", "A1.V: length");
    Opening& opening = openings_[sender.index] = Opening();
    if (const Refusal bad = decode(a2.at(sender.index), opening)) report(failures, sender.index, "B-DEC", bad->detail);
  }
  if (!failures.empty()) return failures;
  record_.entries.clear();
  for (const Seat& sender : config_.seats) {
    const Opening& opening = openings_.at(sender.index);
    const Bytes32 expected = commitment(sender, opening);
    if (!std::equal(expected.begin(), expected.end(), a1.at(sender.index).begin())) {
      report(failures, sender.index, "B-COM", "A2: does not open A1");
    } else {
      accept_moduli(sender, opening, failures);
    }
  }
  check_prm(failures);
  if (!failures.empty()) return failures;
  find_shared_factors();
  set_rid();
  return failures;
}

/// Sizes, parity, powers (specification 1.5): B-MODULUS. What prm asks of s and t themselves (3.6): B-PRM. An
/// acceptable entry joins the record.
void AuxInfo::accept_moduli(const Seat& sender, const Opening& opening, Failures& failures) {
  const Profile& p = *config_.profile;
  auto key = paillier::PublicKey::from_modulus(opening.n, p.nb);
  if (!key) return report(failures, sender.index, "B-MODULUS", key.error().detail);
  if (const Refusal bad = pedersen::Params::check_modulus_var(opening.nh, p.nhb)) {
    return report(failures, sender.index, "B-MODULUS", bad->detail);
  }
  // Both moduli are one sender's, so a common factor is its fault; between two senders see find_shared_factors.
  if (!equal_var(gcd_var(opening.n, opening.nh), Nat::of(1))) {
    return report(failures, sender.index, "B-MODULUS", "N, Nh: common factor");
  }
  auto params = pedersen::Params::from_public(opening.nh, opening.s, opening.t, p.nhb);
  if (!params) return report(failures, sender.index, "B-PRM", params.error().detail);
  if (sender.index == config_.self) {
    key = secrets_->paillier.public_key();
    params = secrets_->pedersen.params();
  } else {
    params->use_tables(table_bits(*config_.profile));
  }
  record_.entries.push_back({sender, std::move(*key), std::move(*params)});
}

void AuxInfo::check_prm(Failures& failures) {
  Batch batch;
  std::vector<Check> checks;
  for (const AuxEntry& entry : record_.entries) {
    const PartyIndex sender = entry.seat.index;
    if (sender == config_.self) continue;
    Reader in(openings_.at(sender).prm);
    prm::Proof proof = prm::Proof::decode(in, *config_.profile, entry.pedersen.nh());
    if (const Refusal bad = in.finish()) {
      report(failures, sender, "B-DEC", bad->detail);
      continue;
    }
    checks.push_back({sender, "B-PRM",
                      prm::verify_var(batch, context(sender, commit_round, "prm"), entry.pedersen, std::move(proof))});
  }
  run_checks(batch, std::move(checks), failures);
}

/// A common factor of two parties' moduli accuses nobody yet: whoever shares a factor it does not own fails mod (4.8,
/// B-MODULUS).
void AuxInfo::find_shared_factors() {
  std::vector<std::pair<std::string, const Nat*>> moduli;
  for (const AuxEntry& entry : record_.entries) {
    const std::string owner = std::to_string(entry.seat.index);
    moduli.emplace_back("N_" + owner, &entry.paillier.n());
    moduli.emplace_back("Nh_" + owner, &entry.pedersen.nh());
  }
  for (std::size_t i = 0; i < moduli.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!equal_var(gcd_var(*moduli[i].second, *moduli[j].second), Nat::of(1))) {
        shared_factor_ = moduli[j].first + " and " + moduli[i].first;
      }
    }
  }
}

void AuxInfo::set_rid() {
  std::vector<Bytes32> parts;
  for (const Seat& seat : config_.seats) parts.push_back(openings_.at(seat.index).rid);
  rid_ = joint_rid(ssid_, parts);
}

std::pair<Bytes, Messages> AuxInfo::round4() {
  const Profile& p = *config_.profile;
  Batch batch;
  std::vector<PartyIndex> verifiers;
  std::vector<Task<fac::Proof>> tasks;
  for (const AuxEntry& entry : record_.entries) {
    if (entry.seat.index == config_.self) continue;
    proofs::Context fac_context = context(config_.self, proof_round, "fac");
    fac_context.verifier = entry.seat.pid;
    verifiers.push_back(entry.seat.index);
    tasks.push_back(fac::prove(batch, std::move(fac_context), secrets_->paillier, entry.pedersen, rng_));
  }
  const std::vector<fac::Proof> fac_proofs = batch.run_all(std::move(tasks));
  Messages to_each;
  for (std::size_t i = 0; i < verifiers.size(); ++i) to_each.emplace(verifiers[i], encode_proof(fac_proofs[i], p));
  const auto mod_proof =
      batch.run(mod::prove(batch, context(config_.self, proof_round, "mod"), secrets_->paillier, rng_));
  return {encode_proof(mod_proof, p), std::move(to_each)};
}

Failures AuxInfo::check_proofs(const Messages& broadcast, const Messages& fac_proofs) {
  expect_senders(broadcast, config_.seats);
  expect_senders(fac_proofs, config_.seats, config_.self);
  const pedersen::Params& own_params = record_.entry(config_.self).pedersen;
  const Bytes32 own_pid = record_.entry(config_.self).seat.pid;
  Failures failures;
  Batch batch;
  std::vector<Check> checks;
  for (const AuxEntry& entry : record_.entries) {
    const PartyIndex sender = entry.seat.index;
    if (sender == config_.self) continue;
    Reader mod_in(broadcast.at(sender));
    mod::Proof mod_proof = mod::Proof::decode(mod_in, *config_.profile, entry.paillier);
    Reader fac_in(fac_proofs.at(sender));
    fac::Proof fac_proof = fac::Proof::decode(fac_in, *config_.profile, own_params);
    for (const Reader* in : {&mod_in, &fac_in}) {
      if (const Refusal bad = in->finish()) report(failures, sender, "B-DEC", bad->detail);
    }
    // mod first: fac alone says nothing about a modulus with three factors.
    checks.push_back(
        {sender, "B-MOD",
         mod::verify_var(batch, context(sender, proof_round, "mod"), entry.paillier, std::move(mod_proof))});
    proofs::Context fac_context = context(sender, proof_round, "fac");
    fac_context.verifier = own_pid;
    checks.push_back(
        {sender, "B-FAC",
         fac::verify_var(batch, std::move(fac_context), entry.paillier, std::move(fac_proof), own_params)});
  }
  if (!failures.empty()) return failures;
  run_checks(batch, std::move(checks), failures);
  if (failures.empty() && !shared_factor_.empty()) {
    failures.push_back({0, "B-MODULUS", "common factor of " + shared_factor_});
  }
  return failures;
}

Bytes AuxInfo::round5() const {
  Encoder out;
  out.label("confirm-aux").bytes(ssid_).bytes(record_.digest());
  const Bytes32 confirmation = transcript::h256(out);
  return Bytes(confirmation.begin(), confirmation.end());
}

Failures AuxInfo::check_confirmations(const Messages& a4) const {
  expect_senders(a4, config_.seats);
  const Bytes expected = round5();
  Failures failures;
  for (const auto& [sender, payload] : a4) {
    if (payload.size() != expected.size()) {
      report(failures, sender, "B-DEC", "A4: length");
    } else if (payload != expected) {
      report(failures, sender, "B-CONF", "A4: confirms something else");
    }
  }
  return failures;
}

AuxShare AuxInfo::result() const { return {record_, config_.self, secrets_, {}}; }

}  // namespace mpc::protocol
