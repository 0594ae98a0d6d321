"""What is measured, and what is to be reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

TOLERANCE: Final = 0.03
MIB: Final = float(2**20)


@dataclass(frozen=True)
class Target:
    value: float
    at_most: bool = False

    def met_by(self, value: float) -> bool:
        if self.at_most:
            return value <= self.value * (1 + TOLERANCE)
        return value >= self.value * (1 - TOLERANCE)


_SIZES: Final = (1024, 1536, 2048, 3072, 4096, 6144)

TARGETS: Final[Mapping[str, Target]] = {
    **{f"plain.{bits}.ifma.ratio": Target(4.5 if bits == 6144 else 4.8) for bits in _SIZES},
    **{f"plain.{bits}.ifma.secret.ratio": Target(4.5 if bits == 6144 else 4.8) for bits in _SIZES},
    **{f"plain.{bits}.portable.ratio": Target(0.95) for bits in _SIZES},
    **{f"plain.{bits}.portable.secret.ratio": Target(0.95) for bits in _SIZES},
    **{f"peak_fraction.{bits}": Target(0.92) for bits in _SIZES},
    "lone.1024.ratio": Target(1.6),
    "lone.1024.secret.ratio": Target(1.6),
    **{f"lone.{bits}.ratio": Target(2.5) for bits in _SIZES if bits >= 2048},
    **{f"lone.{bits}.secret.ratio": Target(2.5) for bits in _SIZES if bits >= 2048},
    "nth.1024.ratio": Target(7.7),
    "nth.1536.ratio": Target(8),
    "nth.2048.ratio": Target(8),
    "nth.3072.ratio": Target(6.6),
    "own_encrypt.2048.ratio": Target(19),
    "own_encrypt.2048.batch16.ratio": Target(19),
    "own_encrypt.3072.ratio": Target(16.5),
    "own_encrypt.3072.batch16.ratio": Target(16.5),
    "fixed_base.512.ratio": Target(20),
    "fixed_base.512.table_bytes": Target(3 * MIB, at_most=True),
    "fixed_base.4096.ratio": Target(16),
    "fixed_base.4096.table_bytes": Target(12 * MIB, at_most=True),
    "threads.16.ratio": Target(1.8),
    "threads.32.ratio": Target(1.8),
    "safe_prime.1536.ratio_low": Target(10),
    "presign_sign.2of2.u": Target(3.0, at_most=True),
    "presign_sign.3of3.u": Target(5.5, at_most=True),
    "verify_batch.equations.ratio": Target(12),
    "verify_batch.whole.ratio": Target(7),
    "presign_batched.sign.u": Target(2.2, at_most=True),
    "presign_batched.pooled.u": Target(1.8, at_most=True),
    "presign_batched.64.u": Target(1.2, at_most=True),
    "presign_batched.1.bytes": Target(14100, at_most=True),
    "presign_batched.64.bytes": Target(8200, at_most=True),
    "presign_grid.64.u": Target(0.9, at_most=True),
    "presign_grid.64.bytes": Target(5700, at_most=True),
    "sign_presigned.cpu_ms": Target(1.0, at_most=True),
    "aux_info.3.cpu_s": Target(1.5, at_most=True),
    "paillier.2048.encrypt.ratio": Target(7),
    "paillier.2048.encrypt_owner.ratio": Target(18),
    "paillier.2048.encrypt_short.ratio": Target(60),
    "paillier.2048.decrypt.ratio": Target(7),
    "paillier.2048.sum.ratio": Target(30),
    "paillier.2048.dot.ratio": Target(15),
    "paillier.2048.matrix.ratio": Target(25),
    "paillier.2048.memory": Target(1.1, at_most=True),
    "paillier_client.2048.ratio": Target(5),
    "powmod_base_list.2048.ratio": Target(4.8),
}


@dataclass(frozen=True)
class Result:
    """One figure, and what it was made of."""

    key: str
    value: float
    unit: str
    details: Mapping[str, float] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        return self.key.split(".")[0]

    @property
    def target(self) -> Target | None:
        return TARGETS.get(self.key)

    @property
    def met(self) -> bool | None:
        return None if self.target is None else self.target.met_by(self.value)

    def to_json(self) -> dict[str, Any]:
        target = None if self.target is None else self.target.value
        return {"value": self.value, "unit": self.unit, "target": target, "met": self.met, **self.details}

    @staticmethod
    def from_json(key: str, found: Mapping[str, Any]) -> "Result":
        details = {name: found[name] for name in found if name not in ("value", "unit", "target", "met")}
        return Result(key, found["value"], found["unit"], details)
