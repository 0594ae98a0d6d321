// Distributed key generation.
#include "bindings/handles.h"

namespace mpc::bindings {

namespace {

using protocol::Dkg;
using Run = Ordered<Dkg>;

// Stages: 0 round1, 1 round3, 2 check_openings, 3 round4, 4 check_shares, 5 pending (none after B-SHARE), 6 round5,
// 7 check_confirmations.
constexpr int derived = 5;
constexpr int handed_out = 6;
constexpr int confirming = 7;

std::unique_ptr<Run> create(const PyIdentity& identity, const PyMembers& members, PartyIndex index,
                            PartyIndex threshold, const std::string& key_id, const std::vector<py::bytes>& sid_values,
                            const PyAuxShare& aux) {
  protocol::DkgConfig config{
      identity.identity, seats(members, index), index, threshold, key_id, bytes32_list(sid_values, "sid value"),
      aux.share};
  if (config.sid_values.size() != config.seats.size()) raise({"E_CONTEXT", "one sid value per party"});
  if (config.seats[index - 1U].identity_key != identity.identity->public_key() || aux.share.index != index) {
    raise({"E_SIGNERS", "own index: not the seat of this identity and auxiliary share"});
  }
  return std::make_unique<Run>(unwrap(Dkg::create(std::move(config), rng())));
}

/// A share that does not match leaves the run alive for its complaint.
PyFailures check_shares(Run& self, const PyMessages& all, const PyMessages& to_us) {
  return self.check(
      4, 4, derived, [a = messages(all), p = messages(to_us)](Dkg& r) { return r.check_shares(a, p); },
      [](const protocol::Failure& failure) { return failure.code != "B-SHARE"; });
}

/// V4 only once the pending share was handed out; a COMPLAINT at once.
py::bytes round5(Run& self, const PyMessages& envelopes) {
  const bool complaining = self.read([](Dkg& r) { return r.complains(); });
  return to_python(self.step(complaining ? derived : handed_out, handed_out, confirming,
                             [e = messages(envelopes)](Dkg& r) { return r.round5(e); }));
}

py::object complaints(Run& self, const py::bytes& payload) {
  const ByteView bytes = view(payload);
  const auto entries = unwrap(self.read([&](Dkg& r) { return r.complaints(bytes); }));
  if (entries.empty()) return py::none();
  py::list out;
  for (const auto& entry : entries) {
    out.append(py::make_tuple(entry.dealer, to_python(entry.y.to_bytes()), to_python(entry.envelope)));
  }
  return out;
}

std::tuple<int, std::string, std::string> judge(Run& self, PartyIndex complainer, PartyIndex dealer, const py::bytes& y,
                                                const py::bytes& share_payload) {
  const auto scalar = curve::Scalar::from_bytes(view(y));
  if (!scalar) raise({"E_DECODE", "COMPLAINT.y: out of range"});
  const ByteView share = view(share_payload);
  const auto guilty = self.read([&](Dkg& r) { return r.judge(complainer, dealer, *scalar, share); });
  return {guilty.party, guilty.code, guilty.detail};
}

}  // namespace

void bind_dkg(py::module_& m) {
  py::class_<Run> run(m, "DkgRun");
  run.def(py::init(&create), py::arg("identity"), py::arg("members"), py::arg("index"), py::arg("threshold"),
          py::arg("key_id"), py::arg("sid_values"), py::arg("aux"))
      .def_property_readonly("ssid", [](Run& self) { return to_python(self.read([](Dkg& r) { return r.ssid(); })); })
      .def("round1", [](Run& self) { return to_python(self.step(0, [](Dkg& r) { return r.round1(); })); })
      .def("round3", [](Run& self) { return to_python(self.step(1, [](Dkg& r) { return r.round3(); })); })
      .def(
          "check_openings",
          [](Run& self, const PyMessages& v1, const PyMessages& v2) {
            return self.check(2, [v1 = messages(v1), v2 = messages(v2)](Dkg& r) { return r.check_openings(v1, v2); });
          },
          py::arg("round1"), py::arg("round3"))
      .def("round4",
           [](Run& self) {
             const auto out = self.step(3, [](Dkg& r) { return r.round4(); });
             return std::tuple(to_python(out.first), to_python(out.second));
           })
      .def("check_shares", &check_shares, py::arg("round4"), py::arg("round4_private"))
      .def("pending",
           [](Run& self) {
             auto share = self.step(derived, handed_out, handed_out, [](Dkg& r) -> Result<protocol::KeyShare> {
               if (r.complains()) return refuse("E_ORDER", "no share after a complaint");
               return r.result();
             });
             return PyKeyShare{std::make_shared<const protocol::KeyShare>(unwrap(std::move(share)))};
           })
      .def("round5", &round5, py::arg("envelopes"))
      .def("complaints", &complaints, py::arg("payload"))
      .def("judge", &judge, py::arg("complainer"), py::arg("dealer"), py::arg("y"), py::arg("share_payload"))
      .def(
          "check_confirmations",
          [](Run& self, const PyMessages& v4) {
            return self.check(confirming, [v4 = messages(v4)](Dkg& r) { return r.check_confirmations(v4); });
          },
          py::arg("round5"));
  set_repr(run, "DkgRun");
}

}  // namespace mpc::bindings
