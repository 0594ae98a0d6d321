// Doors for tests: generators in use.
#include "bindings/testing.h"

namespace mpc::bindings::testing {

namespace {

/// The generators of a party, for what is computed with them elsewhere: (Nh, t, [s_1, ...]).
py::tuple generator_list(const PyGenerators& generators, PartyIndex party) {
  const pedersen::Params params = generators.generators->of(party, generators.generators->count());
  py::list s;
  for (std::size_t a = 0; a < params.generators(); ++a) s.append(to_python_int(params.generator(a)));
  return py::make_tuple(to_python_int(params.nh()), to_python_int(params.t()), s);
}

/// com(x_1, x_2 ...; mu) under the first generators of a party.
py::int_ commit(const PyGenerators& generators, PartyIndex party, const py::list& x, const py::handle& mu) {
  std::vector<Int> values;
  for (const py::handle& value : x) values.push_back(integer(value));
  const modexp::Product product = generators.generators->of(party, values.size()).commit_var(values, integer(mu));
  return to_python_int(modexp::run({&product, 1})[0].expose());  // public: a product of _var terms
}

}  // namespace

void bind_generators(py::module_& m) {
  door(m, "generator_list", &generator_list, py::arg("generators"), py::arg("party"));
  door(m, "generator_commitment", &commit, py::arg("generators"), py::arg("party"), py::arg("x"), py::arg("mu"));
}

}  // namespace mpc::bindings::testing
