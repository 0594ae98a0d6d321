"""demo: the whole story in a temporary folder, with nothing taken on trust."""

import secrets
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Context, Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from .. import _native
from ..errors import MpcError, SignersError
from ..keys import encode_passphrase, load_share, save_shares, share_name
from ..protocols.local import Stage, generate_key, sign_digest
from ..wallet.errors import SignatureError, TransactionError
from ..wallet.ethereum import (
    SignedTransaction,
    address_of,
    checksum_address,
    finish_transaction,
    require_wallet,
    transaction_digest,
)
from ..wallet.transactions import Transaction, Uint64, parse_transaction, transaction_from_dict
from .inputs import check_ceremony, new_key_id, read_input
from .output import Stages, print_json, print_text
from .prime_source import PrimeSource, open_source

# 0.01 ether on the test network Sepolia, to an address that nobody has the key of.
TRANSFER: Final = {
    "type": 2,
    "chainId": 11155111,
    "nonce": 0,
    "gas": 21000,
    "maxFeePerGas": 30 * 10**9,
    "maxPriorityFeePerGas": 2 * 10**9,
    "to": "0x000000000000000000000000000000000000dead",
    "value": 10**16,
}

_NAMES: Final = {
    "primes": "prime search",
    "aux": "auxiliary information",
    "dkg": "key generation",
    "seal": "sealing the shares",
    "open": "opening the shares",
    "sign_1": "first signature",
    "sign_2": "second signature",
    "check": "independent checks",
    "total": "all together",
}


@dataclass
class _Story:
    """What has happened so far: told as it happens, or kept for --json."""

    is_silent: bool
    timings: dict[str, float] = field(default_factory=dict)
    bytes_sent: dict[str, dict[str, int]] = field(default_factory=dict)

    def tell(self, text: str = "") -> None:
        if not self.is_silent:
            print_text(text)

    def record(self, name: str, stage: Stage) -> None:
        """Time of a stage, and what each party sent in it."""
        self.timings[name] = round(stage.seconds, 3)
        for party, count in stage.bytes_sent.items():
            if count:
                self.bytes_sent.setdefault(str(party), {})[name] = count

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Measures the block, and shows it on stderr meanwhile."""
        began = time.perf_counter()
        with Stages() as stages:
            stages(_NAMES[name])
            yield
        self.timings[name] = round(self.timings.get(name, 0.0) + time.perf_counter() - began, 3)


def run_demo(threshold: int, parties: int, profile: str, tx: Path | None, pool: Path | None, *, as_json: bool) -> None:
    """Generate, seal, open, sign twice with different signers, check, and be refused once."""
    check_ceremony(threshold, parties, profile)
    require_wallet()
    transactions = _transactions(tx)
    with open_source(pool, profile) as source:
        _tell_all(threshold, parties, profile, transactions, source, as_json=as_json)


def _tell_all(
    threshold: int,
    parties: int,
    profile: str,
    transactions: Sequence[Transaction],
    source: PrimeSource,
    *,
    as_json: bool,
) -> None:
    story = _Story(is_silent=as_json)
    began = time.perf_counter()
    story.tell(f"Threshold ECDSA (CGGMP24): {threshold} of {parties} parties, profile {profile}.")
    story.tell()
    primes = source.draw(profile, parties)
    shares = _generate(story, threshold, parties, profile, primes)
    public_key = shares[0].public_key
    address = address_of(public_key)
    story.tell(f"  public key  0x{public_key.hex()}")
    story.tell(f"  address     {address}")
    shares = _seal_and_open(story, shares)
    signer_sets = [list(range(1, threshold + 1)), list(range(parties - threshold + 1, parties + 1))]
    signed: list[SignedTransaction] = []
    for number, (transaction, signers) in enumerate(zip(transactions, signer_sets, strict=True), start=1):
        chosen = [shares[index - 1] for index in signers]
        signed.append(_sign(story, f"sign_{number}", transaction, chosen, address))
    _show_refusal(story, shares[: threshold - 1], threshold, transaction_digest(transactions[0]))
    story.timings["total"] = round(time.perf_counter() - began, 3)
    if not as_json:
        _tell_figures(story)
        return
    print_json(
        {
            "address": address,
            "public_key": "0x" + public_key.hex(),
            "raw_transactions": ["0x" + one.raw.hex() for one in signed],
            "transaction_hashes": ["0x" + one.hash.hex() for one in signed],
            "signer_sets": signer_sets,
            "profile": profile,
            "kernel": _native.kernel_name(),
            "timings": story.timings,
            "bytes_sent": story.bytes_sent,
            **source.result(len(primes)),
        }
    )


def _transactions(tx: Path | None) -> list[Transaction]:
    """The transaction to sign, and the one after it."""
    first = transaction_from_dict(TRANSFER) if tx is None else parse_transaction(read_input(tx))
    if first.nonce == 2**64 - 1:
        raise TransactionError("nonce: too large (the demo signs a second transaction, with the next nonce)")
    return [first, msgspec.structs.replace(first, nonce=Uint64(first.nonce + 1))]


def _generate(
    story: _Story, threshold: int, parties: int, profile: str, primes: Sequence[_native.PrimeSet]
) -> list[_native.KeyShare]:
    story.tell(f"1. {parties} parties generate a key together. It is never in one place.")
    with Stages() as stages:
        ceremony = generate_key(threshold, parties, profile, new_key_id(), stages, primes=primes)
    for name, stage in ceremony.stages.items():
        story.record(name, stage)
    return ceremony.shares


def _seal_and_open(story: _Story, shares: Sequence[_native.KeyShare]) -> list[_native.KeyShare]:
    """What is signed with comes out of share files."""
    passphrase = secrets.token_urlsafe(24)
    with tempfile.TemporaryDirectory(prefix="mpc-fast-demo-") as folder:
        paths = [Path(folder) / share_name(share.index) for share in shares]
        with story.timed("seal"):
            sealed = [share.seal(encode_passphrase(passphrase)) for share in shares]
            save_shares(dict(zip(paths, sealed, strict=True)))
        with story.timed("open"):
            opened = [load_share(path, passphrase) for path in paths]
    size = max(map(len, sealed))
    story.tell(
        f"2. Each party seals its share into a file ({size} bytes, Argon2id and XChaCha20-Poly1305) and opens it."
    )
    return opened


def _sign(
    story: _Story, name: str, transaction: Transaction, shares: Sequence[_native.KeyShare], address: str
) -> SignedTransaction:
    digest = transaction_digest(transaction)
    with Stages() as stages:
        result = sign_digest(shares, digest, stages)
    story.record(name, result.stage)
    with story.timed("check"):
        signed = finish_transaction(transaction, result.signature, result.recovery_id, address)
        _verify_by_coincurve(shares[0].public_key, digest, result.signature)
    to = "a new contract" if transaction.to is None else checksum_address(transaction.to)
    story.tell(f"{3 if name == 'sign_1' else 4}. {_names(shares)} sign: {_ether(transaction.value)} ether to {to},")
    story.tell(f"   chain {transaction.chain_id}, nonce {transaction.nonce}.")
    story.tell(f"  raw transaction   0x{signed.raw.hex()}")
    story.tell(f"  transaction hash  0x{signed.hash.hex()}")
    story.tell(f"  sender            {signed.sender}, recovered by eth-account; coincurve verifies the signature")
    return signed


def _verify_by_coincurve(public_key: bytes, digest: bytes, signature: bytes) -> None:
    from coincurve import PublicKey
    from coincurve.ecdsa import cdata_to_der, deserialize_compact

    der = cdata_to_der(deserialize_compact(signature))
    if not PublicKey(public_key).verify(der, digest, hasher=None):
        raise SignatureError("coincurve refuses the signature")


def _ether(wei: int) -> str:
    exact = Context(prec=78)
    return format(Decimal(wei).scaleb(-18, exact).normalize(exact), "f")


def _names(shares: Sequence[_native.KeyShare]) -> str:
    *others, last = (str(share.index) for share in shares)
    return f"Parties {', '.join(others)} and {last}" if others else f"Party {last}"


def _show_refusal(story: _Story, too_few: Sequence[_native.KeyShare], threshold: int, digest: bytes) -> None:
    try:
        sign_digest(too_few, digest)
    except SignersError as error:
        story.tell(f"5. {_names(too_few)} alone: refused, {error.detail}.")
    else:
        raise MpcError(f"{len(too_few)} of {threshold} shares have signed", "E_INTERNAL")


def _tell_figures(story: _Story) -> None:
    story.tell()
    story.tell("Seconds by stage:")
    for name, seconds in story.timings.items():
        story.tell(f"  {_NAMES[name]:<22}{seconds:>9.3f}")
    story.tell("Bytes sent:")
    stages = [name for name in _NAMES if any(name in sent for sent in story.bytes_sent.values())]
    story.tell("".join(["  party ", *(f"{name:>10}" for name in stages)]))
    for party, sent in sorted(story.bytes_sent.items(), key=_by_number):
        story.tell("".join([f"  {party:<6}", *(f"{sent.get(name, 0):>10}" for name in stages)]))


def _by_number(entry: tuple[str, Mapping[str, Any]]) -> int:
    return int(entry[0])
