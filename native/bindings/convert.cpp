#include "bindings/convert.h"

#include <set>

#include "base/seeded_random.h"

namespace mpc::bindings {

void raise(const Error& error) {
  const py::object type = py::module_::import("mpc_fast._native").attr("NativeError");
  const py::object instance = type(error.code, error.detail);
  instance.attr("code") = error.code;
  instance.attr("detail") = error.detail;
  PyErr_SetObject(type.ptr(), instance.ptr());
  throw py::error_already_set();
}

ByteView view(const py::bytes& data) {
  char* start = nullptr;
  Py_ssize_t length = 0;
  if (PyBytes_AsStringAndSize(data.ptr(), &start, &length) != 0) throw py::error_already_set();
  return {reinterpret_cast<const std::uint8_t*>(start), static_cast<std::size_t>(length)};
}

WipedBytes wiped_copy(const py::bytes& data) {
  const ByteView bytes = view(data);
  return {bytes.begin(), bytes.end()};
}

py::bytes to_python(ByteView data) { return {reinterpret_cast<const char*>(data.data()), data.size()}; }

py::dict to_python(const Messages& messages) {
  py::dict out;
  for (const auto& [party, payload] : messages) out[py::int_(party)] = to_python(payload);
  return out;
}

PyFailures to_python(const Failures& failures) {
  PyFailures out;
  for (const auto& failure : failures) out.emplace_back(failure.party, failure.code, failure.detail);
  return out;
}

Bytes32 bytes32(const py::bytes& data, const char* what) {
  const ByteView bytes = view(data);
  Bytes32 out;
  if (bytes.size() != out.size()) throw py::value_error(std::string(what) + ": 32 bytes expected");
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

std::vector<Bytes32> bytes32_list(const std::vector<py::bytes>& items, const char* what) {
  std::vector<Bytes32> out;
  for (const py::bytes& item : items) out.push_back(bytes32(item, what));
  return out;
}

Messages messages(const PyMessages& messages) {
  Messages out;
  for (const auto& [party, payload] : messages) {
    const ByteView bytes = view(payload);
    out.emplace(party, Bytes(bytes.begin(), bytes.end()));
  }
  return out;
}

std::vector<protocol::Seat> seats(const PyMembers& members, PartyIndex self) {
  if (members.size() < 2 || members.size() > protocol::max_parties) raise({"E_SIGNERS", "2 to 16 parties"});
  std::vector<protocol::Seat> out;
  std::set<Bytes32> keys;
  for (const auto& [index, key] : members) {
    if (index != out.size() + 1) raise({"E_SIGNERS", "indices are 1 to n in order"});
    out.push_back(protocol::make_seat(index, bytes32(key, "identity key")));
    if (!keys.insert(out.back().identity_key).second) raise({"E_SIGNERS", "two parties with one identity key"});
  }
  if (self < 1 || self > out.size()) raise({"E_SIGNERS", "own index is not a party"});
  return out;
}

const proofs::Profile& profile(const std::string& name) {
  const proofs::Profile* found = proofs::find_profile(name);
  if (found == nullptr) raise({"E_PROFILE", "unknown profile, or one that this process does not admit"});
  return *found;
}

py::list members_to_python(const std::vector<protocol::Seat>& seats) {
  py::list out;
  for (const protocol::Seat& seat : seats) out.append(py::make_tuple(seat.index, to_python(seat.identity_key)));
  return out;
}

}  // namespace mpc::bindings
