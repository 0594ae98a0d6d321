// Presigning, rounds R1 to R3 (specification 4.5). One object is one signer's part in one session, which makes P
// presignatures; it lives in memory only.
#pragma once

#include "protocol/presign_proofs.h"
#include "protocol/presignature.h"

namespace mpc::protocol {

/// How the sums of R3 came out: those of the smallest u where one failed, (N) before (X).
enum class PresignOutcome : std::uint8_t {
  ok = 0,
  nonce_sum_failed = 1,  // (N): delta G != sum Delta_m
  chi_sum_failed = 2,    // (X): delta X_c != sum S_m
};

/// The most presignatures of one session.
constexpr std::size_t max_presignatures = 64;

class Presigner {
 public:
  /// proving: what presigning_ssid admits. count: P, 1 to max_presignatures; 1 in mode 0. randomness: a pool that
  /// was filled ahead; none: all is drawn.
  Presigner(std::shared_ptr<const KeyShare> share, SigningSet set, Proving proving, std::size_t count, Bytes32 ssid,
            Rng& rng, std::shared_ptr<proofs::Randomness> randomness = nullptr);

  const Bytes32& ssid() const { return state_.ssid; }
  const SigningSet& set() const { return state_.set; }
  const KeyShare& key() const { return *state_.share; }

  // Messages maps hold one payload of every signer for a broadcast, of every other signer for a private one.
  std::pair<Bytes, Messages> round1();
  /// B-DEC; B-ENC0, B-ENC1 or B-BENC. Later calls need an empty answer; likewise for the other checks.
  Failures check_round1(const Messages& broadcast, const Messages& to_us);
  /// echo: the m-hashes of the R1 broadcasts in index order.
  std::pair<Bytes, Messages> round2(ByteView echo);
  /// B-DEC.
  Failures receive_round2(const Messages& broadcast, const Messages& to_us);
  /// E_ECHO with party 0; B-HASH, B-ELOG2; B-AFF, B-AFFH or B-BAFF; PRESIGN_RESTART with party 0 when a Gamma is O.
  Failures check_round2();
  Bytes round3(ByteView echo);
  Failures receive_round3(const Messages& broadcast);
  /// E_ECHO with party 0; B-ELOG3; PRESIGN_RESTART with party 0 when a delta is zero. Sets outcome(); a failed one
  /// wipes all.
  Failures check_round3();
  PresignOutcome outcome() const { return outcome_; }
  /// Echo vectors found in the last received round, by sender.
  const std::map<PartyIndex, Bytes>& echoes() const { return echoes_; }
  void set_echoes(std::map<PartyIndex, Bytes> echoes) { echoes_ = std::move(echoes); }

  /// For outcome ok, once: the presignatures, without certificate and expiry; everything else secret is wiped. echo: of
  /// the R3 broadcasts. E_INTERNAL when a presignature contradicts its public values.
  Result<std::vector<Presignature>> finish(ByteView echo);

  /// E_ECHO with party 0 unless every echo vector of the last received round equals `own`.
  Failures compare_echoes(ByteView own) const;

 private:
  using State = PresignState;

  const Profile& profile() const { return state_.profile(); }
  PartyIndex self() const { return state_.self(); }
  proofs::Context elog_context(PartyIndex prover, std::uint64_t round, const char* slot, std::size_t u) const;
  proofs::elog::Statement elog_statement2(PartyIndex prover, std::size_t u) const;
  proofs::elog::Statement elog_statement3(PartyIndex prover, std::size_t u) const;
  Conversions<Bytes32> mta_hashes(PartyIndex from, PartyIndex to, std::size_t u,
                                  const Conversions<State::Mta>& results) const;
  bool draw_nonces();
  Bytes encode_round1(ByteView proofs) const;
  void decode_round1(Reader& in, PartyIndex sender);
  void draw_masks();
  Refusal decode_round2(const Messages& broadcast, const Messages& to_us, PartyIndex sender);
  void check_opening(PartyIndex sender, Failures& failures) const;
  bool add_gammas();
  void take_shares(const paillier::Decryptions& own);
  Secret<Scalar> converted(std::size_t u, Secret<Int> Conversions<Secret<Int>>::* share,
                           State::MtaMask Conversions<State::MtaMask>::* mask, const Scalar& multiplier) const;
  PresignOutcome check_sums(std::size_t u);
  void forget();
  Presignature normalised(std::size_t u, const Bytes32& tr) const;
  PresignatureLabel label(std::size_t u, const Bytes32& tr) const;

  State state_;
  std::unique_ptr<PresignProofs> proofs_;
  Rng& rng_;
  std::map<PartyIndex, PresignProofs::Checks> round2_checks_;
  /// dec(D_ji), dec(D^_ji), from the check of R2 to R3.
  std::map<PartyIndex, std::vector<Conversions<Secret<Int>>>> shares_;
  std::map<PartyIndex, Bytes> echoes_;
  Bytes echo1_, echo2_;  // our own vectors
  std::vector<Point> gamma_;
  std::vector<Secret<Scalar>> chi_;
  std::vector<Scalar> delta_;
  PresignOutcome outcome_ = PresignOutcome::ok;
};

/// Appends an echo vector, 32 bytes per seat, as a list of bytes.
void append_echo(Encoder& out, ByteView echo);

}  // namespace mpc::protocol
