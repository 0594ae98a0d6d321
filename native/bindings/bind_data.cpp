// Paillier for data: keys, and blocks of ciphertexts that Python gives a shape.
#include <pybind11/numpy.h>

#include "bindings/handles.h"
#include "bindings/integers.h"
#include "bindings/progress.h"
#include "bindings/range_handles.h"
#include "data/private_key.h"

namespace mpc::bindings {

namespace {

using data::PrivateKey;
using paillier::Ciphertexts;
using paillier::DataKeyPtr;
using paillier::View;

using Positions = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;

struct PyDataKey {
  DataKeyPtr key;
};
struct PyPrivateKey {
  std::shared_ptr<const PrivateKey> own;
};
/// Immutable, so that buffers of it stay what they are.
struct PyCiphertexts {
  std::shared_ptr<const Ciphertexts> store;
};

PyCiphertexts wrap(Ciphertexts made) { return {std::make_shared<const Ciphertexts>(std::move(made))}; }

/// IndexError for a position that there is none of.
View view_of(const PyCiphertexts& self, const Positions& positions) {
  const std::span<const std::int64_t> all(positions.data(), static_cast<std::size_t>(positions.size()));
  const auto size = static_cast<std::int64_t>(self.store->size());
  for (const std::int64_t at : all) {
    if (at < 0 || at >= size) throw py::index_error("position out of range");
  }
  return {*self.store, all};
}

void check_same_key(const PyCiphertexts& a, const DataKeyPtr& key) {
  if (!equal_var(a.store->key()->key.n(), key->key.n())) throw py::value_error("ciphertexts of another key");
}

std::vector<Int> integers(const py::list& numbers) {
  std::vector<Int> out;
  for (const py::handle& number : numbers) out.push_back(integer(number));
  return out;
}

/// Of one width, whatever their sizes.
std::vector<Secret<Int>> secret_integers(const py::list& numbers) {
  std::size_t limbs = 1;
  std::vector<Int> values = integers(numbers);
  for (const Int& value : values) limbs = std::max(limbs, value.limbs());
  std::vector<Secret<Int>> out;
  for (const Int& value : values) {
    out.emplace_back(value.resized(limbs));
    out.back().taint();
  }
  return out;
}

void check_length(std::size_t expected, std::size_t length) {
  if (expected != length) throw py::value_error("numbers: as many as ciphertexts");
}

/// compute(report) without the GIL, where it may be ended.
template <class F>
auto with_progress(const py::object& progress, F compute) {
  Progress heard(progress);
  auto out = released([&] { return compute([&](std::size_t done) { return heard.report(done); }); });
  if (!out) heard.raise_cancelled("cancelled");
  return std::move(*out);
}

PyPrivateKey generate(std::size_t bits, const py::object& progress) {
  if (!data::is_key_width(bits)) throw py::value_error("bits: 1024 to 7680, a multiple of 128");
  Progress heard(progress);
  auto own = released([&] { return PrivateKey::generate_var(bits, rng(), [&] { return heard.report(); }); });
  if (!own) heard.raise_cancelled("prime search cancelled");
  return {std::make_shared<const PrivateKey>(std::move(*own))};
}

PyPrivateKey from_primes(const py::int_& p, const py::int_& q) {
  const Int a = integer(p);
  const Int b = integer(q);
  if (is_negative_var(a) || is_negative_var(b)) throw py::value_error("p, q: negative");
  const Secret<Nat> first((Nat(a.magnitude())));
  const Secret<Nat> second((Nat(b.magnitude())));
  auto own = released([&] { return PrivateKey::from_primes_var(first, second); });
  return {std::make_shared<const PrivateKey>(unwrap(std::move(own)))};
}

py::bytes seal(const PyPrivateKey& self, const py::bytes& passphrase) {
  const WipedBytes secret = wiped_copy(passphrase);
  return to_python(released([&] { return self.own->seal(secret, rng()); }));
}

PyPrivateKey open(const py::bytes& data, const py::bytes& passphrase) {
  const Bytes file = bytes_of(data);
  const WipedBytes secret = wiped_copy(passphrase);
  auto own = released([&] { return PrivateKey::open(file, secret); });
  return {std::make_shared<const PrivateKey>(unwrap(std::move(own)))};
}

PyDataKey public_key(const py::int_& n) {
  const Int value = integer(n);
  if (is_negative_var(value)) throw py::value_error("n: negative");
  return {unwrap(data::public_key_var(value.magnitude()))};
}

PyCiphertexts encrypt(const DataKeyPtr& key, const paillier::PublicKey& through, const py::list& numbers,
                      const py::object& progress) {
  const auto plaintexts = secret_integers(numbers);
  return wrap(with_progress(progress, [&](const paillier::ArrayProgress& report) {
    return paillier::encrypt(key, through, plaintexts, rng(), report);
  }));
}

PyCiphertexts rerandomise(const paillier::PublicKey& through, const PyCiphertexts& a, const Positions& at,
                          const py::object& progress) {
  const View view = view_of(a, at);
  return wrap(with_progress(progress, [&](const paillier::ArrayProgress& report) {
    return paillier::rerandomise(view, through, rng(), report);
  }));
}

py::list decrypt(const PyPrivateKey& self, const PyCiphertexts& a, const Positions& at, const py::object& progress) {
  check_same_key(a, self.own->data_key());
  const View view = view_of(a, at);
  const auto plaintexts = with_progress(progress, [&](const paillier::ArrayProgress& report) {
    return paillier::decrypt(self.own->secret(), view, report);
  });
  py::list out;
  for (const Secret<Int>& m : plaintexts) out.append(to_python_int(declassify("data.plaintext", m)));
  return out;
}

PyCiphertexts from_memory(const PyDataKey& key, const py::bytes& memory) {
  const ByteView bytes = view(memory);
  const std::size_t each = key.key->key.square_ring()->limbs() * sizeof(Limb);
  if (bytes.size() % each != 0) throw py::value_error("memory: length");
  std::vector<Limb> limbs(bytes.size() / sizeof(Limb));
  if (!bytes.empty()) std::memcpy(limbs.data(), bytes.data(), bytes.size());
  return wrap(unwrap(released([&] { return Ciphertexts::from_memory_var(key.key, limbs); })));
}

PyCiphertexts add(const PyCiphertexts& a, const Positions& at, const PyCiphertexts& b, const Positions& bt) {
  check_same_key(b, a.store->key());
  const View first = view_of(a, at);
  const View second = view_of(b, bt);
  check_length(first.size(), second.size());
  return wrap(released([&] { return paillier::add(first, second); }));
}

PyCiphertexts negate(const PyCiphertexts& a, const Positions& at) {
  const View view = view_of(a, at);
  return wrap(released([&] { return paillier::negate(view); }));
}

PyCiphertexts add_plain(const PyCiphertexts& a, const Positions& at, const py::list& numbers) {
  const View view = view_of(a, at);
  const auto plaintexts = secret_integers(numbers);
  check_length(view.size(), plaintexts.size());
  return wrap(released([&] { return paillier::add_plain(view, plaintexts); }));
}

PyCiphertexts multiply(const PyCiphertexts& a, const Positions& at, const py::list& numbers,
                       const py::object& progress) {
  const View view = view_of(a, at);
  const std::vector<Int> factors = integers(numbers);
  check_length(view.size(), factors.size());
  return wrap(with_progress(
      progress, [&](const paillier::ArrayProgress& report) { return paillier::multiply_var(view, factors, report); }));
}

PyCiphertexts sums(const PyCiphertexts& a, const Positions& at, std::size_t group) {
  const View view = view_of(a, at);
  if (group == 0 || view.size() % group != 0) throw py::value_error("group: must divide the number of ciphertexts");
  return wrap(released([&] { return paillier::sums(view, group); }));
}

PyCiphertexts multiply_matrix(const PyCiphertexts& a, const Positions& at, const py::list& numbers, std::size_t rows,
                              std::size_t inner, std::size_t columns, const py::object& progress) {
  const View view = view_of(a, at);
  const std::vector<Int> factors = integers(numbers);
  check_length(rows * inner, view.size());
  check_length(inner * columns, factors.size());
  return wrap(with_progress(progress, [&](const paillier::ArrayProgress& report) {
    return paillier::multiply_matrix_var(view, factors, {rows, inner, columns}, report);
  }));
}

py::buffer_info buffer_of(PyCiphertexts& self) {
  const Ciphertexts& store = *self.store;
  constexpr auto word = static_cast<py::ssize_t>(sizeof(Limb));
  const auto limbs = static_cast<py::ssize_t>(store.limbs());
  return {const_cast<Limb*>(store.memory().data()),  // read only
          word,
          py::format_descriptor<Limb>::format(),
          2,
          {static_cast<py::ssize_t>(store.size()), limbs},
          {limbs * word, word},
          true};
}

void bind_keys(py::module_& m) {
  py::class_<PyDataKey>(m, "DataKey")
      .def(py::init(&public_key), py::arg("n"))
      .def_property_readonly("n", [](const PyDataKey& self) { return to_python_int(self.key->key.n()); })
      .def(
          "encrypt",
          [](const PyDataKey& self, const py::list& numbers, const py::object& progress) {
            return encrypt(self.key, self.key->key, numbers, progress);
          },
          py::arg("numbers"), py::arg("progress") = py::none())
      .def(
          "rerandomise",
          [](const PyDataKey& self, const PyCiphertexts& a, const Positions& at, const py::object& progress) {
            check_same_key(a, self.key);
            return rerandomise(self.key->key, a, at, progress);
          },
          py::arg("ciphertexts"), py::arg("at"), py::arg("progress") = py::none())
      .def("ciphertexts", &from_memory, py::arg("memory"));
  py::class_<PyPrivateKey> own(m, "DataPrivateKey");
  own.def_static("generate", &generate, py::arg("bits"), py::arg("progress") = py::none())
      .def_static("from_primes", &from_primes, py::arg("p"), py::arg("q"))
      .def_static("open", &open, py::arg("data"), py::arg("passphrase"))
      .def("seal", &seal, py::arg("passphrase"))
      .def_property_readonly("public_key", [](const PyPrivateKey& self) { return PyDataKey{self.own->data_key()}; })
      .def(
          "encrypt",
          [](const PyPrivateKey& self, const py::list& numbers, const py::object& progress) {
            return encrypt(self.own->data_key(), self.own->secret().public_key(), numbers, progress);
          },
          py::arg("numbers"), py::arg("progress") = py::none())
      .def(
          "rerandomise",
          [](const PyPrivateKey& self, const PyCiphertexts& a, const Positions& at, const py::object& progress) {
            check_same_key(a, self.own->data_key());
            return rerandomise(self.own->secret().public_key(), a, at, progress);
          },
          py::arg("ciphertexts"), py::arg("at"), py::arg("progress") = py::none())
      .def("decrypt", &decrypt, py::arg("ciphertexts"), py::arg("at"), py::arg("progress") = py::none());
  set_repr(own, "DataPrivateKey");
}

}  // namespace

void bind_data(py::module_& m) {
  bind_keys(m);
  py::class_<PyCiphertexts>(m, "Ciphertexts", py::buffer_protocol())
      .def_buffer(&buffer_of)
      .def("__len__", [](const PyCiphertexts& self) { return self.store->size(); })
      .def("add", &add, py::arg("at"), py::arg("other"), py::arg("other_at"))
      .def("negate", &negate, py::arg("at"))
      .def("add_plain", &add_plain, py::arg("at"), py::arg("numbers"))
      .def("multiply", &multiply, py::arg("at"), py::arg("numbers"), py::arg("progress") = py::none())
      .def("sums", &sums, py::arg("at"), py::arg("group"))
      .def("multiply_matrix", &multiply_matrix, py::arg("at"), py::arg("numbers"), py::arg("rows"), py::arg("inner"),
           py::arg("columns"), py::arg("progress") = py::none());
}

}  // namespace mpc::bindings
