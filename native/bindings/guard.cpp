#include "bindings/guard.h"

#include <algorithm>
#include <deque>
#include <string>

namespace mpc::bindings {

namespace {

constexpr const char* never_initialised = "an object that was never initialised";

/// Python keeps pointers into these.
struct Definition {
  std::string name;
  std::string doc;
  PyMethodDef method;
};

bool is_constructed(const py::handle& object) {
  if (py::detail::get_type_info(Py_TYPE(object.ptr())) == nullptr) return true;  // none of pybind11's
  auto* instance = reinterpret_cast<py::detail::instance*>(object.ptr());
  for (const auto& value : py::detail::values_and_holders(instance)) {
    if (!value.holder_constructed()) return false;
  }
  return true;
}

/// Whether some object in there was never initialised: an argument, or in lists and tuples that are one.
bool has_raw_object(const py::handle& argument, int depth = 3) {
  if (PyLong_CheckExact(argument.ptr())) return false;  // long lists are lists of these
  if (!is_constructed(argument)) return true;
  if (depth == 0 || !(PyList_CheckExact(argument.ptr()) || PyTuple_CheckExact(argument.ptr()))) return false;
  const py::tuple items(py::reinterpret_borrow<py::object>(argument));
  return std::any_of(items.begin(), items.end(),
                     [&](const py::handle& item) { return has_raw_object(item, depth - 1); });
}

bool has_raw_arguments(PyObject* args, PyObject* kwargs, bool is_constructor) {
  for (Py_ssize_t i = is_constructor ? 1 : 0; i < PyTuple_GET_SIZE(args); ++i) {
    if (has_raw_object(PyTuple_GET_ITEM(args, i))) return true;
  }
  PyObject* value = nullptr;
  for (Py_ssize_t at = 0; kwargs != nullptr && PyDict_Next(kwargs, &at, nullptr, &value) != 0;) {
    if (has_raw_object(value)) return true;
  }
  return false;
}

/// Leaves the signatures and takes the values.
void omit_arguments() {
  const py::error_scope raised;
  if (raised.value == nullptr) return;
  std::string text = py::str(py::handle(raised.value));
  const std::size_t values = text.find("\n\nInvoked with: ");
  if (values == std::string::npos) return;
  text.resize(values);
  throw py::type_error(text);
}

bool is_constructor(PyObject* function) {
  return py::cast<std::string>(py::handle(function).attr("__name__")) == "__init__";
}

PyObject* call(PyObject* function, PyObject* args, PyObject* kwargs) {
  try {
    if (has_raw_arguments(args, kwargs, is_constructor(function))) throw py::type_error(never_initialised);
    PyObject* out = PyObject_Call(function, args, kwargs);
    if (out == nullptr && PyErr_ExceptionMatches(PyExc_TypeError)) omit_arguments();
    return out;
  } catch (py::error_already_set& error) {
    error.restore();
  } catch (const py::builtin_exception& error) {
    error.set_error();
  }
  return nullptr;
}

py::object guarded(const py::object& function) {
  static std::deque<Definition>& definitions = *new std::deque<Definition>;
  Definition& own = definitions.emplace_back();
  own.name = py::str(function.attr("__name__"));
  const py::object doc = function.attr("__doc__");
  if (!doc.is_none()) own.doc = py::str(doc);
  own.method = {own.name.c_str(), reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&call)),
                METH_VARARGS | METH_KEYWORDS, own.doc.c_str()};
  return py::reinterpret_steal<py::object>(PyCFunction_NewEx(&own.method, function.ptr(), nullptr));
}

/// The same kind of attribute with its function guarded; null for what is no function.
py::object guarded_attribute(const py::handle& attribute) {
  if (PyInstanceMethod_Check(attribute.ptr())) {
    const auto function = py::reinterpret_borrow<py::object>(PyInstanceMethod_GET_FUNCTION(attribute.ptr()));
    return py::reinterpret_steal<py::object>(PyInstanceMethod_New(guarded(function).ptr()));
  }
  if (Py_TYPE(attribute.ptr()) == &PyStaticMethod_Type) {
    return py::reinterpret_steal<py::object>(PyStaticMethod_New(guarded(attribute.attr("__func__")).ptr()));
  }
  if (Py_TYPE(attribute.ptr()) == &PyProperty_Type) {
    const py::object get = attribute.attr("fget");
    return py::module_::import("builtins").attr("property")(guarded(get), py::none(), py::none(), get.attr("__doc__"));
  }
  return {};
}

getbufferproc get_buffer_of_pybind = nullptr;

int get_buffer(PyObject* object, Py_buffer* view, int flags) {
  if (is_constructed(object)) return get_buffer_of_pybind(object, view, flags);
  PyErr_SetString(PyExc_BufferError, never_initialised);
  return -1;
}

void guard_class(const py::object& type) {
  PyBufferProcs* buffers = reinterpret_cast<PyTypeObject*>(type.ptr())->tp_as_buffer;
  if (buffers != nullptr && buffers->bf_getbuffer != nullptr && buffers->bf_getbuffer != &get_buffer) {
    get_buffer_of_pybind = buffers->bf_getbuffer;  // the same one for all classes
    buffers->bf_getbuffer = &get_buffer;
  }

  const auto attributes = py::dict(type.attr("__dict__"));
  for (const auto& [name, attribute] : attributes) {
    if (const py::object safe = guarded_attribute(attribute)) type.attr(name) = safe;
  }
}

}  // namespace

void guard_calls(py::module_& m) {
  const py::dict members(py::dict(m.attr("__dict__")));
  for (const auto& [name, member] : members) {
    if (PyCFunction_Check(member.ptr())) {
      m.attr(name) = guarded(py::reinterpret_borrow<py::object>(member));
    } else if (PyType_Check(member.ptr()) &&
               py::detail::get_type_info(reinterpret_cast<PyTypeObject*>(member.ptr())) != nullptr) {
      guard_class(py::reinterpret_borrow<py::object>(member));
    }
  }
}

}  // namespace mpc::bindings
