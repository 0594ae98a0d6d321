"""The hashes behind sessions, envelopes, commitments, records and presignatures (2.2, 4.0 to 4.6).

H is H-256 of 2.1.  Indices are u64 items, points 33 bytes, residues of the length of their modulus.
"""

from collections.abc import Sequence

from .curve import Point
from .params import Profile
from .transcript import Item, h256, label, nat, octets, point, sequence, u64

_ABSENT = octets(b"")


# ---- 2.2, 4.0: sessions and envelopes


def pre_session_id(protocol: str, pids: Sequence[bytes], key_id: str | None) -> bytes:
    """The envelope ssid of the opening half-round: H("pre", protocol id, list pid, key id)."""
    return h256("pre", label(protocol), _byte_strings(pids), _ABSENT if key_id is None else label(key_id))


def sid(pre: bytes, values: Sequence[bytes]) -> bytes:
    """H("sid", envelope ssid of the half-round, list of the random values in index order)."""
    return h256("sid", octets(pre), _byte_strings(values))


def message_hash(
    version: int, ssid: bytes, protocol: str, round_: int, kind: str, sender: int, recipient: int, payload: bytes
) -> bytes:
    """m-hash, which the sender signs: H("envelope", ...) over every field of an envelope but the signature."""
    place = (u64(version), octets(ssid), label(protocol), u64(round_), label(kind), u64(sender), u64(recipient))
    return h256("envelope", *place, octets(payload))


# ---- 4.0 to 4.2: commitments and records


def vss_commitment(
    ssid: bytes,
    pid: bytes,
    cap_s: Sequence[Point],
    cap_a: Sequence[Point],
    cap_y: Sequence[Point],
    rid: bytes,
    chain_code: bytes,
    u: bytes,
) -> bytes:
    """V_i of V1; cap_y by counterpart, chain_code empty outside DKG."""
    points = (_points(cap_s), _points(cap_a), _points(cap_y))
    return h256("com", octets(ssid), octets(pid), *points, octets(rid), octets(chain_code), octets(u))


def aux_commitment(
    profile: Profile, ssid: bytes, pid: bytes, n: int, nh: int, s: int, t: int, prm: bytes, rid: bytes, u: bytes
) -> bytes:
    """V_i of A1; prm is the encoded proof."""
    moduli = (nat(n, profile.n_bytes), *(nat(value, profile.nh_bytes) for value in (nh, s, t)))
    return h256("com", octets(ssid), octets(pid), *moduli, octets(prm), octets(rid), octets(u))


def chain_code(ssid: bytes, parts: Sequence[bytes]) -> bytes:
    """cc = H("chaincode", ssid, all cc_j)."""
    return h256("chaincode", octets(ssid), _byte_strings(parts))


def key_record(
    profile: Profile,
    key_id: str,
    epoch: int,
    threshold: int,
    members: Sequence[tuple[int, bytes]],
    public_key: Point,
    public_shares: Sequence[Point],
    chain_code_: bytes,
    aux_digest: bytes,
) -> bytes:
    """The result digest of V4: H("keyrec", profile id, key id, epoch, t, n, list (I_j, pid_j), X, list X_j, ...)."""
    rows = sequence([sequence([u64(index), octets(pid)]) for index, pid in members])
    numbers = (u64(epoch), u64(threshold), u64(len(members)))
    digests = (octets(chain_code_), octets(aux_digest))
    return h256(
        "keyrec",
        label(profile.name),
        label(key_id),
        *numbers,
        rows,
        point(public_key),
        _points(public_shares),
        *digests,
    )


def confirmation(ssid: bytes, base_digest: bytes, result_digest: bytes) -> bytes:
    """What V4 signs: H("confirm", ssid, base digest, result digest)."""
    return h256("confirm", octets(ssid), octets(base_digest), octets(result_digest))


def aux_confirmation(ssid: bytes, aux_digest: bytes) -> bytes:
    """What A4 signs: H("confirm-aux", ssid, aux digest)."""
    return h256("confirm-aux", octets(ssid), octets(aux_digest))


# ---- 4.5, 4.6: presignatures


def mta_hash(
    profile: Profile, branch: str, ssid: bytes, i: int, j: int, cap_d: int, cap_f: int, u: int | None = None
) -> bytes:
    """h_ij (branch "mta-n") or its counterpart with a hat ("mta-x"): what i tells all about D_ji, F_ji for j.

    Mode 1 hashes u = 1 .. P as well.
    """
    pair = (u64(i), u64(j)) if u is None else (u64(i), u64(j), u64(u))
    ciphertexts = (nat(cap_d, profile.n2_bytes), nat(cap_f, profile.n2_bytes))
    return h256(branch, octets(ssid), *pair, *ciphertexts)


def presignature_id(ssid: bytes, u: int) -> bytes:
    """id_u: the first 16 bytes of H("psid", ssid, u)."""
    return h256("psid", octets(ssid), u64(u))[:16]


def presign_transcript(ssid: bytes, echoes: Sequence[Sequence[bytes]]) -> bytes:
    """tr = H("presign-transcript", ssid, echo vectors of R1, R2, R3)."""
    return h256("presign-transcript", octets(ssid), *(_byte_strings(echo) for echo in echoes))


def _byte_strings(values: Sequence[bytes]) -> Item:
    return sequence([octets(value) for value in values])


def _points(values: Sequence[Point]) -> Item:
    return sequence([point(value) for value in values])
