#include "proofs/context.h"

#include "arith/number_theory.h"
#include "base/seeded_random.h"

namespace mpc::proofs {

const Profile* find_profile(std::string_view name) {
  for (const Profile* profile : {&s128, &c112}) {
    if (profile->name == name) return profile;
  }
  return name == toy.name && insecure_test_profile_enabled() ? &toy : nullptr;
}

Encoder open_transcript(const Context& context, std::string_view proof) {
  const Profile& p = *context.profile;
  Encoder transcript;
  transcript.label("mpc_fast/v1").label(proof).bytes(context.ssid).u64(context.round).bytes(context.prover);
  if (context.verifier) {
    transcript.bytes(*context.verifier);
  } else {
    transcript.label("*");
  }
  transcript.label(context.slot);
  if (context.index) transcript.u64(*context.index);
  if (context.rid) transcript.bytes(*context.rid);
  for (const std::size_t parameter : {p.nb, p.nhb, p.l, p.cb, p.eps, p.lp, p.es, p.m_prm, p.m_mod, p.kap}) {
    transcript.u64(parameter);
  }
  transcript.label("secp256k1");
  return transcript;
}

void absorb(Encoder& transcript, const pedersen::Params& verifier) {
  const std::size_t length = verifier.bytes();
  transcript.nat(verifier.nh(), length).nat(verifier.s(), length).nat(verifier.t(), length);
}

Challenge signed_challenge(Xof& xof, const Profile& profile) {
  if (profile.toy) {
    const Int e = xof.toy_challenge();
    return {e, curve::scalar_from(e)};
  }
  const Scalar e = xof.scalar();
  return {curve::balanced(e), e};
}

Int fac_challenge(Xof& xof, const Profile& profile) { return profile.toy ? xof.toy_challenge() : xof.fac_challenge(); }

Refusal check_units_var(std::string_view proof, const Nat& m, const std::vector<Element>& elements) {
  std::vector<const Nat*> values;
  for (const Element& element : elements) values.push_back(&element.value);
  const std::size_t first = first_non_unit_var(values, m);
  if (first == elements.size()) return Refusal();
  return reject(proof, std::string(elements[first].name) + ": not a unit");
}

Task<Refusal> hold_var(Batch& batch, std::string_view proof, std::vector<Equation> equations) {
  std::vector<Product> products;
  for (Equation& equation : equations) products.push_back(std::move(equation.left));
  const std::vector<Secret<Nat>> left = co_await batch.evaluate(std::move(products));
  for (std::size_t i = 0; i < equations.size(); ++i) {
    // Both sides are public: products of _var terms.
    if (!equal_var(left[i].expose(), equations[i].right)) {
      co_return reject(proof, std::string(equations[i].name) + ": equation");
    }
  }
  co_return Refusal();
}

}  // namespace mpc::proofs
