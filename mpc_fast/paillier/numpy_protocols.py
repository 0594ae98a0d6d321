"""numpy's own functions on encrypted arrays: ``np.sum(a)``, ``np.concatenate([a, b])``, ``w @ a``, ``x + a``."""

import math
import operator
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from . import arithmetic
from .content import Content

Wrap = Callable[[Content], Any]

_OPERATORS: Final[dict[np.ufunc, tuple[Callable[..., Any], str]]] = {
    np.add: (operator.add, "__radd__"),
    np.subtract: (operator.sub, "__rsub__"),
    np.multiply: (operator.mul, "__rmul__"),
    np.true_divide: (operator.truediv, ""),
    np.matmul: (operator.matmul, "__rmatmul__"),
    np.negative: (operator.neg, ""),
    np.positive: (operator.pos, ""),
}

# What moves elements about and does not look at them: numpy does it with their positions.
_REARRANGING: Final = {
    np.array_split,
    np.atleast_1d,
    np.atleast_2d,
    np.atleast_3d,
    np.broadcast_to,
    np.diagonal,
    np.expand_dims,
    np.flip,
    np.fliplr,
    np.flipud,
    np.hsplit,
    np.moveaxis,
    np.ravel,
    np.repeat,
    np.reshape,
    np.roll,
    np.rollaxis,
    np.rot90,
    np.split,
    np.squeeze,
    np.swapaxes,
    np.take,
    np.tile,
    np.transpose,
    np.vsplit,
}

_JOINING: Final = {np.column_stack, np.concatenate, np.dstack, np.hstack, np.stack, np.vstack}

_ASKING: Final = {np.ndim, np.shape, np.size}


def apply_ufunc(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if ufunc is np.add and method == "reduce" and hasattr(inputs[0], "sum"):
        return inputs[0].sum(**{"axis": 0, **kwargs})  # 0 is what ufuncs take
    if method != "__call__" or kwargs or ufunc not in _OPERATORS:
        return NotImplemented
    operate, reflected = _OPERATORS[ufunc]
    if _content_of(inputs[0]) is not None:
        return operate(*inputs)
    # numpy asks because the second is encrypted.
    return getattr(inputs[1], reflected)(inputs[0]) if reflected else NotImplemented


def apply_function(wrap: Wrap, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """``wrap``: makes an array or a number of what it holds."""
    if func in _REARRANGING:
        return _rearranged(wrap, func, args, kwargs)
    if func in _JOINING:
        return _joined(wrap, func, args, kwargs)
    if func in _ASKING:
        return func(args[0]._content.at, *args[1:], **kwargs)
    if func in (np.sum, np.mean):
        given = {name: value for name, value in kwargs.items() if value is not np._NoValue}
        return getattr(args[0], func.__name__)(*args[1:], **given)
    if func is np.dot and not kwargs:
        return _dot(*args)
    return NotImplemented


def _content_of(operand: Any) -> Content | None:
    content = getattr(operand, "_content", None)
    return content if isinstance(content, Content) else None


def _rearranged(wrap: Wrap, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    content = _content_of(args[0])
    if content is None or kwargs.get("out") is not None:
        return NotImplemented
    out = func(content.at, *args[1:], **kwargs)
    if isinstance(out, list | tuple):
        return type(out)(wrap(content.moved(at)) for at in out)
    return wrap(content.moved(out))


def _joined(wrap: Wrap, func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if kwargs.get("out") is not None or kwargs.get("dtype") is not None:
        return NotImplemented
    parts = []
    for i, operand in enumerate(args[0]):
        content = _content_of(operand)
        if content is None:
            raise TypeError(f"{func.__name__}: operand {i} is not encrypted")
        parts.append(content)
    whole, places = arithmetic.concatenated(parts)
    return wrap(whole.moved(func(places, *args[1:], **kwargs)))


def _dot(a: Any, b: Any) -> Any:
    """``dot(a, b)[i.., j.., k] = sum_x a[i.., x] b[j.., x, k]``."""
    if _content_of(a) is not None:
        return a.dot(b)
    a = np.asarray(a, None if isinstance(a, np.ndarray) else object)
    if not a.shape or not b.shape:
        return b * a
    if a.ndim <= 2 and b.ndim <= 2:
        return a @ b
    turned = np.moveaxis(b, max(b.ndim - 2, 0), 0)
    if a.shape[-1] != turned.shape[0]:
        raise ValueError(f"dot: shapes {a.shape} and {b.shape} do not fit")
    flat = turned.reshape(len(turned), math.prod(turned.shape[1:]))
    return (a.reshape(math.prod(a.shape[:-1]), a.shape[-1]) @ flat).reshape(*a.shape[:-1], *turned.shape[1:])
