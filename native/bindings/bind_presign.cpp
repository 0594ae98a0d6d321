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

/// Presignatures that one filling may be for: what one takes is about twenty kilobytes for each counterparty.
constexpr std::size_t most_prepared = 4096;

std::unique_ptr<Run> create(const PyKeyShare& share, std::vector<PartyIndex> signers,
                            const std::vector<py::bytes>& sid_values, int proof_mode, std::size_t count,
                            const std::optional<PyPresignPool>& pool, const std::optional<PyGenerators>& generators) {
  const protocol::Proving proving = presign::proving(proof_mode, generators);
  if (count < 1 || count > presign::most(proving)) throw py::value_error("count: out of range");
  return std::make_unique<Run>(
      unwrap(PresignSession::create(share.share, std::move(signers), bytes32_list(sid_values, "sid value"), proving,
                                    count, rng(), presign::randomness_of(pool, share))));
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

void bind_pool(py::module_& m) {
  py::class_<PyPresignPool> pool(m, "PresignPool");
  pool.def(py::init([](const PyKeyShare& share) {
             return PyPresignPool{std::make_shared<protocol::PresignPool>(share.share)};
           }),
           py::arg("share"))
      .def(
          "fill",
          [](PyPresignPool& self, const std::vector<PartyIndex>& signers, std::size_t count, std::size_t sessions) {
            if (count < 1 || count > protocol::max_presignatures) throw py::value_error("count: out of range");
            if (sessions > most_prepared / count) throw py::value_error("sessions: too many");
            const ReleasedGil released;
            if (const Refusal bad = self.pool->fill(signers, count, sessions, rng())) {
              const HeldGil held;
              raise(*bad);
            }
          },
          py::arg("signers"), py::arg("count"), py::arg("sessions"))
      .def(
          "sessions",
          [](const PyPresignPool& self, const std::vector<PartyIndex>& signers, std::size_t count) {
            if (count < 1 || count > protocol::max_presignatures) throw py::value_error("count: out of range");
            return unwrap(self.pool->sessions(signers, count));
          },
          py::arg("signers"), py::arg("count"))
      .def("clear", [](PyPresignPool& self) { self.pool->clear(); });
  set_repr(pool, "PresignPool");
}

}  // namespace

void bind_presign(py::module_& m) {
  bind_pool(m);
  py::class_<Run> run(m, "PresignRun");
  run.def(py::init(&create), py::arg("share"), py::arg("signers"), py::arg("sid_values"), py::arg("proof_mode"),
          py::arg("count"), py::arg("pool") = py::none(), py::arg("generators") = py::none());
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
