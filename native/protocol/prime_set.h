// The primes of one party's auxiliary information: two Blum primes for N, two safe primes for Nh. For one use: now, or
// sealed until it comes.
#pragma once

#include <functional>

#include "protocol/common.h"
#include "protocol/seal.h"

namespace mpc::protocol {

struct PrimeSet {
  const Profile* profile;
  Secret<Nat> p, q;          // Blum primes
  Secret<Nat> hat_p, hat_q;  // safe primes

  /// A sealed file with a label as its header.
  Bytes seal(ByteView passphrase, Rng& rng) const;
  /// The errors of open_sealed, E_PROFILE, E_RECORD. That the numbers have the widths of the profile and are 3 mod 4 is
  /// checked, that they are prime is not: whoever knows the passphrase sealed what a search had found.
  static Result<PrimeSet> open(ByteView file, ByteView passphrase);
};

/// What a sealed prime set says in clear: anybody may have written it, until it is opened.
struct PrimeSetLabel {
  const Profile* profile;
  std::array<std::uint8_t, 16> id;  // drawn when it was sealed

  static Result<PrimeSetLabel> read(ByteView file);
};

/// Called several times a second with what is being searched for; false cancels.
using PrimeProgress = std::function<bool(const std::string& stage)>;

/// Variable time: the search ends before any message exists that could depend on it. Searches for the four primes run
/// side by side. Empty when cancelled.
std::optional<PrimeSet> generate_primes_var(const Profile& profile, Rng& rng, const PrimeProgress& progress);

}  // namespace mpc::protocol
