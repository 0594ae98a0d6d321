// Integers of Python as integers of the core, and back.
#pragma once

#include <pybind11/pybind11.h>

#include "arith/integer.h"

namespace mpc::bindings {

namespace py = pybind11;

/// Any size and sign. TypeError unless it is a Python int.
Int integer(const py::handle& number);
std::vector<Int> integers(const py::list& numbers);

py::int_ to_python_int(const Nat& value);
/// The value is public.
py::int_ to_python_int(const Int& value);

}  // namespace mpc::bindings
