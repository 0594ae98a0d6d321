#include "protocol/common.h"

#include <algorithm>
#include <stdexcept>

#include "proofs/verify_batch.h"

namespace mpc::protocol {

Seat make_seat(PartyIndex index, const Bytes32& identity_key) { return {index, identity_key, pid(identity_key)}; }

const Seat* find_seat(const std::vector<Seat>& seats, PartyIndex index) {
  const auto found = std::find_if(seats.begin(), seats.end(), [&](const Seat& s) { return s.index == index; });
  return found == seats.end() ? nullptr : &*found;
}

void append_seats(Encoder& out, const std::vector<Seat>& seats) {
  Encoder rows;
  for (const Seat& seat : seats) {
    Encoder row;
    row.u64(seat.index).bytes(seat.pid);
    rows.list(2, row);
  }
  out.list(seats.size(), rows);
}

bool names_party(const Failures& failures, PartyIndex party) {
  return std::any_of(failures.begin(), failures.end(), [&](const Failure& f) { return f.party == party; });
}

void report(Failures& failures, PartyIndex party, std::string code, std::string detail) {
  if (!names_party(failures, party)) failures.push_back({party, std::move(code), std::move(detail)});
}

namespace {

void report_all(Failures& failures, const auto& checks, const std::vector<Refusal>& refusals) {
  for (std::size_t i = 0; i < checks.size(); ++i) {
    if (refusals[i]) report(failures, checks[i].party, checks[i].code, refusals[i]->detail);
  }
  std::sort(failures.begin(), failures.end(), [](const Failure& a, const Failure& b) { return a.party < b.party; });
}

}  // namespace

void run_checks(Batch& batch, std::vector<Check> checks, Failures& failures) {
  std::vector<Task<Refusal>> tasks;
  tasks.reserve(checks.size());
  for (Check& check : checks) tasks.push_back(std::move(check.verification));
  report_all(failures, checks, batch.run_all(std::move(tasks)));
}

void run_checks(Batch& batch, std::vector<ProofCheck> checks, Failures& failures, paillier::Decryptions* own) {
  std::vector<Result<proofs::Claim>> claims;
  for (ProofCheck& check : checks) claims.push_back(std::move(check.claim));
  // The weights of this verification are nobody's business: never from a session's generator.
  report_all(failures, checks, proofs::verify_batch_var(batch, claims, system_rng(), own));
}

void expect_senders(const Messages& messages, const std::vector<Seat>& seats, PartyIndex left_out) {
  std::vector<PartyIndex> expected;
  for (const Seat& seat : seats) {
    if (seat.index != left_out) expected.push_back(seat.index);
  }
  const bool same = std::equal(messages.begin(), messages.end(), expected.begin(), expected.end(),
                               [](const auto& message, PartyIndex index) { return message.first == index; });
  if (!same) throw std::invalid_argument("a round needs one message of each party of the session");
}

}  // namespace mpc::protocol
