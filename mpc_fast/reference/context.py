"""What every proof is bound to, and the exact input of its XOF (2.2)."""

from dataclasses import dataclass

from .params import CURVE_ID, Profile
from .pedersen import PedersenParams
from .transcript import Item, Xof, label, nat, octets, te, u64


@dataclass(frozen=True)
class Context:
    """The place of one proof: session, round, both ends, slot."""

    profile: Profile
    ssid: bytes  # 32 bytes
    round: int  # the round that carries the responses
    prover: bytes  # pid
    verifier: bytes | None  # pid; None: a public proof, hashed as the label "*"
    slot: str
    index: int | None = None  # the k behind slot "coeff"
    rid: bytes | None = None  # VSS-core sch, mod, fac

    def __post_init__(self) -> None:
        if len(self.ssid) != 32:
            raise ValueError("ssid has 32 bytes")

    def items(self) -> list[Item]:
        p = self.profile
        items = [octets(self.ssid), u64(self.round), octets(self.prover)]
        items.append(label("*") if self.verifier is None else octets(self.verifier))
        items.append(label(self.slot))
        if self.index is not None:
            items.append(u64(self.index))
        if self.rid is not None:
            items.append(octets(self.rid))
        numbers = (p.nb, p.nhb, p.l, p.cb, p.eps, p.lp, p.es, p.m_prm, p.m_mod, p.kap)
        return items + [u64(number) for number in numbers] + [label(CURVE_ID)]


def setup_items(profile: Profile, setup: PedersenParams) -> list[Item]:
    """The verifier's Nh, s, t; behind the context in enc-elg, aff-g and fac."""
    return [nat(value, profile.nh_bytes) for value in (setup.nh, setup.s, setup.t)]


def challenges(proof: str, context: Context, *items: Item) -> Xof:
    """The XOF from which the challenges of one proof are read; items: [setup], statement, first messages."""
    return Xof(te("mpc_fast/v1", label(proof), *context.items(), *items))
