// Doors for tests: transcripts, and the digests that name sessions, records and messages.
#include "bindings/testing.h"
#include "protocol/session_id.h"

namespace mpc::bindings::testing {

namespace {

using PyPids = std::vector<std::pair<PartyIndex, py::bytes>>;
using transcript::Encoder;
using transcript::Xof;

std::vector<protocol::Seat> seats_of(const PyPids& members) {
  std::vector<protocol::Seat> out;
  for (const auto& [index, pid] : members) out.push_back({index, Bytes32{}, bytes32(pid, "pid")});
  return out;
}

std::vector<curve::Point> points(const std::vector<py::bytes>& encoded) {
  std::vector<curve::Point> out;
  for (const py::bytes& item : encoded) out.push_back(point(item));
  return out;
}

/// An item: (kind, value), (kind, value, length) for numbers, ("list", [item, ...]).
void append(Encoder& out, const py::tuple& item) {
  const auto kind = item[0].cast<std::string>();
  const py::object value = item[1];
  if (kind == "label") {
    out.label(value.cast<std::string>());
  } else if (kind == "bytes") {
    out.bytes(view(value.cast<py::bytes>()));
  } else if (kind == "u64") {
    out.u64(value.cast<std::uint64_t>());
  } else if (kind == "nat") {
    out.nat(nat(value), item[2].cast<std::size_t>());
  } else if (kind == "int") {
    out.integer(integer(value), item[2].cast<std::size_t>());
  } else if (kind == "point") {
    out.point(point(value));
  } else if (kind == "scalar") {
    out.scalar(scalar(value));
  } else if (kind == "list") {
    Encoder elements;
    const auto items = value.cast<std::vector<py::tuple>>();
    for (const py::tuple& element : items) append(elements, element);
    out.list(items.size(), elements);
  } else {
    throw py::value_error("no such item");
  }
}

Encoder encoder(const std::vector<py::tuple>& items) {
  Encoder out;
  for (const py::tuple& item : items) append(out, item);
  return out;
}

py::bytes te(const std::vector<py::tuple>& items) { return to_python(encoder(items).view()); }

/// One after the other: ("bytes", n), ("scalar",), ("bits", n), ("unit", N), ("fac",), ("toy",).
py::list challenges(const std::vector<py::tuple>& items, const std::vector<py::tuple>& reads) {
  Xof xof(encoder(items));
  py::list out;
  for (const py::tuple& read : reads) {
    const auto kind = read[0].cast<std::string>();
    if (kind == "bytes") {
      Bytes bytes(read[1].cast<std::size_t>());
      xof.read(bytes);
      out.append(to_python(bytes));
    } else if (kind == "scalar") {
      out.append(to_python_int(xof.scalar()));
    } else if (kind == "bits") {
      out.append(to_python(xof.bits(read[1].cast<std::size_t>())));
    } else if (kind == "unit") {
      const Nat n = nat(read[1]);
      out.append(to_python_int(xof.unit_candidate(n, bits_var(n))));
    } else if (kind == "fac") {
      out.append(to_python_int(xof.fac_challenge()));
    } else if (kind == "toy") {
      out.append(to_python_int(xof.toy_challenge()));
    } else {
      throw py::value_error("no such challenge");
    }
  }
  return out;
}

/// Sets one field of the session; the names are those of the readable twin.
void set_field(protocol::SessionFields& out, const std::string& name, const py::handle& value) {
  if (value.is_none()) return;
  const auto number = [&] { return value.cast<std::uint64_t>(); };
  const auto digest = [&] { return bytes32(value.cast<py::bytes>(), name.c_str()); };
  if (name == "protocol")
    out.protocol = value.cast<std::string>();
  else if (name == "profile")
    out.profile = &profile(value.cast<std::string>());
  else if (name == "sid")
    out.sid = digest();
  else if (name == "participants")
    out.participants = seats_of(value.cast<PyPids>());
  else if (name == "threshold")
    out.threshold = number();
  else if (name == "key_id")
    out.key_id = value.cast<std::string>();
  else if (name == "epoch")
    out.epoch = number();
  else if (name == "public_key")
    out.public_key = point(value);
  else if (name == "public_shares")
    out.public_shares = points(value.cast<std::vector<py::bytes>>());
  else if (name == "chain_code")
    out.chain_code = digest();
  else if (name == "aux_digest")
    out.aux_digest = digest();
  else if (name == "base_digest")
    out.base_digest = digest();
  else if (name == "signers")
    out.signers = value.cast<std::vector<PartyIndex>>();
  else if (name == "path")
    out.path = value.cast<std::vector<std::uint32_t>>();
  else if (name == "child_key")
    out.child_key = point(value);
  else if (name == "proof_mode")
    out.proof_mode = number();
  else if (name == "presignatures")
    out.presignatures = number();
  else if (name == "digest")
    out.digest = digest();
  else
    throw py::type_error("session_id: no field " + name);
}

py::bytes session_id(const py::kwargs& fields) {
  protocol::SessionFields out;
  for (const auto& [name, value] : fields) set_field(out, name.cast<std::string>(), value);
  if (out.profile == nullptr) throw py::type_error("session_id: profile is missing");
  return to_python(protocol::session_id(out));
}

py::bytes combined_sid(const py::bytes& pre, const std::vector<py::bytes>& values) {
  return to_python(protocol::combine_sid(bytes32(pre, "pre"), bytes32_list(values, "value")));
}

py::bytes joint_rid(const py::bytes& ssid, const std::vector<py::bytes>& parts) {
  return to_python(protocol::joint_rid(bytes32(ssid, "ssid"), bytes32_list(parts, "part")));
}

py::int_ share_mask(const py::bytes& ssid, const py::bytes& rid, PartyIndex dealer, PartyIndex receiver,
                    const py::bytes& shared) {
  const Secret<curve::Point> secret(point(shared));
  return to_python_int(
      protocol::share_mask(bytes32(ssid, "ssid"), bytes32(rid, "rid"), dealer, receiver, secret).expose());
}

py::int_ rerandomiser(const py::bytes& ssid, const py::bytes& id, const py::bytes& gamma, const py::bytes& child_key,
                      const std::vector<PartyIndex>& signers, const py::bytes& digest) {
  return to_python_int(protocol::rerandomiser(bytes32(ssid, "ssid"), view(id), point(gamma), point(child_key), {},
                                              signers, bytes32(digest, "digest")));
}

/// Rows: (index, pid, N, Nh, s, t).
using PyAuxRow = std::tuple<PartyIndex, py::bytes, py::object, py::object, py::object, py::object>;

py::bytes aux_digest(const std::string& profile_name, const std::vector<PyAuxRow>& rows) {
  protocol::AuxRecord record{&profile(profile_name), {}};
  for (const auto& [index, pid, n, nh, s, t] : rows) {
    auto params = unwrap(pedersen::Params::from_public(nat(nh), nat(s), nat(t), record.profile->nhb));
    record.entries.push_back({seats_of({{index, pid}})[0], public_key(n, *record.profile), std::move(params)});
  }
  return to_python(record.digest());
}

py::bytes key_record_digest(const std::string& profile_name, const std::string& key_id, std::uint64_t epoch,
                            PartyIndex threshold, const PyPids& members, const py::bytes& public_key,
                            const std::vector<py::bytes>& public_shares, const py::bytes& chain_code,
                            const py::bytes& aux_digest) {
  const protocol::KeyRecord record{&profile(profile_name),
                                   key_id,
                                   epoch,
                                   threshold,
                                   seats_of(members),
                                   point(public_key),
                                   points(public_shares),
                                   bytes32(chain_code, "chain code"),
                                   bytes32(aux_digest, "aux digest")};
  return to_python(record.digest());
}

py::bytes confirmation(const py::bytes& ssid, const py::bytes& base_digest, const py::bytes& result_digest) {
  return to_python(protocol::confirmation(bytes32(ssid, "ssid"), bytes32(base_digest, "base digest"),
                                          bytes32(result_digest, "result digest")));
}

}  // namespace

void bind_transcript(py::module_& m) {
  door(m, "te", &te, py::arg("items"));
  door(m, "challenges", &challenges, py::arg("items"), py::arg("reads"));
  door(m, "session_id", &session_id);
  door(m, "combined_sid", &combined_sid, py::arg("pre"), py::arg("values"));
  door(m, "joint_rid", &joint_rid, py::arg("ssid"), py::arg("parts"));
  door(m, "share_mask", &share_mask, py::arg("ssid"), py::arg("rid"), py::arg("dealer"), py::arg("receiver"),
       py::arg("shared"));
  door(m, "rerandomiser", &rerandomiser, py::arg("ssid"), py::arg("id"), py::arg("gamma"), py::arg("child_key"),
       py::arg("signers"), py::arg("digest"));
  door(m, "aux_digest", &aux_digest, py::arg("profile"), py::arg("rows"));
  door(m, "key_record_digest", &key_record_digest, py::arg("profile"), py::arg("key_id"), py::arg("epoch"),
       py::arg("threshold"), py::arg("members"), py::arg("public_key"), py::arg("public_shares"), py::arg("chain_code"),
       py::arg("aux_digest"));
  door(m, "confirmation", &confirmation, py::arg("ssid"), py::arg("base_digest"), py::arg("result_digest"));
}

}  // namespace mpc::bindings::testing
