// Conversions between Python and the core, and the conventions of all bindings: check and convert with the GIL held,
// then compute without it.
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>

#include "bindings/gil.h"
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
/// A copy that wipes itself.
WipedBytes wiped_copy(const py::bytes& data);
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

/// One protocol run behind a lock, whose methods must be called in order. After a failure nothing more is allowed, and
/// the run with its secrets is gone.
template <class Run>
class Ordered {
 public:
  explicit Ordered(std::unique_ptr<Run> run) : run_(std::move(run)) {}

  /// f(run) without the GIL, at any stage.
  template <class F>
  auto read(F f) {
    const ReleasedGil released;
    const std::lock_guard lock(mutex_);
    return f(alive());
  }
  /// Runs f(run) without the GIL if the object is at a stage within [from, until], and moves it to `next`.
  template <class F>
  auto step(int from, int until, int next, F f) {
    const ReleasedGil released;
    const std::lock_guard lock(mutex_);
    return locked_step(from, until, next, f);
  }
  template <class F>
  auto step(int at, F f) {
    return step(at, at, at + 1, f);
  }
  /// A step that checks messages: a failure for which `ends` holds ends the run.
  template <class F, class Ends>
  PyFailures check(int from, int until, int next, F f, Ends ends) {
    Failures failures;
    {
      const ReleasedGil released;
      const std::lock_guard lock(mutex_);
      failures = locked_step(from, until, next, f);
      if (std::any_of(failures.begin(), failures.end(), ends)) run_.reset();
    }
    return to_python(failures);
  }
  template <class F>
  PyFailures check(int at, F f) {
    return check(at, at, at + 1, f, [](const protocol::Failure&) { return true; });
  }

 private:
  Run& alive() {
    if (!run_) throw std::runtime_error("this protocol run has ended");
    return *run_;
  }
  template <class F>
  auto locked_step(int from, int until, int next, F f) {
    Run& run = alive();
    if (stage_ < from || stage_ > until) throw std::runtime_error("protocol methods called out of order");
    auto result = f(run);
    stage_ = next;
    return result;
  }

  std::unique_ptr<Run> run_;
  std::mutex mutex_;
  int stage_ = 0;
};

void bind_system(py::module_& m);
void bind_modexp(py::module_& m);
void bind_identity(py::module_& m);
void bind_aux_info(py::module_& m);
void bind_key_share(py::module_& m);
void bind_dkg(py::module_& m);
void bind_generators(py::module_& m);
void bind_presign(py::module_& m);
void bind_presignature(py::module_& m);
void bind_sign(py::module_& m);
void bind_ranges(py::module_& m);
void bind_exact_ranges(py::module_& m);
void bind_data(py::module_& m);
void bind_bench(py::module_& m);
void bind_testing(py::module_& m);

}  // namespace mpc::bindings
