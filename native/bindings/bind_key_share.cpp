// Key shares and what their files say.
#include "bindings/handles.h"

namespace mpc::bindings {

namespace {

using protocol::KeyRecord;
using protocol::KeyShare;
using protocol::PublicPart;

py::list points(const std::vector<curve::Point>& items) {
  py::list out;
  for (const curve::Point& item : items) out.append(to_python(ByteView(item.encode())));
  return out;
}

/// The fields of the public record, for both types that carry one.
template <class Handle, class GetRecord>
void def_record(py::class_<Handle>& type, GetRecord record) {
  type.def_property_readonly("profile", [=](const Handle& self) { return std::string(record(self).profile->name); })
      .def_property_readonly("key_id", [=](const Handle& self) { return record(self).key_id; })
      .def_property_readonly("epoch", [=](const Handle& self) { return record(self).epoch; })
      .def_property_readonly("threshold", [=](const Handle& self) { return record(self).threshold; })
      .def_property_readonly("members", [=](const Handle& self) { return members_to_python(record(self).seats); })
      .def_property_readonly("public_key",
                             [=](const Handle& self) { return to_python(ByteView(record(self).public_key.encode())); })
      .def_property_readonly("public_shares", [=](const Handle& self) { return points(record(self).public_shares); })
      .def_property_readonly("chain_code", [=](const Handle& self) { return to_python(record(self).chain_code); })
      .def_property_readonly("record_digest", [=](const Handle& self) { return to_python(record(self).digest()); })
      .def_property_readonly("aux_digest", [=](const Handle& self) { return to_python(record(self).aux_digest); });
}

PyKeyShare open_share(const py::bytes& data, const py::bytes& passphrase) {
  const Bytes file(view(data).begin(), view(data).end());
  const WipedBytes secret = wiped_copy(passphrase);
  auto opened = [&] {
    const ReleasedGil released;
    return KeyShare::open(file, secret);
  }();
  return {std::make_shared<const KeyShare>(unwrap(std::move(opened)))};
}

py::bytes seal_share(const PyKeyShare& self, const py::bytes& passphrase) {
  const WipedBytes secret = wiped_copy(passphrase);
  const auto share = self.share;
  const Bytes sealed = [&] {
    const ReleasedGil released;
    return share->seal(secret, rng());
  }();
  return to_python(sealed);
}

}  // namespace

Bytes certificate_bytes(const py::bytes& certificate) {
  const ByteView bytes = view(certificate);
  if (bytes.size() > protocol::max_certificate_bytes) raise({"E_RECORD", "certificate: too long"});
  return {bytes.begin(), bytes.end()};
}

void bind_key_share(py::module_& m) {
  py::class_<PublicPart> part(m, "PublicRecord");
  def_record(part, [](const PublicPart& self) -> const KeyRecord& { return self.record; });
  part.def_static(
          "read", [](const py::bytes& data) { return unwrap(PublicPart::read(view(data))); }, py::arg("data"))
      .def_property_readonly("index", [](const PublicPart& self) { return self.index; })
      .def_property_readonly("certificate", [](const PublicPart& self) { return to_python(self.certificate); })
      .def_property_readonly("aux_certificate", [](const PublicPart& self) { return to_python(self.aux_certificate); });
  set_repr(part, "PublicRecord");

  py::class_<PyKeyShare> share(m, "KeyShare");
  def_record(share, [](const PyKeyShare& self) -> const KeyRecord& { return self.share->record; });
  share.def_property_readonly("index", [](const PyKeyShare& self) { return self.share->index; })
      .def_property_readonly("identity", [](const PyKeyShare& self) { return PyIdentity{self.share->identity}; })
      .def_property_readonly("certificate", [](const PyKeyShare& self) { return to_python(self.share->certificate); })
      .def_property_readonly("aux_certificate",
                             [](const PyKeyShare& self) { return to_python(self.share->aux.certificate); })
      .def(
          "certified",
          [](const PyKeyShare& self, const py::bytes& certificate) {
            return PyKeyShare{
                std::make_shared<const KeyShare>(self.share->with_certificate(certificate_bytes(certificate)))};
          },
          py::arg("certificate"))
      .def("public_record",
           [](const PyKeyShare& self) {
             const KeyShare& s = *self.share;
             return PublicPart{s.record, s.index, s.aux.record, s.aux.certificate, s.certificate};
           })
      .def("seal", &seal_share, py::arg("passphrase"))
      .def_static("open", &open_share, py::arg("data"), py::arg("passphrase"));
  set_repr(share, "KeyShare");
}

}  // namespace mpc::bindings
