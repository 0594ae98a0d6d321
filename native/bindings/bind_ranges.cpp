// Range proofs between strangers: setups, encryption of values, proofs and their verification.
#include "bindings/integers.h"
#include "bindings/range_handles.h"

namespace mpc::bindings {

namespace {

using ranges::OwnSetup;
using ranges::Setup;

PyOwnSetup create(PyPrimeSet& primes) {
  protocol::PrimeSet taken = take(primes);
  auto own = released([&] { return OwnSetup::create(std::move(taken), rng()); });
  return {std::make_shared<const OwnSetup>(unwrap(std::move(own)))};
}

PyOwnSetup open(const py::bytes& data, const py::bytes& passphrase) {
  const Bytes file = bytes_of(data);
  const WipedBytes secret = wiped_copy(passphrase);
  auto own = released([&] { return OwnSetup::open(file, secret); });
  return {std::make_shared<const OwnSetup>(unwrap(std::move(own)))};
}

py::bytes seal(const PyOwnSetup& self, const py::bytes& passphrase) {
  const WipedBytes secret = wiped_copy(passphrase);
  return to_python(released([&, own = self.own] { return own->seal(secret, rng()); }));
}

PySetup from_bytes(const py::bytes& data) {
  const Bytes encoding = bytes_of(data);
  auto setup = released([&] { return Setup::decode_var(encoding); });
  return {std::make_shared<const Setup>(unwrap(std::move(setup)))};
}

PyRangeKey accept_key(const PyOwnSetup& self, const PySetup& prover, const py::bytes& proof) {
  const Bytes encoding = bytes_of(proof);
  const Refusal bad =
      released([&, own = self.own, setup = prover.setup] { return own->check_factors_var(*setup, encoding); });
  if (bad) raise(*bad);
  return {prover.setup->profile, prover.setup->paillier};
}

PyEncryptedValues encrypt(const Setup& setup, const std::vector<py::object>& numbers, std::size_t bits) {
  std::vector<Secret<Int>> values;
  for (const py::object& number : numbers) {
    values.emplace_back(integer(number));
    values.back().taint();
  }
  auto encrypted = released([&] { return ranges::encrypt(setup, std::move(values), bits, rng()); });
  return {std::make_shared<const ranges::Encrypted>(unwrap(std::move(encrypted)))};
}

std::vector<py::bytes> prove(const PyEncryptedValues& self, std::size_t bits, const py::bytes& context,
                             const py::bytes& prover, const std::vector<PySetup>& verifiers, std::size_t hiding) {
  const ranges::Terms terms{bytes_of(context), bytes_of(prover), bits, hiding};
  std::vector<const Setup*> setups;
  for (const PySetup& verifier : verifiers) setups.push_back(verifier.setup.get());
  const auto encodings =
      unwrap(released([&, encrypted = self.encrypted] { return ranges::prove(*encrypted, terms, setups, rng()); }));
  std::vector<py::bytes> out;
  for (const Bytes& encoding : encodings) out.push_back(to_python(encoding));
  return out;
}

using PyReceived =
    std::tuple<PyRangeKey, std::vector<py::object>, py::bytes, std::size_t, py::bytes, py::bytes, std::size_t>;

PyRefusals verify_batch(const PyOwnSetup& self, const std::vector<PyReceived>& proofs) {
  std::vector<ranges::ReceivedProof> all;
  for (const auto& [key, ciphertexts, proof, bits, context, prover, hiding] : proofs) {
    all.push_back({{bytes_of(context), bytes_of(prover), bits, hiding}, received(key, ciphertexts, proof)});
  }
  // Weights are never from a generator that a prover might know, not even in tests.
  return to_python(released([&, own = self.own] { return ranges::verify_batch_var(*own, all, system_rng()); }));
}

std::size_t proven_bits(const std::string& profile_name, std::size_t bits, std::size_t values, std::size_t hiding) {
  const ranges::Terms terms{{}, {}, bits, hiding};
  const proofs::Profile& chosen = profile(profile_name);
  if (const Refusal bad = terms.check(chosen, values)) raise(*bad);
  return terms.proven_bits(chosen, values);
}

void bind_setups(py::module_& m) {
  py::class_<PyRangeKey> key(m, "RangeKey");
  key.def_property_readonly("profile", [](const PyRangeKey& self) { return std::string(self.profile->name); })
      .def_property_readonly("n", [](const PyRangeKey& self) { return to_python_int(self.key.n()); });
  set_repr(key, "RangeKey");

  py::class_<PySetup> setup(m, "RangeSetup");
  setup.def_static("from_bytes", &from_bytes, py::arg("data"))
      .def("to_bytes", [](const PySetup& self) { return to_python(self.setup->encoding); })
      .def_property_readonly("id", [](const PySetup& self) { return to_python(self.setup->id); })
      .def_property_readonly("profile", [](const PySetup& self) { return std::string(self.setup->profile->name); })
      .def_property_readonly("n", [](const PySetup& self) { return to_python_int(self.setup->paillier.n()); })
      .def(
          "encrypt",
          [](const PySetup& self, const std::vector<py::object>& values, std::size_t bits) {
            return encrypt(*self.setup, values, bits);
          },
          py::arg("values"), py::arg("bits"));
  set_repr(setup, "RangeSetup");

  py::class_<PyOwnSetup> own(m, "OwnRangeSetup");
  own.def(py::init(&create), py::arg("primes"))
      .def_static("open", &open, py::arg("data"), py::arg("passphrase"))
      .def("seal", &seal, py::arg("passphrase"))
      .def_property_readonly("public", [](const PyOwnSetup& self) { return PySetup{{self.own, &self.own->setup()}}; })
      .def_property_readonly("key",
                             [](const PyOwnSetup& self) {
                               const Setup& s = self.own->setup();
                               return PyRangeKey{s.profile, s.paillier};
                             })
      .def(
          "prove_factors",
          [](const PyOwnSetup& self, const PySetup& verifier) {
            auto proof = released([own = self.own, to = verifier.setup] { return own->prove_factors(*to, rng()); });
            return to_python(unwrap(std::move(proof)));
          },
          py::arg("verifier"))
      .def("accept_key", &accept_key, py::arg("prover"), py::arg("proof"))
      .def("verify_batch", &verify_batch, py::arg("proofs"));
  set_repr(own, "OwnRangeSetup");
}

}  // namespace

PyRefusals to_python(const std::vector<Refusal>& refusals) {
  PyRefusals out;
  for (const Refusal& bad : refusals) {
    bad ? out.emplace_back(std::in_place, bad->code, bad->detail) : out.emplace_back(std::nullopt);
  }
  return out;
}

ranges::Received received(const PyRangeKey& key, const std::vector<py::object>& ciphertexts, const py::bytes& proof) {
  ranges::Received out{key.profile, key.key, {}, bytes_of(proof)};
  for (const py::object& c : ciphertexts) {
    const Int value = integer(c);
    // Below zero is as wrong as above N^2; nothing else stands for it there.
    out.ciphertexts.push_back(is_negative_var(value) ? key.key.n_squared() : value.magnitude());
  }
  return out;
}

void bind_ranges(py::module_& m) {
  bind_setups(m);
  py::class_<PyEncryptedValues> encrypted(m, "EncryptedValues");
  encrypted
      .def_property_readonly("ciphertexts",
                             [](const PyEncryptedValues& self) {
                               py::list out;
                               for (const Nat& c : self.encrypted->ciphertexts) out.append(to_python_int(c));
                               return out;
                             })
      .def_property_readonly("bits", [](const PyEncryptedValues& self) { return self.encrypted->bits; })
      .def("prove", &prove, py::arg("bits"), py::arg("context"), py::arg("prover"), py::arg("verifiers"),
           py::arg("hiding"));
  set_repr(encrypted, "EncryptedValues");
  m.def("proven_bits", &proven_bits, py::arg("profile"), py::arg("bits"), py::arg("values"), py::arg("hiding"));
}

}  // namespace mpc::bindings
