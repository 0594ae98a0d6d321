"""Test vectors of other projects.  They are not ours to carry: the fixture says where they are looked for."""

import hashlib
import json
import random
from itertools import combinations
from pathlib import Path
from typing import Any

import gmpy2
import pytest
from keys import twin

from mpc_fast import _native
from mpc_fast.reference import curve
from mpc_fast.reference.curve import G, O, Point, q
from mpc_fast.reference.paillier import PaillierSecret

pytestmark = pytest.mark.usefixtures("toy_profile")

testing = _native.testing


def load(folder: Path, name: str) -> Any:
    path = folder / name
    if not path.is_file():
        pytest.skip(f"{name} is not in {folder}")
    return json.loads(path.read_text())


def lagrange(xs: tuple[int, ...], x: int) -> int:
    """The weight at x of the interpolation at 0."""
    out = 1
    for other in xs:
        if other != x:
            out = out * other * pow(other - x, -1, q) % q
    return out


def interpolate(shares: dict[int, Point], xs: tuple[int, ...]) -> Point:
    """By the core's multiples of points."""
    weighted = [curve.decode(testing.multiply(lagrange(xs, x), curve.encode(shares[x]))) for x in xs]
    return sum(weighted, O)


# ---- Wycheproof


def test_wycheproof_ecdsa(vectors_elsewhere: Path) -> None:
    """DER is parsed strictly and a high s is refused: that is the policy of this file, and of ours."""
    vectors = load(vectors_elsewhere, "wycheproof_ecdsa_secp256k1_sha256_bitcoin.json")
    outcomes = {"valid": 0, "invalid": 0}
    for group in vectors["testGroups"]:
        assert group["sha"] == "SHA-256"
        key = curve.encode(Point(int(group["publicKey"]["wx"], 16), int(group["publicKey"]["wy"], 16)))
        for case in group["tests"]:
            digest = hashlib.sha256(bytes.fromhex(case["msg"])).digest()
            assert verifies(key, digest, bytes.fromhex(case["sig"])) == (case["result"] == "valid"), case
            outcomes[case["result"]] += 1
    assert sum(outcomes.values()) == vectors["numberOfTests"] == 463
    assert min(outcomes.values()) > 100


def verifies(key: bytes, digest: bytes, der: bytes) -> bool:
    try:
        signature = _native.parse_der(der)
    except _native.NativeError:
        return False
    return _native.verify_ecdsa(key, digest, signature)


def test_wycheproof_signatures_recover_their_key_and_only_with_low_s(vectors_elsewhere: Path) -> None:
    vectors = load(vectors_elsewhere, "wycheproof_ecdsa_secp256k1_sha256_bitcoin.json")
    recovered = 0
    for group in vectors["testGroups"]:
        key = curve.encode(Point(int(group["publicKey"]["wx"], 16), int(group["publicKey"]["wy"], 16)))
        for case in group["tests"]:
            if case["result"] != "valid":
                continue
            digest = hashlib.sha256(bytes.fromhex(case["msg"])).digest()
            signature = _native.parse_der(bytes.fromhex(case["sig"]))
            assert key in {recover(digest, signature, id_) for id_ in range(4)}
            high = signature[:32] + (q - int.from_bytes(signature[32:], "big")).to_bytes(32, "big")
            assert not _native.verify_ecdsa(key, digest, high)
            recovered += 1
    assert recovered > 100


def recover(digest: bytes, signature: bytes, id_: int) -> bytes | None:
    try:
        return _native.recover_ecdsa(digest, signature, id_)
    except _native.NativeError:
        return None


# SubjectPublicKeyInfo of the named curve secp256k1, up to the point.
UNCOMPRESSED = bytes.fromhex("3056301006072a8648ce3d020106052b8104000a034200")
COMPRESSED = bytes.fromhex("3036301006072a8648ce3d020106052b8104000a032200")


def shared_secret(public: bytes, private: int) -> bytes | None:
    """x of the shared point; None for a key that is refused."""
    if public.startswith(COMPRESSED):
        point, coordinates = public[len(COMPRESSED) :], None
    elif public.startswith(UNCOMPRESSED) and len(public) == len(UNCOMPRESSED) + 65:
        coordinates = public[-64:]
        point = bytes([2 + (coordinates[-1] & 1)]) + coordinates[:32]
    else:
        return None  # another structure, another curve: nothing that the core would be shown
    try:
        decoded = _native.uncompressed(point)
    except _native.NativeError:
        return None
    if coordinates not in (None, decoded):
        return None  # x is on the curve, (x, y) is not
    return testing.multiply(private, point)[1:]


def test_wycheproof_ecdh(vectors_elsewhere: Path) -> None:
    vectors = load(vectors_elsewhere, "wycheproof_ecdh_secp256k1.json")
    counts: dict[tuple[str, bool], int] = {}
    for case in (case for group in vectors["testGroups"] for case in group["tests"]):
        out = shared_secret(bytes.fromhex(case["public"]), int(case["private"], 16))
        match case["result"]:
            case "valid":
                assert out == bytes.fromhex(case["shared"]), case
            case "invalid":
                assert out is None, case
            case _:
                assert out in (None, bytes.fromhex(case["shared"])), case
        key = (case["result"], out is None)
        counts[key] = counts.get(key, 0) + 1
    assert sum(counts.values()) == vectors["numberOfTests"]
    assert counts["valid", False] > 400
    assert counts["invalid", True] > 40


# ---- cggmp21


def test_cggmp21_key_share(vectors_elsewhere: Path) -> None:
    vectors = load(vectors_elsewhere, "cggmp21_key_share_3_of_5_hd.json")
    public_key = curve.decode(bytes.fromhex(vectors["shared_public_key"]))
    xs = [int(x, 16) for x in vectors["vss_setup"]["I"]]
    shares = dict(zip(xs, (curve.decode(bytes.fromhex(point)) for point in vectors["public_shares"]), strict=True))
    x_i = int(vectors["x"], 16)
    assert testing.multiply_base(x_i) == curve.encode(shares[xs[vectors["i"]]]) == curve.encode(x_i * G)
    threshold = vectors["vss_setup"]["min_signers"]
    for size in range(threshold, len(xs) + 1):
        for subset in combinations(xs, size):
            assert interpolate(shares, subset) == public_key
    for subset in combinations(xs, threshold - 1):
        assert interpolate(shares, subset) != public_key


def test_cggmp21_primes(vectors_elsewhere: Path) -> None:
    """Primes of 1536 bits, 3 mod 4; those with the two top bits set make Paillier keys of full size."""
    vectors = load(vectors_elsewhere, "cggmp21_pregenerated_primes.json")
    values = [int(entry["value"], entry["radix"]) for entry in vectors["primes"]]
    assert vectors["bitsize"] == 1536
    for p in values:
        assert p.bit_length() == 1536
        assert p % 4 == 3
        assert gmpy2.is_prime(p)
        # The note beside the file calls them safe, and they are not: nothing for ring-Pedersen parameters.
        assert not gmpy2.is_prime(p // 2)
    usable = [p for p in values if p >> 1534 == 3]
    assert len(usable) >= 2
    p, q_ = usable[:2]
    check_paillier(p, q_, random.Random(2))
    check_key_proofs("S128", p, q_)


# ---- tss-lib

EACH_PARTY = pytest.mark.parametrize("party", [0, 1, 2])


@EACH_PARTY
def test_tsslib_paillier_keys(vectors_elsewhere: Path, party: int) -> None:
    vectors = load(vectors_elsewhere, f"tsslib_keygen_data_{party}.json")
    key = vectors["PaillierSK"]
    p, q_, n = key["P"], key["Q"], key["N"]
    assert (p * q_, (p - 1) * (q_ - 1)) == (n, key["PhiN"])
    assert n.bit_length() == 2048
    assert key["PhiN"] // key["LambdaN"] == 2
    assert n in [public["N"] for public in vectors["PaillierPKs"]]
    for prime in (p, q_):
        assert gmpy2.is_prime(prime)
        assert gmpy2.is_prime(prime // 2)
    check_paillier(p, q_, random.Random(party))
    check_key_proofs("C112", p, q_)


@EACH_PARTY
def test_tsslib_commitment_parameters(vectors_elsewhere: Path, party: int) -> None:
    """NTilde is a product of safe primes 2p + 1, 2q + 1; h1 and h2 generate the same group of squares."""
    vectors = load(vectors_elsewhere, f"tsslib_keygen_data_{party}.json")
    p, q_, n = vectors["P"], vectors["Q"], vectors["NTildei"]
    h1, h2, alpha, beta = (vectors[name] for name in ("H1i", "H2i", "Alpha", "Beta"))
    safe = (2 * p + 1, 2 * q_ + 1)
    assert safe[0] * safe[1] == n
    assert all(gmpy2.is_prime(prime) for prime in (p, q_, *safe))
    assert (n, h1, h2) in zip(vectors["NTildej"], vectors["H1j"], vectors["H2j"], strict=True)
    for base, exponent, out in ((h1, alpha, h2), (h2, beta, h1)):
        for modulus in (n, safe):
            for how in ("public", "secret", "secret table"):
                assert testing.modexp(base, exponent, modulus, how) == out
    for h in (h1, h2):
        assert [gmpy2.legendre(h, prime) for prime in safe] == [1, 1]
        assert testing.modexp(h, p * q_, safe, "secret") == 1
    if all(prime >> 1022 == 3 for prime in safe):
        check_pedersen("C112", *safe, generator=h1, lam=alpha)


@EACH_PARTY
def test_tsslib_shares(vectors_elsewhere: Path, party: int) -> None:
    vectors = load(vectors_elsewhere, f"tsslib_keygen_data_{party}.json")
    shares = {k % q: Point(*point["Coords"]) for k, point in zip(vectors["Ks"], vectors["BigXj"], strict=True)}
    assert testing.multiply_base(vectors["Xi"]) == curve.encode(shares[vectors["ShareID"] % q])
    public_key = Point(*vectors["ECDSAPub"]["Coords"])
    for subset in combinations(shares, 3):
        assert interpolate(shares, subset) == public_key


def proof_context(profile: str, slot: str) -> dict[str, Any]:
    place = {"profile": profile, "ssid": b"S" * 32, "round": 4, "prover": b"P" * 32, "slot": slot}
    return place | {"verifier": None, "index": None, "rid": None if slot == "prm" else b"R" * 32}


def check_key_proofs(profile: str, p: int, q_: int) -> None:
    """The key proves itself, to a verifier with prepared parameters."""
    n, setup = p * q_, twin(profile, 2).native_setup()
    cases: list[tuple[str, dict[str, Any], dict[str, Any] | None]] = [
        ("mod", {"n": n}, None),
        ("fac", {"n0": n}, setup),
    ]
    for name, statement, verifier in cases:
        context = proof_context(profile, name)
        proof = testing.prove(name, context, statement, {"p": p, "q": q_}, verifier, b"seed")
        assert isinstance(proof, bytes)
        testing.verify(name, context, statement, verifier, proof)


def check_paillier(p: int, q_: int, rng: random.Random) -> None:
    """Encryption by owner and others, decryption, homomorphism; and the twin says the same."""
    n, secret = p * q_, PaillierSecret(p, q_)
    messages = [0, -1, n // 2, rng.randint(-(n // 2), n // 2)]
    ciphertexts = []
    for m in messages:
        r = rng.randrange(1, n)
        c = testing.encrypt(m, r, (p, q_))
        assert c == testing.encrypt(m, r, n) == secret.key.encrypt(m, r)
        assert testing.decrypt(c, (p, q_)) == secret.decrypt(c) == m
        assert secret.nonce(c) == r
        ciphertexts.append(c)
    total = secret.key.add(ciphertexts[1], ciphertexts[3])
    assert testing.decrypt(total, (p, q_)) == centred(messages[1] + messages[3], n)
    factor = rng.randint(-(2**256), 2**256)
    product = testing.modexp(ciphertexts[3], factor, (p, q_), "secret", squared=True)
    assert product == testing.modexp(ciphertexts[3], factor, n, "public", squared=True)
    assert testing.decrypt(product, (p, q_)) == centred(factor * messages[3], n)


def centred(m: int, n: int) -> int:
    m %= n
    return m - n if m > n // 2 else m


def check_pedersen(profile: str, p: int, q_: int, generator: int, lam: int) -> None:
    """s = t^lam over p q proves itself."""
    nh = p * q_
    statement = {"nh": nh, "s": testing.modexp(generator, lam, (p, q_), "secret"), "t": generator}
    context = proof_context(profile, "prm")
    proof = testing.prove("prm", context, statement, {"p": p, "q": q_, "lam": lam}, None, b"seed")
    assert isinstance(proof, bytes)
    testing.verify("prm", context, statement, None, proof)
    with pytest.raises(_native.NativeError):
        testing.verify("prm", context, statement | {"s": statement["s"] * generator % nh}, None, proof)
