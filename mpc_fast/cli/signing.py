"""sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..keys import ShareFile, quorum
from ..messages import TypedMessage
from ..wallet.ethereum import (
    ethereum_signature,
    finish_transaction,
    require_wallet,
    text_message,
    transaction_message,
)
from ..wallet.transactions import Transaction, parse_transaction
from ..wallet.typed_data import parse_typed_data, typed_data_message
from .failures import UsageError
from .inputs import check_text_option, open_shares, parse_hex_option, read_input
from .keys import address_if_possible
from .output import Stages, print_json, print_text
from .presign import opened_store

if TYPE_CHECKING:
    from .._native import KeyShare
    from ..protocols.local import Signed


@dataclass(frozen=True)
class _Request:
    """What is to be signed."""

    digest: bytes
    message: TypedMessage | None = None
    """None for a bare digest."""
    transaction: Transaction | None = None

    @classmethod
    def of(cls, message: TypedMessage, transaction: Transaction | None = None) -> "_Request":
        return cls(message.digest, message, transaction)


def _read_request(tx: Path | None, message: str | None, typed_data: Path | None, digest: str | None) -> _Request:
    given: dict[str, Any] = {"--tx": tx, "--message": message, "--typed-data": typed_data, "--digest": digest}
    if sum(value is not None for value in given.values()) != 1:
        raise UsageError(f"give exactly one of {', '.join(given)}")
    if digest is not None:
        return _Request(parse_hex_option("--digest", digest, 32))
    require_wallet()
    if message is not None:
        check_text_option("--message", message)
        return _Request.of(text_message(message))
    if typed_data is not None:
        return _Request.of(typed_data_message(parse_typed_data(read_input(typed_data))))
    assert tx is not None
    transaction = parse_transaction(read_input(tx))
    return _Request.of(transaction_message(transaction), transaction)


def run_sign(
    paths: list[Path],
    presigned: Path | None,
    *,
    tx: Path | None,
    message: str | None,
    typed_data: Path | None,
    digest: str | None,
    as_json: bool,
) -> None:
    """Everything that can be refused is refused before a passphrase is asked for."""
    request = _read_request(tx, message, typed_data, digest)
    if presigned is not None and request.message is None:
        raise UsageError("--presigned: a presignature signs messages, and no bare --digest")
    files = quorum([ShareFile.read(path) for path in paths])
    address = address_if_possible(files[0].record.public_key)
    if presigned is None:
        signed = _sign_interactively(open_shares(files), request)
    else:
        signed = _sign_presigned(files, presigned, request)
    result = {
        "address": address,
        "signature": "0x" + ethereum_signature(signed.signature, signed.recovery_id).hex(),
        "digest": "0x" + request.digest.hex(),
    }
    if request.transaction is not None:
        assert address is not None
        final = finish_transaction(request.transaction, signed.signature, signed.recovery_id, address)
        result["raw_transaction"] = "0x" + final.raw.hex()
        result["transaction_hash"] = "0x" + final.hash.hex()
    if as_json:
        print_json(result)
    else:
        _print_for_people(result)


def _sign_interactively(shares: "Sequence[KeyShare]", request: _Request) -> "Signed":
    from ..protocols.local import sign_digest

    with Stages() as stages:
        return sign_digest(shares, request.digest, stages)


def _sign_presigned(files: Sequence[ShareFile], folder: Path, request: _Request) -> "Signed":
    from ..protocols.local import sign_presigned

    assert request.message is not None
    with opened_store(folder, files) as unlock:
        shares = open_shares(files)
        store, access = unlock()
        with Stages() as stages:
            return sign_presigned(shares, store, access, request.message, stages)


def _print_for_people(result: dict[str, Any]) -> None:
    print_text(f"address           {result['address'] or 'unknown without mpc_fast[wallet]'}")
    print_text(f"digest            {result['digest']}")
    print_text(f"signature         {result['signature']}")
    if "raw_transaction" in result:
        print_text(f"raw transaction   {result['raw_transaction']}")
        print_text(f"transaction hash  {result['transaction_hash']}")
        print_text(f"recovered sender  {result['address']}")
