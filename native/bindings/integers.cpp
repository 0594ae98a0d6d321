#include "bindings/integers.h"

#include "bindings/convert.h"

namespace mpc::bindings {

namespace {

/// Two's complement, most significant byte first, at least one bit wider than the number.
WipedBytes twos_complement(PyObject* number) {
#if PY_VERSION_HEX >= 0x030D0000
  const Py_ssize_t length = PyLong_AsNativeBytes(number, nullptr, 0, Py_ASNATIVEBYTES_BIG_ENDIAN);
  if (length < 0) throw py::error_already_set();
  WipedBytes out(static_cast<std::size_t>(length));
  PyLong_AsNativeBytes(number, out.data(), length, Py_ASNATIVEBYTES_BIG_ENDIAN);
#else
  WipedBytes out(_PyLong_NumBits(number) / 8 + 1);
  auto* integer = reinterpret_cast<PyLongObject*>(number);
  if (_PyLong_AsByteArray(integer, out.data(), out.size(), 0, 1) != 0) throw py::error_already_set();
#endif
  return out;
}

void negate(WipedBytes& number) {
  unsigned carry = 1;
  for (auto byte = number.rbegin(); byte != number.rend(); ++byte) {
    carry += static_cast<std::uint8_t>(~*byte);
    *byte = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
}

}  // namespace

// Reads the number itself: no method that a subclass of int may have runs.
Int integer(const py::handle& number) {
  if (!PyLong_Check(number.ptr())) throw py::type_error("an int expected");
  int overflow = 0;
  const long long small = PyLong_AsLongLongAndOverflow(number.ptr(), &overflow);
  if (overflow == 0) return Int::of(small);
  WipedBytes bytes = twos_complement(number.ptr());
  if (overflow < 0) negate(bytes);
  return Int(overflow < 0 ? all_ones : 0, trimmed_var(Nat::from_bytes(bytes)));
}

std::vector<Int> integers(const py::list& numbers) {
  std::vector<Int> out;
  for (const py::handle& number : py::tuple(numbers)) out.push_back(integer(number));
  return out;
}

py::int_ to_python_int(const Nat& value) {
  const std::size_t length = value.limbs() * sizeof(Limb);
  WipedBytes bytes(length);
  value.write_bytes(bytes);
#if PY_VERSION_HEX >= 0x030D0000
  PyObject* out = PyLong_FromUnsignedNativeBytes(bytes.data(), length, Py_ASNATIVEBYTES_BIG_ENDIAN);
#else
  PyObject* out = _PyLong_FromByteArray(bytes.data(), length, 0, 0);
#endif
  if (out == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::int_>(out);
}

py::int_ to_python_int(const Int& value) {
  const py::int_ magnitude = to_python_int(value.magnitude());
  return is_negative_var(value) ? py::int_(-magnitude) : magnitude;
}

}  // namespace mpc::bindings
