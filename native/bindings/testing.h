// What the doors for tests share: the switch, and numbers and points of Python as values of the core.
#pragma once

#include <utility>

#include "bindings/handles.h"
#include "bindings/integers.h"
#include "proofs/claims.h"

namespace mpc::bindings::testing {

/// NativeError(E_PROFILE) unless MPC_FAST_INSECURE_TEST_PROFILE=1.
void require_switch();

/// A function of the submodule: the switch is looked at in every call.
template <class R, class... A, class... Extra>
void door(py::module_& m, const char* name, R (*f)(A...), const Extra&... extra) {
  m.def(
      name,
      [f](A... arguments) -> R {
        require_switch();
        return f(std::forward<A>(arguments)...);
      },
      extra...);
}

/// A Python int >= 0, as wide as it needs. ValueError for a negative one.
Nat nat(const py::handle& number);
/// ValueError unless in [0, q).
curve::Scalar scalar(const py::handle& number);
/// 33 bytes; 33 zero bytes stand for O. ValueError.
curve::Point point(const py::handle& encoded);

using bindings::to_python_int;
py::int_ to_python_int(const curve::Scalar& value);
py::bytes to_python_bytes(const curve::Point& value);

/// Two primes (p, q) of a key of our own.
paillier::SecretKey secret_key(const py::handle& primes);
/// N; or (p, q), and then computations take the owner's shortcuts.
paillier::PublicKey public_key(const py::handle& number_or_primes, const proofs::Profile& profile);
/// A dict with nh, s, t; optionally tables = True for tables as the protocols build them. Or our own: p, q, lam, t.
pedersen::Params pedersen_params(const py::dict& setup, const proofs::Profile& profile);
/// With several generators: a dict with nh, t, s = [s_1, ...]. Or our own: p, q, lam = [lam_1, ...], t.
pedersen::Params pedersen_vector(const py::dict& setup, const proofs::Profile& profile);

/// What is left to check of an enc-elg or aff-g proof, or what is wrong with it.
Result<proofs::Claim> claim(const std::string& proof, const py::dict& context, const py::dict& statement,
                            const std::optional<py::dict>& setup, const py::bytes& encoding);

void bind_transcript(py::module_& m);
void bind_numbers(py::module_& m);
void bind_proofs(py::module_& m);
void bind_batch_proofs(py::module_& m);
void bind_bexact(py::module_& m);
void bind_generators(py::module_& m);

}  // namespace mpc::bindings::testing
