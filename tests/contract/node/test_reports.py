"""Reports and their versions on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.errors import Conflict, TooLarge
from beeldbrug.model.exchange import Direction, Route, State
from beeldbrug.model.report import (
    DOCUMENT_BYTES,
    Coded,
    Report,
    ReportKey,
    ReportSource,
    ReportStatus,
    ReportSubject,
)
from beeldbrug.node.ports.reports import ReportRow, ReportState, Travelled, VersionHead
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, STUDY, A, B

ID, OTHER, CAME = "1" * 32, "2" * 32, "3" * 32
KEY = ReportKey(A, "RIS", "V-1")
ABOUT = ReportSubject("7001", STUDY, "ACC1", "RIS", "PLACER1", "FILLER1", "20261101")
REPORT = Report(
    KEY,
    ReportStatus.PRELIMINARY,
    ReportSource.HL7_ORU,
    ABOUT,
    "CT hersenen",
    Coded("CTHERS", "99LOC", "CT hersenen"),
    "Bakker^Jan",
    "Vries^Els^^de",
    NOW,
    "Geen bloeding.\nConclusie: geen afwijkingen. é",
    b"%PDF-1.7 " + bytes(range(256)),
)
ROW = ReportRow(A, ID, Direction.OUT, KEY, ReportState.WAITING, NOW)


def _head(number: int, report: str = ID, at: float = NOW, document_bytes: int = len(REPORT.document)) -> VersionHead:
    return VersionHead(report, number, REPORT.status, at, NOW, document_bytes)


def test_a_version_comes_back_as_it_was_written(vault: Vault) -> None:
    with vault.write() as tx:
        tx.reports.add(ROW)
        tx.reports.add_version(A, _head(1), REPORT)
    with vault.read() as tx:
        assert tx.reports.version(A, ID, 1) == REPORT
        assert tx.reports.version(A, ID, 1, document=False) == replace(REPORT, document=b"")
        assert tx.reports.version(A, ID, 2) is None
        assert tx.reports.heads(A, ID) == [_head(1)]
        assert tx.reports.get(A, ID) == ROW == tx.reports.find(A, Direction.OUT, "", KEY)


def test_a_pdf_of_the_largest_size_is_kept(vault: Vault) -> None:
    large = replace(REPORT, document=b"%PDF-" + bytes(range(256)) * (DOCUMENT_BYTES // 256))
    with vault.write() as tx:
        tx.reports.add(ROW)
        tx.reports.add_version(A, _head(1, document_bytes=len(large.document)), large)
    with vault.read() as tx:
        assert tx.reports.version(A, ID, 1) == large


def test_a_report_is_known_by_its_key_once_for_us_and_once_for_each_exchange(vault: Vault) -> None:
    came = replace(ROW, id=CAME, direction=Direction.IN, exchange=PARCEL, state=ReportState.PLACED, study_uid=STUDY)
    with vault.write() as tx:
        tx.reports.add(ROW)
        tx.reports.add(came)
    for again in (replace(ROW, id=OTHER), replace(came, id=OTHER)):
        with pytest.raises(Conflict, match="is here already"), vault.write() as tx:
            tx.reports.add(again)
    with vault.read() as tx:
        assert tx.reports.find(A, Direction.IN, PARCEL, KEY) == came
        for key in (replace(KEY, number="V-2"), replace(KEY, issuer="PACS"), replace(KEY, organisation=B)):
            assert tx.reports.find(A, Direction.OUT, "", key) is None
        assert tx.reports.find(A, Direction.IN, "f" * 32, KEY) is None


def test_a_number_of_a_version_is_given_once(vault: Vault) -> None:
    with vault.write() as tx:
        tx.reports.add_version(A, _head(1), REPORT)
    with pytest.raises(Conflict), vault.write() as tx:
        tx.reports.add_version(A, _head(1), replace(REPORT, text="anders"))


def test_the_same_content_is_found_again_and_nothing_else_is(vault: Vault) -> None:
    with vault.write() as tx:
        tx.reports.add_version(A, _head(1), REPORT)
        tx.reports.add_version(A, _head(2, at=NOW + 9), REPORT)
        assert [head.number for head in tx.reports.same(A, ID, REPORT)] == [1, 2]
        for other in (
            replace(REPORT, text="anders"),
            replace(REPORT, status=ReportStatus.FINAL),
            replace(REPORT, document=b"%PDF"),
            replace(REPORT, subject=replace(ABOUT, patient_id="7002")),
        ):
            assert tx.reports.same(A, ID, other) == []
        assert tx.reports.same(A, OTHER, REPORT) == []


def test_what_changes_is_kept_and_what_lists_finds_it(vault: Vault) -> None:
    placed = replace(
        ROW, state=ReportState.PLACED, study_uid=STUDY, standing=2, changed=NOW + 5, by="desk", why="zelfde dag"
    )
    desk = replace(
        ROW, id=OTHER, key=replace(KEY, number="V-2"), state=ReportState.DESK, reason="report-patient-differs"
    )
    with vault.write() as tx:
        tx.reports.add(ROW)
        tx.reports.add(desk)
        tx.reports.update(placed)
    with vault.read() as tx:
        assert tx.reports.get(A, ID) == placed
        assert tx.reports.of_study(A, STUDY) == [placed]
        assert tx.reports.in_state(A, ReportState.DESK) == [desk]
        assert tx.reports.in_state(A, ReportState.WAITING) == []
        assert [tx.reports.count(A, one) for one in (ReportState.DESK, ReportState.WAITING)] == [1, 0]
        assert tx.reports.listing(A) == [placed, desk]
        assert tx.reports.of_exchange(A, "") == []


@pytest.mark.parametrize(
    "about",
    [
        ReportSubject(study_uid=STUDY),
        ReportSubject(accession="ACC1"),
        ReportSubject(accession="PLACER1"),
        ReportSubject(accession="FILLER1"),
        ReportSubject(placer="PLACER1"),
        ReportSubject(patient_id="7001"),
    ],
)
def test_a_report_is_found_by_each_thing_that_it_says(vault: Vault, about: ReportSubject) -> None:
    with vault.write() as tx:
        tx.reports.add(ROW)
        tx.reports.mark(A, ID, ABOUT)
        tx.reports.mark(A, ID, ABOUT)
        assert tx.reports.marked(A, about, ReportState.WAITING) == [ROW]
        assert tx.reports.marked(A, about, ReportState.DESK) == []
        assert tx.reports.marked(A, ReportSubject(), ReportState.WAITING) == []
        other = ReportSubject(study_uid="ACC1", accession="7001", patient_id="PLACER1")
        assert tx.reports.marked(A, other, ReportState.WAITING) == []


def test_what_went_with_an_exchange_is_noted_once(vault: Vault) -> None:
    went = Travelled(ID, 1, 4, NOW)
    with vault.write() as tx:
        tx.reports.note_travelled(A, PARCEL, went)
        tx.reports.note_travelled(A, PARCEL, replace(went, part=9))
        tx.reports.note_travelled(A, PARCEL, replace(went, number=2, part=7))
        assert tx.reports.travelled(A, PARCEL) == [went, replace(went, number=2, part=7)]


def test_pieces_come_back_in_order_and_not_without_end(vault: Vault) -> None:
    with vault.write() as tx:
        for number in (1, 0, 1):
            tx.reports.add_piece(A, PARCEL, "v", number, bytes([number]) * 10)
        tx.reports.add_piece(A, PARCEL, "w", 0, b"of another")
        assert tx.reports.pieces(A, PARCEL, "v") == [b"\0" * 10, b"\1" * 10]
        assert tx.reports.piece(A, PARCEL, "v", 1) == b"\1" * 10 and tx.reports.piece(A, PARCEL, "v", 2) is None
        with pytest.raises(TooLarge):
            tx.reports.add_piece(A, PARCEL, "v", 4096, b"")
        tx.reports.drop_pieces(A, PARCEL, "v")
        assert tx.reports.pieces(A, PARCEL, "v") == []
        assert tx.reports.pieces(A, PARCEL, "w") == [b"of another"]


def test_with_an_exchange_goes_all_that_came_with_it_and_nothing_else(vault: Vault) -> None:
    came = replace(ROW, id=CAME, direction=Direction.IN, exchange=PARCEL)
    with vault.write() as tx:
        for row in (ROW, came, replace(came, id=OTHER, exchange="f" * 32)):
            tx.reports.add(row)
            tx.reports.add_version(A, _head(1, row.id), REPORT)
            tx.reports.mark(A, row.id, ABOUT)
        tx.reports.add_piece(A, PARCEL, "v", 0, b"piece")
        assert tx.reports.counts(A, [PARCEL, "f" * 32, "0" * 32]) == {PARCEL: 1, "f" * 32: 1}
        assert tx.reports.forget(A, PARCEL) == 1
        assert tx.reports.get(A, CAME) is None and tx.reports.version(A, CAME, 1) is None
        assert tx.reports.pieces(A, PARCEL, "v") == []
        assert tx.reports.version(A, ID, 1) == tx.reports.version(A, OTHER, 1) == REPORT
        assert tx.reports.forget(A, "") == 0


def test_what_is_over_is_old_and_its_study_is_not_here(vault: Vault) -> None:
    here = replace(ROW, state=ReportState.PLACED, study_uid=STUDY)
    with vault.write() as tx:
        tx.instances.add(given.instance())
        tx.reports.add(here)
        tx.reports.add(replace(ROW, id=OTHER, key=replace(KEY, number="V-2")))
        tx.reports.add(replace(ROW, id=CAME, direction=Direction.IN, exchange=PARCEL))
        assert tx.reports.over(A, NOW) == []
        assert tx.reports.over(A, NOW + 1) == [OTHER]
        tx.instances.delete_origin(A, "own")
        assert tx.reports.over(A, NOW + 1) == [ID, OTHER]
        tx.reports.delete(A, ID)
        assert tx.reports.over(A, NOW + 1) == [OTHER]


@pytest.mark.parametrize(
    ("changes", "follows"),
    [
        ({}, True),
        ({"state": State.IMPORTED}, True),
        ({"state": State.VERIFIED}, True),
        ({"first_part": None}, False),
        ({"withdrawn": NOW}, False),
        ({"emptied": NOW}, False),
        ({"reason_code": "emptied"}, False),
        ({"route": Route.SFTP}, False),
        *(({"state": state}, False) for state in (State.REFUSED, State.EXPIRED, State.WITHDRAWN, State.FAILED)),
    ],
)
def test_reports_follow_what_has_begun_and_goes_on(vault: Vault, changes: dict[str, object], follows: bool) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())
        tx.exchanges.update(PARCEL, NOW, **({"state": State.SENDING, "first_part": NOW} | changes))
        assert tx.reports.followers(A, given.STUDY) == ([PARCEL] if follows else [])
        assert tx.reports.followers(A, "1.2.9") == []


def test_how_far_the_reports_of_exchanges_are_is_told_without_opening_a_seal(vault: Vault) -> None:
    """What came with one, what is attached to one, and what went with one although it is of the whole study."""
    came, alone, whole, other = (f"{number:032x}" for number in range(4))
    with vault.write() as tx:
        for id, exchange, statuses in (
            (came, PARCEL, (ReportStatus.PRELIMINARY, ReportStatus.FINAL)),
            (alone, "e" * 32, (ReportStatus.CORRECTED,)),
            (whole, "", (ReportStatus.PRELIMINARY,)),
        ):
            key = replace(REPORT.key, number=id)
            row = ReportRow(A, id, Direction.OUT, key, ReportState.PLACED, NOW, exchange, standing=len(statuses))
            tx.reports.add(row)
            for number, status in enumerate(statuses, 1):
                head = VersionHead(id, number, status, NOW + number, NOW)
                tx.reports.add_version(A, head, replace(REPORT, key=key, status=status, document=b""))
        tx.reports.note_travelled(A, "e" * 32, Travelled(whole, 1, 3, NOW))
    with vault.read() as tx:
        found = tx.reports.statuses(A, [PARCEL, "e" * 32, other])
        assert tx.reports.statuses(B, [PARCEL]) == {} and tx.reports.statuses(A, []) == {}
    assert found[PARCEL] == [ReportStatus.FINAL]
    assert sorted(found["e" * 32]) == [ReportStatus.CORRECTED, ReportStatus.PRELIMINARY]
    assert other not in found
