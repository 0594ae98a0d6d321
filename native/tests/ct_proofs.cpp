// Runs every prover on memory marked as undefined: witnesses, the factors of the keys, and (by the samplers) all masks.
// Under valgrind, in a build with MPC_POISON=1, a branch or an address that depends on one of them is an error. What
// the provers publish must verify.
#include <cstdio>

#include "arith/number_theory.h"
#include "arith/sample.h"
#include "base/seeded_random.h"
#include "proofs/aff_g.h"
#include "proofs/baff_a1.h"
#include "proofs/baff_grid.h"
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

constexpr pedersen::TableBits table_bits{.s = 2048, .t = 2500};

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

/// Secrets of the affine operations of some presignatures.
struct Operations {
  Secret<Int> w;
  std::vector<Secret<Int>> gamma;
  std::vector<baff::Pair<Secret<Int>>> y;
  std::vector<baff::Pair<paillier::Nonce>> rho, rho_y;
  baff::Operand operand{bob().n(), alice().n(), {}, {}, {}};

  Operations(std::size_t count, Rng& rng) : w(sample_within(rng, Nat::power_of_two(toy.l))) {
    const auto point = [](const Secret<Int>& x) {
      return publish(curve::mul_base(Secret(curve::scalar_from(x.expose()))));
    };
    const auto mask = [&] { return sample_within(rng, Nat::power_of_two(toy.lp)); };
    const auto unit = [&](const paillier::PublicKey& key) { return paillier::Nonce(sample_unit(rng, key.n())); };
    operand.cap_w = point(w);
    for (std::size_t u = 0; u < count; ++u) {
      gamma.push_back(sample_within(rng, Nat::power_of_two(toy.l)));
      y.push_back({mask(), mask()});
      rho.push_back({unit(bob().n()), unit(bob().n())});
      rho_y.push_back({unit(alice().n()), unit(alice().n())});
      operand.c.push_back(fixtures::evaluate(bob().n().encryption(mask(), sample_unit(rng, bob().n().n()))));
      operand.cap_gamma.push_back(point(gamma[u]));
    }
  }
  baff::Witness witness() const {
    baff::Witness out{{}, w, {}};
    for (std::size_t u = 0; u < gamma.size(); ++u) {
      out.gamma.push_back(&gamma[u]);
      out.masks.push_back({{y[u].gamma, rho[u].gamma, rho_y[u].gamma}, {y[u].x, rho[u].x, rho_y[u].x}});
    }
    return out;
  }
};

baff::Session baff_session() {
  const Context c = context();
  return {c.profile, c.ssid, c.round, c.prover, *c.verifier};
}

void check_baff_a1(const pedersen::Params& verifier, std::size_t count, Rng& rng) {
  const Operations secrets(count, rng);
  proofs::FreshRandomness fresh;
  Batch batch;
  auto out = batch.run(
      baff_a1::operate_and_prove(batch, baff_session(), secrets.operand, secrets.witness(), verifier, fresh, rng));
  const baff::Statement st{secrets.operand, std::move(out.results)};
  MPC_ASSERT(!batch.run(verify_var(batch, baff_a1::claim_var(baff_session(), st, out.proof, verifier))));
}

/// The same parameters as others see them, with squares for more generators.
pedersen::Params more_generators(const pedersen::Params& own, std::size_t count, Rng& rng) {
  std::vector<Nat> more;
  for (std::size_t a = 1; a < count; ++a) {
    const Nat unit = publish(sample_unit(rng, own.nh()));
    more.push_back(mod_var(mul(unit, unit), own.nh()));
  }
  auto params = pedersen::Params::from_public(own.nh(), own.s(), own.t(), toy.nhb);
  MPC_ASSERT(params);
  if (own.has_tables()) params->use_tables(table_bits);
  auto out = params->with_generators(std::move(more));
  MPC_ASSERT(out);
  return *std::move(out);
}

void check_baff_grid(const pedersen::Params& verifier, std::size_t count, Rng& rng) {
  const Operations secrets(count, rng);
  const pedersen::Params params = more_generators(verifier, 2 * count, rng);
  proofs::FreshRandomness fresh;
  Batch batch;
  auto out = batch.run(
      baff_grid::operate_and_prove(batch, baff_session(), secrets.operand, secrets.witness(), params, fresh, rng));
  const baff::Statement st{secrets.operand, std::move(out.results)};
  MPC_ASSERT(!batch.run(verify_var(batch, baff_grid::claim_var(baff_session(), st, out.proof, params))));
}

/// The search for squares is variable time behind declassifications of its own; what it finds is marked again.
void check_bexact(const pedersen::Params& verifier, Rng& rng) {
  constexpr std::size_t count = 2;
  const pedersen::Params params = more_generators(verifier, 4 * count, rng);
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
  proofs::FreshRandomness fresh;
  Batch batch;
  const auto proof = batch.run(bexact::prove(batch, session, st, {*values, {&rho[0], &rho[1]}}, params, fresh, rng));
  MPC_ASSERT(!batch.run(verify_var(batch, bexact::claim_var(session, st, proof, params))));
}

}  // namespace

int main() {
  SeededRng rng(as_bytes("ct_proofs"));
  pedersen::Params tables = bob().params();
  tables.use_tables(table_bits);
  check_curve_proofs(rng);
  check_bprm(rng);
  for (const pedersen::Params& verifier : {bob().params(), tables}) {
    check_setup_proofs(verifier, rng);
    check_enc_elg(verifier, rng);
    check_aff_g(verifier, rng);
    check_bexact(verifier, rng);
    for (const std::size_t count : {1U, 3U}) {
      check_baff_a1(verifier, count, rng);
      check_baff_grid(verifier, count, rng);
    }
  }
  std::puts("ct_proofs: done");
  return 0;
}
