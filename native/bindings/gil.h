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

/// step(), which takes the lock or runs Python code that does.
template <class Step>
decltype(auto) holding_on_at_exit(Step&& step) {
#ifdef __GLIBCXX__
  try {
    return step();
  } catch (abi::__forced_unwind&) {
    for (;;) pause();
  }
#else
  return step();
#endif
}

class ReleasedGil {
 public:
  ReleasedGil() : state_(PyEval_SaveThread()) {}
  ReleasedGil(const ReleasedGil&) = delete;
  ReleasedGil& operator=(const ReleasedGil&) = delete;
  ~ReleasedGil() {
    holding_on_at_exit([this] { PyEval_RestoreThread(state_); });
  }

 private:
  PyThreadState* state_;
};

/// f() without the lock.
template <class F>
auto released(F f) {
  const ReleasedGil release;
  return f();
}

class HeldGil {
 public:
  HeldGil() {
    holding_on_at_exit([this] { state_ = PyGILState_Ensure(); });
  }
  HeldGil(const HeldGil&) = delete;
  HeldGil& operator=(const HeldGil&) = delete;
  ~HeldGil() { PyGILState_Release(state_); }

 private:
  PyGILState_STATE state_;
};

}  // namespace mpc::bindings
