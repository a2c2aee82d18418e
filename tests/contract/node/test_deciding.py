"""The receiving desk on both engines: two people cannot decide the same case unknown to each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import Direction, State
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.reconciliation import CHOSEN
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.stores.folder import FolderStore
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.desk.refuse import refuse
from tests.contract.node import given
from tests.contract.node.given import NOW, A

OURS, OTHER = PatientNumber("00820471"), PatientNumber("00820472")
ARRIVAL = "5" * 32


def _waiting(vault: Vault) -> ExchangeRow:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange(id=ARRIVAL, direction=Direction.IN, state=State.VERIFIED))
        tx.exchanges.update(ARRIVAL, NOW + 1, verified=NOW + 1, reason_code="bsn-missing")
    return _now(vault)


def _now(vault: Vault) -> ExchangeRow:
    with vault.read() as tx:
        row = tx.exchanges.get(A, ARRIVAL)
    assert row is not None
    return row


def test_a_second_decision_on_what_a_colleague_has_just_decided_changes_nothing(vault: Vault, tmp_path: Path) -> None:
    seen = _waiting(vault).updated
    choose(vault, A, ARRIVAL, OURS, "anna", NOW + 5, seen)
    decided = _now(vault)
    assert (decided.reason_code, decided.local_number) == (CHOSEN.code, OURS.value)
    for number in (OTHER, None):
        with pytest.raises(Conflict, match="decided-meanwhile"):
            choose(vault, A, ARRIVAL, number, "bert", NOW + 6, seen)
    with pytest.raises(Conflict, match="decided-meanwhile"):
        refuse(vault, FolderStore(tmp_path), A, ARRIVAL, "wrong-patient", "bert", NOW + 7, seen)
    assert _now(vault) == decided


def test_who_has_seen_what_was_decided_may_decide_anew_before_the_import_begins(vault: Vault) -> None:
    seen = _waiting(vault).updated
    choose(vault, A, ARRIVAL, OURS, "anna", NOW + 5, seen)
    choose(vault, A, ARRIVAL, OTHER, "bert", NOW + 9, _now(vault).updated)
    assert _now(vault).local_number == OTHER.value


def test_what_changed_otherwise_does_not_stand_in_the_way(vault: Vault) -> None:
    seen = _waiting(vault).updated
    with vault.write() as tx:
        tx.exchanges.update(ARRIVAL, NOW + 3, seen=NOW + 3, state=State.SEEN)
    choose(vault, A, ARRIVAL, OURS, "anna", NOW + 5, seen)
    assert _now(vault).reason_code == CHOSEN.code
