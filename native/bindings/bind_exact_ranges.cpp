// Exact range proofs between strangers: generators besides setups, proofs and their verification. Experimental.
#include "bindings/integers.h"
#include "bindings/range_handles.h"
#include "ranges/exact.h"

namespace mpc::bindings {

namespace {

using ranges::ExactSetup;
using ranges::OwnExactSetup;

struct PyExactSetup {
  std::shared_ptr<const ExactSetup> setup;
};

struct PyOwnExactSetup {
  std::shared_ptr<const OwnExactSetup> own;
};

PyExactSetup from_bytes(const py::bytes& data, const PySetup& setup) {
  const Bytes encoding = bytes_of(data);
  auto exact = released([&, to = setup.setup] { return ExactSetup::decode_var(*to, encoding); });
  return {std::make_shared<const ExactSetup>(unwrap(std::move(exact)))};
}

PyOwnExactSetup derive(const PyOwnSetup& own, std::size_t values) {
  auto exact = released([&, from = own.own] { return OwnExactSetup::derive(*from, values, rng()); });
  return {std::make_shared<const OwnExactSetup>(unwrap(std::move(exact)))};
}

ranges::ExactTerms terms(const py::bytes& context, const py::bytes& prover, const py::object& upper) {
  const Int value = integer(upper);
  // Below zero is as wrong as zero, which stands for it.
  return {bytes_of(context), bytes_of(prover), is_negative_var(value) ? Nat::of(0) : value.magnitude()};
}

py::bytes prove(const PyEncryptedValues& values, const py::object& upper, const py::bytes& context,
                const py::bytes& prover, const PyExactSetup& verifier) {
  const ranges::ExactTerms agreed = terms(context, prover, upper);
  return to_python(unwrap(released([&, encrypted = values.encrypted, to = verifier.setup] {
    return ranges::prove_exact_var(*encrypted, agreed, *to, rng());
  })));
}

using PyReceived = std::tuple<PyRangeKey, std::vector<py::object>, py::bytes, py::object, py::bytes, py::bytes>;

PyRefusals verify_batch(const PyOwnExactSetup& self, const std::vector<PyReceived>& proofs) {
  std::vector<ranges::ReceivedExactProof> all;
  for (const auto& [key, ciphertexts, proof, upper, context, prover] : proofs) {
    all.push_back({terms(context, prover, upper), received(key, ciphertexts, proof)});
  }
  return to_python(released([&, own = self.own] { return ranges::verify_exact_batch_var(*own, all, system_rng()); }));
}

}  // namespace

void bind_exact_ranges(py::module_& m) {
  py::class_<PyExactSetup> setup(m, "ExactRangeSetup");
  setup.def_static("from_bytes", &from_bytes, py::arg("data"), py::arg("setup"))
      .def("to_bytes", [](const PyExactSetup& self) { return to_python(self.setup->encoding); })
      .def_property_readonly("id", [](const PyExactSetup& self) { return to_python(self.setup->id); })
      .def_property_readonly("values", [](const PyExactSetup& self) { return self.setup->values(); });
  set_repr(setup, "ExactRangeSetup");

  py::class_<PyOwnExactSetup> own(m, "OwnExactRangeSetup");
  own.def(py::init(&derive), py::arg("own"), py::arg("values"))
      .def_property_readonly("public",
                             [](const PyOwnExactSetup& self) { return PyExactSetup{{self.own, &self.own->setup()}}; })
      .def("verify_batch", &verify_batch, py::arg("proofs"));
  set_repr(own, "OwnExactRangeSetup");

  m.def("prove_exact_range", &prove, py::arg("values"), py::arg("upper"), py::arg("context"), py::arg("prover"),
        py::arg("verifier"));
}

}  // namespace mpc::bindings
