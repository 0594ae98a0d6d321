// Powers of plain numbers. Python checks types and words errors; here come ints alone.
#include "modexp/integer_powers.h"

#include "arith/number_theory.h"
#include "bindings/convert.h"
#include "bindings/integers.h"

namespace mpc::bindings {

namespace {

using modexp::FixedBase;
using modexp::FixedBasePtr;

std::vector<Int> integers(const py::list& numbers) {
  std::vector<Int> out;
  for (const py::handle& number : numbers) out.push_back(integer(number));
  return out;
}

py::list to_python_ints(const std::vector<Nat>& numbers) {
  py::list out;
  for (const Nat& number : numbers) out.append(to_python_int(number));
  return out;
}

/// f() without the GIL; NativeError(E_INVERSE).
template <class F>
auto computed(F f) {
  std::optional<decltype(f())> out;
  {
    const py::gil_scoped_release released;
    out = f();
  }
  return unwrap(std::move(*out));
}

/// mod > 0; lists of one length, or of length one.
py::list integer_powers(const py::list& bases, const py::list& exponents, const py::int_& mod) {
  const std::vector<Int> b = integers(bases);
  const std::vector<Int> e = integers(exponents);
  const Nat m = integer(mod).magnitude();
  return to_python_ints(computed([&] { return modexp::integer_powers_var(b, e, m); }));
}

py::int_ product_of_powers(const py::list& bases, const py::list& exponents, const py::int_& mod) {
  const std::vector<Int> b = integers(bases);
  const std::vector<Int> e = integers(exponents);
  const Nat m = integer(mod).magnitude();
  return to_python_int(computed([&] { return modexp::product_of_powers_var(b, e, m); }));
}

py::list inverses(const py::list& numbers, const py::int_& mod) {
  const std::vector<Int> a = integers(numbers);
  const Nat m = integer(mod).magnitude();
  return to_python_ints(computed([&] { return modexp::inverses_var(a, m); }));
}

/// mod odd, exponent > 0.
py::int_ secret_power(const py::int_& base, const py::int_& exponent, const py::int_& mod) {
  const Secret<Int> b(integer(base));
  const Secret<Nat> e(Nat(integer(exponent).magnitude()));
  const Nat m = integer(mod).magnitude();
  std::optional<Nat> out;
  {
    const py::gil_scoped_release released;
    out = declassify("modexp.integer_power", modexp::integer_power(b, e, m));
  }
  return to_python_int(*out);
}

struct PyFixedBase {
  FixedBasePtr table;
};

/// 0 < base < mod; mod odd, above one.
PyFixedBase fixed_base(const py::int_& base, const py::int_& mod, std::size_t max_bits) {
  const Nat b = integer(base).magnitude();
  const Nat m = integer(mod).magnitude();
  const py::gil_scoped_release released;
  const auto modulus = modexp::Modulus::plain(m);
  return {std::make_shared<const FixedBase>(modulus, b.resized(modulus->limbs()), max_bits)};
}

/// |e| < 2^max_bits for all of them.
py::list fixed_base_powers(const PyFixedBase& self, const py::list& exponents) {
  std::vector<Secret<Int>> secrets;
  for (const py::handle& exponent : exponents) secrets.emplace_back(integer(exponent));
  std::vector<Nat> out;
  {
    const py::gil_scoped_release released;
    std::vector<modexp::Product> products;
    for (const Secret<Int>& exponent : secrets) {
      products.emplace_back(self.table->modulus()).power(self.table, exponent, self.table->max_bits());
    }
    for (const Secret<Nat>& power : modexp::run(products)) out.push_back(declassify("modexp.fixed_base_power", power));
  }
  return to_python_ints(out);
}

}  // namespace

void bind_modexp(py::module_& m) {
  m.def("integer_powers", &integer_powers, py::arg("bases"), py::arg("exponents"), py::arg("mod"));
  m.def("product_of_powers", &product_of_powers, py::arg("bases"), py::arg("exponents"), py::arg("mod"));
  m.def("inverses", &inverses, py::arg("numbers"), py::arg("mod"));
  m.def("secret_power", &secret_power, py::arg("base"), py::arg("exponent"), py::arg("mod"));
  py::class_<PyFixedBase>(m, "FixedBaseTable")
      .def(py::init(&fixed_base), py::arg("base"), py::arg("mod"), py::arg("max_bits"))
      .def("powers", &fixed_base_powers, py::arg("exponents"))
      .def_property_readonly("table_bytes", [](const PyFixedBase& self) { return self.table->table_bytes(); });
}

}  // namespace mpc::bindings
