"""The audit trail on both engines: any change, gap or cut tail is found, and identity is sealed."""

from __future__ import annotations

import threading

import pytest

from beeldbrug.model.errors import Unsupported
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import A, B


def _fill(vault: Vault, count: int = 5) -> None:
    with vault.write() as tx:
        for number in range(count):
            tx.audit.append(given.event(details={"instances": number}))
        tx.audit.append(given.event(B))


def test_events_come_back_opened_and_in_order(vault: Vault) -> None:
    event = given.event(actor="jos\ud800", details={"b": 1, "a": "é", "c": False, "d": 1.5})
    with vault.write() as tx:
        head = tx.audit.append(event)
        tx.audit.append(given.event(patient="", study_uid="1.9", outcome="denied"))
        assert (head.sequence, tx.audit.hash_at(A, 1)) == (1, head.hash)
        (first, read), (second, _) = tx.audit.events(A)
        assert (first, second) == (1, 2)
        assert read.details == event.details and read.patient == event.patient and read.at == event.at
        assert read.decision == ("own-rule",)
        matched = [
            [sequence for sequence, _ in tx.audit.events(A, 0, 1000, **match)]
            for match in ({"patient": "999990019"}, {"study_uid": "1.9"}, {"outcome": "denied"}, {"event": "other"})
        ]
        assert matched == [[1], [2], [2], []]
        assert [sequence for sequence, _ in tx.audit.events(A, after=1, limit=1)] == [2]
        with pytest.raises(Unsupported):
            tx.audit.events(A, details="x")


def test_an_untouched_chain_holds(vault: Vault) -> None:
    _fill(vault)
    with vault.read() as tx:
        assert tx.audit.verify(A) == (5, None)
        assert tx.audit.verify(B) == (1, None)
        assert tx.audit.verify("00000009") == (0, None)
        head = tx.audit.head(A)
        assert head is not None and head.hash == tx.audit.hash_at(A, 5)


@pytest.mark.parametrize(
    ("deed", "first"),
    [
        ("UPDATE audit_event SET actor = 'x' WHERE sequence = 3 AND organisation = '00000001'", 3),
        ("UPDATE audit_event SET at = at + 0.001 WHERE sequence = 2 AND organisation = '00000001'", 2),
        ("UPDATE audit_event SET details = '{}' WHERE sequence = 1 AND organisation = '00000001'", 1),
        (
            "UPDATE audit_event SET identity = (SELECT identity FROM audit_event WHERE sequence = 1"
            " AND organisation = '00000001') WHERE sequence = 4 AND organisation = '00000001'",
            4,
        ),
        ("DELETE FROM audit_event WHERE sequence = 2 AND organisation = '00000001'", 2),
        ("DELETE FROM audit_event WHERE sequence = 5 AND organisation = '00000001'", 5),
        ("DELETE FROM audit_event WHERE organisation = '00000001'", 1),
        ("DELETE FROM audit_head WHERE organisation = '00000001'", 6),
        ("UPDATE audit_head SET sequence = 4 WHERE organisation = '00000001'", 6),
    ],
)
def test_every_change_is_found_at_its_place(vault: Vault, deed: str, first: int) -> None:
    _fill(vault)
    with vault.write() as tx:
        assert tx.connection.exec_driver_sql(deed).rowcount
    with vault.read() as tx:
        assert tx.audit.verify(A) == (first - 1, first)
        assert tx.audit.verify(B) == (1, None)


def test_a_cut_tail_with_a_matching_head_differs_from_the_deposited_one(vault: Vault) -> None:
    _fill(vault)
    with vault.write() as tx:
        deposited = tx.audit.head(A)
        assert deposited is not None
        four = tx.audit.hash_at(A, 4)
        tx.connection.exec_driver_sql("DELETE FROM audit_event WHERE sequence = 5 AND organisation = '00000001'")
        tx.connection.exec_driver_sql(
            "UPDATE audit_head SET sequence = 4, hash = (SELECT hash FROM audit_event WHERE sequence = 4"
            " AND organisation = '00000001') WHERE organisation = '00000001'"
        )
        assert tx.audit.verify(A) == (4, None)
        head = tx.audit.head(A)
        assert head is not None and head.hash == four
        assert tx.audit.hash_at(A, deposited.sequence) != deposited.hash


def test_writers_at_once_make_one_chain(vault: Vault) -> None:
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(15):
                with vault.write() as tx:
                    tx.audit.append(given.event())
        except BaseException as error:
            failures.append(error)

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert failures == []
    with vault.read() as tx:
        assert tx.audit.verify(A) == (45, None)


def test_a_deed_that_fails_leaves_no_event(vault: Vault) -> None:
    with pytest.raises(RuntimeError), vault.write() as tx:
        tx.audit.append(given.event())
        raise RuntimeError
    with vault.read() as tx:
        assert tx.audit.head(A) is None
