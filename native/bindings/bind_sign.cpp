// Signing: interactive, and from a stored presignature.
#include "bindings/presign_rounds.h"

namespace mpc::bindings {

namespace {

using presign::echo_vector;
using protocol::PresignedSigner;
using protocol::Signer;
using Run = Ordered<Signer>;
using PresignedRun = Ordered<PresignedSigner>;

py::tuple to_python(const protocol::EcdsaSignature& signature) {
  return py::make_tuple(bindings::to_python(transcript::Writer().scalar(signature.r).scalar(signature.s).take()),
                        signature.recovery_id);
}

// ---- Interactive. Stages: 8 round4 or round5, 9 receiving and checking the last messages.
constexpr int last = presign::after_sums + 1;

std::unique_ptr<Run> create(const PyKeyShare& share, std::vector<PartyIndex> signers,
                            const std::vector<py::bytes>& sid_values, const py::bytes& digest, int proof_mode,
                            const std::optional<PyPresignPool>& pool, const std::optional<PyGenerators>& generators) {
  return std::make_unique<Run>(unwrap(
      Signer::create(share.share, std::move(signers), bytes32_list(sid_values, "sid value"), bytes32(digest, "digest"),
                     presign::proving(proof_mode, generators), rng(), presign::randomness_of(pool, share))));
}

/// The last messages arrive in two kinds and are checked together: these steps stay at one stage.
template <class F>
PyFailures check_last(Run& self, F f) {
  return self.check(last, last, last, f, [](const protocol::Failure&) { return true; });
}

py::bytes round5(Run& self, const py::bytes& echo) {
  if (presign::outcome(self) != protocol::PresignOutcome::ok)
    throw std::runtime_error("no partial signature after a failed sum");
  const auto round = [e = echo_vector(self, echo)](Signer& r) { return r.round5(e); };
  return bindings::to_python(unwrap(self.step(presign::after_sums, round)));
}

void bind_interactive(py::module_& m) {
  py::class_<Run> run(m, "SignRun");
  run.def(py::init(&create), py::arg("share"), py::arg("signers"), py::arg("sid_values"), py::arg("digest"),
          py::arg("proof_mode"), py::arg("pool") = py::none(), py::arg("generators") = py::none());
  presign::def_rounds(run);
  run.def(
         "round4",
         [](Run& self, const py::bytes& echo) {
           const auto round = [e = echo_vector(self, echo)](Signer& r) { return r.round4(e); };
           return bindings::to_python(self.step(presign::after_sums, round));
         },
         py::arg("echo"))
      .def("round5", &round5, py::arg("echo"))
      .def(
          "receive_round4",
          [](Run& self, const PyMessages& some) {
            return check_last(self, [a = messages(some)](Signer& r) { return r.receive_round4(a); });
          },
          py::arg("broadcast"))
      .def("check_round4", [](Run& self) { return check_last(self, [](Signer& r) { return r.check_round4(); }); })
      .def(
          "receive_round5",
          [](Run& self, const PyMessages& some) {
            return check_last(self, [a = messages(some)](Signer& r) { return r.receive_round5(a); });
          },
          py::arg("broadcast"))
      .def("check_round5", [](Run& self) { return check_last(self, [](Signer& r) { return r.check_round5(); }); })
      .def("signature", [](Run& self) {
        return to_python(unwrap(self.step(last, last, last, [](Signer& r) { return r.signature(); })));
      });
  set_repr(run, "SignRun");
}

// ---- From a stored presignature. Stages: 0 receive_round5, 1 check_round5, 2 signature. round5 has none: the core
// sees to it that there is one.

std::unique_ptr<PresignedRun> open(const py::bytes& sealed, const PyStoreKey& key, std::uint64_t generation,
                                   const PyKeyShare& share, const py::bytes& digest) {
  const Bytes32 of_message = bytes32(digest, "digest");
  auto signer = [&]() -> Result<std::unique_ptr<PresignedSigner>> {
    const ByteView file = view(sealed);
    const ReleasedGil released;
    auto presignature = protocol::Presignature::open(file, *key.key, generation);
    if (!presignature) return presignature.error();
    return PresignedSigner::create(*share.share, std::move(*presignature), of_message);
  }();
  return std::make_unique<PresignedRun>(unwrap(std::move(signer)));
}

template <class Get>
auto of_label(Get get) {
  return [get](PresignedRun& self) { return get(self.read([](PresignedSigner& r) { return r.combiner().label(); })); };
}

void bind_presigned(py::module_& m) {
  using protocol::PresignatureLabel;
  py::class_<PresignedRun> run(m, "ClaimedPresignature");
  run.def_static("open", &open, py::arg("sealed"), py::arg("key"), py::arg("generation"), py::arg("share"),
                 py::arg("digest"))
      .def_property_readonly("id",
                             of_label([](const PresignatureLabel& l) { return bindings::to_python(ByteView(l.id)); }))
      .def_property_readonly("index", of_label([](const PresignatureLabel& l) { return l.index; }))
      .def_property_readonly("signers", of_label([](const PresignatureLabel& l) { return l.signers; }))
      .def_property_readonly("certificate",
                             of_label([](const PresignatureLabel& l) { return bindings::to_python(l.certificate); }))
      .def_property_readonly(
          "digest",
          [](PresignedRun& self) {
            return bindings::to_python(self.read([](PresignedSigner& r) { return r.combiner().digest(); }));
          })
      .def_property_readonly(
          "ssid",
          [](PresignedRun& self) {
            return bindings::to_python(self.read([](PresignedSigner& r) { return r.combiner().ssid(); }));
          })
      .def("round5",
           [](PresignedRun& self) {
             return bindings::to_python(unwrap(self.read([](PresignedSigner& r) { return r.round5(); })));
           })
      .def("public_values",
           [](PresignedRun& self) {
             return bindings::to_python(unwrap(self.read([](PresignedSigner& r) { return r.public_values(); })));
           })
      .def(
          "receive_round5",
          [](PresignedRun& self, const PyMessages& all) {
            return self.check(0, [a = messages(all)](PresignedSigner& r) { return r.receive_round5(a); });
          },
          py::arg("broadcast"))
      .def("check_round5",
           [](PresignedRun& self) { return self.check(1, [](PresignedSigner& r) { return r.check_round5(); }); })
      .def("signature", [](PresignedRun& self) {
        return to_python(unwrap(self.step(2, 2, 2, [](PresignedSigner& r) { return r.signature(); })));
      });
  set_repr(run, "ClaimedPresignature");
}

// ---- By somebody who is no signer.

struct PyCombiner {
  protocol::Combiner combiner;
  protocol::PartialSignatures partials;
};

PyCombiner make_combiner(const py::bytes& values, const py::bytes& digest) {
  auto presignature = unwrap(protocol::PublicPresignature::decode(view(values)));
  return {unwrap(protocol::Combiner::create(std::move(presignature), bytes32(digest, "digest"))), {}};
}

PyFailures check(PyCombiner& self, const PyMessages& all) {
  self.partials.clear();
  Failures failures = self.combiner.receive(messages(all), 0, self.partials);
  if (failures.empty()) failures = self.combiner.check(self.partials, 0);
  if (!failures.empty()) self.partials.clear();
  return bindings::to_python(failures);
}

void bind_combiner(py::module_& m) {
  py::class_<PyCombiner> combiner(m, "Combiner");
  combiner.def(py::init(&make_combiner), py::arg("values"), py::arg("digest"))
      .def_property_readonly("ssid", [](const PyCombiner& self) { return bindings::to_python(self.combiner.ssid()); })
      .def_property_readonly("signers", [](const PyCombiner& self) { return self.combiner.label().signers; })
      .def_property_readonly("public_key",
                             [](const PyCombiner& self) {
                               return bindings::to_python(ByteView(self.combiner.label().child_key.encode()));
                             })
      .def("check_round5", &check, py::arg("broadcast"))
      .def("signature", [](const PyCombiner& self) { return to_python(unwrap(self.combiner.combine(self.partials))); });
  set_repr(combiner, "Combiner");
}

}  // namespace

void bind_sign(py::module_& m) {
  bind_interactive(m);
  bind_presigned(m);
  bind_combiner(m);
}

}  // namespace mpc::bindings
