"""What can be wrong with something received."""


class DecodeError(ValueError):
    """The bytes are not the canonical encoding of anything (E_DECODE)."""


class ModulusError(ValueError):
    """A modulus, or a pair of primes, breaks a rule of 1.5 (E_MODULUS)."""


class ProofError(ValueError):
    """A proof does not verify; `check` names the first test that failed.  For logs and tests, never for the peer."""

    def __init__(self, proof: str, check: str) -> None:
        super().__init__(f"{proof}: {check}")
        self.proof = proof
        self.check = check


class Checks:
    """The checks of one proof: `require(condition, name)` raises ProofError when the condition is false."""

    def __init__(self, proof: str) -> None:
        self.proof = proof

    def __call__(self, condition: bool, check: str) -> None:
        if not condition:
            raise ProofError(self.proof, check)
