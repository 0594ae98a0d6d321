// Exact ranges between strangers: BEXACT towards one verifier (batch-range-proofs.md 7), who publishes further
// generators for it besides its setup.  Experimental: the argument in docs/paper.md has not been reviewed by others.
#pragma once

#include "proofs/bexact.h"
#include "ranges/batch.h"

namespace mpc::ranges {

constexpr std::size_t generators_per_value = 4;
/// By how many bits the masks of an exact proof are longer than what they hide.
constexpr std::size_t exact_hiding = 128;

/// A setup's parameters with s_2 .. s_L as published, all of them powers of t (bprm). The setup stays as it is, and
/// these belong to it by its id.
struct ExactSetup {
  const Profile* profile;
  Bytes32 id;                 // of the setup
  pedersen::Params pedersen;  // with four generators for each value
  Bytes encoding;             // with the proof

  /// The most values that one proof can be about.
  std::size_t values() const { return pedersen.generators() / generators_per_value; }

  /// Variable time. E_DECODE, E_VERSION, E_MODULUS; E_CONTEXT for generators of another setup; E_PROOF.
  static Result<ExactSetup> decode_var(const Setup& setup, ByteView encoding);
};

/// Our own, with the logarithms. They follow from the secrets of the setup, which are what is kept.
class OwnExactSetup {
 public:
  /// Always the same generators, of which fewer values take the first, with a new proof. E_PARAMETER for no values or
  /// more than bexact::max_values.
  static Result<OwnExactSetup> derive(const OwnSetup& own, std::size_t values, Rng& rng);

  const ExactSetup& setup() const { return setup_; }

 private:
  explicit OwnExactSetup(ExactSetup setup) : setup_(std::move(setup)) {}

  ExactSetup setup_;
};

/// What prover and verifier must agree on. Every value lies in [0, upper], and that is proven: no more, no less.
struct ExactTerms {
  Bytes context;  // as in Terms
  Bytes prover;
  Nat upper;

  /// E_PARAMETER: no values or more than the verifier has generators for, upper 0 or 2^bexact::max_upper_bits.
  Refusal check_var(const ExactSetup& verifier, std::size_t values) const;
};

/// The encoding of a proof for one verifier. The search for squares is variable time in the values: arith/squares.h.
/// E_PARAMETER, naming a value out of range by its place; E_PROFILE.
Result<Bytes> prove_exact_var(const Encrypted& encrypted, const ExactTerms& terms, const ExactSetup& verifier,
                              Rng& rng);

struct ReceivedExactProof {
  ExactTerms terms;
  Received received;
};

/// As verify_batch_var, with the same errors.
std::vector<Refusal> verify_exact_batch_var(const OwnExactSetup& own, const std::vector<ReceivedExactProof>& proofs,
                                            Rng& weights);

}  // namespace mpc::ranges
