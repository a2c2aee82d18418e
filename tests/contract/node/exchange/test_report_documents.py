"""Chains of MDM documents: in any order, repeated, with parts missing, the right one is in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.report import Report, ReportStatus
from beeldbrug.node.ports.reports import ReportRow, ReportState, VersionHead
from beeldbrug.node.protocols.hl7.message import Message
from beeldbrug.node.protocols.hl7.person import Reader
from beeldbrug.node.protocols.hl7.report import reports_of
from beeldbrug.node.stores.sql.database import Vault, open_vault
from beeldbrug.node.usecases.reports.look_after import look_after
from beeldbrug.node.usecases.reports.take import TakeReports
from beeldbrug.sealed.opening.vault import VaultRoot, new_root
from tests.contract.node.exchange.house import A, House, alerts, run_both
from tests.contract.node.exchange.small import study
from tests.contract.node.exchange.test_reports import ANNA, AT, OTHER, UID, at_b, number, said
from tests.unit.node.protocols.hl7.given import AMSTERDAM
from tests.vaults import fresh_vault

READER = Reader(frozenset(), AMSTERDAM)


def mdm(
    event: str,
    document: str,
    text: str = "",
    parent: str = "",
    status: str = "AU",
    patient: PhantomPatient = ANNA,
    availability: str = "AV",
    written: str = "",
    sent: str = "20261101",
    order: str = "A-ACC-1",
    title: str = "CT hersenen",
) -> bytes:
    """A message; ``written`` and ``sent`` are days."""
    txa = f"TXA|1|DI|TX||||{written}|||||{document}|{parent}|P1|{order}|{title}|{status}||{availability}"
    lines = [
        rf"MSH|^~\&|RIS|ZKH|BEELDBRUG|ZKH|{sent}||MDM^{event}|{document}|P|2.5||||||UNICODE UTF-8",
        f"PID|1||{number(patient)}^^^ZKH^PI||Vries^Els",
        txa,
        *([f"OBX|1|TX|&GDT||{text}||||||F"] if text else []),
    ]
    return "".join(f"{line}\r" for line in lines).encode()


def take(vault: Vault, *messages: bytes) -> None:
    taking = TakeReports(vault, A)
    for one in messages:
        taking.take(reports_of(Message(one, "utf-8"), READER, A, AT), AT, "hl7")


def standing(vault: Vault) -> list[tuple[ReportStatus, str]]:
    """Each report that is here as it stands, without those that were found to be of another."""
    with vault.read() as tx:
        found = [(row, tx.reports.version(A, row.id, row.standing)) for row in tx.reports.listing(A)]
    return sorted((one.status, one.text) for _, one in found if one is not None)


def versions(vault: Vault) -> list[list[str]]:
    with vault.read() as tx:
        rows = tx.reports.listing(A)
        return [[_text(tx.reports.version(A, row.id, head.number)) for head in _heads(vault, row)] for row in rows]


def _heads(vault: Vault, row: ReportRow) -> list[VersionHead]:
    with vault.read() as tx:
        return sorted(tx.reports.heads(A, row.id), key=lambda head: (head.at, head.number))


def _text(report: Report | None) -> str:
    return "" if report is None else report.text


def opened(path: Path) -> Vault:
    root = VaultRoot(new_root())
    return open_vault(fresh_vault(path), lambda _: root)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = opened(tmp_path / "vault.sqlite")
    yield made
    made.close()


FIRST = mdm("T02", "D1", "eerste")
SECOND = mdm("T10", "D2", "tweede", parent="D1")
THIRD = mdm("T10", "D3", "derde", parent="D2")
CORRECTED = [(ReportStatus.CORRECTED, "derde")]


@pytest.mark.parametrize("order", [*permutations((FIRST, SECOND, THIRD))])
def test_the_last_of_a_chain_is_in_force_in_whatever_order_it_came(vault: Vault, order: Sequence[bytes]) -> None:
    take(vault, *order)
    assert standing(vault) == CORRECTED
    assert versions(vault) == [["eerste", "tweede", "derde"]]
    take(vault, *order, *reversed(order))
    assert standing(vault) == CORRECTED and versions(vault) == [["eerste", "tweede", "derde"]]


@pytest.mark.parametrize("times", [*permutations(("20260101", "20260102", "20260103"))])
def test_the_chain_counts_and_not_the_times_in_it(vault: Vault, times: Sequence[str]) -> None:
    first = mdm("T02", "D1", "eerste", written=times[0])
    second = mdm("T10", "D2", "tweede", parent="D1", written=times[1])
    third = mdm("T10", "D3", "derde", parent="D2", written=times[2])
    take(vault, second, first, third)
    assert standing(vault) == CORRECTED and versions(vault) == [["eerste", "tweede", "derde"]]


def test_what_was_replaced_never_comes_back_by_a_late_word_about_it(vault: Vault) -> None:
    take(vault, FIRST, SECOND)
    late = "20261201"
    for one in (
        mdm("T03", "D1", availability="OB", sent=late),
        mdm("T03", "D1", sent=late),
        mdm("T11", "D1", sent=late),
        mdm("T02", "D1", "eerste", sent=late),
        mdm("T08", "D1", "eerste, gewijzigd", sent=late),
    ):
        take(vault, one)
        assert standing(vault) == [(ReportStatus.CORRECTED, "tweede")]
    take(vault, mdm("T11", "D2", sent=late))
    assert standing(vault) == [(ReportStatus.CANCELLED, "tweede")]


@pytest.mark.parametrize("order", [*permutations((FIRST, THIRD))])
def test_where_the_middle_never_comes_the_ends_are_one_report(vault: Vault, order: Sequence[bytes]) -> None:
    take(vault, *order)
    assert standing(vault) == CORRECTED and versions(vault) == [["eerste", "derde"]]
    take(vault, SECOND)
    assert standing(vault) == CORRECTED and versions(vault) == [["eerste", "tweede", "derde"]]


@pytest.mark.parametrize(
    "other",
    [
        mdm("T02", "D1", "eerste", order="A-ACC-9"),
        mdm("T02", "D1", "eerste", title="Echo"),
        mdm("T02", "D1", "eerste", patient=OTHER),
        mdm("T02", "D1", "eerste", written="20261031"),
    ],
)
def test_a_missing_middle_is_guessed_at_only_where_nothing_else_fits(vault: Vault, other: bytes) -> None:
    third = mdm("T10", "D3", "derde", parent="D2", written="20261030")
    take(vault, third, other)
    assert standing(vault) == [(ReportStatus.CORRECTED, "derde"), (ReportStatus.FINAL, "eerste")]


def test_of_two_that_fit_a_missing_middle_neither_is_hidden(vault: Vault) -> None:
    take(vault, FIRST, mdm("T02", "E1", "ander verslag"), THIRD)
    assert standing(vault) == [
        (ReportStatus.CORRECTED, "derde"),
        (ReportStatus.FINAL, "ander verslag"),
        (ReportStatus.FINAL, "eerste"),
    ]


@pytest.mark.parametrize("order", [*permutations((FIRST, mdm("T09", "D2", parent="D1"), mdm("T02", "D2", "tweede")))])
def test_a_replacement_told_without_content_cancels_until_the_content_is_here(
    vault: Vault, order: Sequence[bytes]
) -> None:
    take(vault, *order, *order)
    assert standing(vault) == [(ReportStatus.FINAL, "tweede")]


@pytest.mark.parametrize("order", [*permutations((FIRST, mdm("T09", "D2", parent="D1")))])
def test_what_was_replaced_by_words_that_are_not_here_is_not_read_as_valid(
    vault: Vault, order: Sequence[bytes]
) -> None:
    take(vault, *order)
    assert standing(vault) == [(ReportStatus.CANCELLED, "eerste")]
    take(vault, *order, SECOND)
    assert standing(vault) == [(ReportStatus.CORRECTED, "tweede")]


@pytest.mark.parametrize("order", [*permutations((FIRST, mdm("T10", "D2", "in bewerking", parent="D1", status="IP")))])
def test_a_preliminary_replacement_is_read_as_preliminary_and_the_old_one_is_not_in_force(
    vault: Vault, order: Sequence[bytes]
) -> None:
    take(vault, *order)
    assert standing(vault) == [(ReportStatus.PRELIMINARY, "in bewerking")]
    take(vault, mdm("T04", "D2", "klaar", sent="20261102"))
    assert standing(vault) == [(ReportStatus.FINAL, "klaar")]


def test_an_addendum_stands_beside_what_it_adds_to(vault: Vault) -> None:
    addendum = mdm("T06", "D9", "aanvulling", parent="D1", order="").replace(b"|P1|", b"||")
    take(vault, FIRST, addendum, SECOND, mdm("T05", "D9", parent="D1"))
    assert standing(vault) == [(ReportStatus.CORRECTED, "tweede"), (ReportStatus.FINAL, "aanvulling")]
    with vault.read() as tx:
        found = [tx.reports.version(A, row.id, row.standing) for row in tx.reports.listing(A)]
    assert {one.subject.filler for one in found if one is not None} == {"A-ACC-1"}


def test_edits_and_new_states_are_of_their_own_document(vault: Vault) -> None:
    take(vault, mdm("T02", "D1", "concept", status="DI"), mdm("T07", "D1"), mdm("T03", "D1", sent="20261102"))
    assert standing(vault) == [(ReportStatus.FINAL, "concept")]
    take(vault, mdm("T08", "D1", "verbeterd", sent="20261103"), SECOND)
    assert standing(vault) == [(ReportStatus.CORRECTED, "tweede")]
    take(vault, mdm("T03", "D2", sent="20261104"))
    assert standing(vault) == [(ReportStatus.FINAL, "tweede")]
    take(vault, mdm("T11", "D2", sent="20261105"))
    assert standing(vault) == [(ReportStatus.CANCELLED, "tweede")]


@pytest.mark.parametrize(
    "order", [*permutations((FIRST, mdm("T10", "D2", "van een ander", parent="D1", patient=OTHER)))]
)
def test_a_replacement_of_another_patient_cancels_and_never_follows_the_first(
    vault: Vault, order: Sequence[bytes]
) -> None:
    take(vault, *order, *order)
    assert standing(vault) == [(ReportStatus.CANCELLED, "eerste"), (ReportStatus.CORRECTED, "van een ander")]
    with vault.read() as tx:
        for row in tx.reports.listing(A):
            said = [tx.reports.version(A, row.id, head.number) for head in tx.reports.heads(A, row.id)]
            assert len({one.subject.patient_id for one in said if one is not None}) == 1


def test_documents_that_replace_each_other_end_somewhere(vault: Vault) -> None:
    take(vault, mdm("T10", "D1", "eerste", parent="D2"), mdm("T10", "D2", "tweede", parent="D1"))
    assert len(standing(vault)) == 1
    take(vault, mdm("T10", "D1", "zichzelf", parent="D1", sent="20261102"), mdm("T10", "D5", "zonder", parent=""))
    assert (ReportStatus.CORRECTED, "zonder") in standing(vault)


EVENTS = st.tuples(st.sampled_from(["T02", "T03", "T04", "T08", "T09", "T10", "T11"]), st.integers(1, 4))


DAYS = st.sampled_from(["20261101", "20261102"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(st.lists(st.tuples(EVENTS, st.sampled_from(["AU", "DI"]), DAYS), max_size=8))
def test_no_sequence_brings_back_what_was_replaced_or_loses_a_word(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[tuple[str, int], str, str]]
) -> None:
    vault = opened(tmp_path_factory.mktemp("chain") / "vault.sqlite")
    try:
        replaced: dict[int, int] = {}
        texts: set[str] = set()
        for at, ((event, which), status, sent) in enumerate(steps):
            parent = f"D{which - 1}" if event in ("T09", "T10") and which > 1 else ""
            text = f"D{which} v{at}" if event in ("T02", "T04", "T08", "T10") else ""
            texts |= {text} if text else set()
            take(vault, mdm(event, f"D{which}", text, parent, status, sent=sent))
            if parent:
                replaced[which - 1] = which
        found = standing(vault)
        for state, words in found:
            which = int(words[1]) if words else 0
            assert which not in replaced or state is ReportStatus.CANCELLED, (steps, found)
        kept = {word for some in versions(vault) for word in some}
        assert texts <= kept, (texts, kept)
    finally:
        vault.close()


def test_the_receiver_follows_the_chain_and_a_preliminary_one_withdraws_first(houses: tuple[House, House]) -> None:
    a, b = houses
    a.receive(study(ANNA, 2, uid=UID))
    run_both(a, b)
    take(a.database, FIRST)
    run_both(a, b)
    take(a.database, mdm("T10", "D2", "in bewerking", parent="D1", status="IP"))
    run_both(a, b)
    assert said(b) == [["in bewerking", "eerste", "eerste"]]
    assert "report-replaced" in alerts(b)
    take(a.database, THIRD)
    run_both(a, b)
    assert said(b)[0][0] == "derde"


def test_two_reports_that_turn_out_to_be_one_are_one_at_the_receiver_too(houses: tuple[House, House]) -> None:
    a, b = houses
    a.receive(study(ANNA, 2, uid=UID))
    run_both(a, b)
    take(a.database, mdm("T02", "D1", "eerste", title="CT"), mdm("T10", "D3", "derde", parent="D2", title="Echo"))
    run_both(a, b)
    assert sorted(one[0] for one in said(b)) == ["derde", "eerste"]
    take(a.database, mdm("T09", "D2", parent="D1"))
    run_both(a, b)
    in_force = sorted((one[0].status, one[0].text) for _, one in at_b(b))
    assert in_force == [(ReportStatus.CANCELLED, "derde"), (ReportStatus.CORRECTED, "derde")]
    with a.database.read() as tx:
        assert {row.state for row in tx.reports.listing(A)} == {ReportState.PLACED}


def test_a_relation_alone_is_forgotten_with_time(houses: tuple[House, House]) -> None:
    a, _ = houses
    take(a.database, mdm("T09", "D2", parent="D1"), FIRST)
    assert standing(a.database)[0][0] is ReportStatus.CANCELLED
    look_after(a.database, A, 1.0, AT + 200_000.0)
    with a.database.read() as tx:
        assert tx.reports.listing(A) == []
