// Further ring-Pedersen generators of the members of a key (batch-range-proofs.md 2.3), which grids of several
// presignatures need, and the session "generators" in which they are exchanged.  Experimental, as the proofs are.
//
//   G1  broadcast: s_2 .. s_L, and BPRM for all L generators, s_1 of the auxiliary information among them
//   G2  broadcast: the echo of G1
#pragma once

#include <memory>

#include "protocol/key_share.h"

namespace mpc::protocol {

/// s_1 .. s_L of every member, proven to be powers of its t.
class Generators {
 public:
  /// What the members of a share broadcast in G1 of the exchange `ssid`, our own message included. count: L, which
  /// is_count allows (asserted). Adds B-DEC and B-BPRM, and is empty where it added any.
  static std::optional<Generators> from_messages(const KeyShare& share, const Bytes32& ssid, std::size_t count,
                                                 const Messages& messages, Failures& failures);
  static bool is_count(std::size_t count);

  /// The messages, for a file: nothing of it is secret. Our own logarithms follow from the share.
  Bytes to_bytes() const;
  /// Verifies everything again, under the parameters of the share. E_DECODE; E_CONTEXT for generators that belong to
  /// other parameters; E_RECORD, naming the member whose message does not hold.
  static Result<Generators> from_bytes(const KeyShare& share, ByteView data);

  std::size_t count() const { return count_; }
  const Bytes32& ssid() const { return ssid_; }
  /// H-256(TE("generators", ssid, aux digest, L, lists of all)): what a session hashes that makes use of them.
  const Bytes32& digest() const { return digest_; }
  /// E_CONTEXT unless they are generators of this share's parameters.
  Refusal check_share(const KeyShare& share) const;

  /// The parameters of a member with its first `count` generators, at most count() (asserted). Our own know the
  /// factors of Nh and all logarithms, as those of the share do.
  pedersen::Params of(PartyIndex party, std::size_t count) const;

 private:
  Generators(const KeyShare& share, const Bytes32& ssid, std::size_t count, Messages messages);
  void set_digest(const AuxRecord& aux);

  PartyIndex index_;
  Bytes32 aux_digest_;
  Bytes32 ssid_;
  std::size_t count_;
  Messages messages_;
  Bytes32 digest_{};
  std::map<PartyIndex, pedersen::Params> params_;
};

/// Our own parameters with lam_2 .. lam_L, which are never stored: they are drawn from a hash of the secrets of the
/// auxiliary information and of the exchange's name, so the same exchange has the same ones again.
pedersen::Trapdoor own_generators(const AuxShare& aux, const Bytes32& ssid, std::size_t count);

/// One member's part in one exchange.
class GeneratorsRun {
 public:
  /// E_CONTEXT unless there is one sid value for each member; E_PARAMETER for a count that is_count refuses.
  static Result<std::unique_ptr<GeneratorsRun>> create(std::shared_ptr<const KeyShare> share, std::size_t count,
                                                       const std::vector<Bytes32>& sid_values, Rng& rng);
  /// Payload of G1.
  static std::size_t message_bytes(const Profile& profile, std::size_t count);

  const Bytes32& ssid() const { return ssid_; }
  /// G1.
  Bytes round1();
  /// G2 of all; own: our own echo vector. E_ECHO with party 0 unless all are alike.
  Failures check_round2(const Messages& broadcast, ByteView own) const;
  /// G1 of all, once the echoes were compared. B-DEC, B-BPRM.
  Failures check_round1(const Messages& broadcast);
  /// Once check_round1 has passed.
  const std::shared_ptr<const Generators>& result() const { return result_; }

 private:
  GeneratorsRun(std::shared_ptr<const KeyShare> share, std::size_t count, const Bytes32& ssid, Rng& rng)
      : share_(std::move(share)), count_(count), ssid_(ssid), rng_(rng) {}

  std::shared_ptr<const KeyShare> share_;
  std::size_t count_;
  Bytes32 ssid_;
  Rng& rng_;
  std::shared_ptr<const Generators> result_;
};

}  // namespace mpc::protocol
