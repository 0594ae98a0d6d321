// Presigning, rounds R1 to R3 (specification 4.5, proof mode 0). One object is one signer's part in one session, and
// lives in memory only.
#pragma once

#include "proofs/aff_g.h"
#include "proofs/elog.h"
#include "proofs/enc_elg.h"
#include "protocol/presignature.h"
#include "protocol/signing_set.h"

namespace mpc::protocol {

/// How the sums of R3 came out.
enum class PresignOutcome : std::uint8_t {
  ok = 0,
  nonce_sum_failed = 1,  // (N): delta G != sum Delta_m
  chi_sum_failed = 2,    // (X): delta X_c != sum S_m
};

class Presigner {
 public:
  Presigner(std::shared_ptr<const KeyShare> share, SigningSet set, Bytes32 ssid, Rng& rng);

  const Bytes32& ssid() const { return ssid_; }
  const SigningSet& set() const { return set_; }
  const KeyShare& key() const { return *share_; }
  std::vector<Seat> seats() const;

  // Messages maps hold one payload of every signer for a broadcast, of every other signer for a private one.
  std::pair<Bytes, Messages> round1();
  /// B-DEC, B-ENC0, B-ENC1. Later calls need an empty answer; likewise for the other checks.
  Failures check_round1(const Messages& broadcast, const Messages& to_us);
  /// echo: the m-hashes of the R1 broadcasts in index order.
  std::pair<Bytes, Messages> round2(ByteView echo);
  /// B-DEC.
  Failures receive_round2(const Messages& broadcast, const Messages& to_us);
  /// E_ECHO with party 0; B-HASH, B-ELOG2, B-AFF, B-AFFH; PRESIGN_RESTART with party 0 when Gamma = O.
  Failures check_round2();
  Bytes round3(ByteView echo);
  Failures receive_round3(const Messages& broadcast);
  /// E_ECHO with party 0; B-ELOG3; PRESIGN_RESTART with party 0 when delta = 0. Sets outcome(); a failed one wipes all.
  Failures check_round3();
  PresignOutcome outcome() const { return outcome_; }
  /// Echo vectors found in the last received round, by sender.
  const std::map<PartyIndex, Bytes>& echoes() const { return echoes_; }
  void set_echoes(std::map<PartyIndex, Bytes> echoes) { echoes_ = std::move(echoes); }

  /// For outcome ok, once: the presignature, without certificate and expiry; everything else secret is wiped. echo: of
  /// the R3 broadcasts. E_INTERNAL when the presignature contradicts its public values.
  Result<Presignature> finish(ByteView echo);

  /// E_ECHO with party 0 unless every echo vector of the last received round equals `own`.
  Failures compare_echoes(ByteView own) const;

 private:
  /// The secrets of R1.
  struct Nonces {
    Secret<Scalar> k, gamma, a, b, y;
    Secret<Int> k_int, gamma_int;  // bal(k), bal(gamma)
    Secret<Nat> rho, nu;
  };
  /// A signer's R1 broadcast.
  struct Round1 {
    Nat cap_k, cap_g;
    Point cap_y, a1, a2, b1, b2;
  };
  /// One direction of multiplicative-to-additive conversion: D under the receiver's key, F under the sender's.
  struct Mta {
    Nat d, f;
    proofs::aff_g::Proof proof;
  };
  struct Round2 {
    Point gamma;
    proofs::elog::Proof elog;
    std::map<PartyIndex, std::pair<Bytes32, Bytes32>> hashes;  // (h, h^) by recipient
    Mta nonce, chi;                                            // addressed to us; unset in our own entry
  };
  struct Round3 {
    Scalar delta;
    Point cap_delta, cap_s;
    proofs::elog::Proof elog;
  };
  /// Masks of one of our MtA messages; kept until their share is subtracted.
  struct MtaMask {
    Secret<Int> u;
    Secret<Nat> s, r;
  };

  const AuxEntry& aux(PartyIndex j) const { return share_->aux.record.entry(j); }
  const Profile& profile() const { return *share_->record.profile; }
  PartyIndex self() const { return share_->index; }
  proofs::Context context(PartyIndex prover, std::uint64_t round, const char* slot,
                          std::optional<PartyIndex> verifier = std::nullopt) const;
  /// Which of a signer's secrets a proof or a conversion is about.
  enum class Branch : std::uint8_t { k, gamma, w };
  proofs::enc_elg::Statement enc_elg_statement(PartyIndex prover, Branch branch) const;
  proofs::aff_g::Operand affine_operand(PartyIndex prover, PartyIndex receiver, Branch branch) const;
  Bytes32 mta_hash(const char* label, PartyIndex from, PartyIndex to, const Nat& d, const Nat& f) const;
  void draw_nonces();
  modexp::Task<bool> encrypt_nonces(Batch& batch, proofs::enc_elg::Statement& k, proofs::enc_elg::Statement& gamma);
  void forget();
  Bytes encode_round1() const;
  Refusal decode_round1(ByteView payload, PartyIndex sender);
  Refusal decode_round2(const Messages& broadcast, const Messages& to_us, PartyIndex sender);
  Mta decode_mta(Reader& in, PartyIndex sender) const;
  MtaMask draw_mask(PartyIndex receiver);
  Secret<Scalar> converted(const std::map<PartyIndex, Secret<Int>>& alpha, const std::map<PartyIndex, MtaMask>& masks,
                           const Scalar& multiplier) const;
  modexp::Task<bool> decrypt_shares(Batch& batch);

  std::shared_ptr<const KeyShare> share_;
  SigningSet set_;
  Bytes32 ssid_;
  Rng& rng_;
  std::optional<Nonces> nonces_;
  Secret<Int> w_int_;  // bal(w_i)
  std::map<PartyIndex, Round1> round1_;
  std::map<PartyIndex, Round2> round2_;
  std::map<PartyIndex, Round3> round3_;
  std::map<PartyIndex, MtaMask> nonce_masks_, chi_masks_;
  std::map<PartyIndex, Secret<Int>> alpha_, hat_alpha_;  // dec(D_ji), dec(D^_ji), from the check of R2 to R3
  std::map<PartyIndex, Bytes> echoes_;
  Bytes echo1_, echo2_;  // our own vectors
  Point gamma_;
  Secret<Scalar> chi_;
  Scalar delta_;
  PresignOutcome outcome_ = PresignOutcome::ok;
};

/// Appends an echo vector, 32 bytes per seat, as a list of bytes.
void append_echo(Encoder& out, ByteView echo);

}  // namespace mpc::protocol
