"""Searching the audit trail on both engines: exactly what fits, newest first, page by page, by an index."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.trail import Place, TrailQuery
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import A, B

Told = list[tuple[int, AuditEvent]]
EVENTS = 120


def filled(vault: Vault) -> Told:
    """Events of few people about few patients; the clock goes back now and then."""
    chance = random.Random(5)
    at = 1000.0
    with vault.write() as tx:
        for _ in range(EVENTS):
            at += chance.choice((0.0, 1.0, 7.0, -3.0))
            tx.audit.append(
                given.event(
                    event=chance.choice(("view", "search", "disclose")),
                    action=chance.choice("RE"),
                    actor=chance.choice(("node", "j.jansen", "p.pieters")),
                    role=chance.choice(("clinician", "image-desk")),
                    peer=chance.choice(("", "00000002")),
                    patient=chance.choice(("", "100", "200")),
                    study_uid=chance.choice(("1.2", "1.3")),
                    exchange=chance.choice(("x1", "x2", "")),
                    at=at,
                )
            )
        tx.audit.append(given.event(B, patient="100"))
    with vault.read() as tx:
        return tx.audit.events(A)


def fits(query: TrailQuery, sequence: int, event: AuditEvent) -> bool:
    """The same said in words of Python."""
    asked = bool(query.patients or query.studies or query.exchanges)
    about = event.patient in query.patients or event.study_uid in query.studies or event.exchange in query.exchanges
    same = all(getattr(query, name) in ("", getattr(event, name)) for name in ("action", "actor", "role", "peer"))
    same = same and (not query.events or event.event in query.events)
    newer = query.before is not None and (event.at, sequence) >= (query.before.at, query.before.sequence)
    return (about or not asked) and same and query.since <= event.at < query.until and not newer


def queries() -> Iterator[TrailQuery]:
    chance = random.Random(6)
    for _ in range(200):
        yield TrailQuery(
            A,
            since=chance.choice((0.0, 1050.0)),
            until=chance.choice((1e12, 1150.0)),
            patients=chance.choice(((), ("100",), ("100", "200"))),
            studies=chance.choice(((), (), ("1.2",))),
            exchanges=chance.choice(((), (), ("x1", "x2"))),
            events=chance.choice(((), ("view",), ("view", "search"))),
            action=chance.choice(("", "R")),
            actor=chance.choice(("", "node", "j.jansen")),
            role=chance.choice(("", "clinician")),
            peer=chance.choice(("", "00000002")),
            before=chance.choice((None, Place(1100.0, 60))),
            limit=chance.choice((1, 10, 1000)),
        )


def test_a_search_finds_exactly_what_fits_newest_first(vault: Vault) -> None:
    told = filled(vault)
    newest = sorted(told, key=lambda one: (one[1].at, one[0]), reverse=True)
    with vault.read() as tx:
        for query in queries():
            expected = [one for one in newest if fits(query, *one)][: query.limit]
            assert tx.audit.search(query) == expected, query


@pytest.mark.parametrize("size", [1, 7, 50])
def test_pages_together_are_the_whole(vault: Vault, size: int) -> None:
    told = filled(vault)
    found: list[int] = []
    before: Place | None = None
    with vault.read() as tx:
        while page := tx.audit.search(TrailQuery(A, patients=("100",), exchanges=("x1",), before=before, limit=size)):
            found += [sequence for sequence, _ in page]
            before = Place(page[-1][1].at, page[-1][0])
    assert len(found) == len(set(found))
    assert set(found) == {one for one, event in told if event.patient == "100" or event.exchange == "x1"}
