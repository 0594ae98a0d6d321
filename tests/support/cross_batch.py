"""Batch proofs of the twin as the native core's doors take them."""

from collections.abc import Sequence
from typing import Any

from batch_cases import VERIFIER, BaffCase, BencCase, trapdoors
from keys import twin

from mpc_fast._native import testing
from mpc_fast.reference import baff_a1, benc, curve
from mpc_fast.reference.batch import Session
from mpc_fast.reference.pedersen import PedersenParams

Fields = dict[str, Any]


def session_fields(session: Session) -> Fields:
    names = {name: getattr(session, name) for name in ("ssid", "round", "prover")}
    return names | {"profile": session.profile.name, "l": session.range.l, "eps": session.range.eps}


def setup_fields(setup: PedersenParams) -> Fields:
    return {"nh": setup.nh, "s": setup.s, "t": setup.t}


# ---- BENC


def benc_fields(st: benc.Statement) -> Fields:
    if st.pairs is None:
        cells: list[tuple[int, bytes | None, bytes | None]] = [(cap_k, None, None) for cap_k in st.cap_k]
        return {"n": st.n.n, "columns": st.columns, "cells": cells, "cap_y": None}
    encoded = [[curve.encode_for_transcript(point) for point in points] for points in (st.pairs.cap_a, st.pairs.cap_b)]
    cap_y = curve.encode_for_transcript(st.pairs.cap_y)
    return {
        "n": st.n.n,
        "columns": st.columns,
        "cells": list(zip(st.cap_k, *encoded, strict=True)),
        "cap_y": cap_y,
    }


def verifier_fields(verifier: benc.Verifier) -> Fields:
    setup = verifier.setup
    return {"pid": verifier.pid, "nh": setup.nh, "t": setup.t, "s": list(setup.s)}


def owner_fields(verifier: benc.Verifier, party: int) -> Fields:
    """The same, with the trapdoor of the party whose setup it is."""
    secret = twin("TOY", party).trapdoor
    lams = trapdoors(party, len(verifier.setup.s))
    return {"pid": verifier.pid, "p": secret.p, "q": secret.q, "t": verifier.setup.t, "lam": lams}


def native_benc(case: BencCase, seed: bytes) -> tuple[bytes, list[bytes]]:
    wit = case.witness
    a: Sequence[int | None] = wit.a or [None] * len(wit.k)
    return testing.prove_benc(
        session_fields(case.session),
        benc_fields(case.statement),
        list(zip(wit.k, wit.rho, a, strict=True)),
        [verifier_fields(verifier) for verifier in case.verifiers],
        seed,
    )


def native_benc_verify(
    case: BencCase, common: bytes, private: bytes, position: int, verifier: Fields | None = None
) -> None:
    testing.verify_benc(
        session_fields(case.session),
        benc_fields(case.statement),
        common,
        private,
        verifier or verifier_fields(case.verifiers[position]),
        position,
        len(case.verifiers),
    )


# ---- BAFF-A1


def baff_fields(st: baff_a1.Statement) -> Fields:
    operations = [
        {
            "cap_c": pair.cap_c,
            "cap_gamma": curve.encode_for_transcript(pair.cap_gamma),
            "cap_d": pair.cap_d,
            "cap_y": pair.cap_y,
        }
        for pair in st.operations
    ]
    cap_w = curve.encode_for_transcript(st.cap_w)
    return {"n0": st.n0.n, "n1": st.n1.n, "cap_w": cap_w, "operations": operations}


def native_baff(case: BaffCase, seed: bytes) -> tuple[list[tuple[int, int, int, int]], bytes]:
    """(D_g, D_x, Y_g, Y_x) of every pair, and the proof."""
    secrets = [
        {name: getattr(pair, name) for name in ("gamma", "y", "rho", "rho_y")} for pair in case.witness.operations
    ]
    return testing.prove_baff_a1(
        session_fields(case.session),
        VERIFIER,
        baff_fields(case.statement),
        {"w": case.witness.w, "operations": secrets},
        setup_fields(case.owner.params),
        seed,
    )


def native_baff_verify(case: BaffCase, proof: bytes, setup: Fields | None = None) -> None:
    testing.verify_baff_a1(
        session_fields(case.session),
        VERIFIER,
        baff_fields(case.statement),
        setup or setup_fields(case.owner.params),
        proof,
    )
