"""What can go wrong with transactions, messages and the signatures on them."""

from ..errors import MpcError

__all__ = ["MissingExtra", "SignatureError", "TransactionError", "TypedDataError"]


class TransactionError(MpcError):
    """A transaction that is malformed or outside of the protocol's ranges; the text starts with the field."""

    default_code = "E_TRANSACTION"


class TypedDataError(MpcError):
    """A typed message (EIP-712) that does not fit its own types; the text starts with the field."""

    default_code = "E_TYPED_DATA"


class SignatureError(MpcError):
    """A signature that is not valid, or not by whom it should be."""

    default_code = "E_SIGNATURE"


class MissingExtra(MpcError):
    """A package of an extra is not installed."""

    default_code = "E_MISSING_EXTRA"

    def __init__(self, extra: str, module: str) -> None:
        self.extra = extra
        super().__init__(f"this needs {module}: pip install 'mpc_fast[{extra}]'")
