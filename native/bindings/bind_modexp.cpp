// Powers of public numbers, with the interface of gmpy2.
#include "arith/number_theory.h"
#include "base/thread_pool.h"
#include "bindings/convert.h"
#include "bindings/integers.h"
#include "modexp/engine.h"

namespace mpc::bindings {

namespace {

Nat residue_var(const Int& a, const Nat& m) {
  const Nat residue = mod_var(a.magnitude(), m);
  return is_negative_var(a) && !is_zero_var(residue) ? sub(m, residue) : residue;
}

/// Residues modulo an odd m > 1, exponent >= 0: one run of the engine.
std::vector<Nat> odd_powers_var(const std::vector<Nat>& bases, const Nat& exponent, const Nat& m) {
  const auto modulus = modexp::Modulus::plain(m);
  std::vector<modexp::Product> products;
  for (const Nat& base : bases) products.emplace_back(modulus).power_var(base, Int(exponent));
  std::vector<Nat> out;
  for (const auto& residue : modexp::run(products)) out.push_back(residue.expose());
  return out;
}

/// The same modulo an even or a very wide m, for which the engine is not made; nothing that this library does needs it.
std::vector<Nat> gmp_powers_var(const std::vector<Nat>& bases, const Nat& exponent, const Nat& m) {
  std::vector<Nat> out(bases.size());
  parallel_for(bases.size(), [&](std::size_t i) { out[i] = pow_var(bases[i], exponent, m); });
  return out;
}

/// base^exponent mod m for every base; m > 0. Empty when the exponent is negative and a base has no inverse.
std::optional<std::vector<Nat>> powers_var(const std::vector<Int>& bases, const Int& exponent, const Nat& m) {
  if (equal_var(m, Nat::of(1))) return std::vector<Nat>(bases.size(), Nat(1));
  std::vector<std::optional<Nat>> residues(bases.size());
  parallel_for(bases.size(), [&](std::size_t i) {
    residues[i] = residue_var(bases[i], m);
    if (is_negative_var(exponent)) residues[i] = invert_var(*residues[i], m);
  });
  std::vector<Nat> units;
  for (auto& residue : residues) {
    if (!residue) return std::nullopt;
    units.push_back(std::move(*residue));
  }
  const Nat& e = exponent.magnitude();
  // Setting up the engine's constants takes quadratic time; beyond the widths of its kernels GMP alone is better.
  constexpr std::size_t widest_bits = 16384;
  const bool engine = m.is_odd() && bits_var(m) <= widest_bits;
  return engine ? odd_powers_var(units, e, m) : gmp_powers_var(units, e, m);
}

Int index_of(const py::handle& number, const char* refusal) {
  const auto index = py::reinterpret_steal<py::object>(PyNumber_Index(number.ptr()));
  if (index) return integer(index);
  if (PyErr_ExceptionMatches(PyExc_TypeError) == 0) throw py::error_already_set();
  PyErr_Clear();
  throw py::type_error(refusal);
}

py::list powmod_base_list(const py::object& bases, const py::object& exp, const py::object& mod) {
  if (PySequence_Check(bases.ptr()) == 0) {
    throw py::type_error("the first argument to powmod_base_list() must be a sequence");
  }
  const Int exponent = index_of(exp, "powmod_base_list() requires integer arguments");
  const Int modulus = index_of(mod, "powmod_base_list() requires integer arguments");
  std::vector<Int> numbers;
  // A copy: __index__ of an item may change the list.
  for (const py::handle item : py::tuple(bases)) {
    numbers.push_back(index_of(item, "all items of the first argument to powmod_base_list() must be integers"));
  }
  if (is_negative_var(modulus) || is_zero_var(modulus.magnitude())) {
    throw py::value_error("powmod_base_list() 'mod' must be > 0");
  }
  std::optional<std::vector<Nat>> powers;
  {
    const py::gil_scoped_release released;
    powers = powers_var(numbers, exponent, modulus.magnitude());
  }
  if (!powers) {
    PyErr_SetString(PyExc_ZeroDivisionError, "powmod_base_list() base not invertible");
    throw py::error_already_set();
  }
  py::list out;
  for (const Nat& power : *powers) out.append(to_python_int(power));
  return out;
}

}  // namespace

void bind_modexp(py::module_& m) {
  m.def("powmod_base_list", &powmod_base_list, py::arg("bases"), py::arg("exp"), py::arg("mod"));
}

}  // namespace mpc::bindings
