"""Rosters, wakings, contacts as kept, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import text

from beeldbrug.kit.sql import reading
from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.notice import Cause, Channel, Contact, Delivery, Matter, Notice, NoticeChoice, Waking
from beeldbrug.model.roster import NOBODY, Roster, Rules, Shift, Substitution
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node.given import NOW, PARCEL, A, B

ROSTER = Roster(
    "r1",
    A,
    "Interne  Geneeskunde",
    Rules(False, Urgency.ASAP, False, True, 90.5),
    (Shift(1, "a", 0, 480, 1020), Shift(2, "b", 6, 1320, 480)),
    (Substitution(1, NOBODY, datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 3, 0)),),
)
WAKING = Waking(A, PARCEL, Matter.ARRIVAL, Cause.FIRST_IMAGE, NOW, first="x")


def notice(id: str = "n1", **changes: object) -> Notice:
    one = Notice(id, A, PARCEL, Matter.ARRIVAL, 1, 1, "a", Channel.BROWSER, Cause.FIRST_IMAGE, NOW, NOW)
    return replace(one, **changes)  # type: ignore[arg-type]  # its own fields


def test_a_roster_comes_back_as_it_was_written(vault: Vault) -> None:
    with vault.write() as tx:
        tx.rosters.add(ROSTER)
        assert tx.rosters.get(A, "r1") == ROSTER == tx.rosters.of_department(A, " interne geneeskunde")
        assert tx.rosters.all(A) == [ROSTER]
        assert tx.rosters.get(B, "r1") is None and tx.rosters.of_department(B, "interne geneeskunde") is None
        assert not tx.rosters.delete(B, "r1") and tx.rosters.get(A, "r1") == ROSTER
        assert tx.rosters.delete(A, "r1") and tx.rosters.all(A) == []


def test_two_who_change_a_roster_at_once_do_not_undo_each_other(vault: Vault) -> None:
    with vault.write() as tx:
        tx.rosters.add(ROSTER)
    changed = replace(ROSTER, shifts=(), rules=Rules(verified=None))
    with vault.write() as tx:
        tx.rosters.replace(changed, NOW)
        assert tx.rosters.get(A, "r1") == replace(changed, revision=1)
    with pytest.raises(Conflict, match="roster-changed"), vault.write() as tx:
        tx.rosters.replace(ROSTER, NOW)
    with vault.read() as tx:
        assert tx.rosters.get(A, "r1") == replace(changed, revision=1)


def test_a_department_has_one_roster(vault: Vault) -> None:
    with vault.write() as tx:
        tx.rosters.add(ROSTER)
        tx.rosters.add(replace(ROSTER, id="r2", department="Chirurgie"))
        tx.rosters.add(replace(ROSTER, id="r3", organisation=B))
    with pytest.raises(Conflict, match="department-has-roster"), vault.write() as tx:
        tx.rosters.add(replace(ROSTER, id="r4", department="INTERNE geneeskunde"))
    with pytest.raises(Conflict, match="department-has-roster"), vault.write() as tx:
        tx.rosters.replace(replace(ROSTER, id="r2"), NOW)


def test_a_waking_begins_once_takes_a_new_cause_and_stays_ended(vault: Vault) -> None:
    with vault.write() as tx:
        assert tx.wakings.begin(WAKING, False)
        assert tx.wakings.begin(replace(WAKING, cause=Cause.VERIFIED, begun=NOW + 9), False)
        (one,) = tx.wakings.of(A, PARCEL)
        assert one == replace(WAKING, cause=Cause.VERIFIED)
        ended = replace(one, ended=NOW, outcome="acknowledged", acknowledged=NOW, acknowledged_by="a", next=NOW)
        tx.wakings.save(ended)
        assert not tx.wakings.begin(replace(WAKING, cause=Cause.VERIFIED), False)
        assert tx.wakings.get(A, PARCEL, Matter.ARRIVAL) == ended
        assert tx.wakings.get(B, PARCEL, Matter.ARRIVAL) is None and tx.wakings.of(B, PARCEL) == []


def test_one_that_comes_up_again_begins_another_round(vault: Vault) -> None:
    with vault.write() as tx:
        tx.wakings.begin(WAKING, True)
        tx.wakings.save(replace(WAKING, ended=NOW, outcome="over", exhausted=NOW))
        assert tx.wakings.begin(replace(WAKING, begun=NOW + 5), True)
        assert tx.wakings.get(A, PARCEL, Matter.ARRIVAL) == replace(WAKING, begun=NOW + 5, round=2)


def test_a_notice_is_kept_once(vault: Vault) -> None:
    with vault.write() as tx:
        assert tx.wakings.add(notice()) and not tx.wakings.add(notice(created=NOW + 1))
        tx.wakings.put(notice(state=Delivery.FAILED, tries=3, code="x", sent=NOW, updated=NOW + 2))
        assert tx.wakings.notice(A, "n1") == notice(state=Delivery.FAILED, tries=3, code="x", sent=NOW, updated=NOW + 2)
        assert tx.wakings.notice(B, "n1") is None and tx.wakings.notices(B, PARCEL) == []


def test_the_browsers_open_notices_are_the_newest_of_each_waking_that_goes_on(vault: Vault) -> None:
    with vault.write() as tx:
        tx.wakings.begin(WAKING, False)
        tx.wakings.add(notice())
        tx.wakings.add(notice("n2", turn=2, created=NOW + 1))
        tx.wakings.add(notice("n3", channel=Channel.SMS))
        tx.wakings.add(notice("n4", account="b"))
        tx.wakings.add(notice("n5", round=2, created=NOW + 9))
        assert [one.id for one in tx.wakings.open_for(A, "a")] == ["n2"]
        assert [one.id for one in tx.wakings.changed(A, NOW - 1)] == ["n1", "n2", "n4", "n5"]
        assert tx.wakings.changed(A, NOW) == [] == tx.wakings.changed(B, 0.0) == tx.wakings.open_for(B, "a")
        tx.wakings.touch(A, PARCEL, Matter.ARRIVAL, NOW + 3)
        assert len(tx.wakings.changed(A, NOW)) == 4
        tx.wakings.save(replace(WAKING, ended=NOW))
        assert tx.wakings.open_for(A, "a") == []


def test_what_ended_long_ago_is_forgotten_and_nothing_else(vault: Vault) -> None:
    with vault.write() as tx:
        tx.wakings.begin(WAKING, False)
        tx.wakings.begin(replace(WAKING, exchange="e" * 32), False)
        tx.wakings.save(replace(WAKING, ended=NOW))
        tx.wakings.add(notice())
        tx.wakings.add(notice("n2", exchange="e" * 32))
        assert tx.wakings.prune(A, NOW) == 0 == tx.wakings.prune(B, NOW + 9)
        assert tx.wakings.prune(A, NOW + 1) == 1
        assert tx.wakings.of(A, PARCEL) == [] == tx.wakings.notices(A, PARCEL)
        assert len(tx.wakings.notices(A, "e" * 32)) == 1


def test_addresses_are_sealed_and_kept_for_each_way(vault: Vault) -> None:
    sms = Contact("a", Channel.SMS, "+31301234567", NOW, False, "+31307654321", b"h" * 32, NOW, 2, NOW)
    mail = Contact("a", Channel.MAIL, pending="a@b.example")
    with vault.write() as tx:
        tx.contacts.put(A, mail)
        tx.contacts.put(A, replace(sms, address="+31300000000"))
        tx.contacts.put(A, sms)
        assert tx.contacts.of(A, "a") == [mail, sms]
        assert tx.contacts.of(B, "a") == [] == tx.contacts.of(A, "b")
        assert not tx.contacts.delete(B, "a", Channel.SMS)
    with reading(vault.engine) as connection:
        for row in connection.execute(text("SELECT * FROM contact")):
            assert b"3130" not in repr(tuple(row)).encode() and b"b.example" not in repr(tuple(row)).encode()
    with vault.write() as tx:
        assert tx.contacts.delete(A, "a", Channel.SMS) and tx.contacts.of(A, "a") == [mail]


def test_a_choice_is_kept_and_has_a_usual(vault: Vault) -> None:
    with vault.write() as tx:
        assert tx.contacts.choice(A, "a") == NoticeChoice(Channel.SMS, True)
        tx.contacts.choose(A, "a", NoticeChoice(Channel.MAIL, False))
        tx.contacts.choose(A, "a", NoticeChoice(Channel.MAIL, True))
        assert tx.contacts.choice(A, "a") == NoticeChoice(Channel.MAIL, True)
        assert tx.contacts.choice(B, "a") == NoticeChoice()
