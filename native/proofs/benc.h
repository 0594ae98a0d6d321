// BENC(B, M), one proof that many ciphertexts under the prover's key are in range, for all verifiers at once, each of
// them bound to an ElGamal commitment where there is one (batch-range-proofs.md 3). Cell (b, p), row by row:
//     K = enc_N(k; rho),   A = a G,   B = a Y + k G.
// Claims |k| <= 2^(l+eps_B+1) with eps_B = eps + ceil(log2 B), and nothing better: values up to about
// 2^(l+eps_B-kappa-1) always pass. Every row has a challenge of its own; a column needs a generator of its own.
//
// One mask is shared by all verifiers and rows, so it must never answer two challenges: prove() is one task that draws,
// commits, responds and forgets.
#pragma once

#include "proofs/claims.h"
#include "proofs/randomness.h"
#include "transcript/wire.h"

namespace mpc::proofs::benc {

/// Where the proof belongs. Verifiers are in canonical order.
struct Session {
  const Profile* profile;
  Bytes32 ssid;
  std::uint64_t round;
  Bytes32 prover;  // pid
};

/// The range that is claimed, and its slack: those of the profile in the protocols.
struct Range {
  std::size_t l;
  std::size_t eps;
};

struct Cell {
  Nat k;
  Point a, b;  // unused without ElGamal commitments
};

struct Statement {
  paillier::PublicKey n;  // the prover's in the protocols
  Range range;
  std::vector<Cell> cells;
  std::optional<Point> y;   // of the ElGamal commitments, if there are any
  std::size_t columns = 1;  // M
  std::size_t rows() const { return (cells.size() + columns - 1) / columns; }
};

/// Borrowed: must outlive the task.
struct CellWitness {
  const Secret<Int>& k;  // |k| <= 2^l
  const Secret<Nat>& rho;
  const Secret<Scalar>* a;  // null without ElGamal commitments
};

struct Verifier {
  Bytes32 pid;
  pedersen::Params params;  // with a generator for every column
};

/// Widths and counts of the fields of a proof.
struct Shape {
  const Profile* profile;
  Range range;
  std::size_t rows, columns, verifiers;
  bool elgamal;

  std::size_t eps_b() const;
  std::size_t z_bits() const { return range.l + eps_b(); }
  /// Bounded by the length of its field alone.
  std::size_t z_mask_bits() const { return profile->sigma + eps_b() + profile->nhb; }
};
Shape shape(const Profile& profile, const Statement& statement, std::size_t verifiers);

/// What all verifiers get.
struct Common {
  Nat cap_a;
  Point cap_z, cap_w;  // unused without ElGamal commitments
  std::vector<Int> z;
  Nat z_prime;
  Scalar w;
  std::vector<Bytes32> h;  // hashes of the commitments, one for each verifier

  void encode(transcript::Writer& out, const Shape& shape) const;
  static Common decode(transcript::Reader& in, const Shape& shape, const paillier::PublicKey& n);
};

/// What one verifier gets: commitments to the rows and to the mask, and the response for their randomness.
struct Private {
  std::vector<Nat> cap_s;
  Nat cap_c;
  Int z;

  void encode(transcript::Writer& out, const Shape& shape) const;
  static Private decode(transcript::Reader& in, const Shape& shape, const pedersen::Params& verifier);
};

struct Proof {
  Common common;
  std::vector<Private> to_each;  // by verifier
};

/// What a proof takes for every verifier.
std::vector<BlindingNeed> blindings(const Shape& shape);

/// The statement is borrowed, too; its ciphertexts are read after the first engine run only: they may be results of
/// that same run, set by a task that was started earlier.
Task<Proof> prove(Batch& batch, Session session, const Statement& statement, std::vector<CellWitness> witness,
                  std::vector<Verifier> verifiers, Randomness& randomness, Rng& rng);

/// The part of a proof that went to the verifier of that position among `verifiers`.
Result<Claim> claim_var(const Session& session, const Statement& statement, const Common& common, const Private& part,
                        const Verifier& verifier, std::size_t position);

}  // namespace mpc::proofs::benc
