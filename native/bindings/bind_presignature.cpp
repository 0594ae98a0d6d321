// Presignatures as they are kept, and the keys of their stores.
#include "bindings/handles.h"

namespace mpc::bindings {

namespace {

using protocol::PresignatureLabel;
using protocol::StoreKey;

/// The fields of the label, for both types that carry one.
template <class Handle, class GetLabel>
void def_label(py::class_<Handle>& type, GetLabel label) {
  type.def_property_readonly("id", [=](const Handle& self) { return to_python(ByteView(label(self).id)); })
      .def_property_readonly("ssid", [=](const Handle& self) { return to_python(label(self).ssid); })
      .def_property_readonly("profile", [=](const Handle& self) { return std::string(label(self).profile->name); })
      .def_property_readonly("key_id", [=](const Handle& self) { return label(self).key_id; })
      .def_property_readonly("epoch", [=](const Handle& self) { return label(self).epoch; })
      .def_property_readonly("aux_digest", [=](const Handle& self) { return to_python(label(self).aux_digest); })
      .def_property_readonly("index", [=](const Handle& self) { return label(self).index; })
      .def_property_readonly("signers", [=](const Handle& self) { return label(self).signers; })
      .def_property_readonly("path", [=](const Handle& self) { return label(self).path; })
      .def_property_readonly("public_key",
                             [=](const Handle& self) { return to_python(ByteView(label(self).child_key.encode())); })
      .def_property_readonly("tr", [=](const Handle& self) { return to_python(label(self).tr); })
      .def_property_readonly("certificate", [=](const Handle& self) { return to_python(label(self).certificate); })
      .def_property_readonly("expiry", [=](const Handle& self) { return label(self).expiry; })
      .def(
          "check_share",
          [=](const Handle& self, const PyKeyShare& share) {
            if (const Refusal refusal = label(self).check_share(*share.share)) raise(*refusal);
          },
          py::arg("share"));
}

py::bytes seal_presignature(PyPresignature& self, const PyStoreKey& key, std::uint64_t generation) {
  if (!self.presignature) raise({"E_PRESIGNATURE_USED", "this presignature was stored already"});
  const protocol::Presignature taken = std::move(*std::exchange(self.presignature, std::nullopt));
  return to_python(taken.seal(*key.key, generation, rng()));
}

py::bytes seal_key(const PyStoreKey& self, const py::bytes& passphrase) {
  const WipedBytes secret = wiped_copy(passphrase);
  const Bytes sealed = [&] {
    const ReleasedGil released;
    return self.key->seal(secret, rng());
  }();
  return to_python(sealed);
}

PyStoreKey open_key(const py::bytes& data, const py::bytes& passphrase) {
  const Bytes file(view(data).begin(), view(data).end());
  const WipedBytes secret = wiped_copy(passphrase);
  auto opened = [&] {
    const ReleasedGil released;
    return StoreKey::open(file, secret);
  }();
  return {std::make_shared<const StoreKey>(unwrap(std::move(opened)))};
}

}  // namespace

void bind_presignature(py::module_& m) {
  py::class_<PyStoreKey> key(m, "StoreKey");
  key.def_static("generate", [] { return PyStoreKey{std::make_shared<const StoreKey>(StoreKey::generate(rng()))}; })
      .def("seal", &seal_key, py::arg("passphrase"))
      .def_static("open", &open_key, py::arg("data"), py::arg("passphrase"))
      .def(
          "authenticate",
          [](const PyStoreKey& self, const py::bytes& description) {
            return to_python(self.key->authenticate(view(description)));
          },
          py::arg("description"));
  set_repr(key, "StoreKey");

  py::class_<PresignatureLabel> label(m, "PresignatureLabel");
  def_label(label, [](const PresignatureLabel& self) -> const PresignatureLabel& { return self; });
  label.def_static(
      "read", [](const py::bytes& sealed) { return unwrap(PresignatureLabel::read(view(sealed))); }, py::arg("sealed"));
  set_repr(label, "PresignatureLabel");

  py::class_<PyPresignature> presignature(m, "Presignature");
  def_label(presignature, [](const PyPresignature& self) -> const PresignatureLabel& { return self.label; });
  presignature.def("seal", &seal_presignature, py::arg("key"), py::arg("generation"));
  set_repr(presignature, "Presignature");
}

}  // namespace mpc::bindings
