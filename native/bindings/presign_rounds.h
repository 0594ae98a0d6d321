// Rounds R1 to R3, for the runs of both protocols that presign.
#pragma once

#include "bindings/handles.h"

namespace mpc::bindings::presign {

// Stages: 0 round1, 1 check_round1, 2 round2, 3 receive_round2, 4 check_round2, 5 round3, 6 receive_round3,
// 7 check_round3; what follows is the protocol's.
constexpr int after_sums = 8;

inline protocol::Proving proving(int mode, const std::optional<PyGenerators>& generators) {
  if (mode < 0 || mode > 2) throw py::value_error("proof mode: 0, 1 or 2");
  return {static_cast<protocol::ProofMode>(mode), generators ? generators->generators : nullptr};
}
/// Presignatures of one session.
inline std::size_t most(const protocol::Proving& proving) {
  return proving.is_batched() ? protocol::max_presignatures : 1;
}

/// The randomness of a pool that was filled for this share; ValueError for another's. None: all is drawn.
inline std::shared_ptr<proofs::RandomnessPool> randomness_of(const std::optional<PyPresignPool>& pool,
                                                             const PyKeyShare& share) {
  if (!pool) return nullptr;
  if (pool->pool->share() != share.share) throw py::value_error("pool: of another share");
  return pool->pool->randomness();
}

template <class Session>
Bytes echo_vector(Ordered<Session>& self, const py::bytes& echo) {
  const ByteView bytes = view(echo);
  const std::size_t signers = self.read([](Session& r) { return r.presigner().set().signers.size(); });
  if (bytes.size() != sizeof(Bytes32) * signers) {
    throw py::value_error("echo: 32 bytes per signer expected");
  }
  return {bytes.begin(), bytes.end()};
}

template <class Session, class F>
auto round_out(Ordered<Session>& self, int stage, F f) {
  const auto out = self.step(stage, f);
  return std::tuple(to_python(out.first), to_python(out.second));
}

template <class Session>
py::dict echoes(Ordered<Session>& self) {
  py::dict out;
  for (const auto& [sender, echo] : self.read([](Session& r) { return r.presigner().echoes(); })) {
    out[py::int_(sender)] = to_python(echo);
  }
  return out;
}

template <class Session>
protocol::PresignOutcome outcome(Ordered<Session>& self) {
  return self.read([](Session& r) { return r.presigner().outcome(); });
}

template <class Session>
void def_rounds(py::class_<Ordered<Session>>& run) {
  using Run = Ordered<Session>;
  run.def_property_readonly(
         "ssid", [](Run& self) { return to_python(self.read([](Session& r) { return r.presigner().ssid(); })); })
      .def("round1", [](Run& self) { return round_out(self, 0, [](Session& r) { return r.presigner().round1(); }); })
      .def(
          "check_round1",
          [](Run& self, const PyMessages& all, const PyMessages& to_us) {
            return self.check(
                1, [a = messages(all), p = messages(to_us)](Session& r) { return r.presigner().check_round1(a, p); });
          },
          py::arg("broadcast"), py::arg("private"))
      .def(
          "round2",
          [](Run& self, const py::bytes& echo) {
            return round_out(self, 2, [e = echo_vector(self, echo)](Session& r) { return r.presigner().round2(e); });
          },
          py::arg("echo"))
      .def(
          "receive_round2",
          [](Run& self, const PyMessages& all, const PyMessages& to_us) {
            return self.check(
                3, [a = messages(all), p = messages(to_us)](Session& r) { return r.presigner().receive_round2(a, p); });
          },
          py::arg("broadcast"), py::arg("private"))
      .def("check_round2",
           [](Run& self) { return self.check(4, [](Session& r) { return r.presigner().check_round2(); }); })
      .def(
          "round3",
          [](Run& self, const py::bytes& echo) {
            return to_python(
                self.step(5, [e = echo_vector(self, echo)](Session& r) { return r.presigner().round3(e); }));
          },
          py::arg("echo"))
      .def(
          "receive_round3",
          [](Run& self, const PyMessages& all) {
            return self.check(6, [a = messages(all)](Session& r) { return r.presigner().receive_round3(a); });
          },
          py::arg("broadcast"))
      .def("check_round3",
           [](Run& self) { return self.check(7, [](Session& r) { return r.presigner().check_round3(); }); })
      .def("echoes", &echoes<Session>)
      .def("outcome", [](Run& self) { return static_cast<int>(outcome(self)); });
}

}  // namespace mpc::bindings::presign
