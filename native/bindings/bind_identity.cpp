// Identities, envelopes, session names.
#include "bindings/handles.h"
#include "curve/ecdsa.h"
#include "protocol/session_id.h"

namespace mpc::bindings {

namespace {

struct CompactSignature {
  curve::Scalar r, s;
};

CompactSignature compact_signature(const py::bytes& signature) {
  transcript::Reader in(view(signature));
  CompactSignature out{in.scalar("signature.r"), in.scalar("signature.s")};
  if (const Refusal bad = in.finish()) raise(*bad);
  return out;
}

curve::Point point(const py::bytes& encoded) {
  const auto decoded = curve::Point::decode(view(encoded));
  if (!decoded) raise({"E_DECODE", "public key: not a compressed point"});
  return *decoded;
}

bool verify_ecdsa(const py::bytes& public_key, const py::bytes& digest, const py::bytes& signature) {
  const CompactSignature sig = compact_signature(signature);
  return curve::verify_ecdsa_var(point(public_key), bytes32(digest, "digest"), sig.r, sig.s);
}

py::bytes recover_ecdsa(const py::bytes& digest, const py::bytes& signature, int recovery_id) {
  const CompactSignature sig = compact_signature(signature);
  if (recovery_id < 0 || recovery_id > 3) raise({"E_DECODE", "recovery id: out of range"});
  const auto key = curve::recover_var(bytes32(digest, "digest"), sig.r, sig.s, recovery_id);
  if (!key) raise({"E_DECODE", "signature: recovers to no key"});
  return to_python(key->encode());
}

py::bytes parse_der(const py::bytes& signature) {
  const auto parsed = curve::parse_der_var(view(signature));
  if (!parsed) raise({"E_DECODE", "signature: not strict DER"});
  return to_python(transcript::Writer().scalar(parsed->first).scalar(parsed->second).take());
}

bool verify_signature(const py::bytes& public_key, const py::bytes& message_hash, const py::bytes& signature) {
  protocol::Signature fixed{};
  const ByteView bytes = view(signature);
  if (bytes.size() != fixed.size()) return false;
  std::copy(bytes.begin(), bytes.end(), fixed.begin());
  return protocol::verify_signature(bytes32(public_key, "public key"), view(message_hash), fixed);
}

/// Labels enter hashes as ASCII.
const std::string& label(const std::string& text, const char* what) {
  if (!protocol::is_label(text)) raise({"E_DECODE", std::string(what) + ": 1 to 64 printable ASCII characters"});
  return text;
}

py::bytes message_hash(std::uint64_t version, const py::bytes& ssid, const std::string& protocol, std::uint64_t round,
                       const std::string& kind, std::uint64_t sender, std::uint64_t recipient,
                       const py::bytes& payload) {
  const protocol::EnvelopeFields fields{
      version, bytes32(ssid, "ssid"), label(protocol, "protocol"), round, label(kind, "kind"), sender, recipient};
  return to_python(protocol::message_hash(fields, view(payload)));
}

py::bytes pre_session_id(const std::string& protocol, const std::vector<py::bytes>& pids,
                         const std::optional<std::string>& key_id) {
  if (key_id) label(*key_id, "key id");
  return to_python(protocol::pre_session_id(label(protocol, "protocol"), bytes32_list(pids, "pid"), key_id));
}

}  // namespace

void bind_identity(py::module_& m) {
  py::class_<PyIdentity> identity(m, "Identity");
  identity
      .def_static(
          "generate",
          [] { return PyIdentity{std::make_shared<const protocol::Identity>(protocol::Identity::generate(rng()))}; })
      .def_property_readonly("public_key",
                             [](const PyIdentity& self) { return to_python(self.identity->public_key()); })
      .def_property_readonly(
          "pid", [](const PyIdentity& self) { return to_python(protocol::pid(self.identity->public_key())); })
      .def(
          "sign",
          [](const PyIdentity& self, const py::bytes& hash) {
            return to_python(ByteView(self.identity->sign(bytes32(hash, "message hash"))));
          },
          py::arg("message_hash"));
  set_repr(identity, "Identity");
  m.def(
      "pid", [](const py::bytes& key) { return to_python(protocol::pid(bytes32(key, "identity key"))); },
      py::arg("identity_key"));
  m.def("verify_signature", &verify_signature, py::arg("public_key"), py::arg("message_hash"), py::arg("signature"));
  m.def("message_hash", &message_hash, py::arg("version"), py::arg("ssid"), py::arg("protocol"), py::arg("round"),
        py::arg("kind"), py::arg("sender"), py::arg("recipient"), py::arg("payload"));
  m.def("pre_session_id", &pre_session_id, py::arg("protocol"), py::arg("pids"), py::arg("key_id"));
  m.def("session_random", [] { return to_python(random32(rng())); });
  m.def("verify_ecdsa", &verify_ecdsa, py::arg("public_key"), py::arg("digest"), py::arg("signature"));
  m.def("recover_ecdsa", &recover_ecdsa, py::arg("digest"), py::arg("signature"), py::arg("recovery_id"));
  m.def("parse_der", &parse_der, py::arg("signature"));
  m.def(
      "uncompressed", [](const py::bytes& key) { return to_python(ByteView(point(key).xy())); }, py::arg("public_key"));
}

}  // namespace mpc::bindings
