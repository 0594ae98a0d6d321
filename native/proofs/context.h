// What all proofs share: the context that binds a proof to one place in one session, the opening of their transcript,
// challenges, and the way verification equations are stated.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "modexp/task.h"
#include "paillier/paillier.h"
#include "pedersen/pedersen.h"
#include "proofs/profile.h"
#include "transcript/transcript.h"

namespace mpc::proofs {

using curve::Point;
using curve::Scalar;
using modexp::Batch;
using modexp::Product;
using modexp::Task;
using transcript::Encoder;
using transcript::Xof;

/// Context items of every proof (specification 2.2).
struct Context {
  const Profile* profile;
  Bytes32 ssid;
  std::uint64_t round;
  Bytes32 prover;                   // pid
  std::optional<Bytes32> verifier;  // pid; none for a proof to everybody
  std::string slot;
  std::optional<std::uint64_t> index = std::nullopt;  // the k of slot "coeff"
  std::optional<Bytes32> rid = std::nullopt;
};

/// The first items of a proof's transcript: labels, context, all parameters.
Encoder open_transcript(const Context& context, std::string_view proof);
/// Nh, s, t of the verifier.
void absorb(Encoder& transcript, const pedersen::Params& verifier);

/// A signed challenge and its residue mod q; the two agree, so one value serves integer and curve equations.
struct Challenge {
  Int integer;
  Scalar scalar;
};
/// For enc-elg and aff-g: in [-(q-1)/2, (q-1)/2], or of 32 bits in TOY.
Challenge signed_challenge(Xof& xof, const Profile& profile);
/// For fac: in [-2^255, 2^255), or of 32 bits in TOY.
Int fac_challenge(Xof& xof, const Profile& profile);

/// |z| < 2^bits, for a response of our own that may need a fresh start.
inline bool fits_var(const Int& z, std::size_t bits) { return bits_var(z.magnitude()) <= bits; }

/// An element of a proof or statement that has to be a unit, and its name.
struct Element {
  const Nat& value;
  const char* name;
};
/// Refuses the first element that is no unit modulo m, below m.
Refusal check_units_var(std::string_view proof, const Nat& m, const std::vector<Element>& elements);
/// left == right in the ring of left.
struct Equation {
  const char* name;
  Product left;
  Nat right;
};
/// Evaluates all equations in one engine run; names the first that does not hold.
Task<Refusal> hold_var(Batch& batch, std::string_view proof, std::vector<Equation> equations);

inline Error reject(std::string_view proof, std::string detail) { return {std::string(proof), std::move(detail)}; }

}  // namespace mpc::proofs
