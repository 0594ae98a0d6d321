// Conversions between Python and the core, and the conventions of all bindings: check and convert with the GIL held,
// then compute without it.
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <mutex>
#include <stdexcept>

#include "protocol/records.h"

namespace mpc::bindings {

namespace py = pybind11;
using protocol::Failures;
using protocol::Messages;
using protocol::PartyIndex;

using PyMessages = std::map<PartyIndex, py::bytes>;
using PyMembers = std::vector<std::pair<PartyIndex, py::bytes>>;
using PyFailures = std::vector<std::tuple<int, std::string, std::string>>;

/// Raises mpc_fast._native.NativeError(code, detail).
[[noreturn]] void raise(const Error& error);

template <class T>
T unwrap(Result<T> result) {
  if (!result) raise(result.error());
  return std::move(*result);
}

/// Borrows the memory of a bytes object; valid while the object lives.
ByteView view(const py::bytes& data);
py::bytes to_python(ByteView data);
inline py::bytes to_python(const Bytes& data) { return to_python(ByteView(data)); }
inline py::bytes to_python(const Bytes32& data) { return to_python(ByteView(data)); }
py::dict to_python(const Messages& messages);
PyFailures to_python(const Failures& failures);

/// ValueError unless there are exactly 32 bytes.
Bytes32 bytes32(const py::bytes& data, const char* what);
std::vector<Bytes32> bytes32_list(const std::vector<py::bytes>& items, const char* what);
Messages messages(const PyMessages& messages);
/// NativeError(E_SIGNERS) unless the indices are 1 ... n in order, 2 <= n <= 16, with distinct keys, `self` among them.
std::vector<protocol::Seat> seats(const PyMembers& members, PartyIndex self);
/// NativeError(E_PROFILE).
const proofs::Profile& profile(const std::string& name);
py::list members_to_python(const std::vector<protocol::Seat>& seats);

/// Where secrets come from: the system, or in tests a seeded stream.
Rng& rng();

/// One protocol run behind a lock, whose methods must be called in order. After a failure nothing more is allowed.
template <class Run>
class Ordered {
 public:
  explicit Ordered(std::unique_ptr<Run> run) : run_(std::move(run)) {}

  Run& peek() { return *run_; }

  /// Runs f(run) without the GIL if the object is at a stage within [from, until], and moves it to `next`.
  template <class F>
  auto step(int from, int until, int next, F f) {
    const py::gil_scoped_release released;
    const std::lock_guard lock(mutex_);
    if (stage_ < from || stage_ > until) throw std::runtime_error("protocol methods called out of order");
    auto result = f(*run_);
    stage_ = next;
    return result;
  }
  template <class F>
  auto step(int at, F f) {
    return step(at, at, at + 1, f);
  }
  /// A step that checks messages: failures end the run.
  template <class F>
  PyFailures check(int at, F f) {
    const Failures failures = step(at, f);
    if (!failures.empty()) end();
    return to_python(failures);
  }

  /// No method may follow.
  void end() { stage_ = ended; }

 private:
  static constexpr int ended = -1;

  std::unique_ptr<Run> run_;
  std::mutex mutex_;
  int stage_ = 0;
};

void bind_system(py::module_& m);
void bind_identity(py::module_& m);
void bind_aux_info(py::module_& m);
void bind_key_share(py::module_& m);
void bind_dkg(py::module_& m);
void bind_sign(py::module_& m);
void bind_testing(py::module_& m);

}  // namespace mpc::bindings
