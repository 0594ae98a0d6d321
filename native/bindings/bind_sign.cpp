// Presigning and interactive signing.
#include "bindings/handles.h"

namespace mpc::bindings {

namespace {

using protocol::Signer;
using Run = Ordered<Signer>;

// Stages: 0 round1, 1 check_round1, 2 round2, 3 receive_round2, 4 check_round2, 5 round3, 6 receive_round3,
// 7 check_round3, 8 round4 or round5, 9 receiving and checking the last messages.
constexpr int last = 9;

std::unique_ptr<Run> create(const PyKeyShare& share, std::vector<PartyIndex> signers,
                            const std::vector<py::bytes>& sid_values, const py::bytes& digest, int proof_mode) {
  if (proof_mode != 0 && proof_mode != 1) throw py::value_error("proof mode: 0 or 1");
  return std::make_unique<Run>(
      unwrap(Signer::create(share.share, std::move(signers), bytes32_list(sid_values, "sid value"),
                            bytes32(digest, "digest"), static_cast<protocol::ProofMode>(proof_mode), rng())));
}

template <class F>
auto round_out(Run& self, int stage, F f) {
  const auto out = self.step(stage, f);
  return std::tuple(to_python(out.first), to_python(out.second));
}

Bytes echo_vector(Run& self, const py::bytes& echo) {
  const ByteView bytes = view(echo);
  const std::size_t signers = self.read([](Signer& r) { return r.presigner().set().signers.size(); });
  if (bytes.size() != sizeof(Bytes32) * signers) {
    throw py::value_error("echo: 32 bytes per signer expected");
  }
  return {bytes.begin(), bytes.end()};
}

/// The last messages arrive in two kinds and are checked together: these steps stay at one stage.
template <class F>
PyFailures check_last(Run& self, F f) {
  return self.check(last, last, last, f, [](const protocol::Failure&) { return true; });
}

py::dict echoes(Run& self) {
  py::dict out;
  for (const auto& [sender, echo] : self.read([](Signer& r) { return r.presigner().echoes(); })) {
    out[py::int_(sender)] = to_python(echo);
  }
  return out;
}

protocol::PresignOutcome outcome(Run& self) {
  return self.read([](Signer& r) { return r.presigner().outcome(); });
}

py::bytes round5(Run& self, const py::bytes& echo) {
  if (outcome(self) != protocol::PresignOutcome::ok)
    throw std::runtime_error("no partial signature after a failed sum");
  return to_python(unwrap(self.step(8, [e = echo_vector(self, echo)](Signer& r) { return r.round5(e); })));
}

std::tuple<py::bytes, int> signature(Run& self) {
  const auto out = unwrap(self.step(last, last, last, [](Signer& r) { return r.signature(); }));
  return {to_python(transcript::Writer().scalar(out.r).scalar(out.s).take()), out.recovery_id};
}

}  // namespace

void bind_sign(py::module_& m) {
  py::class_<Run> run(m, "SignRun");
  run.def(py::init(&create), py::arg("share"), py::arg("signers"), py::arg("sid_values"), py::arg("digest"),
          py::arg("proof_mode"))
      .def_property_readonly(
          "ssid", [](Run& self) { return to_python(self.read([](Signer& r) { return r.presigner().ssid(); })); })
      .def("round1", [](Run& self) { return round_out(self, 0, [](Signer& r) { return r.presigner().round1(); }); })
      .def(
          "check_round1",
          [](Run& self, const PyMessages& all, const PyMessages& to_us) {
            return self.check(
                1, [a = messages(all), p = messages(to_us)](Signer& r) { return r.presigner().check_round1(a, p); });
          },
          py::arg("broadcast"), py::arg("private"))
      .def(
          "round2",
          [](Run& self, const py::bytes& echo) {
            return round_out(self, 2, [e = echo_vector(self, echo)](Signer& r) { return r.presigner().round2(e); });
          },
          py::arg("echo"))
      .def(
          "receive_round2",
          [](Run& self, const PyMessages& all, const PyMessages& to_us) {
            return self.check(
                3, [a = messages(all), p = messages(to_us)](Signer& r) { return r.presigner().receive_round2(a, p); });
          },
          py::arg("broadcast"), py::arg("private"))
      .def("check_round2",
           [](Run& self) { return self.check(4, [](Signer& r) { return r.presigner().check_round2(); }); })
      .def(
          "round3",
          [](Run& self, const py::bytes& echo) {
            return to_python(
                self.step(5, [e = echo_vector(self, echo)](Signer& r) { return r.presigner().round3(e); }));
          },
          py::arg("echo"))
      .def(
          "receive_round3",
          [](Run& self, const PyMessages& all) {
            return self.check(6, [a = messages(all)](Signer& r) { return r.presigner().receive_round3(a); });
          },
          py::arg("broadcast"))
      .def("check_round3",
           [](Run& self) { return self.check(7, [](Signer& r) { return r.presigner().check_round3(); }); })
      .def("echoes", &echoes)
      .def("outcome", [](Run& self) { return static_cast<int>(outcome(self)); })
      .def(
          "round4",
          [](Run& self, const py::bytes& echo) {
            return to_python(self.step(8, [e = echo_vector(self, echo)](Signer& r) { return r.round4(e); }));
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
      .def("signature", &signature);
  set_repr(run, "SignRun");
}

}  // namespace mpc::bindings
