// Sessions that presign: their name, R3e, and the protocol "presign" (specification 4.5), whose presignatures are kept
// for messages that come later.
#pragma once

#include "protocol/presign.h"

namespace mpc::protocol {

/// What the signers have agreed on: protocol "presign", or "sign" with a digest and one presignature for it.
struct PresignPlan {
  const char* protocol;
  Proving proving;
  std::size_t count;  // P
  std::optional<Bytes32> digest;
};
/// The session's name. One sid value per signer: E_CONTEXT. Mode 2 needs generators, and the others take none:
/// E_PARAMETER, also for too few; E_CONTEXT for those of another share.
Result<Bytes32> presigning_ssid(const PresignPlan& plan, const KeyShare& share, const SigningSet& set,
                                const std::vector<Bytes32>& sid_values);

/// Randomness for presigning, made ahead for one share (batch-range-proofs.md 6.1): nonces of the encryptions of
/// sessions to come, under our own key and those of the counterparties, and blindings of the commitments of mode 1.
class PresignPool {
 public:
  explicit PresignPool(std::shared_ptr<const KeyShare> share) : share_(std::move(share)) {}

  /// For so many more sessions of `count` presignatures among these signers, in mode 1; those of mode 2 take the nonces
  /// and few of the blindings. What is there already counts. E_SIGNERS.
  Refusal fill(const std::vector<PartyIndex>& signers, std::size_t count, std::size_t sessions, Rng& rng);
  /// For how many such sessions there is enough.
  Result<std::size_t> sessions(const std::vector<PartyIndex>& signers, std::size_t count) const;
  void clear() { randomness_->clear(); }
  const std::shared_ptr<const KeyShare>& share() const { return share_; }
  const std::shared_ptr<proofs::RandomnessPool>& randomness() const { return randomness_; }

 private:
  std::shared_ptr<const KeyShare> share_;
  std::shared_ptr<proofs::RandomnessPool> randomness_ = std::make_shared<proofs::RandomnessPool>();
};

/// R3e: how the sums of R3 came out for a signer, and its echo of the R3 broadcasts.
class OutcomeRound {
 public:
  static Bytes encode(PresignOutcome outcome, ByteView echo);

  /// Of some signers; the echoes become those of the presigner. B-DEC.
  Failures receive(const Messages& broadcast, Presigner& presigner);
  /// B-CONF: an outcome that contradicts the agreed R3 messages. Call once the echoes were compared.
  Failures check(const Presigner& presigner) const;

 private:
  std::map<PartyIndex, std::uint8_t> outcomes_;
};

class PresignSession {
 public:
  /// count: P, which the caller has checked. E_SIGNERS, E_RECORD, E_CONTEXT, E_PARAMETER.
  static Result<std::unique_ptr<PresignSession>> create(std::shared_ptr<const KeyShare> share,
                                                        std::vector<PartyIndex> signers,
                                                        const std::vector<Bytes32>& sid_values, Proving proving,
                                                        std::size_t count, Rng& rng,
                                                        std::shared_ptr<proofs::Randomness> randomness = nullptr);

  Presigner& presigner() { return presigner_; }
  const Presigner& presigner() const { return presigner_; }

  /// R3e. E_INTERNAL as Presigner::finish.
  Result<Bytes> round4(ByteView echo);
  /// B-DEC.
  Failures receive_round4(const Messages& broadcast) { return outcomes_.receive(broadcast, presigner_); }
  /// E_ECHO with party 0; B-CONF.
  Failures check_round4() const;
  /// Once, after check_round4 passed with outcome ok. certificate: the signed R3e messages of all.
  std::vector<Presignature> presignatures(const Bytes& certificate, std::uint64_t expiry);

 private:
  explicit PresignSession(Presigner presigner) : presigner_(std::move(presigner)) {}

  Presigner presigner_;
  OutcomeRound outcomes_;
  Bytes echo3_;
  std::vector<Presignature> presignatures_;
};

}  // namespace mpc::protocol
