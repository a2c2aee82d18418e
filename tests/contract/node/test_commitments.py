"""What the PACS was asked to keep or to hide stays, by organisation, until it has answered; datasets are sealed."""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.node.ports.committing import Commitment, CommitState, Rejection
from beeldbrug.node.stores.sql.database import Vault

A, B = "00000001", "00000002"
ONE = Commitment("exchange-1", "2.25.1", 100.0, instances=3)
NOTE = Rejection("exchange-1", "2.25.9", 100.0, "113037", 3, b"Jansen^Anna")


def test_a_request_is_found_by_its_uid_and_by_its_exchange(vault: Vault) -> None:
    with vault.write() as tx:
        tx.commitments.add(A, ONE)
        tx.commitments.add(A, replace(ONE, transaction_uid="2.25.2", created=200.0, again=True))
    with vault.read() as tx:
        assert tx.commitments.get(A, "2.25.1") == ONE
        assert tx.commitments.get(B, "2.25.1") is None
        assert [one.transaction_uid for one in tx.commitments.of(A, "exchange-1", 0.0)] == ["2.25.1", "2.25.2"]
        assert [one.again for one in tx.commitments.of(A, "exchange-1", 150.0)] == [True]
        assert tx.commitments.of(B, "exchange-1", 0.0) == []


def test_how_a_request_stands_is_noted(vault: Vault) -> None:
    with vault.write() as tx:
        tx.commitments.add(A, ONE)
        tx.commitments.note(A, replace(ONE, state=CommitState.INCOMPLETE, asked=101.0, failed=2))
        tx.commitments.note(B, replace(ONE, state=CommitState.COMMITTED))
    with vault.read() as tx:
        found = tx.commitments.get(A, "2.25.1")
    assert found == replace(ONE, state=CommitState.INCOMPLETE, asked=101.0, failed=2)


def test_a_note_waits_until_it_is_answered_and_then_its_dataset_is_gone(vault: Vault) -> None:
    with vault.write() as tx:
        tx.rejections.add(A, NOTE)
    with vault.read() as tx:
        assert tx.rejections.waiting(A, "exchange-1") == [NOTE]
        assert tx.rejections.waiting(B, "exchange-1") == []
        assert tx.rejections.last(A, "exchange-1") == replace(NOTE, dataset=b"")
    answered = replace(NOTE, status=0xB000, sent=102.0)
    with vault.write() as tx:
        tx.rejections.answered(A, answered)
    with vault.read() as tx:
        assert tx.rejections.waiting(A, "exchange-1") == []
        assert tx.rejections.last(A, "exchange-1") == replace(answered, dataset=b"")
