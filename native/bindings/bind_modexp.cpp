// Powers of plain numbers. Python checks types and words errors; here come ints alone.
#include "modexp/integer_powers.h"

#include "arith/number_theory.h"
#include "bindings/convert.h"
#include "bindings/integers.h"

namespace mpc::bindings {

namespace {

using modexp::FixedBase;
using modexp::FixedBasePtr;

py::list to_python_ints(const std::vector<Nat>& numbers) {
  py::list out;
  for (const Nat& number : numbers) out.append(to_python_int(number));
  return out;
}

/// ValueError unless it is above zero, or odd.
Nat modulus(const py::int_& mod) {
  const Int m = integer(mod);
  if (is_negative_var(m) || is_zero_var(m.magnitude())) throw py::value_error("mod: not above zero");
  return m.magnitude();
}
Nat odd_modulus(const py::int_& mod) {
  Nat m = modulus(mod);
  if (!m.is_odd()) throw py::value_error("mod: even");
  return m;
}

/// Lists of one length, or of length one.
py::list integer_powers(const py::list& bases, const py::list& exponents, const py::int_& mod) {
  const std::vector<Int> b = integers(bases);
  const std::vector<Int> e = integers(exponents);
  const Nat m = modulus(mod);
  const std::size_t count = std::max(b.size(), e.size());
  if ((b.size() > 1 && b.size() != count) || (e.size() > 1 && e.size() != count)) throw py::value_error("lengths");
  return to_python_ints(unwrap(released([&] { return modexp::integer_powers_var(b, e, m); })));
}

py::int_ product_of_powers(const py::list& bases, const py::list& exponents, const py::int_& mod) {
  const std::vector<Int> b = integers(bases);
  const std::vector<Int> e = integers(exponents);
  const Nat m = modulus(mod);
  if (b.size() != e.size()) throw py::value_error("lengths");
  return to_python_int(unwrap(released([&] { return modexp::product_of_powers_var(b, e, m); })));
}

/// a b mod m: quicker than Python's own from some thousand bits on. With the GIL: it takes microseconds.
py::int_ modular_product(const py::int_& a, const py::int_& b, const py::int_& mod) {
  const Nat m = modulus(mod);
  const Int product = mul(integer(a), integer(b));
  const Nat residue = mod_var(product.magnitude(), m);
  return to_python_int(is_negative_var(product) && !is_zero_var(residue) ? sub(m, residue) : residue);
}

py::list inverses(const py::list& numbers, const py::int_& mod) {
  const std::vector<Int> a = integers(numbers);
  const Nat m = modulus(mod);
  return to_python_ints(unwrap(released([&] { return modexp::inverses_var(a, m); })));
}

/// exponent >= 0
py::int_ secret_power(const py::int_& base, const py::int_& exponent, const py::int_& mod) {
  Secret<Int> b(integer(base));
  Secret<Nat> e(Nat(integer(exponent).magnitude()));
  b.taint();
  e.taint();
  const Nat m = odd_modulus(mod);
  return to_python_int(released([&] { return declassify("modexp.integer_power", modexp::integer_power(b, e, m)); }));
}

struct PyFixedBase {
  FixedBasePtr table;
};

/// A unit below mod; mod odd, above one.
PyFixedBase fixed_base(const py::int_& base, const py::int_& mod, std::size_t max_bits) {
  const Nat b = integer(base).magnitude();
  const Nat m = odd_modulus(mod);
  if (equal_var(m, Nat::of(1)) || !is_unit_var(b, m)) throw py::value_error("base: no unit");
  if (max_bits == 0 || max_bits > 65536) throw py::value_error("max_bits");
  const ReleasedGil released;
  const auto ring = modexp::Modulus::plain(m);
  return {std::make_shared<const FixedBase>(ring, b.resized(ring->limbs()), max_bits)};
}

py::list fixed_base_powers(const PyFixedBase& self, const py::list& exponents) {
  std::vector<Secret<Int>> secrets;
  for (Int& exponent : integers(exponents)) {
    if (bits_var(exponent.magnitude()) > self.table->max_bits()) throw py::value_error("exponents: too wide");
    secrets.emplace_back(std::move(exponent));
    secrets.back().taint();
  }
  std::vector<Nat> out;
  {
    const ReleasedGil released;
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
  m.def("modular_product", &modular_product, py::arg("a"), py::arg("b"), py::arg("mod"));
  m.def("inverses", &inverses, py::arg("numbers"), py::arg("mod"));
  m.def("secret_power", &secret_power, py::arg("base"), py::arg("exponent"), py::arg("mod"));
  py::class_<PyFixedBase>(m, "FixedBaseTable")
      .def(py::init(&fixed_base), py::arg("base"), py::arg("mod"), py::arg("max_bits"))
      .def("powers", &fixed_base_powers, py::arg("exponents"))
      .def_property_readonly("table_bytes", [](const PyFixedBase& self) { return self.table->table_bytes(); });
}

}  // namespace mpc::bindings
