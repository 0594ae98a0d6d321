// Doors for tests: exact ranges and the sums of squares behind them. Dicts have the field names of the readable twin
// (mpc_fast/reference).
#include "arith/squares.h"
#include "base/seeded_random.h"
#include "bindings/testing.h"
#include "proofs/bexact.h"
#include "proofs/verify_batch.h"

namespace mpc::bindings::testing {

namespace {

namespace pr = mpc::proofs;
namespace bexact = pr::bexact;
using modexp::Batch;

/// Where a proof belongs and what it states. session: profile, ssid, round, prover, eps; statement: n, cap_k, upper.
struct Place {
  bexact::Session session;
  bexact::Statement statement;
  pedersen::Params setup;

  Place(const py::dict& fields, const py::bytes& verifier, const py::dict& st, const py::dict& setup_fields)
      : session{&profile(fields["profile"].cast<std::string>()), digest(fields, "ssid"),
                fields["round"].cast<std::uint64_t>(), digest(fields, "prover"), bytes32(verifier, "verifier")},
        statement{public_key(st["n"], *session.profile), fields["eps"].cast<std::size_t>(), {}, nat(st["upper"])},
        setup(pedersen_vector(setup_fields, *session.profile)) {
    for (const py::handle& k : st["cap_k"]) statement.k.push_back(nat(k));
    if (const Refusal bad = bexact::check_var(session, statement, setup)) raise(*bad);
  }

  Result<pr::Claim> claim(const py::bytes& encoding) const {
    transcript::Reader in(view(encoding));
    const auto proof = bexact::Proof::decode(in, bexact::shape(*session.profile, statement), statement.n, setup);
    if (const Refusal bad = in.finish()) return *bad;
    return bexact::claim_var(session, statement, proof, setup);
  }

 private:
  static Bytes32 digest(const py::dict& fields, const char* name) {
    return bytes32(fields[name].cast<py::bytes>(), name);
  }
};

/// witness: x, rho.
py::bytes prove_bexact(const py::dict& session, const py::bytes& verifier, const py::dict& statement,
                       const py::dict& witness, const py::dict& setup, const py::bytes& seed) {
  const Place place(session, verifier, statement, setup);
  std::vector<Secret<Int>> x;
  std::vector<Secret<Nat>> rho;
  for (const py::handle& value : witness["x"]) x.emplace_back(integer(value));
  for (const py::handle& value : witness["rho"]) rho.emplace_back(nat(value));
  std::vector<const Secret<Int>*> numbers;
  for (const Secret<Int>& value : x) numbers.push_back(&value);
  SeededRng rng(view(seed));
  const std::vector<bexact::Value> values = unwrap(bexact::with_squares_var(place.statement, numbers, rng));
  bexact::Witness borrowed{values, {}};
  for (const Secret<Nat>& value : rho) borrowed.rho.push_back(&value);
  proofs::FreshRandomness fresh;
  Batch batch;
  const bexact::Proof proof =
      batch.run(bexact::prove(batch, place.session, place.statement, std::move(borrowed), place.setup, fresh, rng));
  transcript::Writer out;
  proof.encode(out, bexact::shape(*place.session.profile, place.statement));
  return to_python(out.take());
}

void verify_bexact(const py::dict& session, const py::bytes& verifier, const py::dict& statement, const py::dict& setup,
                   const py::bytes& encoding) {
  const Place place(session, verifier, statement, setup);
  Batch batch;
  if (const Refusal bad = batch.run(pr::verify_var(batch, place.claim(encoding)))) raise(*bad);
}

/// Many proofs of one statement; what is wrong with each, or "".
std::vector<std::string> verify_bexact_batch(const py::dict& session, const py::bytes& verifier,
                                             const py::dict& statement, const py::dict& setup,
                                             const std::vector<py::bytes>& encodings, const py::bytes& seed) {
  const Place place(session, verifier, statement, setup);
  std::vector<Result<pr::Claim>> claims;
  for (const py::bytes& encoding : encodings) claims.push_back(place.claim(encoding));
  SeededRng weights(view(seed));
  Batch batch;
  std::vector<std::string> out;
  for (const Refusal& bad : pr::verify_batch_var(batch, claims, weights)) out.push_back(bad ? bad->detail : "");
  return out;
}

py::tuple three_squares(const py::int_& number, const py::bytes& seed) {
  const Nat n = nat(number);
  if (n[0] % 4 != 1) throw py::value_error("three_squares: n = 1 mod 4");
  SeededRng rng(view(seed));
  const Squares squares = three_squares_var(Secret(n), rng);
  return py::make_tuple(to_python_int(squares.a.expose()), to_python_int(squares.b.expose()),
                        to_python_int(squares.c.expose()));
}

}  // namespace

void bind_bexact(py::module_& m) {
  door(m, "prove_bexact", &prove_bexact, py::arg("session"), py::arg("verifier"), py::arg("statement"),
       py::arg("witness"), py::arg("setup"), py::arg("seed"));
  door(m, "verify_bexact", &verify_bexact, py::arg("session"), py::arg("verifier"), py::arg("statement"),
       py::arg("setup"), py::arg("encoding"));
  door(m, "verify_bexact_batch", &verify_bexact_batch, py::arg("session"), py::arg("verifier"), py::arg("statement"),
       py::arg("setup"), py::arg("encodings"), py::arg("seed"));
  door(m, "three_squares", &three_squares, py::arg("n"), py::arg("seed"));
}

}  // namespace mpc::bindings::testing
