"""Reports over the HL7 port, into the vault: what is acknowledged is there, what is refused is not."""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from beeldbrug.model.errors import Unavailable
from beeldbrug.model.report import DOCUMENT_BYTES, ReportStatus
from beeldbrug.node.ports.reports import GivenReport, ReportState
from beeldbrug.node.protocols.hl7.limits import Limits
from beeldbrug.node.protocols.hl7.listener import Listener, Rule
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.reports.take import TakeReports
from tests.contract.node.given import A
from tests.unit.node.protocols.hl7.given import AT, READER
from tests.unit.node.protocols.hl7.test_reports import PDF, ed, message, obr, obx, txa

SECONDS = 30.0
LARGE = Limits(connections=2, message_bytes=32 * 1024 * 1024, idle_seconds=SECONDS, message_seconds=SECONDS)


@contextmanager
def listening(take: Callable[[Sequence[GivenReport]], object], limits: Limits = LARGE) -> Iterator[Listener]:
    rule = Rule(READER, organisation=A)
    listener = Listener("127.0.0.1", 0, rule, lambda changes: None, lambda: AT + 9, limits, None, take)
    listener.start()
    try:
        yield listener
    finally:
        listener.stop()


def say(listener: Listener, *messages: bytes, cut: int = 0) -> list[str]:
    """Send them on one connection; the acknowledgements without their first line. ``cut`` bytes are left off."""
    with socket.create_connection(("127.0.0.1", listener.port), SECONDS) as connection:
        content = b"".join(b"\x0b" + one + b"\x1c\r" for one in messages)
        connection.sendall(content[: len(content) - cut])
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while more := connection.recv(65536):
            answer += more
    return ["\r".join(one.split("\r")[1:]) for one in answer.decode().split("\x0b")[1:]]


def keeper(vault: Vault) -> Callable[[Sequence[GivenReport]], object]:
    reports = TakeReports(vault, A)
    return lambda given: reports.take(given, AT + 9, "hl7")


def test_what_is_acknowledged_is_in_the_vault(vault: Vault) -> None:
    with listening(keeper(vault)) as listener:
        first = message("ORU^R01^ORU_R01", obr("P"), obx("Voorlopig."))
        final = message("ORU^R01^ORU_R01", obr("F", _22="20261123010100"), obx("Definitief."), obx(ed(), "ED"))
        answers = say(listener, first, final, final)
        assert [one.split("|")[1] for one in answers] == ["AA"] * 3
    with vault.read() as tx:
        (row,) = tx.reports.listing(A)
        assert row.state is ReportState.WAITING
        assert [head.status for head in tx.reports.heads(A, row.id)] == [ReportStatus.PRELIMINARY, ReportStatus.FINAL]
        version = tx.reports.version(A, row.id, row.standing)
        assert version is not None and (version.text, version.document) == ("Definitief.", PDF)
        assert [event.event for _, event in tx.audit.events(A)] == ["report-kept"] * 2


def test_a_new_status_alone_keeps_the_words(vault: Vault) -> None:
    with listening(keeper(vault)) as listener:
        answers = say(
            listener,
            message("MDM^T03", txa()),
            message("MDM^T02", txa("DI"), obx("Geen bloeding.")),
            message("MDM^T03", txa("AU")),
            message("MDM^T11", txa()),
        )
        assert [one.split("|")[1] for one in answers] == ["AA"] * 4
    with vault.read() as tx:
        (row,) = tx.reports.listing(A)
        statuses = [head.status for head in tx.reports.heads(A, row.id)]
        final = tx.reports.version(A, row.id, 2)
    assert statuses == [ReportStatus.PRELIMINARY, ReportStatus.FINAL, ReportStatus.CANCELLED]
    assert final is not None and final.text == "Geen bloeding." and row.standing == 3


def test_a_pdf_of_sixteen_mebibytes_comes_in_where_the_setting_allows_it(vault: Vault) -> None:
    document = PDF + bytes(DOCUMENT_BYTES - len(PDF))
    content = message("ORU^R01", obr(), obx(ed(document), "ED"))
    with listening(keeper(vault)) as listener:
        assert say(listener, content)[0].startswith("MSA|AA")
    with vault.read() as tx:
        (row,) = tx.reports.listing(A)
        version = tx.reports.version(A, row.id, 1)
    assert version is not None and version.document == document
    with listening(keeper(vault), Limits(message_bytes=1024 * 1024)) as listener:
        assert say(listener, content)[0].startswith("MSA|AR|MSG-1|hl7-too-large")


def test_what_is_refused_leaves_nothing_and_says_why(vault: Vault) -> None:
    rtf = obx("^TEXT^RTF^Base64^" + base64.b64encode(b"{\\rtf1 geheim}").decode(), "ED")
    with listening(keeper(vault)) as listener:
        answers = say(
            listener,
            message("ORU^R01", obr(), rtf),
            message("ORU^R01", obr(), obx(ed(b"MZ geen pdf"), "ED")),
            message("ORU^R01", obr(section="LAB"), obx("8.1")),
        )
        assert [one.split("|")[1] for one in answers] == ["AR", "AR", "AA"]
        assert "ERR|||207^Application internal error^HL70357|E|report-format" in answers[0]
        assert "geheim" not in "".join(answers) and "7001" not in "".join(answers)
        assert say(listener, message("ORU^R01", obr(), obx("half")), cut=20) == []
    with vault.read() as tx:
        assert tx.reports.listing(A) == []


def test_what_the_vault_did_not_take_is_to_be_sent_again() -> None:
    def away(given: Sequence[GivenReport]) -> object:
        raise Unavailable("database-away", "The database does not answer.", "Wait.")

    with listening(away) as listener:
        assert say(listener, message("ORU^R01", obr(), obx("tekst")))[0].startswith("MSA|AE|MSG-1|database-away")


@pytest.mark.parametrize("size", [10_000_000])
def test_ten_million_bytes_of_garbage_are_refused(vault: Vault, size: int) -> None:
    with listening(keeper(vault)) as listener:
        answer = say(listener, message("ORU^R01", obr(), obx("\u20ac" * (size // 3))))[0]
        assert answer.startswith("MSA|AR|MSG-1|report-too-long")
