// Presigning for messages that come later.
#include "bindings/presign_rounds.h"

namespace mpc::bindings {

namespace {

using presign::echo_vector;
using protocol::PresignSession;
using Run = Ordered<PresignSession>;

// Stages: 8 round4, 9 receive_round4, 10 check_round4, 11 presignatures.
constexpr int closing = presign::after_sums;
constexpr int agreed = closing + 3;

std::unique_ptr<Run> create(const PyKeyShare& share, std::vector<PartyIndex> signers,
                            const std::vector<py::bytes>& sid_values, int proof_mode, std::size_t count) {
  const protocol::ProofMode mode = presign::proof_mode(proof_mode);
  if (count < 1 || count > presign::most(mode)) throw py::value_error("count: out of range");
  return std::make_unique<Run>(unwrap(PresignSession::create(
      share.share, std::move(signers), bytes32_list(sid_values, "sid value"), mode, count, rng())));
}

std::vector<PyPresignature> presignatures(Run& self, const py::bytes& certificate, std::uint64_t expiry) {
  if (presign::outcome(self) != protocol::PresignOutcome::ok)
    throw std::runtime_error("no presignatures after a failed sum");
  const auto take = [c = certificate_bytes(certificate), expiry](PresignSession& r) {
    return r.presignatures(c, expiry);
  };
  std::vector<PyPresignature> out;
  for (protocol::Presignature& made : self.step(agreed, take)) {
    protocol::PresignatureLabel label = made.label;
    out.push_back({std::move(label), std::move(made)});
  }
  return out;
}

}  // namespace

void bind_presign(py::module_& m) {
  py::class_<Run> run(m, "PresignRun");
  run.def(py::init(&create), py::arg("share"), py::arg("signers"), py::arg("sid_values"), py::arg("proof_mode"),
          py::arg("count"));
  presign::def_rounds(run);
  run.def(
         "round4",
         [](Run& self, const py::bytes& echo) {
           const auto round = [e = echo_vector(self, echo)](PresignSession& r) { return r.round4(e); };
           return to_python(unwrap(self.step(closing, round)));
         },
         py::arg("echo"))
      .def(
          "receive_round4",
          [](Run& self, const PyMessages& all) {
            return self.check(closing + 1, [a = messages(all)](PresignSession& r) { return r.receive_round4(a); });
          },
          py::arg("broadcast"))
      .def("check_round4",
           [](Run& self) { return self.check(closing + 2, [](PresignSession& r) { return r.check_round4(); }); })
      .def("presignatures", &presignatures, py::arg("certificate"), py::arg("expiry"));
  set_repr(run, "PresignRun");
}

}  // namespace mpc::bindings
