// Further generators of the members of a key: their exchange and their file. Experimental.
#include "bindings/handles.h"

namespace mpc::bindings {

namespace {

using protocol::Generators;
using protocol::GeneratorsRun;
using Run = Ordered<GeneratorsRun>;

// Stages: 0 round1, 1 check_round2, 2 check_round1, 3 result.
constexpr int verified = 3;

PyGenerators from_bytes(const PyKeyShare& share, const py::bytes& data) {
  const Bytes file(view(data).begin(), view(data).end());
  auto loaded = [&] {
    const ReleasedGil released;
    return Generators::from_bytes(*share.share, file);
  }();
  return {std::make_shared<const Generators>(unwrap(std::move(loaded)))};
}

std::unique_ptr<Run> create(const PyKeyShare& share, std::size_t count, const std::vector<py::bytes>& sid_values) {
  const std::vector<Bytes32> values = bytes32_list(sid_values, "sid value");
  return std::make_unique<Run>(unwrap(GeneratorsRun::create(share.share, count, values, rng())));
}

std::size_t message_bytes(const std::string& profile_name, std::size_t count) {
  if (!Generators::is_count(count)) throw py::value_error("no possible number of generators");
  return GeneratorsRun::message_bytes(profile(profile_name), count);
}

}  // namespace

void bind_generators(py::module_& m) {
  py::class_<PyGenerators> generators(m, "Generators");
  generators.def_property_readonly("count", [](const PyGenerators& self) { return self.generators->count(); })
      .def_property_readonly("ssid", [](const PyGenerators& self) { return to_python(self.generators->ssid()); })
      .def_property_readonly("digest", [](const PyGenerators& self) { return to_python(self.generators->digest()); })
      .def(
          "check_share",
          [](const PyGenerators& self, const PyKeyShare& share) {
            if (const Refusal bad = self.generators->check_share(*share.share)) raise(*bad);
          },
          py::arg("share"))
      .def("to_bytes", [](const PyGenerators& self) { return to_python(self.generators->to_bytes()); })
      .def_static("from_bytes", &from_bytes, py::arg("share"), py::arg("data"));
  set_repr(generators, "Generators");

  py::class_<Run> run(m, "GeneratorsRun");
  run.def(py::init(&create), py::arg("share"), py::arg("count"), py::arg("sid_values"))
      .def_static("message_bytes", &message_bytes, py::arg("profile"), py::arg("count"))
      .def_property_readonly("ssid",
                             [](Run& self) { return to_python(self.read([](GeneratorsRun& r) { return r.ssid(); })); })
      .def("round1", [](Run& self) { return to_python(self.step(0, [](GeneratorsRun& r) { return r.round1(); })); })
      .def(
          "check_round2",
          [](Run& self, const PyMessages& g2, const py::bytes& own) {
            const Bytes echo(view(own).begin(), view(own).end());
            return self.check(1, [g2 = messages(g2), &echo](GeneratorsRun& r) { return r.check_round2(g2, echo); });
          },
          py::arg("round2"), py::arg("echo"))
      .def(
          "check_round1",
          [](Run& self, const PyMessages& g1) {
            return self.check(2, [g1 = messages(g1)](GeneratorsRun& r) { return r.check_round1(g1); });
          },
          py::arg("round1"))
      .def("result", [](Run& self) {
        return PyGenerators{self.step(verified, verified, verified, [](GeneratorsRun& r) { return r.result(); })};
      });
  set_repr(run, "GeneratorsRun");
}

}  // namespace mpc::bindings
