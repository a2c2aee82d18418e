"""Documents and their chains on both engines."""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.report import ReportKey
from beeldbrug.node.ports.report_documents import DocumentVersion, KnownDocument
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node.given import NOW, A, B
from tests.contract.node.test_reports import ID, KEY, OTHER, REPORT, ROW, _head


def test_a_chain_is_found_from_each_of_its_documents(vault: Vault) -> None:
    with vault.write() as tx:
        first, second, third, alone = (tx.report_documents.mark(A, replace(KEY, number=f"D{at}")) for at in range(4))
        tx.report_documents.note(A, third, second, NOW)
        tx.report_documents.note(A, second, first, NOW)
        tx.report_documents.note(A, second, b"", NOW)
        tx.report_documents.note(A, alone, b"", NOW)
        chain = {KnownDocument(third, second), KnownDocument(second, first), KnownDocument(first)}
        for mark in (first, second, third):
            assert set(tx.report_documents.kin(A, mark)) == chain
        assert tx.report_documents.kin(A, alone) == [KnownDocument(alone)]
        assert tx.report_documents.kin(B, second) == [KnownDocument(second)]


def test_documents_that_replace_each_other_are_one_chain_and_no_loop(vault: Vault) -> None:
    with vault.write() as tx:
        one, other = (tx.report_documents.mark(A, replace(KEY, number=number)) for number in ("D1", "D2"))
        tx.report_documents.note(A, one, other, NOW)
        tx.report_documents.note(A, other, one, NOW)
        assert {known.mark for known in tx.report_documents.kin(A, one)} == {one, other}


def test_a_mark_is_of_its_organisation_issuer_and_number(vault: Vault) -> None:
    with vault.read() as tx:
        mark = tx.report_documents.mark
        assert mark(A, KEY) == mark(A, replace(KEY))
        keys = (KEY, replace(KEY, number="V-2"), replace(KEY, issuer="EPD"), ReportKey(B, KEY.issuer, KEY.number))
        assert len({mark(A, key) for key in keys} | {mark(B, KEY)}) == 5
        assert KEY.number.encode() not in mark(A, KEY)


def test_versions_are_of_documents_until_the_report_goes(vault: Vault) -> None:
    with vault.write() as tx:
        tx.reports.add(ROW)
        mark, unheard = (tx.report_documents.mark(A, replace(KEY, number=number)) for number in ("D1", "D2"))
        tx.reports.add_version(A, _head(1), REPORT)
        version, later = DocumentVersion(ID, 1, mark), DocumentVersion(OTHER, 1, mark)
        tx.report_documents.note_version(A, version)
        tx.report_documents.note_version(A, version)
        tx.report_documents.note_version(A, later)
        assert tx.report_documents.versions(A, [mark, unheard]) == [version, later]
        assert tx.report_documents.of_report(A, ID) == [version]
        assert tx.report_documents.versions(B, [mark]) == tx.report_documents.of_report(B, ID) == []
        tx.reports.delete(A, ID)
        assert tx.report_documents.versions(A, [mark]) == [later]


def test_what_was_only_heard_of_is_forgotten_in_time(vault: Vault) -> None:
    with vault.write() as tx:
        kept, gone, fresh = (tx.report_documents.mark(A, replace(KEY, number=number)) for number in ("1", "2", "3"))
        tx.report_documents.note(A, kept, gone, NOW)
        tx.report_documents.note(A, gone, fresh, NOW)
        tx.report_documents.note(A, fresh, b"", NOW + 2)
        tx.report_documents.note_version(A, DocumentVersion(ID, 1, kept))
        tx.report_documents.forget(B, NOW + 1)
        assert len(tx.report_documents.kin(A, kept)) == 3
        tx.report_documents.forget(A, NOW + 1)
        assert set(tx.report_documents.kin(A, kept)) == {KnownDocument(kept, gone), KnownDocument(gone)}
        assert tx.report_documents.kin(A, fresh) == [KnownDocument(fresh)]
