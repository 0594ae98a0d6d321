// Pi^sch, Schnorr knowledge of a discrete log (specification 3.1).
// Public: point X.  Secret: x with X = x G.
// In the VSS core the first message A is fixed in a hash commitment one round before the challenge exists; so commit
// and respond stand apart, and on the wire of that round a proof is z alone.
#pragma once

#include "proofs/context.h"
#include "transcript/wire.h"

namespace mpc::proofs::sch {

/// a and A = a G != O. For one response only: two of them for one a give x away.
struct Nonce {
  Secret<Scalar> a;
  Point cap_a;
};

struct Proof {
  Point cap_a;
  Scalar z;

  void encode(transcript::Writer& out) const;
  static Proof decode(transcript::Reader& in);
};

Nonce commit(Rng& rng);
/// z for the nonce's A; takes the nonce away from the caller.
Scalar respond(const Context& context, const Point& cap_x, Nonce nonce, const Secret<Scalar>& x);
/// Both at once.
Proof prove(const Context& context, const Point& cap_x, const Secret<Scalar>& x, Rng& rng);
Refusal verify_var(const Context& context, const Point& cap_x, const Point& cap_a, const Scalar& z);

}  // namespace mpc::proofs::sch
