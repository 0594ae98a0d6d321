// The opaque handles that Python holds.
#pragma once

#include "bindings/convert.h"
#include "protocol/aux_info.h"
#include "protocol/dkg.h"
#include "protocol/generators.h"
#include "protocol/key_share.h"
#include "protocol/sign.h"

namespace mpc::bindings {

struct PyIdentity {
  std::shared_ptr<const protocol::Identity> identity;
};

/// For one use: taking the primes empties it.
struct PyPrimeSet {
  std::optional<protocol::PrimeSet> primes;
  std::string profile;
};

/// NativeError(E_MODULUS) for one that was used already.
protocol::PrimeSet take(PyPrimeSet& primes);

struct PyAuxShare {
  protocol::AuxShare share;
};

struct PyKeyShare {
  std::shared_ptr<const protocol::KeyShare> share;
};

struct PyGenerators {
  std::shared_ptr<const protocol::Generators> generators;
};

struct PyPresignPool {
  std::shared_ptr<protocol::PresignPool> pool;
};

struct PyStoreKey {
  std::shared_ptr<const protocol::StoreKey> key;
};

/// For one use: sealing it empties it.
struct PyPresignature {
  protocol::PresignatureLabel label;
  std::optional<protocol::Presignature> presignature;
};

/// NativeError(E_RECORD) for one that no share file could hold.
Bytes certificate_bytes(const py::bytes& certificate);

template <class Class>
void set_repr(Class& type, const char* name) {
  type.def("__repr__", [name](const py::object&) { return std::string("<") + name + ">"; });
}

}  // namespace mpc::bindings
