"""mod: N is a Paillier-Blum modulus (CGGMP24 Fig. 12; 3.5).

Claims    N = p q with p = q = 3 mod 4 and gcd(N, phi(N)) = 1
Public    N
Secret    p, q

y_1 .. y_m come from the hash.  Each y_i has an N-th root z_i, which shows gcd(N, phi(N)) = 1; exactly one of
y_i, -y_i, w y_i, -w y_i is a square mod p and mod q, and has a fourth root x_i, which shows two factors, both 3 mod 4.
"""

from dataclasses import dataclass
from itertools import product

from . import wire
from .context import Context, challenges
from .errors import Checks, DecodeError
from .numbers import crt, is_perfect_power, is_prime, is_unit, jacobi
from .params import Profile
from .rng import Rng
from .transcript import nat

NAME = "mod"


@dataclass(frozen=True)
class Statement:
    n: int


@dataclass(frozen=True)
class Witness:
    p: int
    q: int


@dataclass(frozen=True)
class Entry:
    """The answer to one y_i."""

    x: int  # x^4 = (-1)^a w^b y_i
    z: int  # z^N = y_i
    a: int
    b: int


@dataclass(frozen=True)
class Proof:
    w: int  # Jacobi(w|N) = -1
    entries: tuple[Entry, ...]  # exactly m_mod

    def encode(self, profile: Profile) -> bytes:
        size = profile.n_bytes
        entries = [wire.nat(i.x, size) + wire.nat(i.z, size) + bytes([i.a + 2 * i.b]) for i in self.entries]
        return wire.nat(self.w, size) + b"".join(entries)

    @staticmethod
    def decode(data: bytes, profile: Profile) -> "Proof":
        reader = wire.Reader(data)
        w = reader.nat(profile.n_bytes)
        entries = tuple(_decode_entry(reader, profile) for _ in range(profile.m_mod))
        reader.end()
        return Proof(w, entries)


def _decode_entry(reader: wire.Reader, profile: Profile) -> Entry:
    x, z = reader.nat(profile.n_bytes), reader.nat(profile.n_bytes)
    ab = reader.take(1)[0]
    if ab > 3:
        raise DecodeError("mod: ab is not a + 2 b")
    return Entry(x, z, a=ab & 1, b=ab >> 1)


def prove(ctx: Context, st: Statement, wit: Witness, rng: Rng) -> Proof:
    """Draws, in this order: w, until Jacobi(w|N) = -1."""
    n, phi = st.n, (wit.p - 1) * (wit.q - 1)
    w = rng.below(n)
    while jacobi(w, n) != -1:
        w = rng.below(n)
    nth_root = pow(n, -1, phi)  # y^nth_root is the N-th root of y
    # phi/4 is odd: for a square y, y^((phi+4)/8) is the square root that is itself a square.  Twice: the fourth root.
    fourth_root = pow((phi + 4) // 8, 2, phi)
    entries = []
    for y in _challenge(ctx, st, w):
        a, b = _make_square(y, w, wit)
        x = _power((-1) ** a * w**b * y, fourth_root, wit)
        entries.append(Entry(x, _power(y, nth_root, wit), a, b))
    return Proof(w, tuple(entries))


def verify(ctx: Context, st: Statement, proof: Proof, rng: Rng) -> None:
    """rng: for the bases of the primality test, which the prover must not foresee."""
    require = Checks(NAME)
    n, w = st.n, proof.w
    require(n % 2 == 1, "N odd")
    require(n.bit_length() == ctx.profile.nb, "N length")
    require(not is_prime(n, rng), "N composite")
    require(not is_perfect_power(n), "N not a perfect power")
    require(is_unit(w, n), "w unit")
    require(jacobi(w, n) == -1, "Jacobi(w|N) = -1")
    require(len(proof.entries) == ctx.profile.m_mod, "count")
    for entry in proof.entries:
        require(is_unit(entry.x, n), "x unit")
        require(is_unit(entry.z, n), "z unit")
        require(entry.a in (0, 1) and entry.b in (0, 1), "a, b bits")
    for y, i in zip(_challenge(ctx, st, w), proof.entries, strict=True):
        require(is_unit(y, n), "y unit")  # otherwise gcd(y, N) is a factor that anybody can compute
        # z^N = y mod N
        require(pow(i.z, n, n) == y, "z^N")
        # x^4 = (-1)^a w^b y mod N
        require(pow(i.x, 4, n) == (-1) ** i.a * w**i.b * y % n, "x^4")


def _make_square(y: int, w: int, wit: Witness) -> tuple[int, int]:
    """The one (a, b) for which (-1)^a w^b y is a square mod p and mod q."""
    for a, b in product((0, 1), repeat=2):
        candidate = (-1) ** a * w**b * y
        if jacobi(candidate, wit.p) == jacobi(candidate, wit.q) == 1:
            return a, b
    raise ValueError("mod: not a Blum modulus")


def _power(y: int, exponent: int, wit: Witness) -> int:
    """y^exponent mod N for a unit y, from its residues mod p and q."""
    p, q = wit.p, wit.q
    return crt(pow(y, exponent % (p - 1), p), p, pow(y, exponent % (q - 1), q), q)


def _challenge(ctx: Context, st: Statement, w: int) -> list[int]:
    p = ctx.profile
    xof = challenges(NAME, ctx, nat(st.n, p.n_bytes), nat(w, p.n_bytes))
    return [xof.unit(st.n) for _ in range(p.m_mod)]
