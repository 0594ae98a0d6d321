"""Changes every field of every message of a 2-of-3 key generation with auxiliary information, and of signing with it:
interactive signing in proof modes 0 and 1, and presigning in modes 1 and 2 (TOY: P = 3, S128: P = 2).

    python tests/mutation_run.py --profile TOY [--all]
    python tests/mutation_run.py --profile S128

Each field is changed before the sender signs: then the sender is a malicious party, and has to be the only one that
honest parties name. And on the way (transit): the envelope has to be refused, and nobody to be named. So are the fields
of the envelope itself. What is expected for which field is in tests/support/messages.py, the ways to change a value are
in tests/support/mutations.py.

TOY: every field, every element of every array; signing with all three parties and with the first two. S128: of arrays
the first, the middle and the last element; signing with the first two parties. Each field is changed once to another
value of its kind, once to bytes that are no such value, and once in transit; --all: in every way.

Exit status 0 if every mutation was caught with the right outcome, otherwise 1.
"""

import argparse
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Keys with known primes, and at TOY the profile itself, are behind the switch for tests.
os.environ["MPC_FAST_INSECURE_TEST_PROFILE"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parent / "support"))

from message_table import ORDINARY, Mode
from messages import NAMES, R3E, Slot, slots
from mutations import HEADERS, Case, HeaderTamper, Stage, make_cases
from parties import make_key

from mpc_fast import _native
from mpc_fast.protocols.network import Network
from mpc_fast.protocols.presign import Proofs

Session = tuple[str, Mode]


def sessions(toy: bool) -> list[Session]:
    """What is run, in this order."""
    batched = Mode(Proofs.BATCHED, 1)
    presigning = [("presign", Mode(proofs, 3 if toy else 2)) for proofs in (Proofs.BATCHED, Proofs.GRID)]
    return [("aux", ORDINARY), ("dkg", ORDINARY), ("sign", ORDINARY), ("sign", batched), *presigning]


@dataclass(frozen=True, slots=True)
class HeaderCase:
    """Another value in the header of one envelope, in transit."""

    slot: Slot
    sender: int
    recipient: int
    name: str
    parties: tuple[int, ...]
    seed: int
    mode: Mode = ORDINARY

    def __str__(self) -> str:
        where = f"{self.slot} of {self.sender} among {self.parties}"
        return f"{where}: envelope.{self.name}, in transit to {self.recipient}"


@cache
def stage(profile: str) -> Stage:
    """Made once."""
    return Stage(make_key(profile, 2, 3))


def check_header(on: Stage, case: HeaderCase) -> str | None:
    """As in any transit. A changed header may also name a place or session of its own, so only refusal is asked for."""
    tamper = HeaderTamper(case.slot, case.sender, case.recipient, case.name, random.Random(case.seed))
    report = Network(on.parties(case.slot.protocol, case.parties, case.mode), adversary=tamper).run()
    refused = {(rejection.sender, rejection.recipient) for rejection in report.rejections}
    if refused != {(case.sender, case.recipient)}:
        return f"refused: {refused or 'nothing'}"
    for i, failure in report.failures.items():
        if failure.culprits or failure.code != "TIMEOUT":
            return f"party {i}: {failure}, culprits {set(failure.culprits)}"
    return None if case.recipient in report.failures else f"party {case.recipient} did not miss it"


def check(work: tuple[str, Case | HeaderCase]) -> str | None:
    """What is wrong with the outcome of one case."""
    profile, case = work
    on = stage(profile)
    return check_header(on, case) if isinstance(case, HeaderCase) else on.check(case)


def header_cases(protocol: str, mode: Mode, parties: tuple[int, ...], every: bool) -> Iterator[HeaderCase]:
    """Every field of the header of every message, or one field of each."""
    rng = random.Random(f"headers {protocol} {parties}" + ("" if mode == ORDINARY else f" {mode}"))
    for slot in slots(protocol):
        if slot == R3E:
            continue
        for name in HEADERS if every else [rng.choice(HEADERS)]:
            sender, recipient = rng.sample(parties, 2)
            yield HeaderCase(slot, sender, recipient, name, parties, rng.randrange(1 << 32), mode)


def plan(profile: str, *, thorough: bool, quick: bool, seed: int) -> list[Case | HeaderCase]:
    """The cases of a run, in the order of the protocols."""
    on = stage(profile)
    toy = profile == "TOY"
    signers: list[tuple[int, ...]] = [(1, 2, 3), (1, 2)] if toy and not quick else [(1, 2, 3)] if toy else [(1, 2)]
    cases: list[Case | HeaderCase] = []
    for protocol, mode in sessions(toy):
        signs = protocol in ("sign", "presign")
        if quick and not toy and not signs:
            continue
        for chosen in signers if signs else [(1, 2)]:
            setting = on.setting(protocol, chosen, mode)
            made = make_cases(setting, slots(protocol), thorough=thorough, sampled=not toy, seed=seed)
            cases += _sample(made, toy=toy, seed=seed) if quick else made
            cases += header_cases(protocol, mode, setting.parties, every=toy and not quick)
    return cases


def _sample(cases: Iterator[Case], *, toy: bool, seed: int) -> list[Case]:
    """TOY: each field once before signing; S128: one of six fields. Transit: one of ten fields."""
    rng = random.Random(f"sample {seed}")
    kept: list[Case] = []
    seen: set[tuple[Slot, int]] = set()
    for case in cases:
        place = case.target.offset if case.target else -1
        once = (case.slot, place) not in seen and (toy or rng.random() < 1 / 6)
        if (case.transit and rng.random() < 0.1) or (not case.transit and once):
            kept.append(case)
        if not case.transit:
            seen.add((case.slot, place))
    return kept


def run(profile: str, cases: Sequence[Case | HeaderCase], processes: int) -> list[tuple[Case | HeaderCase, str]]:
    """The cases that did not end as they must, and what was wrong."""
    work = [(profile, case) for case in cases]
    context = multiprocessing.get_context("fork")  # so the keys are made once
    with context.Pool(processes, initializer=_native.set_thread_limit, initargs=(1,)) as pool:
        verdicts = pool.imap(check, work, chunksize=4)
        return [(case, wrong) for case, wrong in zip(cases, verdicts, strict=True) if wrong is not None]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", choices=("TOY", "S128"), required=True)
    parser.add_argument("--all", action="store_true", help="every way to change a value")
    parser.add_argument("--quick", action="store_true", help="what `make test` runs: a sample, see _sample")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of values")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args(arguments)
    started = time.monotonic()
    cases = plan(given.profile, thorough=given.all, quick=given.quick, seed=given.seed)
    wrong = run(given.profile, cases, given.processes)
    for case, reason in wrong:
        print(f"WRONG {case}: {reason}")
    _print_counts(cases, [case for case, _ in wrong])
    tried, caught = len(cases), len(cases) - len(wrong)
    seconds = time.monotonic() - started
    print(f"{given.profile}: {tried} mutations tried, {caught} caught with the right outcome, {seconds:.0f} s")
    return 1 if wrong or not cases else 0


def _print_counts(cases: Sequence[Case | HeaderCase], wrong: Sequence[Case | HeaderCase]) -> None:
    def kind(case: Case | HeaderCase) -> tuple[str, str]:
        if isinstance(case, HeaderCase):
            return f"{case.slot.protocol} envelopes{mark(case.mode)}", "in transit"
        message = f"{case.slot.protocol} {NAMES[case.slot]}{mark(case.mode)}"
        return message, "in transit" if case.transit else "before signing"

    def mark(mode: Mode) -> str:
        return "" if mode == ORDINARY else f" ({mode})"

    tried, missed = Counter(map(kind, cases)), Counter(map(kind, wrong))
    for (message, when), count in tried.items():
        print(f"  {message:32} {when:15} {count:5} tried {count - missed[message, when]:5} caught")


if __name__ == "__main__":
    sys.exit(main())
