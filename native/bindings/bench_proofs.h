// Workload of the benchmark: the proofs of one prover, verified together and one by one.
#pragma once

#include "bindings/bench_workload.h"
#include "proofs/enc_elg.h"

namespace mpc::bindings::bench {

/// Encodings of enc-elg proofs in S128, made for it, as a verifier finds them.
class ReceivedProofs {
 public:
  ReceivedProofs(std::size_t count, std::uint64_t seed);
  /// Everything from decoding on. The baseline verifies one by one, in shared engine runs.
  Workload verification() const;
  /// The equations modulo the square of the prover's key alone.
  Workload equations() const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace mpc::bindings::bench
