// Pi^elog, a discrete log against an ElGamal commitment (CGGMP24 Fig. 23; specification 3.4). Curve only, so it needs
// no engine, and one proof serves all verifiers.
// Public: points L, M, X, Y, h.  Secret: y, lam with
//     L = lam G,   M = lam X + y G,   Y = y h.
#pragma once

#include "proofs/context.h"
#include "transcript/wire.h"

namespace mpc::proofs::elog {

struct Statement {
  Point cap_l, cap_m, cap_x, cap_y, h;
};

/// Borrowed.
struct Witness {
  const Secret<Scalar>& y;
  const Secret<Scalar>& lam;
};

struct Proof {
  Point cap_a, cap_n, cap_b;
  Scalar z, u;

  void encode(transcript::Writer& out) const;
  static Proof decode(transcript::Reader& in);
};

/// h != O.
Proof prove(const Context& context, const Statement& statement, Witness witness, Rng& rng);
Refusal verify_var(const Context& context, const Statement& statement, const Proof& proof);

}  // namespace mpc::proofs::elog
