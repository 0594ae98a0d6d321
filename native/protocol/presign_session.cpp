#include "protocol/presign_session.h"

#include <algorithm>

#include "proofs/baff_a1.h"
#include "proofs/benc.h"
#include "protocol/session_id.h"

namespace mpc::protocol {

namespace {

Refusal check_generators(const PresignPlan& plan, const KeyShare& share) {
  const Generators* generators = plan.proving.generators.get();
  if ((plan.proving.mode == ProofMode::grid) != (generators != nullptr)) {
    return refuse("E_PARAMETER", "generators: for mode 2, and for no other");
  }
  if (generators == nullptr) return Refusal();
  if (Refusal foreign = generators->check_share(share)) return foreign;
  if (generators->count() < 2 * plan.count) return refuse("E_PARAMETER", "generators: two for each presignature");
  return Refusal();
}

/// What the proofs of a session are made for: the auxiliary parameters, and the generators if there are any.
Bytes32 setup_digest(const Proving& proving, const KeyRecord& record) {
  if (proving.generators == nullptr) return record.aux_digest;
  return transcript::h256(Encoder().label("grid").bytes(record.aux_digest).bytes(proving.generators->digest()));
}

}  // namespace

Result<Bytes32> presigning_ssid(const PresignPlan& plan, const KeyShare& share, const SigningSet& set,
                                const std::vector<Bytes32>& sid_values) {
  if (sid_values.size() != set.signers.size()) return refuse("E_CONTEXT", "one sid value per signer");
  if (Refusal bad = check_generators(plan, share)) return *std::move(bad);
  const KeyRecord& record = share.record;
  std::vector<Seat> signer_seats;
  for (const PartyIndex i : set.signers) signer_seats.push_back(*record.find_seat(i));
  SessionFields fields;
  fields.protocol = plan.protocol;
  fields.profile = record.profile;
  fields.sid = agreed_sid(plan.protocol, signer_seats, record.key_id, sid_values);
  fields.participants = record.seats;
  fields.threshold = record.threshold;
  fields.key_id = record.key_id;
  fields.epoch = record.epoch;
  fields.public_key = record.public_key;
  fields.public_shares = record.public_shares;
  fields.chain_code = record.chain_code;
  fields.aux_digest = setup_digest(plan.proving, record);
  fields.signers = set.signers;
  fields.path = std::vector<std::uint32_t>();
  fields.child_key = set.child_key;
  fields.proof_mode = static_cast<std::uint64_t>(plan.proving.mode);
  fields.presignatures = plan.count;
  fields.digest = plan.digest;
  return session_id(fields);
}

namespace {

/// What a session takes, by whose parameters it is for.
struct Needs {
  std::size_t own_nonces;      // K, G and A in R1, F and By for every counterparty in R2
  std::size_t foreign_nonces;  // D and A in R2
  std::vector<proofs::BlindingNeed> blindings;

  Needs(const Profile& profile, std::size_t count, std::size_t counterparties)
      : own_nonces((2 * count + 1) * (1 + counterparties)), foreign_nonces(2 * count + 1) {
    MPC_ASSERT(count >= 1 && count <= max_presignatures);
    const proofs::benc::Shape r1{&profile, {profile.l, profile.eps}, 2 * count, 1, counterparties, true};
    for (const auto& all : {proofs::benc::blindings(r1), proofs::baff_a1::blindings(profile, count)}) {
      for (const proofs::BlindingNeed& need : all) add(need);
    }
  }
  void add(const proofs::BlindingNeed& need) {
    const auto same = std::ranges::find(blindings, need.slack, &proofs::BlindingNeed::slack);
    same == blindings.end() ? blindings.push_back(need) : void(same->count += need.count);
  }
};

}  // namespace

Refusal PresignPool::fill(const std::vector<PartyIndex>& signers, std::size_t count, std::size_t sessions, Rng& rng) {
  const auto set = SigningSet::create(*share_, signers);
  if (!set) return set.error();
  const std::vector<PartyIndex> others = set->others(share_->index);
  const AuxRecord& aux = share_->aux.record;
  const Needs needs(*share_->record.profile, count, others.size());
  const auto left = this->sessions(signers, count);
  if (!left) return left.error();
  // What is there already counts: sessions of another mode or size leave some of it.
  const auto missing = [all = *left + sessions](std::size_t each, std::size_t there) {
    return std::max(all * each, there) - there;
  };
  const paillier::PublicKey& own = aux.entry(share_->index).paillier;
  randomness_->fill(own, missing(needs.own_nonces, randomness_->nonces(own)), rng);
  for (const PartyIndex j : others) {
    const AuxEntry& theirs = aux.entry(j);
    randomness_->fill(theirs.paillier, missing(needs.foreign_nonces, randomness_->nonces(theirs.paillier)), rng);
    for (const auto& [slack, each] : needs.blindings) {
      const std::size_t there = randomness_->blindings(theirs.pedersen, slack);
      randomness_->fill(theirs.pedersen, {slack, missing(each, there)}, rng);
    }
  }
  return Refusal();
}

Result<std::size_t> PresignPool::sessions(const std::vector<PartyIndex>& signers, std::size_t count) const {
  const auto set = SigningSet::create(*share_, signers);
  if (!set) return set.error();
  const std::vector<PartyIndex> others = set->others(share_->index);
  const AuxRecord& aux = share_->aux.record;
  const Needs needs(*share_->record.profile, count, others.size());
  std::size_t least = randomness_->nonces(aux.entry(share_->index).paillier) / needs.own_nonces;
  for (const PartyIndex j : others) {
    const AuxEntry& theirs = aux.entry(j);
    least = std::min(least, randomness_->nonces(theirs.paillier) / needs.foreign_nonces);
    for (const auto& [slack, each] : needs.blindings) {
      least = std::min(least, randomness_->blindings(theirs.pedersen, slack) / each);
    }
  }
  return least;
}

Bytes OutcomeRound::encode(PresignOutcome outcome, ByteView echo) {
  return Writer().u8(static_cast<std::uint8_t>(outcome)).bytes(echo).take();
}

Failures OutcomeRound::receive(const Messages& broadcast, Presigner& presigner) {
  Failures failures;
  std::map<PartyIndex, Bytes> echoes;
  for (const auto& [sender, payload] : broadcast) {
    Reader in(payload);
    outcomes_[sender] = in.u8("R3e.outcome", 2);
    echoes[sender] = in.bytes("R3e.echo", sizeof(Bytes32) * presigner.set().signers.size());
    if (const Refusal bad = in.finish()) report(failures, sender, "B-DEC", bad->detail);
  }
  presigner.set_echoes(std::move(echoes));
  return failures;
}

Failures OutcomeRound::check(const Presigner& presigner) const {
  Failures failures;
  const auto expected = static_cast<std::uint8_t>(presigner.outcome());
  for (const auto& [sender, outcome] : outcomes_) {
    if (outcome != expected) report(failures, sender, "B-CONF", "R3e.outcome: contradicts the R3 messages");
  }
  return failures;
}

Result<std::unique_ptr<PresignSession>> PresignSession::create(std::shared_ptr<const KeyShare> share,
                                                               std::vector<PartyIndex> signers,
                                                               const std::vector<Bytes32>& sid_values, Proving proving,
                                                               std::size_t count, Rng& rng,
                                                               std::shared_ptr<proofs::Randomness> randomness) {
  auto set = SigningSet::create(*share, std::move(signers));
  if (!set) return set.error();
  const auto ssid = presigning_ssid({"presign", proving, count, std::nullopt}, *share, *set, sid_values);
  if (!ssid) return ssid.error();
  Presigner presigner(std::move(share), std::move(*set), std::move(proving), count, *ssid, rng, std::move(randomness));
  return std::unique_ptr<PresignSession>(new PresignSession(std::move(presigner)));
}

Result<Bytes> PresignSession::round4(ByteView echo) {
  echo3_ = Bytes(echo.begin(), echo.end());
  if (presigner_.outcome() == PresignOutcome::ok) {
    auto finished = presigner_.finish(echo);
    if (!finished) return finished.error();
    presignatures_ = std::move(*finished);
  }
  return OutcomeRound::encode(presigner_.outcome(), echo);
}

Failures PresignSession::check_round4() const {
  if (Failures differing = presigner_.compare_echoes(echo3_); !differing.empty()) return differing;
  return outcomes_.check(presigner_);
}

std::vector<Presignature> PresignSession::presignatures(const Bytes& certificate, std::uint64_t expiry) {
  MPC_ASSERT(!presignatures_.empty());
  std::vector<Presignature> out = std::exchange(presignatures_, {});
  for (Presignature& presignature : out) {
    presignature.label.certificate = certificate;
    presignature.label.expiry = expiry;
  }
  return out;
}

}  // namespace mpc::protocol
