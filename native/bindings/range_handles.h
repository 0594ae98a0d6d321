// Handles of range proofs between strangers, and conversions that both of their topics need.
#pragma once

#include "bindings/handles.h"
#include "ranges/batch.h"

namespace mpc::bindings {

struct PySetup {
  std::shared_ptr<const ranges::Setup> setup;
};

struct PyOwnSetup {
  std::shared_ptr<const ranges::OwnSetup> own;
};

/// A Paillier key that the holder of a setup relies on.
struct PyRangeKey {
  const proofs::Profile* profile;
  paillier::PublicKey key;
};

struct PyEncryptedValues {
  std::shared_ptr<const ranges::Encrypted> encrypted;
};

/// What is wrong with each of many proofs: (code, detail).
using PyRefusals = std::vector<std::optional<std::pair<std::string, std::string>>>;
PyRefusals to_python(const std::vector<Refusal>& refusals);

ranges::Received received(const PyRangeKey& key, const std::vector<py::object>& ciphertexts, const py::bytes& proof);

inline Bytes bytes_of(const py::bytes& data) { return {view(data).begin(), view(data).end()}; }

}  // namespace mpc::bindings
