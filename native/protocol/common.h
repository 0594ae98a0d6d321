// Types that all protocols share.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "paillier/decryptions.h"
#include "proofs/claims.h"
#include "protocol/identity.h"
#include "transcript/wire.h"

namespace mpc::protocol {

using curve::Point;
using curve::Scalar;
using modexp::Batch;
using modexp::Task;
using proofs::Profile;
using transcript::Encoder;
using transcript::Reader;
using transcript::Writer;

using PartyIndex = std::uint16_t;

/// Payloads of one round by sender (or by recipient, for what we send).
using Messages = std::map<PartyIndex, Bytes>;

/// A place in a session: the index that the key record assigns, and the identity behind it.
struct Seat {
  PartyIndex index;
  Bytes32 identity_key;
  Bytes32 pid;
};
Seat make_seat(PartyIndex index, const Bytes32& identity_key);
/// The seat of that index; null when there is none.
const Seat* find_seat(const std::vector<Seat>& seats, PartyIndex index);
/// Appends a list of list(u64 index, bytes pid).
void append_seats(Encoder& out, const std::vector<Seat>& seats);

/// A check of a received message that did not pass. party = 0 when nobody can be named.
struct Failure {
  PartyIndex party;
  std::string code;  // specification 4.8
  std::string detail;
};
using Failures = std::vector<Failure>;

/// One verification of one party's message, to be run together with others.
struct Check {
  PartyIndex party;
  const char* code;
  Task<Refusal> verification;
};
/// Runs all checks, sharing engine runs, and adds the first failure of each party that has none yet; sorts by party.
void run_checks(Batch& batch, std::vector<Check> checks, Failures& failures);
/// One received proof of a round whose proofs are verified together.
struct ProofCheck {
  PartyIndex party;
  const char* code;
  Result<proofs::Claim> claim;
};
/// The same for proofs, by batch verification; own as in proofs::verify_batch_var.
void run_checks(Batch& batch, std::vector<ProofCheck> checks, Failures& failures, paillier::Decryptions* own = nullptr);
/// Appends a failure unless the party has one already: one code per sender.
void report(Failures& failures, PartyIndex party, std::string code, std::string detail);

bool names_party(const Failures& failures, PartyIndex party);

/// The messages of a round must come from exactly these seats; std::invalid_argument otherwise, since the caller
/// collects them.
void expect_senders(const Messages& messages, const std::vector<Seat>& seats, PartyIndex left_out = 0);

/// A proof as its message carries it.
Bytes encode_proof(const auto& proof, const Profile& profile) {
  Writer out;
  proof.encode(out, profile);
  return out.take();
}

}  // namespace mpc::protocol
