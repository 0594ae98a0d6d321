// Runs every prover on memory marked as undefined: witnesses, the factors of the keys, and (by the samplers) all masks.
// Under valgrind, in a build with MPC_POISON=1, a branch or an address that depends on one of them is an error. What
// the provers publish must verify.
#include <cstdio>

#include "arith/number_theory.h"
#include "arith/sample.h"
#include "base/seeded_random.h"
#include "proofs/aff_g.h"
#include "proofs/bexact.h"
#include "proofs/bprm.h"
#include "proofs/elog.h"
#include "proofs/enc_elg.h"
#include "proofs/fac.h"
#include "proofs/mod.h"
#include "proofs/prm.h"
#include "proofs/sch.h"
#include "tests/support/fixtures.h"

using namespace mpc;          // NOLINT: a program, not a library
using namespace mpc::proofs;  // NOLINT
using fixtures::alice;
using fixtures::bob;

namespace {

/// What a statement is made of is public.
template <class T>
T publish(const Secret<T>& value) {
  return declassify("test.publish", value);
}

Context context() { return fixtures::toy_context(); }

void check_curve_proofs(Rng& rng) {
  const Secret<Scalar> y = curve::sample_scalar(rng);
  const Secret<Scalar> lam = curve::sample_scalar(rng);
  const Point g = Point::generator();
  const Point l = publish(curve::mul_base(lam));
  const sch::Proof proof = sch::prove(context(), l, lam, rng);
  MPC_ASSERT(!sch::verify_var(context(), l, proof.cap_a, proof.z));

  const Point x = curve::mul_base_var(Scalar::of(5));
  const Point m = publish(curve::add(curve::mul(lam, x), curve::mul_base(y)));
  const elog::Statement st{l, m, x, publish(curve::mul_base(y)), g};
  MPC_ASSERT(!elog::verify_var(context(), st, elog::prove(context(), st, {y, lam}, rng)));
}

void check_setup_proofs(const pedersen::Params& verifier, Rng& rng) {
  Batch batch;
  const auto mod_proof = batch.run(mod::prove(batch, context(), alice().key, rng));
  MPC_ASSERT(!batch.run(mod::verify_var(batch, context(), alice().n(), mod_proof)));
  const auto prm_proof = batch.run(prm::prove(batch, context(), alice().trapdoor, rng));
  MPC_ASSERT(!batch.run(prm::verify_var(batch, context(), alice().params(), prm_proof)));
  const auto fac_proof = batch.run(fac::prove(batch, context(), alice().key, verifier, rng));
  MPC_ASSERT(!batch.run(fac::verify_var(batch, context(), alice().n(), fac_proof, verifier)));
}

void check_bprm(Rng& rng) {
  std::vector<Secret<Nat>> lams;
  for (int i = 0; i < 3; ++i) lams.push_back(sample_below(rng, shift_right(alice().trapdoor.phi().expose(), 2), 1022));
  const pedersen::Trapdoor trapdoor = alice().trapdoor.with_generators(lams);
  Batch batch;
  const auto proof = batch.run(bprm::prove(batch, context(), trapdoor, rng));
  MPC_ASSERT(!batch.run(bprm::verify_var(batch, context(), trapdoor.params(), proof)));
}

void check_enc_elg(const pedersen::Params& verifier, Rng& rng) {
  const auto x = sample_within(rng, Nat::power_of_two(toy.l));
  const auto rho = sample_unit(rng, alice().n().n());
  const auto b = curve::sample_scalar(rng);
  const Secret x_scalar(curve::scalar_from(x.expose()));
  const Point a = curve::mul_base_var(Scalar::of(3));
  const Point cap_x = publish(curve::add(curve::mul(b, a), curve::mul_base(x_scalar)));
  const enc_elg::Statement st{alice().n(), fixtures::evaluate(alice().n().encryption(x, rho)), a,
                              publish(curve::mul_base(b)), cap_x};
  Batch batch;
  const auto proof = batch.run(enc_elg::prove(batch, context(), st, {x, rho, b}, verifier, rng));
  MPC_ASSERT(!batch.run(enc_elg::verify_var(batch, context(), st, proof, verifier)));
}

void check_aff_g(const pedersen::Params& verifier, Rng& rng) {
  const auto x = sample_within(rng, Nat::power_of_two(toy.l));
  const auto y = sample_within(rng, Nat::power_of_two(toy.lp));
  const auto rho = sample_unit(rng, bob().n().n());
  const auto rho_y = sample_unit(rng, alice().n().n());
  const Secret x_scalar(curve::scalar_from(x.expose()));
  const Nat c = fixtures::evaluate(bob().n().encryption(Secret(Int::of(777)), rho));
  const aff_g::Operand operand{bob().n(), alice().n(), c, publish(curve::mul_base(x_scalar))};
  Batch batch;
  const auto out = batch.run(aff_g::operate_and_prove(batch, context(), operand, {x, y, rho, rho_y}, verifier, rng));
  const aff_g::Statement st{operand, out.d, out.yc};
  MPC_ASSERT(!batch.run(aff_g::verify_var(batch, context(), st, out.proof, verifier)));
}

/// The search for squares is variable time behind declassifications of its own; what it finds is marked again.
void check_bexact(const pedersen::Params& verifier, Rng& rng) {
  constexpr std::size_t count = 2;
  std::vector<Nat> generators;
  for (std::size_t w = 1; w < 4 * count; ++w) {
    const Nat u = publish(sample_unit(rng, verifier.nh()));
    generators.push_back(mod_var(mul(u, u), verifier.nh()));
  }
  const pedersen::Params params = *verifier.with_generators(std::move(generators));
  bexact::Statement st{bob().n(), toy.eps, {}, Nat::of(0xffffffff)};
  std::vector<Secret<Int>> x;
  std::vector<Secret<Nat>> rho;
  for (std::size_t i = 0; i < count; ++i) {
    x.emplace_back(Int(sample_below(rng, st.upper).expose()));
    rho.push_back(sample_unit(rng, st.n.n()));
    st.k.push_back(fixtures::evaluate(st.n.encryption(x[i], rho[i])));
  }
  const bexact::Session session{&toy, context().ssid, 4, context().prover, *context().verifier};
  const auto values = bexact::with_squares_var(st, {&x[0], &x[1]}, rng);
  MPC_ASSERT(values);
  paillier::FreshNonces fresh;
  Batch batch;
  const auto proof = batch.run(bexact::prove(batch, session, st, {*values, {&rho[0], &rho[1]}}, params, fresh, rng));
  MPC_ASSERT(!batch.run(verify_var(batch, bexact::claim_var(session, st, proof, params))));
}

}  // namespace

int main() {
  SeededRng rng(as_bytes("ct_proofs"));
  pedersen::Params tables = bob().params();
  tables.use_tables({.s = 2048, .t = 2500});
  check_curve_proofs(rng);
  check_bprm(rng);
  for (const pedersen::Params& verifier : {bob().params(), tables}) {
    check_setup_proofs(verifier, rng);
    check_enc_elg(verifier, rng);
    check_aff_g(verifier, rng);
    check_bexact(verifier, rng);
  }
  std::puts("ct_proofs: done");
  return 0;
}
