"""Arithmetic with encrypted numbers: bounds first, then ciphertexts.

An operation whose result might not fit the plaintext space, by the bounds of its operands, raises OverflowError before
it computes anything.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from operator import index
from typing import Any

import numpy as np

from .content import Content, Positions
from .core import call
from .encoding import Kind, Plain

Axis = int | tuple[int, ...] | None


def add(a: Content, b: Content | Plain) -> Content:
    if isinstance(b, Content) and a.public_key != b.public_key:
        raise ValueError("encrypted under different keys")
    exponent = min(a.exponent, b.exponent)
    shape = np.broadcast_shapes(a.at.shape, b.at.shape if isinstance(b, Content) else b.shape)
    a.public_key.checked_shift(b.bound, b.exponent - exponent)  # before integers become wide
    a, b = a.at_exponent(exponent), b.at_exponent(exponent)
    bound = a.public_key.checked_bound(a.bound + b.bound)
    places = _flat(a.at, shape)
    if isinstance(b, Content):
        block = a.block.add(places, b.block, _flat(b.at, shape))
    else:
        block = a.block.add_plain(places, [b.integers[i] for i in _flat(b.positions(), shape)])
    return replace(a.filled(block, shape), bound=bound, kind=_kind(a, b))


def negate(a: Content) -> Content:
    return a.filled(call(a.block.negate, a.at.ravel()), a.at.shape)


def multiply(a: Content, b: Plain) -> Content:
    bound = a.public_key.checked_bound(a.bound * b.bound)
    shape = np.broadcast_shapes(a.at.shape, b.shape)
    factors = [b.integers[i] for i in _flat(b.positions(), shape)]
    block = call(a.block.multiply, _flat(a.at, shape), factors)
    return replace(a.filled(block, shape), exponent=a.exponent + b.exponent, bound=bound, kind=_kind(a, b))


def total(a: Content, axis: Axis, keepdims: bool) -> Content:
    """The sums over some axes."""
    summed = _axes(axis, a.at.ndim)
    kept = [i for i in range(a.at.ndim) if i not in summed]
    count = math.prod(a.at.shape[i] for i in summed)
    shape = tuple(a.at.shape[i] for i in kept)
    bound = a.public_key.checked_bound(a.bound * max(count, 1))
    block = a.block.sums(a.at.transpose(*kept, *summed).ravel(), count) if count else _zeros(a, math.prod(shape))
    if keepdims:
        shape = tuple(1 if i in summed else n for i, n in enumerate(a.at.shape))
    return replace(a.filled(block, shape), bound=bound)


def count_over(shape: tuple[int, ...], axis: Axis) -> int:
    """How many elements are in one sum over some axes."""
    return math.prod(shape[i] for i in _axes(axis, len(shape)))


def matrix_product(a: Content, b: Plain, progress: Callable[[int], object] | None = None) -> Content:
    """``a @ b`` with numpy's rules of shapes."""
    left, right = a.at, b.positions()
    _check_inner(left.shape, right.shape)
    shape = _product_shape(left.shape, right.shape)
    left = left[np.newaxis, :] if left.ndim == 1 else left
    right = right[:, np.newaxis] if right.ndim == 1 else right
    if right.ndim == 2:  # one matrix for all: more rows
        return _product(a, left.reshape(math.prod(left.shape[:-1]), left.shape[-1]), right, b, shape, progress)
    batch = np.broadcast_shapes(left.shape[:-2], right.shape[:-2])
    lefts = np.broadcast_to(left, batch + left.shape[-2:]).reshape(math.prod(batch), *left.shape[-2:])
    rights = np.broadcast_to(right, batch + right.shape[-2:]).reshape(math.prod(batch), *right.shape[-2:])
    each = (left.shape[-2], right.shape[-1])
    if not len(lefts):
        return replace(a.filled(_zeros(a, 0), shape), exponent=a.exponent + b.exponent, kind=_kind(a, b))
    parts = [_product(a, one, other, b, each, progress) for one, other in zip(lefts, rights, strict=True)]
    joined = a.public_key.native.joined([(part.block, part.at.ravel()) for part in parts])
    return parts[0].filled(joined, shape)


def product_from_left(b: Plain, a: Content, progress: Callable[[int], object] | None = None) -> Content:
    """``b @ a`` with numpy's rules of shapes: the transpose of a product from the right."""
    places, left = a.at, b.positions()
    _check_inner(left.shape, places.shape)
    turned = replace(b, integers=[b.integers[i] for i in _turned(left).ravel()], shape=_turned(left).shape)
    out = matrix_product(a.moved(_turned(places)), turned, progress)
    return out if left.ndim == 1 or places.ndim == 1 else out.moved(_turned(out.at))


def concatenated(parts: Sequence[Content]) -> tuple[Content, list[Positions]]:
    """One content for all of them, and where each one's elements are in it."""
    first = parts[0]
    if any(part.public_key != first.public_key for part in parts):
        raise ValueError("encrypted under different keys")
    exponent = min(part.exponent for part in parts)
    parts = [part.at_exponent(exponent) for part in parts]
    block = first.public_key.native.joined([(part.block, part.at.ravel()) for part in parts])
    starts = np.cumsum([0, *(part.at.size for part in parts)])
    places = [np.arange(part.at.size).reshape(part.at.shape) + at for part, at in zip(parts, starts, strict=False)]
    kind: Kind = "float" if any(part.kind == "float" for part in parts) else "int"
    whole = parts[0].filled(block, (len(block),), all(part.obfuscated for part in parts))
    return replace(whole, bound=max(part.bound for part in parts), kind=kind), places


def _kind(a: Content, b: Content | Plain) -> Kind:
    return "float" if "float" in (a.kind, b.kind) else "int"


def _flat(positions: Positions, shape: tuple[int, ...]) -> Positions:
    return np.broadcast_to(positions, shape).ravel()


def _axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    axes = []
    for given in axis if isinstance(axis, tuple) else (axis,):
        if not -ndim <= index(given) < ndim:
            raise np.exceptions.AxisError(given, ndim)
        axes.append(index(given) % ndim)
    if len({*axes}) < len(axes):
        raise ValueError("duplicate value in 'axis'")
    return tuple(axes)


def _zeros(a: Content, count: int) -> Any:
    """Encryptions of zero, as sums of nothing are."""
    words = a.public_key.ciphertext_bytes
    return a.public_key.native.ciphertexts((1).to_bytes(words, "little") * count)


def _turned(positions: Positions) -> Positions:
    return positions if positions.ndim == 1 else positions.swapaxes(-1, -2)


def _check_inner(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    if not left or not right:
        raise ValueError("matmul: a number is no operand, use *")
    if left[-1] != right[max(len(right) - 2, 0)]:
        raise ValueError(f"matmul: shapes {left} and {right} do not fit")


def _product_shape(left: tuple[int, ...], right: tuple[int, ...]) -> tuple[int, ...]:
    rows = left[-2:-1]
    columns = right[-1:] if len(right) > 1 else ()
    return np.broadcast_shapes(left[:-2], right[:-2]) + rows + columns


def _product(
    a: Content,
    places: Positions,
    factors: Positions,
    b: Plain,
    shape: tuple[int, ...],
    progress: Callable[[int], object] | None,
) -> Content:
    """Of one matrix of ciphertexts with one of the integers of b, in another shape."""
    (rows, inner), columns = places.shape, factors.shape[1]
    bound = a.public_key.checked_bound(a.bound * b.bound * max(inner, 1))
    if rows * inner * columns == 0:
        block = _zeros(a, rows * columns)
    else:
        numbers = [b.integers[i] for i in factors.ravel()]
        block = call(a.block.multiply_matrix, places.ravel(), numbers, rows, inner, columns, progress)
    return replace(a.filled(block, shape), exponent=a.exponent + b.exponent, bound=bound, kind=_kind(a, b))
