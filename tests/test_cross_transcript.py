"""Transcripts, challenges and digests: the native core and the readable twin agree on random fields, and every field
changes the value.
"""

import random
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from keys import twin

from mpc_fast import _native
from mpc_fast.reference import curve, digests
from mpc_fast.reference import transcript as tr
from mpc_fast.reference.curve import G, O, Point, q
from mpc_fast.reference.params import S128, TOY
from mpc_fast.reference.rng import SeededRng

pytestmark = pytest.mark.usefixtures("toy_profile")

SEEDS = pytest.mark.parametrize("seed", range(5))
encode = curve.encode_for_transcript


def random_point(rng: random.Random) -> Point:
    return rng.randrange(1, q) * G


def members(rng: random.Random) -> list[tuple[int, bytes]]:
    return [(i + 1, rng.randbytes(32)) for i in range(rng.randint(2, 5))]


# ---- Typed items, XOF, challenges


NativeItem = tuple[Any, ...]


def random_item(rng: random.Random, depth: int = 2) -> tuple[NativeItem, tr.Item]:
    kind = rng.choice(["label", "bytes", "u64", "nat", "int", "point", "O", "scalar", *["list"] * (depth > 0)])
    length = rng.randint(1, 80)
    number = rng.randrange(256 ** rng.randint(0, length))
    if kind == "label":
        text = "".join(chr(rng.randint(32, 126)) for _ in range(length))
        return ("label", text), tr.label(text)
    if kind == "bytes":
        data = rng.randbytes(rng.choice([0, length, 5000]))
        return ("bytes", data), tr.octets(data)
    if kind == "u64":
        number = rng.choice([0, 1, 2**64 - 1, rng.randrange(2**64)])
        return ("u64", number), tr.u64(number)
    if kind == "nat":
        return ("nat", number, length), tr.nat(number, length)
    if kind == "int":
        number *= rng.choice([-1, 1])
        return ("int", number, length), tr.integer(number, length)
    if kind == "point":
        point = random_point(rng)
        return ("point", encode(point)), tr.point(point)
    if kind == "O":
        return ("point", encode(O)), tr.point(O)
    if kind == "scalar":
        number = rng.choice([0, q - 1, rng.randrange(q)])
        return ("scalar", number), tr.scalar(number)
    items = [random_item(rng, depth - 1) for _ in range(rng.randint(0, 4))]
    return ("list", [native for native, _ in items]), tr.sequence([item for _, item in items])


@pytest.mark.parametrize("seed", range(40))
def test_typed_encodings_and_streams(seed: int) -> None:
    rng = random.Random(seed)
    items = [random_item(rng) for _ in range(rng.randint(1, 8))]
    native = [item for item, _ in items]
    data = b"".join(item for _, item in items)
    assert _native.testing.te(native) == data
    lengths = [rng.choice([1, 48, 63, 64, 65, 200]) for _ in range(6)]
    xof = tr.Xof(data)
    assert _native.testing.challenges(native, [("bytes", n) for n in lengths]) == [xof.read(n) for n in lengths]


@pytest.mark.parametrize("seed", range(20))
def test_challenges_are_read_alike_and_in_sequence(seed: int) -> None:
    rng = random.Random(seed)
    n = rng.getrandbits(1024) | 1 << 1023 | 1
    makers: list[tuple[tuple[Any, ...], Callable[[tr.Xof], Any]]] = [
        (("scalar",), lambda xof: xof.scalar()),
        (("fac",), lambda xof: xof.fac(S128)),
        (("toy",), lambda xof: xof.fac(TOY)),
        (("toy",), lambda xof: xof.signed(TOY)),
        (("unit", n), lambda xof: xof.unit(n)),
        (("bits", 128), lambda xof: pack(xof.bits(128))),
        (("bits", 16), lambda xof: pack(xof.bits(16))),
        (("bits", 11), lambda xof: pack(xof.bits(11))),
    ]
    chosen = [rng.choice(makers) for _ in range(12)]
    xof = tr.Xof(tr.te("seed", tr.u64(seed)))
    expected = [read(xof) for _, read in chosen]
    native = [("label", "seed"), ("u64", seed)]
    assert _native.testing.challenges(native, [read for read, _ in chosen]) == expected


def pack(bits: tuple[int, ...]) -> bytes:
    return sum(bit << i for i, bit in enumerate(bits)).to_bytes((len(bits) + 7) // 8, "little")


# ---- ssid


def random_session(rng: random.Random) -> tr.Session:
    def maybe(value: Any) -> Any:
        return value if rng.random() < 0.7 else None

    return tr.Session(
        protocol=rng.choice(["dkg", "aux", "presign", "sign"]),
        profile=rng.choice([S128, TOY]),
        sid=rng.randbytes(32),
        participants=members(rng),
        threshold=maybe(rng.randint(2, 16)),
        key_id=maybe("key " + str(rng.random())),
        epoch=maybe(rng.randrange(2**64)),
        public_key=maybe(random_point(rng)),
        public_shares=maybe([random_point(rng) for _ in range(rng.randint(0, 4))]),
        chain_code=maybe(rng.randbytes(32)),
        aux_digest=maybe(rng.randbytes(32)),
        base_digest=maybe(rng.randbytes(32)),
        signers=maybe(sorted(rng.sample(range(1, 17), 3))),
        path=maybe([rng.randrange(2**31) for _ in range(rng.randint(0, 3))]),
        child_key=maybe(random_point(rng)),
        proof_mode=maybe(rng.randint(0, 1)),
        presignatures=maybe(rng.randint(1, 64)),
        digest=maybe(rng.randbytes(32)),
    )


def native_session_id(session: tr.Session) -> bytes:
    """The fields that the core does not have yet (resharing) are left out."""
    values: dict[str, Any] = {}
    for field in fields(session):
        value = getattr(session, field.name)
        if field.name in ("new_committee", "new_threshold"):
            continue
        if isinstance(value, Point):
            value = encode(value)
        if field.name == "public_shares" and value is not None:
            value = [encode(point) for point in value]
        values[field.name] = value.name if field.name == "profile" else value
    return _native.testing.session_id(**values)


@pytest.mark.parametrize("seed", range(20))
def test_session_ids(seed: int) -> None:
    session = random_session(random.Random(seed))
    assert native_session_id(session) == tr.ssid(session)


@SEEDS
def test_every_field_of_a_session_changes_its_id(seed: int) -> None:
    rng = random.Random(seed)
    session = random_session(rng)
    other = random_session(rng)
    seen = {native_session_id(session)}
    count = 1
    for field in fields(session):
        value = getattr(other, field.name)
        if value == getattr(session, field.name):
            continue
        changed = replace(session, **{field.name: value})
        assert native_session_id(changed) == tr.ssid(changed)
        seen.add(native_session_id(changed))
        count += 1
    assert len(seen) == count > 8


# ---- Other digests: the same arguments go to both; each argument changed alone changes both values alike


def compare(
    native: Callable[..., Any], twin_: Callable[..., Any], arguments: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert set(changes) == set(arguments)
    values = [native(**arguments)]
    assert values[0] == twin_(**arguments)
    for name, value in changes.items():
        changed = arguments | {name: value}
        values.append(native(**changed))
        assert values[-1] == twin_(**changed), name
    assert len({repr(value) for value in values}) == len(values)


@SEEDS
def test_pid_and_sid(seed: int) -> None:
    rng = random.Random(seed)
    key = rng.randbytes(32)
    assert _native.pid(key) == tr.pid(key)
    compare(
        _native.testing.combined_sid,
        digests.sid,
        {"pre": rng.randbytes(32), "values": [rng.randbytes(32) for _ in range(3)]},
        {"pre": rng.randbytes(32), "values": [rng.randbytes(32) for _ in range(3)]},
    )


@SEEDS
def test_pre_session_id(seed: int) -> None:
    rng = random.Random(seed)
    pids = [rng.randbytes(32) for _ in range(3)]
    compare(
        _native.pre_session_id,
        digests.pre_session_id,
        {"protocol": "sign", "pids": pids, "key_id": "key"},
        {"protocol": "dkg", "pids": pids[::-1], "key_id": None},
    )
    assert _native.pre_session_id("aux", pids[:2], None) == digests.pre_session_id("aux", pids[:2], None)


@SEEDS
def test_message_hash(seed: int) -> None:
    rng = random.Random(seed)

    def draw() -> dict[str, Any]:
        return {
            "version": rng.randrange(2**32),
            "ssid": rng.randbytes(32),
            "protocol": f"p{rng.random()}",
            "round_": rng.randrange(256),
            "kind": f"k{rng.random()}",
            "sender": rng.randrange(2**16),
            "recipient": rng.randrange(2**16),
            "payload": rng.randbytes(rng.randrange(300)),
        }

    def native(round_: int, **other: Any) -> bytes:
        return _native.message_hash(round=round_, **other)

    compare(native, digests.message_hash, draw(), draw())


@SEEDS
def test_joint_rid(seed: int) -> None:
    rng = random.Random(seed)
    parts = [rng.randbytes(32) for _ in range(3)]
    compare(
        lambda ssid_, parts: _native.testing.joint_rid(ssid_, parts),
        tr.rid,
        {"ssid_": rng.randbytes(32), "parts": parts},
        {"ssid_": rng.randbytes(32), "parts": parts[:2]},
    )


@SEEDS
def test_share_mask(seed: int) -> None:
    rng = random.Random(seed)

    def draw() -> dict[str, Any]:
        return {
            "ssid_": rng.randbytes(32),
            "rid_": rng.randbytes(32),
            "i": rng.randrange(1, 2**15),
            "j": rng.randrange(2**15, 2**16),
            "shared": random_point(rng),
        }

    def native(ssid_: bytes, rid_: bytes, i: int, j: int, shared: Point) -> int:
        return _native.testing.share_mask(ssid_, rid_, i, j, encode(shared))

    compare(native, tr.mask, draw(), draw() | {"shared": O})


@SEEDS
def test_rerandomiser(seed: int) -> None:
    rng = random.Random(seed)

    def draw() -> dict[str, Any]:
        return {
            "ssid_": rng.randbytes(32),
            "id_": rng.randbytes(16),
            "gamma": random_point(rng),
            "child_key": random_point(rng),
            "signers": rng.sample(range(1, 16), 3),
            "digest": rng.randbytes(32),
        }

    def native(ssid_: bytes, id_: bytes, gamma: Point, child_key: Point, signers: list[int], digest: bytes) -> int:
        return _native.testing.rerandomiser(ssid_, id_, encode(gamma), encode(child_key), signers, digest)

    def without_path(**arguments: Any) -> int:
        return tr.rerand(path=[], **arguments)

    compare(native, without_path, draw(), draw())


def aux_entry(party: int) -> tr.AuxEntry:
    keys = twin("TOY", party)
    return tr.AuxEntry(party, bytes([party]) * 32, keys.key.n, keys.params.nh, keys.params.s, keys.params.t)


def native_aux_digest(entries: list[tr.AuxEntry]) -> bytes:
    return _native.testing.aux_digest("TOY", [(e.index, e.pid, e.n, e.nh, e.s, e.t) for e in entries])


def test_aux_digest() -> None:
    one, two, three = (aux_entry(party) for party in (1, 2, 3))
    keys = twin("TOY", 1).params
    # Still parameters that the core accepts: squares are units with symbol 1.
    changes: dict[str, Any] = {
        "index": 7,
        "pid": b"P" * 32,
        "n": two.n,
        "nh": two.nh,
        "s": pow(keys.s, 2, keys.nh),
        "t": pow(keys.t, 2, keys.nh),
    }
    assert list(changes) == [field.name for field in fields(one)]
    rows = [[one], [one, two], [two, one], [one, two, three]]
    rows += [[replace(one, **{name: value}), two] for name, value in changes.items() if name != "nh"]
    moved = replace(one, nh=two.nh, s=pow(one.s, 2, two.nh), t=pow(one.t, 2, two.nh))
    rows += [[moved, two], [replace(moved, nh=three.nh, s=pow(3, 2, three.nh), t=pow(5, 2, three.nh)), two]]
    for entries in rows:
        assert native_aux_digest(entries) == tr.aux_digest(TOY, entries)
    assert len({native_aux_digest(entries) for entries in rows}) == len(rows)


@SEEDS
def test_key_record_digest(seed: int) -> None:
    rng = random.Random(seed)

    def draw(profile: Any, parties: int) -> dict[str, Any]:
        return {
            "profile": profile,
            "key_id": f"key {rng.random()}",
            "epoch": rng.randrange(2**32),
            "threshold": rng.randint(2, 16) + 16 * (profile is TOY),
            "members": [(i + 1, rng.randbytes(32)) for i in range(parties)],
            "public_key": random_point(rng),
            "public_shares": [random_point(rng) for _ in range(parties)],
            "chain_code_": rng.randbytes(32),
            "aux_digest": rng.randbytes(32),
        }

    def native(**arguments: Any) -> bytes:
        return _native.testing.key_record_digest(
            arguments["profile"].name,
            arguments["key_id"],
            arguments["epoch"],
            arguments["threshold"],
            arguments["members"],
            encode(arguments["public_key"]),
            [encode(share) for share in arguments["public_shares"]],
            arguments["chain_code_"],
            arguments["aux_digest"],
        )

    compare(native, digests.key_record, draw(S128, 3), draw(TOY, 4))


@SEEDS
def test_confirmation(seed: int) -> None:
    rng = random.Random(seed)

    def draw() -> dict[str, Any]:
        return {name: rng.randbytes(32) for name in ("ssid", "base_digest", "result_digest")}

    compare(_native.testing.confirmation, digests.confirmation, draw(), draw())


# ---- Randomness


def test_seeded_generators_give_the_same_bytes() -> None:
    twin_ = SeededRng(b"seed")
    expected = [twin_.read(32) for _ in range(5)]
    _native.testing.seed_rng(b"seed")
    try:
        assert [_native.session_random() for _ in range(5)] == expected
    finally:
        _native.testing.seed_rng(None)
    assert _native.session_random() != SeededRng(b"seed").read(32)


# ---- The twin's digests once more, from the specification's text byte by byte


def item(tag: int, payload: bytes) -> bytes:
    return bytes([tag]) + len(payload).to_bytes(8, "big") + payload


def text(value: str) -> bytes:
    return item(1, value.encode())


def number(value: int) -> bytes:
    return item(3, value.to_bytes(8, "big"))


def listed(*items: bytes) -> bytes:
    return item(8, len(items).to_bytes(8, "big") + b"".join(items))


def h(*items: bytes) -> bytes:
    return tr.Xof(b"".join(items)).read(32)


def test_digests_byte_by_byte() -> None:
    one, two, p_g, p_2g = item(2, b"1"), item(2, b"2"), item(6, encode(G)), item(6, encode(2 * G))
    ssid, pid = item(2, b"ssid"), item(2, b"pid")
    assert digests.pre_session_id("dkg", [b"1", b"2"], "k") == h(text("pre"), text("dkg"), listed(one, two), text("k"))
    assert digests.pre_session_id("aux", [b"1"], None) == h(text("pre"), text("aux"), listed(one), item(2, b""))
    assert digests.sid(b"pre", [b"1", b"2"]) == h(text("sid"), item(2, b"pre"), listed(one, two))
    place = [number(1), ssid, text("sign"), number(2), text("p2p"), number(3), number(4)]
    hashed = h(text("envelope"), *place, item(2, b"payload"))
    assert digests.message_hash(1, b"ssid", "sign", 2, "p2p", 3, 4, b"payload") == hashed
    lists = [listed(p_g, p_2g), listed(p_2g), listed()]
    opened = [item(2, b"rid"), item(2, b""), item(2, b"u")]
    committed = h(text("com"), ssid, pid, *lists, *opened)
    assert digests.vss_commitment(b"ssid", b"pid", [G, 2 * G], [2 * G], [], b"rid", b"", b"u") == committed
    moduli = [item(4, n.to_bytes(128, "big")) for n in (5, 6, 7, 8)]
    opened = [item(2, b"prm"), item(2, b"rid"), item(2, b"u")]
    committed = h(text("com"), ssid, pid, *moduli, *opened)
    assert digests.aux_commitment(TOY, b"ssid", b"pid", 5, 6, 7, 8, b"prm", b"rid", b"u") == committed
    assert digests.chain_code(b"ssid", [b"1", b"2"]) == h(text("chaincode"), ssid, listed(one, two))
    members_ = listed(listed(number(1), one), listed(number(2), two))
    record = [text("TOY"), text("k"), number(0), number(2), number(2), members_, p_g, listed(p_g, p_2g), one, two]
    digest = digests.key_record(TOY, "k", 0, 2, [(1, b"1"), (2, b"2")], G, [G, 2 * G], b"1", b"2")
    assert digest == h(text("keyrec"), *record)
    assert digests.confirmation(b"ssid", b"1", b"2") == h(text("confirm"), ssid, one, two)
    assert digests.aux_confirmation(b"ssid", b"1") == h(text("confirm-aux"), ssid, one)
    ciphertexts = [item(4, n.to_bytes(256, "big")) for n in (5, 6)]
    hashed = h(text("mta-n"), ssid, number(1), number(2), *ciphertexts)
    assert digests.mta_hash(TOY, "mta-n", b"ssid", 1, 2, 5, 6) == hashed
    assert digests.presignature_id(b"ssid", 1) == h(text("psid"), ssid, number(1))[:16]
    echoes = [listed(one, two), listed(two), listed()]
    hashed = h(text("presign-transcript"), ssid, *echoes)
    assert digests.presign_transcript(b"ssid", [[b"1", b"2"], [b"2"], []]) == hashed
