"""Makes keys_<profile>.json: the primes of five parties for each profile.  Needs gmpy2; run from the repository's root:

    python tests/vectors/make_keys.py

Each party has Blum primes p, q for N and safe primes hat_p, hat_q for Nh, of half the modulus's bits with the two top
bits set.  A prime is the first acceptable one from a number hashed from its name on, so the files can be made again,
and everybody knows the primes: for tests only.  The search owes nothing to the native core.
"""

import hashlib
import json
from pathlib import Path

import gmpy2

BITS = {"S128": 1536, "C112": 1024, "TOY": 512}
PARTIES = 5
SIEVE_BOUND = 1 << 18
WINDOW = 1 << 14

FOLDER = Path(__file__).parent
SMALL_PRIMES = [p for p in range(5, SIEVE_BOUND) if gmpy2.is_prime(p)]


def start(name: str, bits: int) -> int:
    """A number of exactly `bits` bits with the two top bits set."""
    data = hashlib.shake_256(f"mpc_fast keys {name}".encode()).digest(bits // 8)
    return int.from_bytes(data, "big") | 3 << (bits - 2)


def blum_prime(name: str, bits: int) -> int:
    """The first prime = 3 mod 4 from start(name) on."""
    candidate = start(name, bits) - 1
    while True:
        candidate = int(gmpy2.next_prime(candidate))
        if candidate % 4 == 3:
            return candidate


def safe_prime(name: str, bits: int) -> int:
    """The first 2 h + 1 from start(name) on with h and 2 h + 1 prime."""
    half = start(name, bits) // 2 + 1
    half += (5 - half) % 6  # h = 5 mod 6, or 2 or 3 would divide h or 2 h + 1
    while True:
        for i in survivors(half):
            h = gmpy2.mpz(half + 6 * i)
            if gmpy2.is_strong_prp(h, 2) and gmpy2.is_prime(h, 40) and gmpy2.is_prime(2 * h + 1, 40):
                return int(2 * h + 1)
        half += 6 * WINDOW


def survivors(half: int) -> list[int]:
    """The i < WINDOW for which neither h = half + 6 i nor 2 h + 1 has a small factor."""
    standing = bytearray(b"\1") * WINDOW
    for p in SMALL_PRIMES:
        step = pow(6, -1, p)
        for target in (0, (p - 1) // 2):  # h = 0, 2 h + 1 = 0 mod p
            first = (target - half) * step % p
            if first < WINDOW:
                standing[first::p] = bytes(len(range(first, WINDOW, p)))
    return [i for i in range(WINDOW) if standing[i]]


def party(profile: str, index: int) -> dict[str, str]:
    name, bits = f"{profile} {index}", BITS[profile]
    primes = {"p": blum_prime(f"{name} p", bits), "q": blum_prime(f"{name} q", bits)}
    safe = {"hat_p": safe_prime(f"{name} hat_p", bits), "hat_q": safe_prime(f"{name} hat_q", bits)}
    return {key: hex(prime) for key, prime in (primes | safe).items()}


if __name__ == "__main__":
    for profile in BITS:
        keys = {str(index): party(profile, index) for index in range(1, PARTIES + 1)}
        (FOLDER / f"keys_{profile.lower()}.json").write_text(json.dumps(keys, indent=2) + "\n")
        print(f"keys_{profile.lower()}.json")
