// Primes and auxiliary-information generation.
#include "bindings/handles.h"
#include "bindings/progress.h"

namespace mpc::bindings {

namespace {

using protocol::AuxInfo;
using Run = Ordered<AuxInfo>;

// Stages: 0 round1, 1 round3, 2 check_openings, 3 round4, 4 check_proofs, 5 pending, 6 round5, 7 check_confirmations.
constexpr int proven = 5;
constexpr int handed_out = 6;
constexpr int confirming = 7;

PyPrimeSet generate_primes(const std::string& profile_name, const py::object& progress) {
  const proofs::Profile& chosen = profile(profile_name);
  Progress heard(progress);
  std::optional<protocol::PrimeSet> found;
  {
    const ReleasedGil released;
    found = protocol::generate_primes_var(chosen, rng(), [&](const std::string& stage) { return heard.report(stage); });
  }
  if (!found) heard.raise_cancelled("prime search cancelled");
  return {std::move(found), profile_name};
}

py::bytes seal_primes(PyPrimeSet& self, const py::bytes& passphrase) {
  const WipedBytes secret = wiped_copy(passphrase);
  const protocol::PrimeSet taken = take(self);
  const Bytes sealed = [&] {
    const ReleasedGil released;
    return taken.seal(secret, rng());
  }();
  return to_python(sealed);
}

PyPrimeSet open_primes(const py::bytes& data, const py::bytes& passphrase) {
  const Bytes file(view(data).begin(), view(data).end());
  const WipedBytes secret = wiped_copy(passphrase);
  auto opened = [&] {
    const ReleasedGil released;
    return protocol::PrimeSet::open(file, secret);
  }();
  protocol::PrimeSet primes = unwrap(std::move(opened));
  std::string name(primes.profile->name);
  return {std::move(primes), std::move(name)};
}

std::tuple<std::string, py::bytes> read_label(const py::bytes& data) {
  const auto label = unwrap(protocol::PrimeSetLabel::read(view(data)));
  return {std::string(label.profile->name), to_python(ByteView(label.id))};
}

py::bytes seal_passphrase_check(const py::bytes& passphrase) {
  const WipedBytes secret = wiped_copy(passphrase);
  const Bytes sealed = [&] {
    const ReleasedGil released;
    return protocol::seal_passphrase_check(secret, rng());
  }();
  return to_python(sealed);
}

void check_passphrase(const py::bytes& data, const py::bytes& passphrase) {
  const Bytes file(view(data).begin(), view(data).end());
  const WipedBytes secret = wiped_copy(passphrase);
  const Refusal refusal = [&] {
    const ReleasedGil released;
    return protocol::check_passphrase(file, secret);
  }();
  if (refusal) raise(*refusal);
}

std::unique_ptr<Run> create(const std::string& profile_name, const PyMembers& members, PartyIndex index,
                            const std::vector<py::bytes>& sid_values, PyPrimeSet& primes) {
  protocol::AuxConfig config{&profile(profile_name), seats(members, index), index,
                             bytes32_list(sid_values, "sid value")};
  if (config.sid_values.size() != config.seats.size()) raise({"E_CONTEXT", "one sid value per party"});
  protocol::PrimeSet taken = take(primes);
  Result<std::unique_ptr<AuxInfo>> run = [&] {
    const ReleasedGil released;
    return AuxInfo::create(std::move(config), std::move(taken), rng());
  }();
  return std::make_unique<Run>(unwrap(std::move(run)));
}

}  // namespace

protocol::PrimeSet take(PyPrimeSet& primes) {
  if (!primes.primes) raise({"E_MODULUS", "primes: used already"});
  return std::move(*std::exchange(primes.primes, std::nullopt));
}

void bind_aux_info(py::module_& m) {
  py::class_<PyPrimeSet> primes(m, "PrimeSet");
  primes.def_property_readonly("profile", [](const PyPrimeSet& self) { return self.profile; })
      .def("seal", &seal_primes, py::arg("passphrase"))
      .def_static("open_sealed", &open_primes, py::arg("data"), py::arg("passphrase"))
      .def_static("read_label", &read_label, py::arg("data"));
  set_repr(primes, "PrimeSet");
  m.def("generate_primes", &generate_primes, py::arg("profile"), py::arg("progress") = py::none());

  m.def("seal_passphrase_check", &seal_passphrase_check, py::arg("passphrase"));
  m.def("check_passphrase", &check_passphrase, py::arg("data"), py::arg("passphrase"));

  py::class_<PyAuxShare> share(m, "AuxShare");
  share
      .def_property_readonly("profile",
                             [](const PyAuxShare& self) { return std::string(self.share.record.profile->name); })
      .def_property_readonly("index", [](const PyAuxShare& self) { return self.share.index; })
      .def_property_readonly("digest", [](const PyAuxShare& self) { return to_python(self.share.record.digest()); })
      .def_property_readonly("certificate", [](const PyAuxShare& self) { return to_python(self.share.certificate); })
      .def(
          "certified",
          [](const PyAuxShare& self, const py::bytes& certificate) {
            PyAuxShare out = self;
            out.share.certificate = certificate_bytes(certificate);
            return out;
          },
          py::arg("certificate"));
  set_repr(share, "AuxShare");

  py::class_<Run> run(m, "AuxRun");
  run.def(py::init(&create), py::arg("profile"), py::arg("members"), py::arg("index"), py::arg("sid_values"),
          py::arg("primes"))
      .def_property_readonly("ssid",
                             [](Run& self) { return to_python(self.read([](AuxInfo& r) { return r.ssid(); })); })
      .def("round1", [](Run& self) { return to_python(self.step(0, [](AuxInfo& r) { return r.round1(); })); })
      .def("round3", [](Run& self) { return to_python(self.step(1, [](AuxInfo& r) { return r.round3(); })); })
      .def(
          "check_openings",
          [](Run& self, const PyMessages& a1, const PyMessages& a2) {
            return self.check(2,
                              [a1 = messages(a1), a2 = messages(a2)](AuxInfo& r) { return r.check_openings(a1, a2); });
          },
          py::arg("round1"), py::arg("round3"))
      .def("round4",
           [](Run& self) {
             const auto out = self.step(3, [](AuxInfo& r) { return r.round4(); });
             return std::tuple(to_python(out.first), to_python(out.second));
           })
      .def(
          "check_proofs",
          [](Run& self, const PyMessages& all, const PyMessages& to_us) {
            return self.check(4, [a = messages(all), p = messages(to_us)](AuxInfo& r) { return r.check_proofs(a, p); });
          },
          py::arg("round4"), py::arg("round4_private"))
      .def("pending",
           [](Run& self) {
             return PyAuxShare{self.step(proven, handed_out, handed_out, [](AuxInfo& r) { return r.result(); })};
           })
      .def("round5", [](Run& self) { return to_python(self.step(handed_out, [](AuxInfo& r) { return r.round5(); })); })
      .def(
          "check_confirmations",
          [](Run& self, const PyMessages& a4) {
            return self.check(confirming, [a4 = messages(a4)](AuxInfo& r) { return r.check_confirmations(a4); });
          },
          py::arg("round5"));
  set_repr(run, "AuxRun");
}

}  // namespace mpc::bindings
