"""Property 8 of 7.2: whatever one party does and however messages travel, nobody honest is ever named.

And for wrong broadcasts, all honest parties that looked for themselves name the same set. At TOY; lies are drawn from
the table of fields, besides equivocation, silence, old messages, junk, messages that nobody asked for, false ABORTs.
"""

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context

import pytest
from mutations import Stage
from parties import make_key
from strategies import Session, attacked_session, batched_attack, batched_broadcast_attack, broadcast_attack

from mpc_fast import _native

pytestmark = pytest.mark.usefixtures("toy_profile")


@cache
def stage(threshold: int, parties: int) -> Stage:
    return Stage(make_key("TOY", threshold, parties))


def fault(session: Session) -> str | None:
    """What is wrong with what the honest parties say."""
    for i in session.parties:
        failure = session.report.failures.get(i)
        if i not in session.culprits and failure is not None and not failure.culprits <= session.culprits:
            return f"{session.story}: party {i} names {sorted(failure.culprits)}: {failure}"
    ended = set(session.report.results) | set(session.report.failures)
    return None if ended == set(session.parties) else f"{session.story}: {sorted(ended)} ended"


Attack = Callable[[Stage, int], Session]


def check_attacks(attack: Attack, seeds: range) -> tuple[list[str], Counter[str]]:
    """Faults, and how often honest parties said what."""
    faults, codes = [], Counter[str]()
    for seed in seeds:
        session = attack(stage(2, 3) if seed % 4 else stage(3, 4), seed)
        if (wrong := fault(session)) is not None:
            faults.append(wrong)
        for i, failure in session.report.failures.items():
            if i not in session.culprits:
                codes[failure.code if failure.culprits else f"{failure.code}, nobody named"] += 1
    return faults, codes


def in_processes(attack: Attack, sessions: int, processes: int) -> tuple[list[str], Counter[str]]:
    """The same, spread over processes that share the keys made here."""
    stage(2, 3), stage(3, 4)
    blocks = [range(start, min(start + 50, sessions)) for start in range(0, sessions, 50)]
    limit = partial(_native.set_thread_limit, 1)
    with ProcessPoolExecutor(processes, mp_context=get_context("fork"), initializer=limit) as pool:
        parts = list(pool.map(partial(check_attacks, attack), blocks))
    return [wrong for faults, _ in parts for wrong in faults], sum((codes for _, codes in parts), Counter())


def assert_blameless(sessions: int, attack: Attack = attacked_session) -> None:
    faults, codes = in_processes(attack, sessions, min(4, os.cpu_count() or 1))
    print(sessions, "sessions:", dict(codes.most_common()))
    assert not faults, "\n".join(faults)
    named = sum(count for code, count in codes.items() if "nobody" not in code)
    assert named > sessions / 2


def test_nobody_honest_is_named() -> None:
    assert_blameless(300)


@pytest.mark.long
def test_nobody_honest_is_named_in_ten_thousand_sessions() -> None:
    assert_blameless(10_000)


def test_nobody_honest_is_named_in_mode_1() -> None:
    assert_blameless(200, batched_attack)


@pytest.mark.long
def test_nobody_honest_is_named_in_ten_thousand_sessions_of_mode_1() -> None:
    assert_blameless(10_000, batched_attack)


def check_broadcasts(sessions: int, attack: Attack = broadcast_attack) -> None:
    together = 0
    for seed in range(sessions):
        session = attack(stage(2, 5) if seed % 2 else stage(2, 4), seed)
        assert fault(session) is None
        assert len(set(session.accused().values())) <= 1, f"{session.story}: {session.accused()}"
        together += len(session.accused()) > 1
    assert together > sessions / 4


def test_wrong_broadcasts_are_seen_alike_by_all() -> None:
    check_broadcasts(60)


def test_wrong_broadcasts_in_mode_1_are_seen_alike_by_all() -> None:
    check_broadcasts(60, batched_broadcast_attack)


@pytest.mark.long
def test_wrong_broadcasts_are_seen_alike_by_all_in_two_thousand_sessions() -> None:
    check_broadcasts(2000)
