#include "bindings/integers.h"

#include "bindings/convert.h"

namespace mpc::bindings {

Int integer(const py::handle& number) {
  if (!py::isinstance<py::int_>(number)) throw py::type_error("an int expected");
  int overflow = 0;
  const long long small = PyLong_AsLongLongAndOverflow(number.ptr(), &overflow);
  if (overflow == 0) return Int::of(small);
  const py::object magnitude = py::reinterpret_steal<py::object>(PyNumber_Absolute(number.ptr()));
  const auto length = magnitude.attr("bit_length")().cast<std::size_t>() / 8 + 1;
  const auto bytes = magnitude.attr("to_bytes")(length, "big").cast<py::bytes>();
  const bool negative = PyObject_RichCompareBool(number.ptr(), py::int_(0).ptr(), Py_LT) == 1;
  return Int(negative ? all_ones : 0, trimmed_var(Nat::from_bytes(view(bytes))));
}

py::int_ to_python_int(const Nat& value) {
  const Bytes bytes = value.to_bytes(value.limbs() * sizeof(Limb));
  return py::reinterpret_borrow<py::object>(reinterpret_cast<PyObject*>(&PyLong_Type))
      .attr("from_bytes")(to_python(bytes), "big");
}

py::int_ to_python_int(const Int& value) {
  const py::int_ magnitude = to_python_int(value.magnitude());
  return is_negative_var(value) ? py::int_(-magnitude) : magnitude;
}

}  // namespace mpc::bindings
