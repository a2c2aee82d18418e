"""Sealed bytes go out as they rest, to sessions that may see what they are of."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from beeldbrug.model.errors import BeeldbrugError, Malformed, NotFound, TooLarge, Unavailable
from beeldbrug.node.ports.records import OWN, SegmentState
from beeldbrug.node.usecases.view.sealed import RUN_BYTES
from beeldbrug.node.usecases.view.subject import Kind, Name
from tests.ingest import AWAY
from tests.unit.node.usecases.view.conftest import EXCHANGE, STUDY, Views, received, slice_file


def opening(views: Views) -> dict[str, Any]:
    return views.plan(views.bench.scope(), received())[1]["pixels"]["opening"]  # type: ignore[no-any-return]  # JSON


def test_an_opening_opens_its_bytes_and_no_others(views: Views) -> None:
    views.receive(2)
    _, one, other, _ = views.plan(views.bench.scope(), received())
    found = one["pixels"]["opening"]
    ((segment, offset, length),) = found["extents"]
    sealed = views.viewing.sealed(views.bench.scope(), found["pack"], segment, offset, offset + length)
    assert sealed[:21] == b64decode(found["salt"]) + found["record_size"].to_bytes(4, "big") + b"\0"
    plain = AESGCM(b64decode(found["key"])).decrypt(b64decode(found["nonce"]), sealed[21:], None)
    assert plain[-1:] == b"\x02"
    assert len(plain) - 1 == found["length"] == 128 * 128 * 2
    with pytest.raises(InvalidTag):
        AESGCM(b64decode(other["pixels"]["opening"]["key"])).decrypt(b64decode(found["nonce"]), sealed[21:], None)


@pytest.mark.parametrize(
    ("changes", "allowed"),
    [
        ({}, True),
        ({"organisation": AWAY}, False),
        ({"exchanges": (EXCHANGE,)}, True),
        ({"exchanges": ("cd" * 16,)}, False),
        ({"studies": (STUDY,)}, True),
        ({"studies": ("1.2.3",)}, False),
    ],
)
def test_a_pack_goes_to_those_who_may_see_what_it_is_of(views: Views, changes: dict[str, Any], allowed: bool) -> None:
    views.receive(1)
    pack = opening(views)["pack"]
    scope = views.bench.scope(**changes)
    if allowed:
        assert len(views.viewing.sealed(scope, pack, 1, 0, 100)) == 100
    else:
        with pytest.raises(NotFound):
            views.viewing.sealed(scope, pack, 1, 0, 100)


def test_own_packs_do_not_go_to_a_session_for_another_study(views: Views) -> None:
    ingest = views.bench.ingest(OWN)
    ingest.add(slice_file(1))
    ingest.close()
    name = Name(Kind.STUDY, views.own_study())
    pack = views.plan(views.bench.scope(), name)[1]["pixels"]["opening"]["pack"]
    assert views.viewing.sealed(views.bench.scope(studies=(STUDY,)), pack, 1, 0, 10)
    for limits in ({"studies": ("1.2.3",)}, {"exchanges": (EXCHANGE,)}):
        with pytest.raises(NotFound):
            views.viewing.sealed(views.bench.scope(**limits), pack, 1, 0, 10)


@pytest.mark.parametrize(
    ("run", "error"),
    [
        ((1, 5, 5), Malformed),
        ((1, 6, 5), Malformed),
        ((1, 0, RUN_BYTES + 1), TooLarge),
        ((1, 0, 10**7), Unavailable),
        ((9, 0, 10), Unavailable),
        ((2**31, 0, 10), NotFound),
    ],
)
def test_a_run_that_cannot_be_is_refused(views: Views, run: tuple[int, int, int], error: type[BeeldbrugError]) -> None:
    views.receive(1)
    with pytest.raises(error):
        views.viewing.sealed(views.bench.scope(), opening(views)["pack"], *run)


def test_what_is_not_here_yet_is_still_arriving(views: Views) -> None:
    views.receive(1)
    ingest = views.bench.ingest(EXCHANGE)
    ingest.add(slice_file(2))
    ingest.close(SegmentState.WANTED)
    line = views.plan(views.bench.scope(), received())[2]
    assert line["here"] is False
    assert line["pixels"] is None


def test_a_pack_that_never_was_is_not_there(views: Views) -> None:
    for pack in ("ab" * 16, "..", "A" * 32, ""):
        with pytest.raises(NotFound):
            views.viewing.sealed(views.bench.scope(), pack, 1, 0, 10)
