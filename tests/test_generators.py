"""Further generators of the members of a key: the exchange, its file, and what cheats are told.  All at TOY size."""

import random
from collections.abc import Callable
from functools import cache

import pytest
from keys import primes
from parties import Key, make_key, new_group, results, run
from verdicts import CULPRIT, Recorder, assert_named, assert_nobody_named

from mpc_fast._native import Generators, GeneratorsRun, KeyShare, NativeError, testing
from mpc_fast.errors import ParameterError, SignersError
from mpc_fast.protocols.adversary import Adversary, Draft
from mpc_fast.protocols.envelope import MAX_PARTIES, MAX_PAYLOAD_BYTES
from mpc_fast.protocols.exchange import Exchange
from mpc_fast.protocols.generators import MOST, GeneratorExchange, schedule
from mpc_fast.protocols.keygen import KeyGeneration
from mpc_fast.protocols.local import exchange_generators
from mpc_fast.protocols.mailbox import Mailbox
from mpc_fast.protocols.network import Report
from mpc_fast.protocols.originals import ORIGINALS
from mpc_fast.reference.params import TOY
from mpc_fast.reference.pedersen import PedersenParams
from mpc_fast.reference.transcript import h256, nat, octets, pid, sequence, u64

pytestmark = pytest.mark.usefixtures("toy_profile")

COUNT = 6
SIZE = TOY.nh_bytes
HEADER = 8 + 2 + 32 + 32 + 2 + 2
LIST = (COUNT - 1) * SIZE
MESSAGE = LIST + TOY.m_prm * COUNT // 8 + TOY.m_prm * SIZE
INDICES = (1, 2, 3)


@cache
def key() -> Key:
    return make_key("TOY", 2, 3)


def members(count: int = COUNT) -> list[GeneratorExchange]:
    return [GeneratorExchange(key().shares[i], experimental=True, count=count) for i in INDICES]


@cache
def exchange() -> tuple[dict[int, Generators], Recorder]:
    recorder = Recorder()
    return results(run(members(), adversary=recorder)), recorder


def found(index: int = 1) -> Generators:
    return exchange()[0][index]


def g1(sender: int, recorder: Recorder | None = None) -> bytes:
    recorder = recorder or exchange()[1]
    return next(sent for place, sent in recorder.sent.items() if place[:3] == (1, "bcast", sender))


def run_rounds(share: KeyShare, values: list[bytes], count: int = COUNT) -> tuple[GeneratorsRun, bytes]:
    one = GeneratorsRun(share, count, values)
    return one, one.round1()


# ---- What all get


def test_all_members_get_the_same_generators() -> None:
    handles = [found(i) for i in INDICES]
    assert len({one.digest for one in handles}) == len({one.ssid for one in handles}) == 1
    assert {one.count for one in handles} == {COUNT}
    for party in INDICES:
        lists = [testing.generator_list(one, party) for one in handles]
        assert lists[0] == lists[1] == lists[2]
        nh, t, s = lists[0]
        assert nh == primes("TOY", party).hat_p * primes("TOY", party).hat_q
        assert len({t, *s}) == 1 + COUNT
        assert b"".join(value.to_bytes(SIZE, "big") for value in s[1:]) == g1(party)[:LIST]
    assert [len(g1(party)) for party in INDICES] == [MESSAGE] * 3
    assert {len({*exchange()[1].rounds(party)} - {0}) for party in INDICES} == {2}


def test_the_digest_is_that_of_the_lists() -> None:
    one = found()
    rows = []
    for index, identity in key().shares[1].members:
        _, _, s = testing.generator_list(one, index)
        rows.append(sequence([u64(index), octets(pid(identity)), sequence([nat(value, SIZE) for value in s])]))
    aux = key().shares[1].aux_digest
    assert one.digest == h256("generators", octets(one.ssid), octets(aux), u64(COUNT), sequence(rows))


@pytest.mark.parametrize("party", INDICES)
def test_own_generators_are_powers_of_t_to_known_exponents(party: int) -> None:
    """A commitment that the owner computes as one power of t is the one that all others compute."""
    nh, t, s = testing.generator_list(found(), party)
    rng = random.Random(party)
    for used in (1, 2, COUNT):
        x = [rng.randrange(-(2**300), 2**300) for _ in range(used)]
        mu = rng.randrange(-(2**1200), 2**1200)
        expected = PedersenParams(nh, s[0], t).commit(x[0], mu)
        for s_a, x_a in zip(s[1:used], x[1:], strict=True):
            expected = expected * pow(s_a, x_a, nh) % nh
        assert {testing.generator_commitment(found(i), party, x, mu) for i in INDICES} == {expected}


def test_another_exchange_has_other_generators() -> None:
    again = results(run(members()))
    assert again[1].digest != found().digest
    for party in INDICES:
        first, second = (set(testing.generator_list(one, party)[2]) for one in (found(), again[1]))
        assert len(first & second) == 1  # s_1


def test_the_same_exchange_has_the_same_generators() -> None:
    values = [bytes([i]) * 32 for i in INDICES]
    (one, first), (two, second) = (run_rounds(key().shares[1], values) for _ in range(2))
    assert one.ssid == two.ssid
    assert first[:LIST] == second[:LIST]
    assert first != second  # the masks of the proof are fresh
    other, third = run_rounds(key().shares[1], values, COUNT + 1)
    assert other.ssid != one.ssid
    assert third[:SIZE] != first[:SIZE]


def test_all_shares_in_one_process() -> None:
    shares = [key().shares[i] for i in (3, 1, 2)]
    told: list[str] = []
    made, stage = exchange_generators(shares, 2, lambda text: told.append(text) or True, experimental=True)
    assert len({one.digest for one in made}) == 1
    assert [one.count for one in made] == [2, 2, 2]
    assert set(stage.bytes_sent) == set(INDICES)
    assert told[-1].startswith("generators: ")
    for wrong in ([], shares[:2], [*shares[:2], shares[0]]):
        with pytest.raises(SignersError):
            exchange_generators(wrong, 2, experimental=True)


@pytest.mark.long
def test_the_largest_exchange_at_full_size() -> None:
    full = make_key("S128", 2, 2)
    made, _ = exchange_generators(list(full.shares.values()), experimental=True)
    assert [one.count for one in made] == [128, 128]
    again = Generators.from_bytes(full.shares[1], made[1].to_bytes())
    assert again.digest == made[0].digest == made[1].digest
    x = list(range(-64, 64))
    assert testing.generator_commitment(again, 1, x, 5) == testing.generator_commitment(made[1], 1, x, 5)


# ---- The switch and the arguments


@pytest.mark.parametrize("answer", [False, None, 1, "yes"])
def test_nothing_happens_without_the_experimental_switch(answer: object) -> None:
    with pytest.raises(ParameterError, match="experimental"):
        GeneratorExchange(key().shares[1], experimental=answer)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="experimental"):
        exchange_generators(list(key().shares.values()), experimental=answer)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        GeneratorExchange(key().shares[1])  # type: ignore[call-arg]


@pytest.mark.parametrize("count", [0, 1, 129, -1])
def test_impossible_counts_are_refused(count: int) -> None:
    with pytest.raises(ParameterError, match="count"):
        GeneratorExchange(key().shares[1], experimental=True, count=count)
    if count >= 0:
        with pytest.raises(NativeError) as caught:
            GeneratorsRun(key().shares[1], count, [bytes(32)] * 3)
        assert caught.value.code == "E_PARAMETER"
        with pytest.raises(ValueError):
            GeneratorsRun.message_bytes("TOY", count)


def test_members_who_want_different_counts_do_not_meet() -> None:
    parties = [
        GeneratorExchange(key().shares[i], experimental=True, count=count)
        for i, count in zip(INDICES, (COUNT, COUNT, COUNT + 1), strict=True)
    ]
    report = run(parties)
    assert not report.results
    assert {(failure.code, failure.culprits) for failure in report.failures.values()} == {("E_CONTEXT", frozenset())}


def test_the_rounds_of_a_run_come_in_order() -> None:
    values = [bytes([i]) * 32 for i in INDICES]
    for values_of_others in (values[:2], [*values, values[0]]):
        with pytest.raises(NativeError) as caught:
            GeneratorsRun(key().shares[1], COUNT, values_of_others)
        assert caught.value.code == "E_CONTEXT"
    one = GeneratorsRun(key().shares[1], COUNT, values)
    calls: list[Callable[[], object]] = [
        one.result,
        lambda: one.check_round1({}),
        lambda: one.check_round2({}, b""),
    ]
    for call in calls:
        with pytest.raises(RuntimeError):
            call()
    one.round1()
    with pytest.raises(RuntimeError):
        one.round1()


# ---- The file


def refusal(share: KeyShare, data: bytes) -> tuple[str, str]:
    with pytest.raises(NativeError) as caught:
        Generators.from_bytes(share, data)
    return caught.value.code, caught.value.detail


def test_the_file_of_any_member_serves_all() -> None:
    files = {found(i).to_bytes() for i in INDICES}
    assert len(files) == 1
    data = files.pop()
    assert len(data) == HEADER + 3 * (2 + MESSAGE)
    for i in INDICES:
        loaded = Generators.from_bytes(key().shares[i], data)
        assert (loaded.digest, loaded.ssid, loaded.count) == (found(i).digest, found(i).ssid, COUNT)
        assert loaded.to_bytes() == data
        loaded.check_share(key().shares[i])
        for party in INDICES:
            assert testing.generator_list(loaded, party) == testing.generator_list(found(i), party)
            x = list(range(1, COUNT + 1))
            assert testing.generator_commitment(loaded, party, x, 7) == testing.generator_commitment(
                found(2), party, x, 7
            )


def test_a_share_from_its_file_finds_its_generators_again() -> None:
    share = KeyShare.open(key().shares[2].seal(b"passphrase"), b"passphrase")
    assert Generators.from_bytes(share, found().to_bytes()).digest == found().digest


FIELDS = {
    "magic": (0, "E_DECODE", "generators.magic"),
    "version": (9, "E_DECODE", "generators.version"),
    "aux digest": (10, "E_CONTEXT", "generators.aux_digest"),
    "ssid": (42, "E_RECORD", "party 1: "),
    "count": (75, "E_DECODE", ""),
    "parties": (77, "E_DECODE", "generators.parties"),
    "first party": (79, "E_DECODE", "generators.party"),
    "own s_2": (HEADER + 2 + SIZE - 1, "E_RECORD", "party 1: "),
    "own bits": (HEADER + 2 + LIST, "E_RECORD", "party 1: bits"),
    "own z": (HEADER + 2 + MESSAGE - 1, "E_RECORD", "party 1: bits"),
    "s_2 of party 2": (HEADER + 2 + MESSAGE + 2 + SIZE - 1, "E_RECORD", "party 2: "),
    "z of party 3": (HEADER + 3 * (2 + MESSAGE) - 1, "E_RECORD", "party 3: bits"),
}


@pytest.mark.parametrize(("at", "code", "field"), FIELDS.values(), ids=FIELDS)
def test_every_field_of_the_file_is_looked_at(at: int, code: str, field: str) -> None:
    data = found().to_bytes()
    changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    told = refusal(key().shares[1], changed)
    assert told[0] == code
    assert field in told[1]


def test_a_flipped_bit_anywhere_in_the_file_is_refused() -> None:
    data = found().to_bytes()
    rng = random.Random("flips")
    for at in [*range(HEADER), *(rng.randrange(len(data)) for _ in range(120))]:
        changed = data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
        assert refusal(key().shares[1], changed)[0] in {"E_DECODE", "E_CONTEXT", "E_RECORD"}, at


@pytest.mark.parametrize("wrong", [lambda d: b"", lambda d: d[:-1], lambda d: d + b"\0", lambda d: d[1:]])
def test_other_lengths_of_the_file_are_refused(wrong: Callable[[bytes], bytes]) -> None:
    assert refusal(key().shares[1], wrong(found().to_bytes()))[0] == "E_DECODE"


def test_generators_of_other_parameters_are_refused() -> None:
    group = new_group("TOY", 3)
    aux = results(run(group.aux_parties()))
    foreign: dict[int, KeyShare] = results(run(group.dkg_parties(2, aux)))
    code, detail = refusal(foreign[1], found().to_bytes())
    assert (code, "aux_digest" in detail) == ("E_CONTEXT", True)
    with pytest.raises(NativeError) as caught:
        found().check_share(foreign[1])
    assert caught.value.code == "E_CONTEXT"
    with pytest.raises(NativeError) as caught:
        found(1).check_share(key().shares[2])
    assert caught.value.code == "E_CONTEXT"


def test_another_key_over_the_same_parameters_may_use_them() -> None:
    group, aux = key().group, key().aux
    parties: list[KeyGeneration] = group.dkg_parties(2, aux, "another key")
    second = results(run(parties))
    assert Generators.from_bytes(second[1], found().to_bytes()).digest == found().digest


def with_message(data: bytes, party: int, payload: bytes) -> bytes:
    at = HEADER + (party - 1) * (2 + MESSAGE) + 2
    return data[:at] + payload + data[at + MESSAGE :]


def test_messages_of_others_or_of_another_exchange_are_refused() -> None:
    recorder = Recorder()
    results(run(members(), adversary=recorder))
    data = found().to_bytes()
    for party in INDICES:
        assert with_message(data, party, g1(party)) == data
        for payload in (g1(party % 3 + 1), g1(party, recorder)):
            code, detail = refusal(key().shares[1], with_message(data, party, payload))
            assert code == "E_RECORD"
            assert f"party {party}: " in detail


# ---- Cheating


class Liar(Adversary):
    """The culprit sends something else in a round; to one party only, or to all."""

    def __init__(self, change: Callable[[bytes], bytes], round: int = 1, to: int | None = None) -> None:
        self._place, self._change, self._to = (CULPRIT, round), change, to

    def speak(self, draft: Draft) -> bytes | None:
        lies = (draft.sender, draft.round) == self._place and self._to in (None, draft.recipient)
        return self._change(draft.payload) if lies else draft.payload


def run_with(change: Callable[[bytes], bytes], round: int = 1, to: int | None = None) -> Report[Generators]:
    return run(members(), adversary=Liar(change, round, to))


def residue(at: int, change: Callable[[int, int, int], int]) -> Callable[[bytes], bytes]:
    """Changes one residue of a G1 by (value, Nh, t)."""
    nh, t, _ = testing.generator_list(found(), CULPRIT)

    def changed(payload: bytes) -> bytes:
        value = int.from_bytes(payload[at : at + SIZE], "big")
        return payload[:at] + change(value, nh, t).to_bytes(SIZE, "big") + payload[at + SIZE :]

    return changed


FALSE: dict[str, tuple[str, int, Callable[[int, int, int], int]]] = {
    "-s": ("B-BPRM", 0, lambda s, nh, t: nh - s),
    "s t": ("B-BPRM", SIZE, lambda s, nh, t: s * t % nh),
    "0": ("B-BPRM", 0, lambda s, nh, t: 0),
    "1": ("B-BPRM", 0, lambda s, nh, t: 1),
    "-1": ("B-BPRM", LIST - SIZE, lambda s, nh, t: nh - 1),
    "t": ("B-BPRM", LIST - SIZE, lambda s, nh, t: t),
    "no unit": ("B-BPRM", 0, lambda s, nh, t: primes("TOY", CULPRIT).hat_p),
    "Nh": ("B-DEC", 0, lambda s, nh, t: nh),
    "longest": ("B-DEC", LIST - SIZE, lambda s, nh, t: 2 ** (8 * SIZE) - 1),
    "z + 1": ("B-BPRM", MESSAGE - SIZE, lambda z, nh, t: (z + 1) % nh),
    "z = Nh": ("B-DEC", MESSAGE - SIZE, lambda z, nh, t: nh),
}


@pytest.mark.parametrize(("code", "at", "change"), FALSE.values(), ids=FALSE)
def test_false_generators_and_proofs_name_their_sender(
    code: str, at: int, change: Callable[[int, int, int], int]
) -> None:
    assert_named(run_with(residue(at, change)), code)


def test_a_generator_sent_twice_names_its_sender() -> None:
    assert_named(run_with(lambda payload: payload[SIZE : 2 * SIZE] + payload[SIZE:]), "B-BPRM")
    s_1 = testing.generator_list(found(), CULPRIT)[2][0].to_bytes(SIZE, "big")
    assert_named(run_with(lambda payload: s_1 + payload[SIZE:]), "B-BPRM")


def test_a_flipped_bit_of_the_proof_names_its_sender() -> None:
    assert_named(run_with(lambda p: p[:LIST] + bytes([p[LIST] ^ 1]) + p[LIST + 1 :]), "B-BPRM")


@pytest.mark.parametrize("length", [0, 1, MESSAGE - 1, MESSAGE + 1, 5000])
def test_other_lengths_name_their_sender(length: int) -> None:
    assert_named(run_with(lambda payload: (payload + payload)[:length]), "B-DEC")


def test_a_message_of_another_exchange_names_its_sender() -> None:
    earlier = g1(CULPRIT)
    assert_named(run_with(lambda payload: earlier), "B-BPRM")


def test_a_copied_message_names_its_sender() -> None:
    class Copier(Recorder):
        def speak(self, draft: Draft) -> bytes | None:
            payload = super().speak(draft)
            if (draft.sender, draft.round) == (CULPRIT, 1):
                return self.sent[1, "bcast", 1, CULPRIT]
            return payload

    assert_named(run(members(), adversary=Copier()), "B-BPRM")


# ---- Equivocation


def test_an_equivocation_that_nobody_proves_is_e_echo_and_blames_nobody() -> None:
    """The core alone, without the exchange of originals of the sessions."""
    values = [bytes([i]) * 32 for i in INDICES]
    one, _ = run_rounds(key().shares[1], values)
    own = bytes(range(96))
    failures = one.check_round2({1: own, 2: own, 3: own[:-1] + b"\0"}, own)
    assert [failure[:2] for failure in failures] == [(0, "E_ECHO")]
    with pytest.raises(RuntimeError):  # and that was all
        one.check_round1({})


def test_two_messages_for_two_members_convict_their_sender_in_a_session() -> None:
    """By the originals, signed twice, which the session shows round: nobody else is ever named."""
    earlier = g1(CULPRIT)
    assert_named(run_with(lambda payload: earlier, to=3), "B-EQ")


def test_the_originals_of_the_largest_exchange_fit_into_one_message() -> None:
    keys = {i: bytes(32) for i in range(1, MAX_PARTIES + 1)}
    largest = Exchange("generators", 1, keys, schedule("S128", MOST), Mailbox(1, list(keys)))
    assert largest.limit(1) == GeneratorsRun.message_bytes("S128", MOST) == 127 * 384 + 128 * (16 + 384)
    assert MAX_PARTIES * largest.limit(1) < largest.limit(ORIGINALS + 1) <= MAX_PAYLOAD_BYTES


def test_a_false_echo_convicts_its_sender() -> None:
    assert_named(run_with(lambda payload: bytes(32) + payload[32:], round=2), "B-ECHO")
    # To one member only, in the last round: the others have their result, and so have a new exchange to make with it.
    report = run_with(lambda payload: bytes(96), round=2, to=3)
    assert set(report.results) == {1, CULPRIT}
    assert (report.failures[3].code, report.failures[3].culprits) == ("B-EQ", {CULPRIT})


def test_a_member_that_falls_silent_accuses_nobody() -> None:
    class Silent(Adversary):
        def speak(self, draft: Draft) -> bytes | None:
            return None if (draft.sender, draft.round) == (CULPRIT, 1) else draft.payload

    assert_nobody_named(run(members(), adversary=Silent()), "TIMEOUT")
