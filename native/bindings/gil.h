// Python's lock, given up and taken again. A daemon thread that asks for it while the interpreter ends never gets it:
// CPython ends such a thread by unwinding its stack, through destructors and foreign frames that do not expect it. Here
// the thread waits for the end of the process instead, as it does from Python 3.14 on.
#pragma once

#include <pybind11/pybind11.h>
#include <unistd.h>

#ifdef __GLIBCXX__
#include <cxxabi.h>
#endif

namespace mpc::bindings {

template <class Take>
void take_gil(Take&& take) {
#ifdef __GLIBCXX__
  try {
    take();
  } catch (abi::__forced_unwind&) {
    for (;;) pause();
  }
#else
  take();
#endif
}

class ReleasedGil {
 public:
  ReleasedGil() : state_(PyEval_SaveThread()) {}
  ReleasedGil(const ReleasedGil&) = delete;
  ReleasedGil& operator=(const ReleasedGil&) = delete;
  ~ReleasedGil() {
    take_gil([this] { PyEval_RestoreThread(state_); });
  }

 private:
  PyThreadState* state_;
};

class HeldGil {
 public:
  HeldGil() {
    take_gil([this] { state_ = PyGILState_Ensure(); });
  }
  HeldGil(const HeldGil&) = delete;
  HeldGil& operator=(const HeldGil&) = delete;
  ~HeldGil() { PyGILState_Release(state_); }

 private:
  PyGILState_STATE state_;
};

}  // namespace mpc::bindings
