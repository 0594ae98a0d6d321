// Further ring-Pedersen generators s_2 .. s_L of somebody's parameters, with BPRM for all L: how their owner derives
// them, how they are written and read. What the exchange among members and setups between strangers have in common.
#pragma once

#include "proofs/bprm.h"

namespace mpc::protocol {

using proofs::Profile;

/// `first` with lam_2 .. lam_count, which are never stored: they are drawn from a hash of its factors, of lam_1 and of
/// a name. The same label and name have the same ones again, and fewer are the first of more.
pedersen::Trapdoor derive_generators(const pedersen::Trapdoor& first, std::string_view label, const Bytes32& name,
                                     std::size_t count);

/// s_2 .. s_L | the proof.
struct GeneratorList {
  pedersen::Params params;  // with all L
  proofs::bprm::Proof proof;

  /// The length of what is written.
  static std::size_t bytes(const Profile& profile, std::size_t count);
  void encode(transcript::Writer& out, const Profile& profile) const;
  /// What is left of the input, not verified. E_DECODE; E_MODULUS for generators that 2.3 refuses one by one.
  static Result<GeneratorList> decode(transcript::Reader& in, const Profile& profile, const pedersen::Params& first,
                                      std::size_t count);
};

}  // namespace mpc::protocol
