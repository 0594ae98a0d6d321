"""Decryption by the keys of the core, which work on all cores and with what an attacker may measure kept constant."""

from typing import Final

from mpc_fast._native import DataPrivateKey, NativeError

__all__ = ["Decryption"]

# A key of the core costs as much as it saves with this many ciphertexts: programs that decrypt few do without.
_PATIENCE: Final = 100
# Shorter keys are as quick without.
_LEAST_BITS: Final = 1536


class Decryption:
    """For one pair of factors. May be used from many threads."""

    def __init__(self, p: int, q: int) -> None:
        self._n: Final = p * q
        self._factors: Final = (p, q)
        self._waiting = _PATIENCE
        self._key: DataPrivateKey | None = None
        self._is_possible = self._n.bit_length() >= _LEAST_BITS

    def plaintext(self, ciphertext: int) -> int | None:
        """The residue in [0, n), None for what has to be computed otherwise: first ciphertexts, those that are no
        units modulo n^2, and keys that the core does not have."""
        key = self._key or self._new_key()
        if key is None:
            return None
        try:
            block = key.public_key.ciphertexts(ciphertext.to_bytes(self._n.bit_length() // 4, "little"))
        except (NativeError, OverflowError):
            return None
        return key.decrypt(block, [0])[0] % self._n

    def _new_key(self) -> DataPrivateKey | None:
        self._waiting -= 1
        if self._is_possible and self._waiting < 0:
            try:
                self._key = DataPrivateKey.from_primes(*self._factors)
            except NativeError:
                self._is_possible = False
        return self._key
