#include "protocol/generator_list.h"

#include "arith/sample.h"
#include "protocol/secret_fields.h"

namespace mpc::protocol {

namespace {

namespace bprm = proofs::bprm;
using transcript::Encoder;

/// What follows from a secret, by rejection as everywhere: exact, and the draws that are kept decide nothing.
class XofRng final : public Rng {
 public:
  explicit XofRng(const Encoder& input) : xof_(input) {}
  void fill(std::span<std::uint8_t> out) override { xof_.read(out); }
  std::unique_ptr<Rng> fork() override { MPC_ASSERT(false); }

 private:
  transcript::Xof xof_;
};

}  // namespace

pedersen::Trapdoor derive_generators(const pedersen::Trapdoor& first, std::string_view label, const Bytes32& name,
                                     std::size_t count) {
  const std::size_t bits = first.params().bits();
  SecretWriter secrets;
  secrets.nat(first.p().expose(), bits / 16).nat(first.q().expose(), bits / 16);
  secrets.nat(first.lam().expose(), first.params().bytes());
  Encoder input;
  input.label("mpc_fast/v1").label(label).bytes(name).bytes(secrets.take());
  XofRng rng(input);
  // phi/4 = p' q' has exactly two bits fewer than Nh, as for the first one.
  const Nat order = shift_right(first.phi().expose(), 2);
  std::vector<Secret<Nat>> lams;
  for (std::size_t a = 1; a < count; ++a) lams.push_back(sample_below(rng, order, bits - 2));
  return first.with_generators(lams);
}

std::size_t GeneratorList::bytes(const Profile& profile, std::size_t count) {
  return (count - 1) * profile.nh_bytes() + bprm::proof_bytes(profile, count);
}

void GeneratorList::encode(transcript::Writer& out, const Profile& profile) const {
  for (std::size_t a = 1; a < params.generators(); ++a) out.nat(params.generator(a), profile.nh_bytes());
  proof.encode(out, profile);
}

Result<GeneratorList> GeneratorList::decode(transcript::Reader& in, const Profile& profile,
                                            const pedersen::Params& first, std::size_t count) {
  std::vector<Nat> more;
  for (std::size_t a = 1; a < count; ++a) more.push_back(in.nat("generators.s", profile.nh_bytes(), &first.nh()));
  bprm::Proof proof = bprm::Proof::decode(in, profile, first.nh(), count);
  if (const Refusal bad = in.finish()) return *bad;
  auto params = first.with_generators(std::move(more));
  if (!params) return params.error();
  return GeneratorList{std::move(*params), std::move(proof)};
}

}  // namespace mpc::protocol
