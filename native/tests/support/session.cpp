#include "tests/support/session.h"

#include <algorithm>
#include <cstdlib>

#include "tests/support/fixtures.h"

namespace mpc::fixtures {

namespace {

constexpr PartyIndex parties = 2;

/// What every party sends to all, and what each sends to each: [sender][recipient].
struct Round {
  Messages broadcast;
  std::map<PartyIndex, Messages> to_each;

  void add(PartyIndex sender, std::pair<Bytes, Messages> out) {
    broadcast[sender] = std::move(out.first);
    to_each[sender] = std::move(out.second);
  }
  Messages received_by(PartyIndex party) const {
    Messages out;
    for (const auto& [sender, messages] : to_each) {
      if (sender != party) out.emplace(sender, messages.at(party));
    }
    return out;
  }
};

void expect_none(const protocol::Failures& failures) {
  for (const auto& f : failures) std::fprintf(stderr, "party %u: %s: %s\n", f.party, f.code.c_str(), f.detail.c_str());
  MPC_ASSERT(failures.empty());
}

std::vector<Bytes32> sid_values(std::size_t count, Rng& rng) {
  std::vector<Bytes32> out(count);
  std::generate(out.begin(), out.end(), [&] { return random32(rng); });
  return out;
}

std::vector<protocol::AuxShare> make_aux(const std::vector<protocol::Seat>& seats, Rng& rng) {
  const auto values = sid_values(parties, rng);
  std::map<PartyIndex, std::unique_ptr<protocol::AuxInfo>> runs;
  Messages a1, a2, a4;
  Round a3;
  for (PartyIndex i = 1; i <= parties; ++i) {
    auto run = protocol::AuxInfo::create({&proofs::toy, seats, i, values}, toy_primes(i), rng);
    MPC_ASSERT(run);
    runs[i] = std::move(*run);
    a1[i] = runs[i]->round1();
    a2[i] = runs[i]->round3();
  }
  for (auto& [i, run] : runs) expect_none(run->check_openings(a1, a2));
  for (auto& [i, run] : runs) a3.add(i, run->round4());
  for (auto& [i, run] : runs) expect_none(run->check_proofs(a3.broadcast, a3.received_by(i)));
  for (auto& [i, run] : runs) a4[i] = run->round5();
  std::vector<protocol::AuxShare> out;
  for (auto& [i, run] : runs) {
    expect_none(run->check_confirmations(a4));
    out.push_back(run->result());
  }
  return out;
}

std::vector<PartyIndex> indices(const std::vector<std::shared_ptr<const KeyShare>>& shares) {
  std::vector<PartyIndex> out;
  for (const auto& share : shares) out.push_back(share->index);
  return out;
}

/// R1 to R3 of a protocol that presigns; returns the R3 broadcasts.
template <class Run>
Messages run_presign_rounds(const std::map<PartyIndex, std::unique_ptr<Run>>& runs) {
  Round r1, r2;
  Messages r3;
  for (auto& [i, run] : runs) r1.add(i, run->presigner().round1());
  for (auto& [i, run] : runs) expect_none(run->presigner().check_round1(r1.broadcast, r1.received_by(i)));
  for (auto& [i, run] : runs) r2.add(i, run->presigner().round2(echo_of(r1.broadcast)));
  for (auto& [i, run] : runs) {
    expect_none(run->presigner().receive_round2(r2.broadcast, r2.received_by(i)));
    expect_none(run->presigner().check_round2());
  }
  for (auto& [i, run] : runs) r3[i] = run->presigner().round3(echo_of(r2.broadcast));
  for (auto& [i, run] : runs) {
    expect_none(run->presigner().receive_round3(r3));
    expect_none(run->presigner().check_round3());
  }
  return r3;
}

}  // namespace

protocol::PrimeSet toy_primes(PartyIndex party) {
  const Party& owner = party == 1 ? alice() : bob();
  protocol::PrimeSet out{&proofs::toy, owner.key.p().clone(), owner.key.q().clone(), owner.trapdoor.p().clone(),
                         owner.trapdoor.q().clone()};
  for (Secret<Nat>* prime : {&out.p, &out.q, &out.hat_p, &out.hat_q}) prime->taint();
  return out;
}

std::vector<std::shared_ptr<const KeyShare>> toy_key(Rng& rng) {
  setenv("MPC_FAST_INSECURE_TEST_PROFILE", "1", 1);
  std::vector<std::shared_ptr<const protocol::Identity>> identities;
  std::vector<protocol::Seat> seats;
  for (PartyIndex i = 1; i <= parties; ++i) {
    identities.push_back(std::make_shared<const protocol::Identity>(protocol::Identity::generate(rng)));
    seats.push_back(protocol::make_seat(i, identities.back()->public_key()));
  }
  const auto aux = make_aux(seats, rng);
  const auto values = sid_values(parties, rng);
  std::map<PartyIndex, std::unique_ptr<protocol::Dkg>> runs;
  Messages v1, v2, v4;
  Round v3;
  for (PartyIndex i = 1; i <= parties; ++i) {
    auto run = protocol::Dkg::create({identities[i - 1U], seats, i, 2, "key", values, aux[i - 1U]}, rng);
    MPC_ASSERT(run);
    runs[i] = std::move(*run);
    v1[i] = runs[i]->round1();
    v2[i] = runs[i]->round3();
  }
  for (auto& [i, run] : runs) expect_none(run->check_openings(v1, v2));
  for (auto& [i, run] : runs) v3.add(i, run->round4());
  for (auto& [i, run] : runs) expect_none(run->check_shares(v3.broadcast, v3.received_by(i)));
  for (auto& [i, run] : runs) v4[i] = run->round5({});
  std::vector<std::shared_ptr<const KeyShare>> out;
  for (auto& [i, run] : runs) {
    expect_none(run->check_confirmations(v4));
    out.push_back(std::make_shared<const KeyShare>(run->result()));
  }
  return out;
}

Bytes echo_of(const Messages& broadcast) {
  Bytes out;
  for (const auto& [sender, payload] : broadcast) {
    const Bytes32 hash = transcript::h256(Encoder().u64(sender).bytes(payload));
    append(out, hash);
  }
  return out;
}

protocol::EcdsaSignature sign(const std::vector<std::shared_ptr<const KeyShare>>& shares, const Bytes32& digest,
                              Rng& rng) {
  const auto signers = indices(shares);
  const auto values = sid_values(signers.size(), rng);
  std::map<PartyIndex, std::unique_ptr<protocol::Signer>> runs;
  for (const auto& share : shares) {
    auto run = protocol::Signer::create(share, signers, values, digest, {protocol::ProofMode::batched}, rng);
    MPC_ASSERT(run);
    runs[share->index] = std::move(*run);
  }
  const Messages r3 = run_presign_rounds(runs);
  Messages r4;
  for (auto& [i, run] : runs) r4[i] = *run->round5(echo_of(r3));
  std::optional<protocol::EcdsaSignature> out;
  for (auto& [i, run] : runs) {
    expect_none(run->receive_round5(r4));
    expect_none(run->check_round5());
    const auto signature = run->signature();
    MPC_ASSERT(signature);
    out = *signature;
  }
  return *out;
}

std::vector<protocol::Presignature> presign(const std::vector<std::shared_ptr<const KeyShare>>& shares, Rng& rng,
                                            const GeneratorsOf& generators, std::size_t count,
                                            const RandomnessOf& randomness) {
  const auto signers = indices(shares);
  const auto values = sid_values(signers.size(), rng);
  std::map<PartyIndex, std::unique_ptr<protocol::PresignSession>> runs;
  for (const auto& share : shares) {
    protocol::Proving proving{protocol::ProofMode::batched};
    if (!generators.empty()) proving = {protocol::ProofMode::grid, generators.at(share->index)};
    const auto own = randomness.find(share->index);
    auto run = protocol::PresignSession::create(share, signers, values, std::move(proving), count, rng,
                                                own == randomness.end() ? nullptr : own->second);
    MPC_ASSERT(run);
    runs[share->index] = std::move(*run);
  }
  const Messages r3 = run_presign_rounds(runs);
  Messages r3e;
  for (auto& [i, run] : runs) r3e[i] = *run->round4(echo_of(r3));
  std::vector<protocol::Presignature> out;
  for (auto& [i, run] : runs) {
    expect_none(run->receive_round4(r3e));
    expect_none(run->check_round4());
    for (protocol::Presignature& made : run->presignatures({1, 2, 3}, 1000)) out.push_back(std::move(made));
  }
  return out;
}

}  // namespace mpc::fixtures
