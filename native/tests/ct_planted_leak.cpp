// Branches on a secret, on purpose: the constant-time run must report this program, or it would report nothing.
#include <cstdio>

#include "arith/sample.h"

int main() {
  const mpc::Secret<mpc::Nat> secret = mpc::sample_below(mpc::system_rng(), mpc::Nat::of(1000));
  if (secret.expose()[0] > 500) std::puts("upper half");
  return 0;
}
