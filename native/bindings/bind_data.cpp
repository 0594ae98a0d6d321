// Paillier for data: keys, and blocks of ciphertexts that Python gives a shape.
#include <pybind11/numpy.h>

#include "bindings/handles.h"
#include "bindings/integers.h"
#include "bindings/progress.h"
#include "bindings/range_handles.h"
#include "data/private_key.h"
#include "paillier/encryptor.h"

namespace mpc::bindings {

namespace {

using data::PrivateKey;
using paillier::Ciphertexts;
using paillier::DataKeyPtr;
using paillier::Encryptor;
using paillier::Obfuscation;
using paillier::View;

/// Copied: whoever gave them may change them while the core computes.
class Positions {
 public:
  /// Of a sequence or array of integers.
  explicit Positions(const py::object& given) {
    const auto array = py::array::ensure(given);
    if (!array) throw py::type_error("positions: integers");
    if (array.size() == 0) return;
    if (array.dtype().kind() != 'i' && array.dtype().kind() != 'u') throw py::type_error("positions: integers");
    const auto words = Words::ensure(array);
    if (!words) throw py::type_error("positions: integers");
    all_.assign(words.data(), words.data() + words.size());
  }

  /// IndexError for a position that there is none of.
  View of(const Ciphertexts& store) const {
    const auto size = static_cast<std::int64_t>(store.size());
    for (const std::int64_t at : all_) {
      if (at < 0 || at >= size) throw py::index_error("position out of range");
    }
    return {store, all_};
  }

 private:
  using Words = py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>;

  std::vector<std::int64_t> all_;
};

struct PyDataKey {
  std::shared_ptr<Encryptor> encryptor;

  const DataKeyPtr& key() const { return encryptor->key(); }
};
struct PyPrivateKey {
  explicit PyPrivateKey(PrivateKey key)
      : own(std::make_shared<const PrivateKey>(std::move(key))),
        encryptor(std::make_shared<Encryptor>(own->data_key(), own->secret().public_key())),
        anybody({std::make_shared<Encryptor>(own->data_key(), own->data_key()->key)}) {}

  std::shared_ptr<const PrivateKey> own;
  std::shared_ptr<Encryptor> encryptor;
  PyDataKey anybody;  // as others have it

  const DataKeyPtr& key() const { return encryptor->key(); }
};
/// Immutable, so that buffers of it stay what they are.
struct PyCiphertexts {
  std::shared_ptr<const Ciphertexts> store;
};

PyCiphertexts wrap(Ciphertexts made) { return {std::make_shared<const Ciphertexts>(std::move(made))}; }

void check_same_key(const PyCiphertexts& a, const DataKeyPtr& key) {
  if (!equal_var(a.store->key()->key.n(), key->key.n())) throw py::value_error("ciphertexts of another key");
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

/// ValueError unless they are the sides of a matrix that there could be.
std::size_t product(std::size_t rows, std::size_t columns) {
  std::size_t out = 0;
  if (__builtin_mul_overflow(rows, columns, &out) || out == 0) throw py::value_error("shape");
  return out;
}

template <class T>
std::optional<T> unwrapped(std::optional<T> out) {
  return out;
}
template <class T>
std::optional<T> unwrapped(Result<std::optional<T>> out) {
  return unwrap(std::move(out));
}

/// compute(report) without the GIL, where it may be ended.
template <class F>
auto with_progress(const py::object& progress, F compute) {
  Progress heard(progress);
  auto out = unwrapped(released([&] { return compute([&](std::size_t done) { return heard.report(done); }); }));
  if (!out) heard.raise_cancelled("cancelled");
  return std::move(*out);
}

PyPrivateKey generate(std::size_t bits, const py::object& progress) {
  if (!data::is_key_width(bits)) throw py::value_error("bits: 1024 to 7680, a multiple of 128");
  Progress heard(progress);
  auto own = released([&] { return PrivateKey::generate_var(bits, rng(), [&] { return heard.report(); }); });
  if (!own) heard.raise_cancelled("prime search cancelled");
  return PyPrivateKey(std::move(*own));
}

PyPrivateKey from_primes(const py::int_& p, const py::int_& q) {
  const Int a = integer(p);
  const Int b = integer(q);
  if (is_negative_var(a) || is_negative_var(b)) throw py::value_error("p, q: negative");
  const Secret<Nat> first((Nat(a.magnitude())));
  const Secret<Nat> second((Nat(b.magnitude())));
  auto own = released([&] { return PrivateKey::from_primes_var(first, second); });
  return PyPrivateKey(unwrap(std::move(own)));
}

py::bytes seal(const PyPrivateKey& self, const py::bytes& passphrase) {
  const WipedBytes secret = wiped_copy(passphrase);
  return to_python(released([&] { return self.own->seal(secret, rng()); }));
}

PyPrivateKey open(const py::bytes& data, const py::bytes& passphrase) {
  const Bytes file = bytes_of(data);
  const WipedBytes secret = wiped_copy(passphrase);
  auto own = released([&] { return PrivateKey::open(file, secret); });
  return PyPrivateKey(unwrap(std::move(own)));
}

PyDataKey public_key(const py::int_& n) {
  const Int value = integer(n);
  if (is_negative_var(value)) throw py::value_error("n: negative");
  const DataKeyPtr key = unwrap(data::public_key_var(value.magnitude()));
  return {std::make_shared<Encryptor>(key, key->key)};
}

Obfuscation obfuscation_of(const std::string& randomness) {
  if (randomness == "full") return Obfuscation::full;
  if (randomness == "short") return Obfuscation::short_exponent;
  throw py::value_error("randomness: full or short");
}

template <class Key>
PyCiphertexts encrypt(const Key& self, const py::list& numbers, const std::string& randomness,
                      const py::object& progress) {
  const auto plaintexts = secret_integers(numbers);
  const Obfuscation obfuscation = obfuscation_of(randomness);
  return wrap(with_progress(progress, [&](const paillier::ArrayProgress& report) {
    return self.encryptor->encrypt(plaintexts, obfuscation, rng(), report);
  }));
}

template <class Key>
PyCiphertexts rerandomise(const Key& self, const PyCiphertexts& a, const py::object& at, const py::object& progress) {
  check_same_key(a, self.key());
  const Positions positions(at);
  const View view = positions.of(*a.store);
  return wrap(with_progress(progress, [&](const paillier::ArrayProgress& report) {
    return self.encryptor->rerandomise(view, rng(), report);
  }));
}

py::list obfuscators(const PyDataKey& self, std::size_t count) {
  const auto made = released([&] { return self.encryptor->obfuscators(count, Obfuscation::full, rng()); });
  py::list out;
  for (const Secret<Nat>& one : made) out.append(to_python_int(declassify("data.obfuscator", one)));
  return out;
}

py::list decrypt(const PyPrivateKey& self, const PyCiphertexts& a, const py::object& at, const py::object& progress) {
  check_same_key(a, self.own->data_key());
  const Positions positions(at);
  const View view = positions.of(*a.store);
  const auto plaintexts = with_progress(progress, [&](const paillier::ArrayProgress& report) {
    return paillier::decrypt(self.own->secret(), view, report);
  });
  py::list out;
  for (const Secret<Int>& m : plaintexts) out.append(to_python_int(declassify("data.plaintext", m)));
  return out;
}

PyCiphertexts from_memory(const PyDataKey& key, const py::bytes& memory) {
  const ByteView bytes = view(memory);
  const std::size_t each = key.key()->key.square_ring()->limbs() * sizeof(Limb);
  if (bytes.size() % each != 0) throw py::value_error("memory: length");
  std::vector<Limb> limbs(bytes.size() / sizeof(Limb));
  if (!bytes.empty()) std::memcpy(limbs.data(), bytes.data(), bytes.size());
  return wrap(unwrap(released([&] { return Ciphertexts::from_memory_var(key.key(), limbs); })));
}

PyCiphertexts joined(const PyDataKey& key, const std::vector<std::pair<PyCiphertexts, py::object>>& parts) {
  std::vector<Positions> positions;
  for (const auto& [ciphertexts, at] : parts) positions.emplace_back(at);
  std::vector<View> views;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    check_same_key(parts[i].first, key.key());
    views.push_back(positions[i].of(*parts[i].first.store));
  }
  return wrap(released([&] { return Ciphertexts::joined(key.key(), views); }));
}

PyCiphertexts add(const PyCiphertexts& a, const py::object& at, const PyCiphertexts& b, const py::object& bt) {
  check_same_key(b, a.store->key());
  const Positions positions(at);
  const Positions other_positions(bt);
  const View first = positions.of(*a.store);
  const View second = other_positions.of(*b.store);
  check_length(first.size(), second.size());
  return wrap(released([&] { return paillier::add(first, second); }));
}

PyCiphertexts negate(const PyCiphertexts& a, const py::object& at) {
  const Positions positions(at);
  const View view = positions.of(*a.store);
  return wrap(unwrap(released([&] { return paillier::negate(view); })));
}

PyCiphertexts add_plain(const PyCiphertexts& a, const py::object& at, const py::list& numbers) {
  const Positions positions(at);
  const View view = positions.of(*a.store);
  const auto plaintexts = secret_integers(numbers);
  check_length(view.size(), plaintexts.size());
  return wrap(released([&] { return paillier::add_plain(view, plaintexts); }));
}

PyCiphertexts multiply(const PyCiphertexts& a, const py::object& at, const py::list& numbers,
                       const py::object& progress) {
  const Positions positions(at);
  const View view = positions.of(*a.store);
  const std::vector<Int> factors = integers(numbers);
  check_length(view.size(), factors.size());
  return wrap(with_progress(
      progress, [&](const paillier::ArrayProgress& report) { return paillier::multiply_var(view, factors, report); }));
}

PyCiphertexts sums(const PyCiphertexts& a, const py::object& at, std::size_t group) {
  const Positions positions(at);
  const View view = positions.of(*a.store);
  if (group == 0 || view.size() % group != 0) throw py::value_error("group: must divide the number of ciphertexts");
  return wrap(released([&] { return paillier::sums(view, group); }));
}

PyCiphertexts multiply_matrix(const PyCiphertexts& a, const py::object& at, const py::list& numbers, std::size_t rows,
                              std::size_t inner, std::size_t columns, const py::object& progress) {
  const Positions positions(at);
  const View view = positions.of(*a.store);
  const std::vector<Int> factors = integers(numbers);
  check_length(product(rows, inner), view.size());
  check_length(product(inner, columns), factors.size());
  (void)product(rows, columns);
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

template <class Key>
void bind_encryption(py::class_<Key>& key) {
  key.def("encrypt", &encrypt<Key>, py::arg("numbers"), py::arg("randomness") = "full",
          py::arg("progress") = py::none())
      .def("rerandomise", &rerandomise<Key>, py::arg("ciphertexts"), py::arg("at"), py::arg("progress") = py::none());
}

void bind_keys(py::module_& m) {
  py::class_<PyDataKey> key(m, "DataKey");
  key.def(py::init(&public_key), py::arg("n"))
      .def_property_readonly("n", [](const PyDataKey& self) { return to_python_int(self.key()->key.n()); })
      .def("ciphertexts", &from_memory, py::arg("memory"))
      .def("joined", &joined, py::arg("parts"))
      .def("obfuscators", &obfuscators, py::arg("count"));
  bind_encryption(key);
  py::class_<PyPrivateKey> own(m, "DataPrivateKey");
  own.def_static("generate", &generate, py::arg("bits"), py::arg("progress") = py::none())
      .def_static("from_primes", &from_primes, py::arg("p"), py::arg("q"))
      .def_static("open", &open, py::arg("data"), py::arg("passphrase"))
      .def("seal", &seal, py::arg("passphrase"))
      .def_property_readonly("public_key", [](const PyPrivateKey& self) { return self.anybody; })
      .def("decrypt", &decrypt, py::arg("ciphertexts"), py::arg("at"), py::arg("progress") = py::none());
  bind_encryption(own);
  set_repr(own, "DataPrivateKey");
}

}  // namespace

void bind_data(py::module_& m) {
  py::class_<PyCiphertexts> block(m, "Ciphertexts", py::buffer_protocol());
  bind_keys(m);
  block.def_buffer(&buffer_of)
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
