// What pybind11 leaves open between Python and the core.
#pragma once

#include <pybind11/pybind11.h>

namespace mpc::bindings {

namespace py = pybind11;

/// Wraps every function and method of the module. Calls that do not fit a signature raise a TypeError without the
/// arguments, which may be secret; objects whose __init__ never ran raise one, too, instead of being used.
void guard_calls(py::module_& m);

}  // namespace mpc::bindings
