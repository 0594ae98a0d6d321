"""Envelopes: one encoding each, every field signed, anything else refused. Also the payload of an ABORT."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpc_fast import _native
from mpc_fast.errors import ContextError, DecodeError, EnvelopeRejected, ParameterError
from mpc_fast.protocols.envelope import MAX_PAYLOAD_BYTES, TO_ALL, Envelope, Message, sign, verify
from mpc_fast.protocols.members import canonical_members, check_members
from mpc_fast.protocols.notice import decode_notice, encode_notice
from mpc_fast.protocols.originals import decode_originals, encode_originals
from mpc_fast.reference import transcript

SSID = bytes(range(32))
ALICE, BOB = _native.Identity.generate(), _native.Identity.generate()
KEYS = {1: ALICE.public_key, 2: BOB.public_key}


def message(recipient: int | None = 2, payload: bytes = b"payload") -> Message:
    return sign(ALICE, ssid=SSID, protocol="dkg", round=4, sender=1, recipient=recipient, payload=payload)


def resigned(**changes: object) -> bytes:
    """An envelope of Alice with other fields, validly signed."""
    envelope = msgspec.structs.replace(message().envelope, **changes)
    return msgspec.structs.replace(envelope, signature=ALICE.sign(envelope.hash())).encode()


def test_verify_gives_back_what_was_signed() -> None:
    for recipient in (2, None):
        sent = message(recipient)
        got = verify(sent.data, KEYS)
        assert got == sent
        assert (got.sender, got.round, got.payload) == (1, 4, b"payload")
        assert got.slot == (SSID, 4, "p2p" if recipient else "bcast", 1, recipient or TO_ALL)


def test_hash_is_that_of_the_specification() -> None:
    m = message(None)
    items = (
        transcript.u64(1),
        transcript.octets(SSID),
        transcript.label("dkg"),
        transcript.u64(4),
        transcript.label("bcast"),
        transcript.u64(1),
        transcript.u64(0xFFFF),
        transcript.octets(b"payload"),
    )
    assert m.hash == transcript.h256("envelope", *items)


@pytest.mark.parametrize(
    "change",
    [
        {"ssid": bytes(32)},
        {"protocol": "aux"},
        {"round": 5},
        {"recipient": 3},
        {"kind": "bcast", "recipient": TO_ALL},
        {"sender": 2},
        {"payload": b"payloae"},
        {"payload": b""},
        {"signature": bytes(64)},
        {"version": 2},
    ],
)
def test_every_field_is_signed(change: dict[str, object]) -> None:
    data = msgspec.structs.replace(message().envelope, **change).encode()
    with pytest.raises(EnvelopeRejected):
        verify(data, KEYS)


@pytest.mark.parametrize("bit", range(0, 512, 37))
def test_signature_bits_count(bit: int) -> None:
    signature = bytearray(message().envelope.signature)
    signature[bit // 8] ^= 1 << bit % 8
    with pytest.raises(EnvelopeRejected, match="signature"):
        verify(msgspec.structs.replace(message().envelope, signature=bytes(signature)).encode(), KEYS)


def test_sender_must_be_a_party_and_the_one_who_signed() -> None:
    with pytest.raises(EnvelopeRejected, match="not a party"):
        verify(message().data, {2: BOB.public_key})
    with pytest.raises(EnvelopeRejected, match="signature"):
        verify(message().data, {1: BOB.public_key})
    with pytest.raises(EnvelopeRejected, match="signature"):
        verify(resigned(sender=2), KEYS)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"version": 2},
        {"kind": "p2p", "recipient": TO_ALL},
        {"kind": "bcast", "recipient": 2},
        {"kind": "echo"},
        {"round": 256},
        {"round": -1},
        {"sender": 0x10000},
        {"ssid": bytes(31)},
        {"ssid": bytes(33)},
        {"protocol": ""},
        {"protocol": "DKG"},
        {"protocol": "dkg\n"},
        {"signature": bytes(63)},
        {"signature": bytes(65)},
        {"payload": bytes(MAX_PAYLOAD_BYTES + 1)},
        {"payload": "text"},
        {"payload": None},
        {"round": 4.0},
        {"round": True},
    ],
)
def test_decode_refuses_fields_out_of_range(change: dict[str, object]) -> None:
    with pytest.raises(DecodeError):
        Envelope.decode(msgspec.structs.replace(message().envelope, **change).encode())


def test_largest_payload_passes() -> None:
    data = message(payload=bytes(MAX_PAYLOAD_BYTES)).data
    assert len(verify(data, KEYS).payload) == MAX_PAYLOAD_BYTES


def test_decode_refuses_every_truncation() -> None:
    data = message().data
    for length in range(len(data)):
        with pytest.raises(DecodeError):
            Envelope.decode(data[:length])


def test_decode_refuses_bytes_behind_the_end() -> None:
    for tail in (b"\0", b"\xc0", message().data):
        with pytest.raises(DecodeError):
            Envelope.decode(message().data + tail)


def other_encodings() -> dict[str, bytes]:
    """Of the same envelope, in longer forms that MessagePack allows."""
    data = message().data
    assert data[:6] == b"\x99\x01\xc4\x20\x00\x01"
    assert data[36:41] == b"\xa3dkg\x04"
    payload = data.index(b"\xc4\x07payload")
    fields = msgspec.msgpack.decode(data)
    return {
        "array 16": b"\xdc\x00\x09" + data[1:],
        "array 32": b"\xdd\x00\x00\x00\x09" + data[1:],
        "uint 8": data[:1] + b"\xcc\x01" + data[2:],
        "int 64": data[:1] + b"\xd3" + (1).to_bytes(8, "big") + data[2:],
        "bin 16": data[:2] + b"\xc5\x00\x20" + data[4:],
        "str 8": data[:36] + b"\xd9\x03dkg" + data[40:],
        "payload bin 32": data[:payload] + b"\xc6\x00\x00\x00\x07payload" + data[payload + 9 :],
        "payload str": data[:payload] + b"\xa7payload" + data[payload + 9 :],
        "one more field": msgspec.msgpack.encode([*fields, None]),
        "one field less": msgspec.msgpack.encode(fields[:-1]),
        "a map": msgspec.msgpack.encode(dict(zip(Envelope.__struct_fields__, fields, strict=True))),
    }


@pytest.mark.parametrize("form", other_encodings())
def test_decode_refuses_other_encodings_of_the_same_envelope(form: str) -> None:
    with pytest.raises(DecodeError):
        Envelope.decode(other_encodings()[form])


@given(st.binary(max_size=300))
def test_decode_refuses_any_other_bytes(data: bytes) -> None:
    with pytest.raises(DecodeError):
        Envelope.decode(data)


@given(st.data())
def test_decode_accepts_no_mutation_that_it_would_encode_otherwise(data: st.DataObject) -> None:
    original = message().data
    at = data.draw(st.integers(0, len(original) - 1))
    changed = original[:at] + data.draw(st.binary(max_size=3)) + original[at + data.draw(st.integers(0, 3)) :]
    try:
        assert Envelope.decode(changed).encode() == changed
    except DecodeError:
        return
    if changed != original:
        with pytest.raises(EnvelopeRejected):
            verify(changed, KEYS)


def test_deep_nesting_is_an_error_like_others() -> None:
    for data in (b"\x91" * 100_000, b"\x99\x01" + b"\x91" * 100_000, b"\x9a" + message().data[1:] + b"\x91" * 100_000):
        with pytest.raises(DecodeError):
            Envelope.decode(data)


# ---- ABORT


def test_notice_round_trip() -> None:
    notice = decode_notice(encode_notice("B-ENC0", {3, 2}), {1, 2, 3})
    assert (notice.code, notice.accused, notice.evidence) == ("B-ENC0", [2, 3], b"")


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        encode_notice("B-ENC0", [4]),
        encode_notice("B-ENC0", [2, 2]),
        encode_notice("b-enc0", [2]),
        encode_notice("", []),
        encode_notice("X" * 33, []),
        encode_notice("B-EQ\n", []),
        encode_notice("\x1b[31m", []),
        encode_notice("B-EQ", [2]) + b"\0",
        msgspec.msgpack.encode(["B-EQ", [3, 2], b""]),
        msgspec.msgpack.encode(["B-EQ", [2]]),
        msgspec.msgpack.encode(["B-EQ", [2], b"evidence"]),
    ],
)
def test_notice_refuses(payload: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_notice(payload, {1, 2, 3})


# ---- Originals


def test_originals_round_trip_and_truncation() -> None:
    messages = [message(None), message(None, b"other")]
    payload = encode_originals(messages)
    assert decode_originals(payload) == [m.data for m in messages]
    assert payload[:6] == b"\0\2" + len(messages[0].data).to_bytes(4, "big")
    for length in range(len(payload)):
        with pytest.raises(DecodeError):
            decode_originals(payload[:length])
    with pytest.raises(DecodeError):
        decode_originals(payload + b"\0")
    with pytest.raises(DecodeError):
        decode_originals(b"\xff\xff" + bytes(4 * 0xFFFF))


# ---- Members


def test_members_are_in_the_order_of_their_pids() -> None:
    keys = [_native.Identity.generate().public_key for _ in range(5)]
    members = canonical_members(keys)
    assert [index for index, _ in members] == [1, 2, 3, 4, 5]
    assert sorted(keys, key=_native.pid) == [key for _, key in members]
    check_members(members)


def test_check_members_refuses() -> None:
    members = canonical_members([_native.Identity.generate().public_key for _ in range(3)])
    (_, a), (_, b), (_, c) = members
    wrong = [
        [],
        members[:1],
        [(1, b), (2, a), (3, c)],
        [(0, a), (1, b), (2, c)],
        [(1, a), (3, b)],
        [(1, a), (2, a)],
        [(1, a), (2, b[:31])],
        [(i + 1, bytes([i]) * 32) for i in range(17)],
    ]
    for case in wrong:
        with pytest.raises((ContextError, ParameterError)):
            check_members(case)
