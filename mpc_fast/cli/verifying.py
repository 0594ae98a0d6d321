"""verify."""

import typer

from ..wallet.errors import SignatureError, TransactionError
from ..wallet.ethereum import checksum_address, recover_message, recover_transaction, require_wallet
from ..wallet.transactions import parse_address
from .failures import UsageError
from .inputs import check_text_option, parse_hex_option
from .output import print_json, print_text


def run_verify(address: str, *, raw_tx: str | None, message: str | None, signature: str | None, as_json: bool) -> None:
    """Recovers the signer and compares; exits 1 when it is not the address."""
    if (raw_tx is None) == (message is None):
        raise UsageError("give either --raw-tx or --message with --signature")
    if (message is None) != (signature is None):
        raise UsageError("--message and --signature go together")
    require_wallet()
    try:
        wanted = checksum_address(parse_address(address))
    except ValueError as error:
        raise UsageError(f"--address: {error}") from None
    try:
        signer, fault = _recover(raw_tx, message, signature), ""
    except (SignatureError, TransactionError) as error:
        signer, fault = None, error.detail
    valid = signer == wanted
    if as_json:
        print_json({"valid": valid, "address": wanted})
    elif valid:
        print_text(f"valid: signed by {wanted}")
    else:
        print_text(f"invalid: {fault or f'signed by {signer}, not by {wanted}'}")
    if not valid:
        raise typer.Exit(1)


def _recover(raw_tx: str | None, message: str | None, signature: str | None) -> str:
    if raw_tx is not None:
        return recover_transaction(parse_hex_option("--raw-tx", raw_tx))
    assert message is not None
    assert signature is not None
    check_text_option("--message", message)
    return recover_message(message, parse_hex_option("--signature", signature, 65))
