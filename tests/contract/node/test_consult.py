"""Answers, live secrets and shared views on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from beeldbrug.kit.sql import reading
from beeldbrug.model.answer import Answerer, AnswerKind, AnswerOutcome
from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import Ground
from beeldbrug.node.ports.consult import AnswerRow, ShareRow
from beeldbrug.node.stores.schema.tables import KEY_TABLES
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node.given import NOW, PARCEL, A, B

OTHER = "d" * 32
ROW = AnswerRow(
    organisation=A,
    exchange=PARCEL,
    number=1,
    answer=AnswerKind.COME,
    outcome=AnswerOutcome.DONE,
    who=Answerer("dr. Bakker", "clinician", "Neurologie"),
    at=NOW + 0.25,
    text="Meteen laten rijden",
    phone="030 555 0112",
    login="bakker",
    ground=Ground.EMERGENCY,
)
SHARE = ShareRow("f" * 32, A, "exchanges", PARCEL, "host", "guest", NOW, NOW + 3600)


def test_answers_come_back_as_they_were_given_in_order(vault: Vault) -> None:
    second = replace(ROW, number=2, answer=AnswerKind.CALL_ME, ground=None, text="", part=7)
    with vault.write() as tx:
        tx.answers.add(second)
        tx.answers.add(ROW)
        tx.answers.add(replace(ROW, exchange=OTHER))
    with vault.read() as tx:
        assert tx.answers.of(A, [PARCEL, OTHER, "e" * 32]) == {
            PARCEL: [ROW, second],
            OTHER: [replace(ROW, exchange=OTHER)],
        }
        assert tx.answers.last(A, PARCEL) == second
        assert tx.answers.of(A, []) == {}
        assert tx.answers.of(B, [PARCEL]) == {} and tx.answers.last(B, PARCEL) is None


def test_a_number_is_given_once(vault: Vault) -> None:
    with vault.write() as tx:
        tx.answers.add(ROW)
    with pytest.raises(Conflict), vault.write() as tx:
        tx.answers.add(replace(ROW, text="anders"))


def test_what_no_part_carries_is_still_to_be_told(vault: Vault) -> None:
    with vault.write() as tx:
        tx.answers.add(ROW)
        tx.answers.add(replace(ROW, number=2))
        tx.answers.told(A, PARCEL, 1, 4)
        tx.answers.told(B, PARCEL, 2, 4)
    with vault.read() as tx:
        assert [row.number for row in tx.answers.untold(A, PARCEL)] == [2]
        assert tx.answers.of(A, [PARCEL])[PARCEL][0].part == 4


def test_taking_note_counts_once(vault: Vault) -> None:
    with vault.write() as tx:
        tx.answers.add(ROW)
        tx.answers.add(replace(ROW, number=2))
        assert tx.answers.heard(B, PARCEL, NOW) == 0
        assert tx.answers.heard(A, PARCEL, NOW) == 2
        assert tx.answers.heard(A, PARCEL, NOW + 1) == 0
    with vault.read() as tx:
        last = tx.answers.last(A, PARCEL)
    assert last is not None and last.heard == NOW


def test_who_answered_and_what_lies_sealed(vault: Vault) -> None:
    with vault.write() as tx:
        tx.answers.add(ROW)
        tx.live_secrets.put(A, PARCEL, b"LIVELIVELIVELIVELIVELIVELIVELIVE")
    with reading(vault.engine) as connection:
        rows = [*connection.execute(text("SELECT * FROM answer")), *connection.execute(text("SELECT * FROM live_key"))]
    said = repr([tuple(bytes(one) if isinstance(one, memoryview) else one for one in row) for row in rows])
    for planted in ("Bakker", "Neurologie", "rijden", "0112", "bakker", "LIVELIVE"):
        assert planted not in said
    assert "live_key" in {table.name for table in KEY_TABLES}


def test_a_live_secret_is_replaced_and_destroyed(vault: Vault) -> None:
    with vault.write() as tx:
        tx.live_secrets.put(A, PARCEL, b"1" * 32)
        tx.live_secrets.put(A, PARCEL, b"2" * 32)
        tx.live_secrets.put(A, OTHER, b"3" * 32)
    with vault.write() as tx:
        assert tx.live_secrets.get(A, PARCEL) == b"2" * 32
        assert tx.live_secrets.get(B, PARCEL) is None
        tx.live_secrets.delete(B, PARCEL)
        tx.live_secrets.delete(A, OTHER)
    with vault.read() as tx:
        assert (tx.live_secrets.get(A, PARCEL), tx.live_secrets.get(A, OTHER)) == (b"2" * 32, None)


def test_a_shared_view_is_found_until_it_ends_and_by_its_two_only(vault: Vault) -> None:
    with vault.write() as tx:
        tx.shares.add(SHARE)
        tx.shares.add(replace(SHARE, id="9" * 32, guest="", created=NOW + 1))
    with vault.write() as tx:
        assert tx.shares.get(A, SHARE.id, NOW) == SHARE
        assert tx.shares.get(B, SHARE.id, NOW) is None
        assert tx.shares.get(A, SHARE.id, NOW + 3600) is None
        assert [one.id[0] for one in tx.shares.of_account(A, "host", NOW)] == ["9", "f"]
        assert [one.id[0] for one in tx.shares.of_account(A, "guest", NOW)] == ["f"]
        assert tx.shares.of_account(A, "other", NOW) == []
        tx.shares.end(B, SHARE.id, NOW)
        assert tx.shares.get(A, SHARE.id, NOW) is not None
        tx.shares.end(A, SHARE.id, NOW)
    with vault.read() as tx:
        assert tx.shares.get(A, SHARE.id, NOW) is None
