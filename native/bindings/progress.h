// Python callbacks that hear of progress and may end a long computation: by False, by an exception, by Ctrl-C.
#pragma once

#include "bindings/gil.h"

namespace mpc::bindings {

namespace py = pybind11;

class Progress {
 public:
  /// None: nobody hears, but Ctrl-C still ends it.
  explicit Progress(py::object callback) : callback_(std::move(callback)) {}

  /// Without the GIL. False ends the computation.
  template <class... Arguments>
  bool report(const Arguments&... arguments) {
    const HeldGil acquired;
    try {
      return holding_on_at_exit([&] { return ask(arguments...); });
    } catch (...) {
      if (!raised_) raised_ = std::current_exception();
      return false;
    }
  }

  /// With the GIL, for a computation that was ended: the exception, or Cancelled with that text.
  [[noreturn]] void raise_cancelled(const char* text) const {
    if (raised_) std::rethrow_exception(raised_);
    PyErr_SetString(py::module_::import("mpc_fast._native").attr("Cancelled").ptr(), text);
    throw py::error_already_set();
  }

 private:
  template <class... Arguments>
  bool ask(const Arguments&... arguments) {
    // Lets Ctrl-C through while the core is busy.
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (callback_.is_none()) return true;
    const py::object answer = callback_(arguments...);
    if (answer.is_none()) return true;  // it says nothing
    const int truth = PyObject_IsTrue(answer.ptr());
    if (truth < 0) throw py::error_already_set();
    return truth != 0;
  }

  py::object callback_;
  std::exception_ptr raised_;
};

}  // namespace mpc::bindings
