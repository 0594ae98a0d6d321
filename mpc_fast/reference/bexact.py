"""BEXACT(m): exact ranges for many ciphertexts of one prover (batch-range-proofs.md 7).  Experimental.

Claims    K_i = enc_N(x_i; rho_i) with 0 <= x_i <= U, for every i = 1 .. m: exactly, without slack
Public    N (of whoever collects the values), K_i, U; the verifier's setup (Nh, t, s_1 .. s_4m), which has passed bprm
Secret    x_i, rho_i

For an integer x, 0 <= x <= U is the same as 4x(U - x) + 1 >= 0, and that is the same as being a sum of three squares
a^2 + b^2 + c^2.  With z = alpha + e W for all w in (x_i, a_i, b_i, c_i), the polynomial
    Q(e) = sum_i f_i (4 z_x (e U - z_x) + e^2 - z_a^2 - z_b^2 - z_c^2)
has no e^2 exactly if the relations hold.  Its other coefficients q_1, q_0 are committed before e is known, and are
never sent.  The argument is in docs/paper.md and has not been reviewed by others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import wire
from .batch import Session, combine, nats, numbers, powers, read_signed, signed, xof
from .errors import Checks
from .numbers import is_unit
from .paillier import PaillierKey
from .params import MAX_ROWS
from .pedersen import VectorParams
from .rng import Rng
from .squares import three_squares
from .transcript import Item, nat, octets, sequence, u64

NAME = "bexact"
MAX_VALUES = MAX_ROWS // 4
MAX_UPPER_BITS = 256  # of U: far below N / 4, and the search for squares stays short


@dataclass(frozen=True)
class Statement:
    n: PaillierKey
    cap_k: tuple[int, ...]  # K_i = enc_N(x_i; rho_i)
    upper: int  # U

    def __post_init__(self) -> None:
        if not 1 <= len(self.cap_k) <= MAX_VALUES:
            raise ValueError(f"bexact: 1 to {MAX_VALUES} values")
        if not 1 <= self.upper < 1 << MAX_UPPER_BITS:
            raise ValueError(f"bexact: 1 <= U < 2^{MAX_UPPER_BITS}")

    @property
    def l(self) -> int:  # noqa: E743  the specification's letter
        """bits(U) + 1: x, a, b, c lie in +-2^l."""
        return self.upper.bit_length() + 1


@dataclass(frozen=True)
class Witness:
    x: tuple[int, ...]
    rho: tuple[int, ...]


@dataclass(frozen=True)
class Proof:
    cap_s: int  # mod Nh, like C
    cap_c: int
    cap_a: int  # mod N^2
    cap_t1: int  # mod Nh, like T_0
    cap_t0: int
    z: tuple[int, ...]  # for x_1, a_1, b_1, c_1, x_2, ...; |z_w| < 2^(l+eps)
    z_prime: int  # z' mod N
    z_second: int  # z'' and tau have no bound but their fields
    tau: int

    def encode(self, session: Session, st: Statement) -> bytes:
        """S, C, A, T_1, T_0, all z_w, z', z'', tau."""
        p = session.profile
        return b"".join(
            [
                wire.nat(self.cap_s, p.nh_bytes) + wire.nat(self.cap_c, p.nh_bytes),
                wire.nat(self.cap_a, p.n2_bytes),
                wire.nat(self.cap_t1, p.nh_bytes) + wire.nat(self.cap_t0, p.nh_bytes),
                *(signed(z, st.l + session.range.eps) for z in self.z),
                wire.nat(self.z_prime, p.n_bytes),
                signed(self.z_second, session.mask_bits(1)),
                signed(self.tau, session.mask_bits(1)),
            ]
        )

    @staticmethod
    def decode(data: bytes, session: Session, st: Statement) -> "Proof":
        p, reader = session.profile, wire.Reader(data)
        proof = Proof(
            cap_s=reader.nat(p.nh_bytes),
            cap_c=reader.nat(p.nh_bytes),
            cap_a=reader.nat(p.n2_bytes),
            cap_t1=reader.nat(p.nh_bytes),
            cap_t0=reader.nat(p.nh_bytes),
            z=tuple(read_signed(reader, st.l + session.range.eps) for _ in range(4 * len(st.cap_k))),
            z_prime=reader.nat(p.n_bytes),
            z_second=read_signed(reader, session.mask_bits(1)),
            tau=read_signed(reader, session.mask_bits(1)),
        )
        reader.end()
        return proof


@dataclass(frozen=True)
class Masks:
    """Secret, and good for one e."""

    mu: int
    alpha: list[int]  # for x_1, a_1, b_1, c_1, x_2, ...
    gamma: int
    r: int
    tau1: int
    tau0: int


def prove(session: Session, verifier: bytes, st: Statement, wit: Witness, setup: VectorParams, rng: Rng) -> Proof:
    """Draws what the squares need, then mu, all alpha_w, gamma, r, tau_1, tau_0, in this order."""
    if len(setup.s) != 4 * len(st.cap_k):
        raise ValueError("bexact: four generators for each value")
    w = [part for x in wit.x for part in (x, *three_squares(4 * x * (st.upper - x) + 1, rng))]
    while True:  # a response out of bounds: all masks are drawn again
        proof = _respond(session, verifier, st, wit, w, setup, _draw(session, st, setup, rng))
        if all(holds for holds, _ in _limits(session, st, proof)):
            return proof


def _draw(session: Session, st: Statement, setup: VectorParams, rng: Rng) -> Masks:
    sigma, eps, nh = session.profile.sigma, session.range.eps, setup.nh
    return Masks(
        mu=rng.signed(nh << sigma),
        alpha=[rng.signed(1 << (st.l + eps)) for _ in setup.s],
        gamma=rng.signed(nh << (sigma + eps)),
        r=rng.unit(st.n.n),
        tau1=rng.signed(nh << sigma),
        tau0=rng.signed(nh << (sigma + eps)),
    )


def _respond(
    session: Session,
    verifier: bytes,
    st: Statement,
    wit: Witness,
    w: Sequence[int],
    setup: VectorParams,
    masks: Masks,
) -> Proof:
    n, alpha = st.n.n, masks.alpha
    # S = prod_w s_w^W_w t^mu    C = prod_w s_w^alpha_w t^gamma
    cap_s, cap_c = setup.commit(w, masks.mu), setup.commit(alpha, masks.gamma)
    f = _weights(session, verifier, st, setup, cap_s, cap_c)
    # A = enc_N(sum_i f_i alpha_x,i; r)    T_1 = s_1^q_1 t^tau_1    T_0 = s_1^q_0 t^tau_0
    q1, q0 = _coefficients(st.upper, f, w, alpha)
    cap_a = st.n.encrypt(combine(f, alpha[::4]), masks.r)
    cap_t1, cap_t0 = setup.commit([q1], masks.tau1), setup.commit([q0], masks.tau0)
    e = _challenge(session, verifier, st, setup, (cap_s, cap_c), f, (cap_a, cap_t1, cap_t0))
    return Proof(
        cap_s,
        cap_c,
        cap_a,
        cap_t1,
        cap_t0,
        # z_w = alpha_w + e W_w    z' = r prod_i rho_i^(e f_i)    z'' = gamma + e mu    tau = tau_0 + e tau_1
        z=tuple(alpha_w + e * w_w for alpha_w, w_w in zip(alpha, w, strict=True)),
        z_prime=masks.r * powers(wit.rho, [e * f_i for f_i in f], n) % n,
        z_second=masks.gamma + e * masks.mu,
        tau=masks.tau0 + e * masks.tau1,
    )


def verify(session: Session, verifier: bytes, st: Statement, proof: Proof, setup: VectorParams) -> None:
    require = Checks(NAME)
    n, nh = st.n, setup.nh
    require(len(setup.s) == len(proof.z) == 4 * len(st.cap_k), "z count")
    for holds, name in _membership(st, proof, nh):
        require(holds, name)
    for holds, name in _limits(session, st, proof):
        require(holds, name)
    f = _weights(session, verifier, st, setup, proof.cap_s, proof.cap_c)
    first = (proof.cap_a, proof.cap_t1, proof.cap_t0)
    e = _challenge(session, verifier, st, setup, (proof.cap_s, proof.cap_c), f, first)
    # prod_w s_w^z_w t^z'' = C S^e mod Nh
    require(setup.commit(proof.z, proof.z_second) == proof.cap_c * pow(proof.cap_s, e, nh) % nh, "com(z; z'')")
    # s_1^Q(e) t^tau = T_0 T_1^e mod Nh
    left = setup.commit([_polynomial(st.upper, f, proof.z, e)], proof.tau)
    require(left == proof.cap_t0 * pow(proof.cap_t1, e, nh) % nh, "com(Q(e); tau)")
    # enc_N(sum_i f_i z_x,i; z') = A prod_i K_i^(e f_i) mod N^2
    right = n.add(proof.cap_a, powers(st.cap_k, [e * f_i for f_i in f], n.n2))
    require(n.encrypt(combine(f, proof.z[::4]), proof.z_prime) == right, "enc(z; z')")


def _polynomial(upper: int, f: Sequence[int], z: Sequence[int], e: int) -> int:
    """Q(e) from the responses."""
    quads = zip(f, z[::4], z[1::4], z[2::4], z[3::4], strict=True)
    return sum(
        f_i * (4 * z_x * (e * upper - z_x) + e * e - z_a * z_a - z_b * z_b - z_c * z_c)
        for f_i, z_x, z_a, z_b, z_c in quads
    )


def _coefficients(upper: int, f: Sequence[int], w: Sequence[int], alpha: Sequence[int]) -> tuple[int, int]:
    """q_1 and q_0 of Q(e) = q_0 + q_1 e, by z = alpha + e W."""
    q1 = q0 = 0
    for i, f_i in enumerate(f):
        x, *squares = w[4 * i : 4 * i + 4]
        alpha_x, *alphas = alpha[4 * i : 4 * i + 4]
        q1 += f_i * (4 * alpha_x * upper - 8 * alpha_x * x - 2 * combine(alphas, squares))
        q0 -= f_i * (4 * alpha_x * alpha_x + combine(alphas, alphas))
    return q1, q0


def _membership(st: Statement, proof: Proof, nh: int) -> Iterator[tuple[bool, str]]:
    yield all(st.n.is_ciphertext(cap_k) for cap_k in st.cap_k), "K unit"
    yield st.n.is_ciphertext(proof.cap_a), "A unit"
    yield is_unit(proof.z_prime, st.n.n), "z' unit"
    yield all(is_unit(value, nh) for value in (proof.cap_s, proof.cap_c, proof.cap_t1, proof.cap_t0)), "S, C, T unit"


def _limits(session: Session, st: Statement, proof: Proof) -> Iterator[tuple[bool, str]]:
    """The ranges: the verifier tests them, the prover makes sure of them."""
    yield all(abs(z) < 1 << (st.l + session.range.eps) for z in proof.z), "z range"
    yield abs(proof.z_second) < 1 << session.mask_bits(1), "z'' length"
    yield abs(proof.tau) < 1 << session.mask_bits(1), "tau length"


def _items(
    session: Session, verifier: bytes, st: Statement, setup: VectorParams, commitments: Sequence[int]
) -> list[Item]:
    """ssid, round, both pids, kappa, l, eps, sigma, m, U, N, Nh, t, list of s, all K_i, S, C."""
    p = session.profile
    items: list[Item] = [octets(session.ssid), u64(session.round), octets(session.prover), octets(verifier)]
    items += numbers(p.kappa, st.l, session.range.eps, p.sigma, len(st.cap_k))
    items += [nat(st.upper, wire.magnitude_bytes(st.l)), nat(st.n.n, p.n_bytes)]
    items += [*nats((setup.nh, setup.t), p.nh_bytes), sequence(nats(setup.s, p.nh_bytes))]
    return items + nats(st.cap_k, p.n2_bytes) + nats(commitments, p.nh_bytes)


def _weights(
    session: Session, verifier: bytes, st: Statement, setup: VectorParams, cap_s: int, cap_c: int
) -> tuple[int, ...]:
    """f_1 .. f_m, hashed after S and C."""
    items = _items(session, verifier, st, setup, (cap_s, cap_c))
    return xof("bexact/f", *items).blocks(len(st.cap_k), session.profile.kappa)


def _challenge(
    session: Session,
    verifier: bytes,
    st: Statement,
    setup: VectorParams,
    commitments: Sequence[int],
    f: Sequence[int],
    first: tuple[int, int, int],
) -> int:
    """e, one block; first: A, T_1, T_0."""
    p = session.profile
    items = [*_items(session, verifier, st, setup, commitments), sequence(nats(f, p.kappa // 8))]
    items += [nat(first[0], p.n2_bytes), *nats(first[1:], p.nh_bytes)]
    return xof("bexact/e", *items).blocks(1, p.kappa)[0]
