"""secp256k1: y^2 = x^3 + 7 over F_p, prime order q, base point G (1.1)."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import DecodeError

p = 2**256 - 2**32 - 977
q = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

# (X, Y, Z) stands for the affine point (X / Z^2, Y / Z^3); Z = 0 for the identity.
_Jacobian = tuple[int, int, int]


@dataclass(frozen=True)
class Point:
    """A point in affine coordinates.  The identity O is (0, 0), which is not on the curve."""

    x: int
    y: int

    def __add__(self, other: Point) -> Point:
        if other.is_identity:
            return self
        return _affine(_add(_jacobian(self), other))

    def __neg__(self) -> Point:
        return Point(self.x, -self.y % p)

    def __sub__(self, other: Point) -> Point:
        return self + -other

    def __rmul__(self, k: int) -> Point:
        """k * self for any integer k, taken mod q.  Not constant time."""
        acc = _jacobian(O)
        if not self.is_identity:
            for bit in bin(k % q)[2:]:
                acc = _double(acc)
                if bit == "1":
                    acc = _add(acc, self)
        return _affine(acc)

    @property
    def is_identity(self) -> bool:
        return self == O


O = Point(0, 0)  # noqa: E741  the paper's letter
G = Point(
    0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
    0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8,
)


def bal(x: int) -> int:
    """The representative of x mod q in [-(q-1)/2, (q-1)/2]."""
    x %= q
    return x if x <= (q - 1) // 2 else x - q


def encode(point: Point) -> bytes:
    """33 bytes, compressed SEC1.  O has no encoding on the wire."""
    if point.is_identity:
        raise ValueError("the identity is not encodable")
    return bytes([2 + (point.y & 1)]) + point.x.to_bytes(32, "big")


def encode_for_transcript(point: Point) -> bytes:
    """As encode, but O is 33 zero bytes."""
    return bytes(33) if point.is_identity else encode(point)


def decode(data: bytes) -> Point:
    """The inverse of encode; every other string is a DecodeError."""
    if len(data) != 33 or data[0] not in (2, 3):
        raise DecodeError("point: not 02 or 03 followed by 32 bytes")
    x = int.from_bytes(data[1:], "big")
    if x >= p:
        raise DecodeError("point: x >= p")
    # p = 3 mod 4, so a square a has the root a^((p+1)/4).
    square = (pow(x, 3, p) + 7) % p
    y = pow(square, (p + 1) // 4, p)
    if y * y % p != square:
        raise DecodeError("point: not on the curve")
    return Point(x, y if y & 1 == data[0] & 1 else p - y)


def _jacobian(point: Point) -> _Jacobian:
    return (1, 1, 0) if point.is_identity else (point.x, point.y, 1)


def _affine(a: _Jacobian) -> Point:
    x, y, z = a
    if z == 0:
        return O
    inverse = pow(z, -1, p)
    return Point(x * inverse**2 % p, y * inverse**3 % p)


def _double(a: _Jacobian) -> _Jacobian:
    """2a, by the tangent.  No point has y = 0, because q is odd; Z = 0 stays 0."""
    x, y, z = a
    s = 4 * x * y * y % p
    m = 3 * x * x % p
    x3 = (m * m - 2 * s) % p
    return x3, (m * (s - x3) - 8 * y**4) % p, 2 * y * z % p


def _add(a: _Jacobian, b: Point) -> _Jacobian:
    """a + b with b affine and not O, by the chord."""
    x1, y1, z1 = a
    if z1 == 0:
        return _jacobian(b)
    # h and r are (x_b - x_a) Z^2 and (y_b - y_a) Z^3.
    h = (b.x * z1**2 - x1) % p
    r = (b.y * z1**3 - y1) % p
    if h == 0:
        return _double(a) if r == 0 else _jacobian(O)
    h2 = h * h % p
    h3 = h * h2 % p
    x3 = (r * r - h3 - 2 * x1 * h2) % p
    return x3, (r * (x1 * h2 - x3) - y1 * h3) % p, h * z1 % p
