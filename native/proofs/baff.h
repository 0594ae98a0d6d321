// BAFF(P), one proof for the affine operations of P presignatures towards one counterparty, two on every ciphertext of
// hers: with gamma_u and with w, the same for all u (batch-range-proofs.md 4). For u = 1..P and b in {gamma, x}:
//     D_bu = C_u^x_bu enc_N0(y_bu; rho_bu),   Y_bu = enc_N1(y_bu; rho'_bu),   Gamma_u = gamma_u G,   W = w G
// with x_gamma,u = gamma_u and x_x,u = w. What its two forms share, baff_a1.h and baff_grid.h: they differ in how they
// commit to the witnesses.
#pragma once

#include "proofs/claims.h"
#include "proofs/randomness.h"
#include "transcript/wire.h"

namespace mpc::proofs::baff {

constexpr std::size_t max_presignatures = 64;

/// Where the proof belongs.
struct Session {
  const Profile* profile;
  Bytes32 ssid;
  std::uint64_t round;
  Bytes32 prover, verifier;  // pids
};

/// Something for each of the two operations on one ciphertext.
template <class T>
struct Pair {
  T gamma, x;
};

/// What the operations are applied to, and the points that bind their multipliers. D and Y are made by
/// operate_and_prove.
struct Operand {
  paillier::PublicKey n0;  // the receiver's and verifier's
  paillier::PublicKey n1;  // the prover's
  std::vector<Nat> c;
  std::vector<Point> cap_gamma;
  Point cap_w;
};

struct Results {
  std::vector<Pair<Nat>> d, y;
};

struct Statement : Operand, Results {};

/// y, rho and rho' of one operation. Borrowed: must outlive the task.
struct MaskWitness {
  const Secret<Int>& y;  // |y| <= 2^lp
  const paillier::Nonce& rho;
  const paillier::Nonce& rho_y;
};

struct Witness {
  std::vector<const Secret<Int>*> gamma;  // |gamma| <= 2^l
  const Secret<Int>& w;                   // |w| <= 2^l
  std::vector<Pair<MaskWitness>> masks;
};

/// The first messages about the operations themselves.
struct FirstMessage {
  Nat cap_a, cap_by;
  Point cap_bx;

  void encode(transcript::Writer& out, const Profile& profile) const;
  static FirstMessage decode(transcript::Reader& in, const Profile& profile, const paillier::PublicKey& n0,
                             const paillier::PublicKey& n1);
};

/// One for each operation.
using Challenges = std::vector<Pair<Int>>;

/// Appends D and Y of all operations.
void add_operations(std::vector<Product>& jobs, const Profile& profile, const Operand& operand, const Witness& witness);
/// Takes their residues, from `next` on.
Results take_operations(std::size_t presignatures, std::vector<Secret<Nat>>::const_iterator& next);

/// w = r prod rho_bu^e_bu mod N0    w_y = r_y prod rho'_bu^e_bu mod N1
std::vector<Product> randomisers(const Operand& operand, const Witness& witness, const Challenges& e,
                                 const paillier::Nonce& r, const paillier::Nonce& r_y);

/// The place and the numbers, then N0 and N1: how the transcripts of both forms begin.
Encoder open_transcript(std::string_view label, const Session& session, const Statement& statement);
/// C_u, D_u, Y_u, Gamma_u for every u, then W.
void absorb_operations(Encoder& transcript, const Statement& statement);
/// A, B_y, B_X.
void absorb_first(Encoder& transcript, const Statement& statement, const FirstMessage& first);

/// Refuses a Gamma_u or W that is the identity.
Refusal check_points(std::string_view proof, const Statement& statement);

/// What answers the challenges about the operations themselves.
struct Answer {
  std::vector<Int> z1;  // by u
  Int z2;
  const Nat& w;
  const Nat& w_y;
};
/// prod C_u^z1_u enc_N0(z2; w) == A prod D_bu^e_bu    enc_N1(z2; w_y) == By prod Y_bu^e_bu
/// (sum z1_u) G == B_X + sum (e_gu Gamma_u + e_xu W);  commitments are for the caller to add.
Claim operations_claim(std::string_view proof, const Statement& statement, const FirstMessage& first,
                       const Challenges& e, const Answer& answer);

}  // namespace mpc::proofs::baff
