"""BENC and BAFF-A1 evaluated line by line from the specification, for comparison byte by byte.  TOY numbers.

Nothing of the twin's proofs, transcripts or encodings is used, only its XOF, its curve and its generator.
"""

from typing import Any

from batch_cases import BaffCase, BencCase

from mpc_fast.reference import benc, curve
from mpc_fast.reference.curve import G, Point, q
from mpc_fast.reference.rng import SeededRng
from mpc_fast.reference.transcript import Xof

KAPPA, SIGMA, L, LP, EPS = 32, 32, 256, 608, 64
LOG = {1: 0, 2: 1, 4: 2, 6: 3, 8: 3}  # ceil(log2 B)


def item(tag: int, payload: bytes) -> bytes:
    """One typed item."""
    return bytes([tag, 0, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


def counted(*items: bytes) -> bytes:
    """A list item."""
    return item(8, len(items).to_bytes(8, "big") + b"".join(items))


def naturals(length: int, *values: int) -> bytes:
    return b"".join(item(4, value.to_bytes(length, "big")) for value in values)


def numbers(*values: int) -> bytes:
    return b"".join(item(3, value.to_bytes(8, "big")) for value in values)


def points(*values: Point) -> bytes:
    return b"".join(item(6, curve.encode(value)) for value in values)


def named(name: str) -> bytes:
    return item(1, b"mpc_fast/v1") + item(1, name.encode())


SSID, PROVER = item(2, b"S" * 32), item(2, b"P" * 32)


def blocks(data: bytes, count: int) -> list[int]:
    stream = Xof(data).read(4 * count)
    return [int.from_bytes(stream[4 * i : 4 * i + 4], "big") for i in range(count)]


def signed(value: int, bits: int) -> bytes:
    return bytes([value < 0]) + abs(value).to_bytes((bits + 7) // 8, "big")


def residues(length: int, *values: int) -> bytes:
    return b"".join(value.to_bytes(length, "big") for value in values)


def commit(v: benc.Verifier, xs: Any, y: int) -> int:
    value = pow(v.setup.t, y, v.setup.nh)
    for s, x in zip(v.setup.s, xs, strict=True):
        value = value * pow(s, x, v.setup.nh) % v.setup.nh
    return value


def com_hash(v: benc.Verifier, cap_s: list[int], cap_c: int) -> bytes:
    own = naturals(128, v.setup.nh, v.setup.t) + counted(*(naturals(128, s) for s in v.setup.s))
    rows = counted(*(naturals(128, s) for s in cap_s))
    return Xof(named("benc/com") + SSID + PROVER + item(2, v.pid) + own + rows + naturals(128, cap_c)).read(32)


def public(st: benc.Statement, h: list[bytes]) -> bytes:
    """The part of the hash input that f and e share."""
    data = numbers(KAPPA, L, EPS, SIGMA, len(st.cap_k) // st.columns, st.columns) + naturals(128, st.n.n)
    for at, value in enumerate(st.cap_k):
        data += naturals(256, value)
        if st.pairs:
            data += points(st.pairs.cap_a[at], st.pairs.cap_b[at])
    return data + (points(st.pairs.cap_y) if st.pairs else b"") + counted(*(item(2, h_j) for h_j in h))


def evaluate_benc(case: BencCase, seed: bytes) -> tuple[bytes, list[bytes]]:
    """Section 3, row by row; the common and the private parts.  The last row is full."""
    st, wit, n = case.statement, case.witness, case.statement.n.n
    cap_m, cap_b = st.columns, len(st.cap_k) // st.columns
    eps = EPS + LOG[cap_b]
    k, rho = ([v[b * cap_m : (b + 1) * cap_m] for b in range(cap_b)] for v in (wit.k, wit.rho))
    rng = SeededRng(seed)
    mu = [[rng.signed(2**SIGMA * v.setup.nh) for _ in range(cap_b)] for v in case.verifiers]
    alpha = [rng.signed(2 ** (L + eps)) for _ in range(cap_m)]
    gamma = [rng.signed(2 ** (SIGMA + eps) * v.setup.nh) for v in case.verifiers]
    r, beta = rng.unit(n), rng.scalar() if st.pairs else 0
    cap_s = [[commit(v, k[b], mu_j[b]) for b in range(cap_b)] for v, mu_j in zip(case.verifiers, mu, strict=True)]
    cap_c = [commit(v, alpha, gamma_j) for v, gamma_j in zip(case.verifiers, gamma, strict=True)]
    h = [com_hash(*of_j) for of_j in zip(case.verifiers, cap_s, cap_c, strict=True)]
    shared = public(st, h)
    f = blocks(named("benc/f") + SSID + PROVER + shared, cap_m) if cap_m > 1 else [1]
    combined = sum(f_p * alpha_p for f_p, alpha_p in zip(f, alpha, strict=True))
    cap_a = (1 + n * combined) * pow(r, n, n * n) % (n * n)
    first = [beta * G, beta * st.pairs.cap_y + combined * G] if st.pairs else []
    name = "benc/e" if st.pairs else "benc-plain/e"
    listed = counted(*(naturals(4, f_p) for f_p in f if cap_m > 1))
    place = named(name) + SSID + numbers(4) + PROVER + item(1, b"*")
    e = blocks(place + shared + listed + naturals(256, cap_a) + points(*first), cap_b)
    z = [alpha[p] + sum(e[b] * k[b][p] for b in range(cap_b)) for p in range(cap_m)]
    z_prime, w = r, beta
    for b in range(cap_b):
        row = 1
        for p in range(cap_m):
            row = row * pow(rho[b][p], f[p], n) % n
            w += f[p] * e[b] * wit.a[b * cap_m + p] if st.pairs else 0
        z_prime = z_prime * pow(row, e[b], n) % n
    common = residues(256, cap_a) + b"".join(curve.encode(value) for value in first)
    common += b"".join(signed(z_p, L + eps) for z_p in z) + residues(128, z_prime)
    common += (residues(32, w % q) if st.pairs else b"") + b"".join(h)
    private = []
    for s_j, c_j, mu_j, gamma_j in zip(cap_s, cap_c, mu, gamma, strict=True):
        z_second = gamma_j + sum(e[b] * mu_j[b] for b in range(cap_b))
        private.append(residues(128, *s_j, c_j) + signed(z_second, SIGMA + eps + 1024))
    return common, private


def baff_statement(case: BaffCase, verifier: bytes) -> bytes:
    """The hash input up to W_i."""
    st, setup = case.statement, case.owner.params
    data = named("baff-a1/e") + SSID + numbers(4) + PROVER + item(2, verifier)
    data += numbers(KAPPA, L, LP, EPS, SIGMA, len(st.operations))
    data += naturals(128, st.n0.n, st.n1.n, setup.nh, setup.s, setup.t)
    for own in st.operations:
        data += naturals(256, own.cap_c, *own.cap_d, *own.cap_y) + points(own.cap_gamma)
    return data + points(case.witness.w * G)


def evaluate_baff(case: BaffCase, verifier: bytes, seed: bytes) -> bytes:
    """Section 4, BAFF-A1."""
    st, wit, setup = case.statement, case.witness, case.owner.params
    n0, n1, nh, cap_p = st.n0.n, st.n1.n, setup.nh, len(st.operations)
    gamma, y = [own.gamma for own in wit.operations], [own.y for own in wit.operations]
    eps_1, eps_y = EPS + 1, EPS + LOG[2 * cap_p]
    rng = SeededRng(seed)
    m_x, m = rng.signed(2**SIGMA * nh), [rng.signed(2**SIGMA * nh) for _ in range(cap_p)]
    n = [[rng.signed(2**SIGMA * nh), rng.signed(2**SIGMA * nh)] for _ in range(cap_p)]
    alpha = [rng.signed(2 ** (L + eps_1)) for _ in range(cap_p)]
    delta = [rng.signed(2 ** (SIGMA + eps_1) * nh) for _ in range(cap_p)]
    beta, eta = rng.signed(2 ** (LP + eps_y)), rng.signed(2 ** (SIGMA + eps_y) * nh)
    r, r_y = rng.unit(n0), rng.unit(n1)

    def com(x: int, mask: int) -> int:
        return pow(setup.s, x, nh) * pow(setup.t, mask, nh) % nh

    s_x, s = com(wit.w, m_x), [com(gamma[u], m[u]) for u in range(cap_p)]
    t = [[com(y[u][b], n[u][b]) for b in (0, 1)] for u in range(cap_p)]
    cap_e, cap_f = [com(alpha[u], delta[u]) for u in range(cap_p)], com(beta, eta)
    cap_a = (1 + n0 * beta) * pow(r, n0, n0**2) % n0**2
    for u in range(cap_p):
        cap_a = cap_a * pow(st.operations[u].cap_c, alpha[u], n0**2) % n0**2
    b_y, b_x = (1 + n1 * beta) * pow(r_y, n1, n1**2) % n1**2, sum(alpha) % q * G
    commitments = naturals(128, s_x, *s, *(value for pair in t for value in pair), *cap_e, cap_f)
    data = baff_statement(case, verifier) + commitments + naturals(256, cap_a, b_y) + points(b_x)
    flat = blocks(data, 2 * cap_p)
    e = [[flat[2 * u], flat[2 * u + 1]] for u in range(cap_p)]
    z2, z4, w, w_y = beta, eta, r, r_y
    out = residues(128, s_x)
    tail = b""
    for u, own in enumerate(wit.operations):
        out += residues(128, s[u], cap_e[u], *t[u])
        tail += signed(alpha[u] + e[u][0] * gamma[u] + e[u][1] * wit.w, L + eps_1)
        tail += signed(delta[u] + e[u][0] * m[u] + e[u][1] * m_x, SIGMA + eps_1 + 1024)
        for b in (0, 1):
            z2, z4 = z2 + e[u][b] * y[u][b], z4 + e[u][b] * n[u][b]
            w, w_y = w * pow(own.rho[b], e[u][b], n0) % n0, w_y * pow(own.rho_y[b], e[u][b], n1) % n1
    out += residues(128, cap_f) + residues(256, cap_a, b_y) + curve.encode(b_x) + tail
    return out + signed(z2, LP + eps_y) + signed(z4, SIGMA + eps_y + 1024) + residues(128, w, w_y)
