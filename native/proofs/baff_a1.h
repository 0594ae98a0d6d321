// BAFF-A1(P), one proof for the affine operations of P presignatures towards one counterparty, two on every ciphertext
// of hers: with gamma_u and with w, the same for all u (batch-range-proofs.md 4). For u = 1..P and b in {gamma, x}:
//     D_bu = C_u^x_bu enc_N0(y_bu; rho_bu),   Y_bu = enc_N1(y_bu; rho'_bu),   Gamma_u = gamma_u G,   W = w G
// with x_gamma,u = gamma_u and x_x,u = w. Claims |x| <= 2^(l+eps_1+1) and |y| <= 2^(lp+eps_y+1) for eps_1 = eps + 1
// and eps_y = eps + ceil(log2(2P)). Each of the 2P operations has a challenge of its own.
#pragma once

#include "paillier/nonce_pool.h"
#include "proofs/claims.h"
#include "transcript/wire.h"

namespace mpc::proofs::baff_a1 {

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

struct Proof {
  /// What there is for every u.
  struct Row {
    Nat cap_s, cap_e;
    Pair<Nat> cap_t;
    Int z1, z3;
  };
  Nat cap_s_x;
  std::vector<Row> rows;
  Nat cap_f, cap_a, cap_by;
  Point cap_bx;
  Int z2, z4;
  Nat w, w_y;

  void encode(transcript::Writer& out, const Profile& profile) const;
  static Proof decode(transcript::Reader& in, const Profile& profile, std::size_t presignatures,
                      const paillier::PublicKey& n0, const paillier::PublicKey& n1, const pedersen::Params& verifier);
};

struct Outcome {
  Results results;
  Proof proof;
};

/// Computes D and Y together with the proof's first messages, in one engine run, then the responses in a second one.
/// The witness and rng must outlive the task.
Task<Outcome> operate_and_prove(Batch& batch, Session session, Operand operand, Witness witness,
                                pedersen::Params verifier, paillier::NonceSource& nonces, Rng& rng);
Result<Claim> claim_var(const Session& session, const Statement& statement, const Proof& proof,
                        const pedersen::Params& verifier);

}  // namespace mpc::proofs::baff_a1
