"""Parameter profiles (1.4) and the conditions that make them consistent."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

TEST_SWITCH = "MPC_FAST_INSECURE_TEST_PROFILE"
CURVE_ID = "secp256k1"
MAX_ROWS = 128  # B of a batch proof: two rows for each of 64 presignatures


@dataclass(frozen=True)
class Profile:
    """One column of the table in 1.4; every number but the last two is hashed into every proof."""

    name: str
    nb: int  # |N|, bits of a Paillier modulus, exact
    nhb: int  # |Nh|, bits of a ring-Pedersen modulus, exact
    l: int  # noqa: E741  secrets x, k, gamma lie in +-2^l
    cb: int  # bits of a signed challenge
    eps: int  # slack of the range proofs with one challenge
    lp: int  # l', the masks y of the MtA lie in +-2^lp
    es: int  # eps*, slack of the proofs with bit challenges (blame phase)
    m_prm: int  # repetitions of prm
    m_mod: int  # repetitions of mod
    kap: int  # repetitions of aff-g* and dec (blame phase)
    kappa: int  # bits of one challenge of a batch proof; hashed by the batch proofs only, like sigma
    sigma: int  # statistical masking of their commitments

    @property
    def is_toy(self) -> bool:
        return self.name == "TOY"

    @property
    def n_bytes(self) -> int:
        """Bytes of a residue mod N."""
        return self.nb // 8

    @property
    def n2_bytes(self) -> int:
        """Bytes of a residue mod N^2: a ciphertext."""
        return 2 * self.nb // 8

    @property
    def nh_bytes(self) -> int:
        """Bytes of a residue mod Nh: a commitment."""
        return self.nhb // 8

    # Responses z satisfy |z| < 2^b; b decides the range check and the length of the field.

    @property
    def x_bits(self) -> int:
        """b of a response for x in +-2^l: l + eps."""
        return self.l + self.eps

    @property
    def y_bits(self) -> int:
        """b of a response for y in +-2^lp: lp + eps."""
        return self.lp + self.eps

    @property
    def mask_bits(self) -> int:
        """b of a response for a commitment's randomness: l + eps + |Nh| (length bound only)."""
        return self.l + self.eps + self.nhb

    @property
    def factor_bits(self) -> int:
        """b of a response for a prime factor in fac: l + eps + NB/2 (the range check is sharper)."""
        return self.l + self.eps + self.nb // 2

    @property
    def v_bits(self) -> int:
        """b of the response v in fac: l + eps + NB + |Nh| (length bound only)."""
        return self.l + self.eps + self.nb + self.nhb

    def ly(self, signers: int, presignatures: int | None = None) -> int:
        """Bound of y in dec: lp + eps_y + 1 + ceil(log2 |S|); `presignatures` is P in batch mode, else None."""
        eps_y = self.eps if presignatures is None else self.eps + ceil_log2(2 * presignatures)
        return self.lp + eps_y + 1 + ceil_log2(signers)


def ceil_log2(n: int) -> int:
    return (n - 1).bit_length()


S128 = Profile(
    "S128",
    nb=3072,
    nhb=3072,
    l=256,
    cb=256,
    eps=512,
    lp=1280,
    es=160,
    m_prm=128,
    m_mod=129,
    kap=128,
    kappa=128,
    sigma=128,
)
C112 = replace(S128, name="C112", nb=2048, nhb=2048)
TOY = Profile(
    "TOY", nb=1024, nhb=1024, l=256, cb=32, eps=64, lp=608, es=32, m_prm=16, m_mod=16, kap=8, kappa=32, sigma=32
)


def profile(name: str) -> Profile:
    """The profile of that name.  TOY has no security and is refused unless the process was started for tests."""
    if name == "TOY" and os.environ.get(TEST_SWITCH) != "1":
        raise ValueError(f"profile TOY is insecure; tests set {TEST_SWITCH}=1")
    for candidate in (S128, C112, TOY):
        if candidate.name == name:
            return candidate
    raise ValueError(f"unknown profile {name!r}")


def assert_consistent(p: Profile) -> None:
    """Raise ValueError unless the conditions of 1.4 (1 to 5) and of the batch proofs (6 to 10) hold.

    1, 4, 5 and 10 are waived for TOY.
    """
    for number, holds, text in [*_conditions(p), *_batch_conditions(p)]:
        if not holds:
            raise ValueError(f"profile {p.name} breaks condition {number} ({text})")


def _conditions(p: Profile) -> Iterator[tuple[int, bool, str]]:
    stat = 32 if p.is_toy else 256  # s, the wanted statistical security
    ly = p.ly(signers=1 << 16, presignatures=MAX_ROWS // 2)  # the largest that any session can need
    yield 1, p.is_toy or (p.l >= 256 and p.eps >= p.cb + stat), "l >= 256, eps >= cb + s"
    yield 2, p.lp >= 2 * p.l + p.eps + stat, "lp >= 2l + eps + s"
    yield 3, p.lp + p.eps + 2 < p.nb - 1, "lp + eps + 2 < NB - 1"
    yield 3, ly + p.es + 2 < p.nb - 1, "ly + es + 2 < NB - 1"
    yield 4, p.is_toy or 2 * p.l + p.eps <= p.nb // 2, "2l + eps <= NB/2"
    yield 5, p.is_toy or min(p.m_prm, p.m_mod, p.kap) >= 128, "m_prm, m_mod, kap >= 128"


def _batch_conditions(p: Profile) -> Iterator[tuple[int, bool, str]]:
    """batch-range-proofs.md 1 and 2.4, for eps_B = eps + ceil(log2 B) at the largest B."""
    eps_b = p.eps + ceil_log2(MAX_ROWS)
    spare = 16 if p.is_toy else 128  # bits by which a mask y must exceed the largest k x
    least_factor = p.nb // 2 - p.l - p.eps - 1  # bits; what fac guarantees
    product, mask = 2 * (p.l + eps_b + 1), p.lp + eps_b + 1  # |k x| <= 2^product, |y| <= 2^mask
    yield 6, p.kappa % 8 == 0 and p.eps >= p.kappa + 32, "kappa in whole bytes, eps >= kappa + 32"
    yield 7, p.lp >= 2 * p.l + eps_b + spare, "lp >= 2l + eps_B + 128: y hides k x"
    yield 8, max(product, mask) + 1 <= p.nb - 2, "2^(2(l + eps_B + 1)) + 2^(lp + eps_B + 1) < N/2: no wrap"
    yield 9, p.nhb // 2 - 1 > p.kappa, "challenges below the factors of ord(t)"
    yield 10, p.is_toy or (min(p.kappa, p.sigma) >= 128 and least_factor > 128), "kappa, sigma >= 128, factors > 2^128"


for _profile in (S128, C112, TOY):
    assert_consistent(_profile)
