"""Where the worklist has no order one is made in the RIS, once, and the import waits until it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import hl7
import pytest

from beeldbrug.model.exchange import State, Urgency
from beeldbrug.model.identity import PatientNumber
from beeldbrug.model.importing import Order, OrderForm
from beeldbrug.node.policy.ordering import Making
from beeldbrug.node.ports.ordering import MadeOrder, OrderState
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.desk.refuse import refuse
from beeldbrug.node.usecases.desk.undo import confirm_removed, undo_import
from beeldbrug.node.usecases.desk.wish import Wish
from tests.contract.node.exchange.house import B, House, alerts, at_b, rule_to_b, run_both, the_patient
from tests.contract.node.exchange.memory_ris import IMPORT_CT, MAKING
from tests.contract.node.exchange.small import dataset, decoded, encoded, new_uid

ANNA = the_patient()
NUMBER = at_b(ANNA).number.value
FIRST, SECOND = "BB00000001", "BB00000002"


@pytest.fixture
def a(houses: tuple[House, House]) -> House:
    houses[0].rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    return houses[0]


@pytest.fixture
def b(houses: tuple[House, House]) -> House:
    b = houses[1]
    b.pacs.known = [at_b(ANNA)]
    making(b, MAKING)
    return b


def making(b: House, to_make: Making) -> None:
    """Another setting, as after a restart."""
    b.making = to_make
    b.wire()


def sent(a: House, b: House, modality: str = "CT", count: int = 2) -> str:
    """A study of one series; its UID."""
    uid = new_uid()
    for number in range(1, count + 1):
        made = dataset(ANNA, uid, f"{uid}.1", f"{uid}.1.{number}", number, bytes(512))
        made.Modality = modality
        a.receive([encoded(made)])
    run_both(a, b)
    return uid


def made(b: House) -> MadeOrder:
    with b.database.read() as tx:
        found = tx.made_orders.last(B, b.exchange().id)
    assert found is not None
    return found


def accession(b: House) -> set[str]:
    return {decoded(contents[-1]).AccessionNumber for contents in b.pacs.taken.values()}


def later(b: House) -> None:
    b.clock.ahead += 3600
    b.run()


def desk(b: House, number: str | None = None, wish: Wish | None = None) -> None:
    chosen = PatientNumber(number) if number else None
    choose(b.database, B, b.exchange().id, chosen, "els", b.clock.now(), wish=wish or Wish())


def test_the_study_bears_the_number_of_the_order_that_was_made_and_acknowledged(a: House, b: House) -> None:
    uid = sent(a, b)
    assert b.exchange().state is State.IMPORTED and accession(b) == {FIRST} and b.ris.standing() == [FIRST]
    assert len(b.ris.received) == 1, "one order for all instances"
    one = hl7.parse(b.ris.received[0].decode())
    assert str(one.segment("MSH")[9]) == "ORM^O01^ORM_O01" and str(one.segment("ORC")[1]) == "NW"
    assert str(one.segment("PID")[3]).startswith(f"{NUMBER}^^^ZHB^PI~") and "NNNLD" in str(one.segment("PID")[3])
    assert str(one.segment("OBR")[4]) == "IMPCT^Import CT van elders^L"
    assert (str(one.segment("OBR")[18]), str(one.segment("OBR")[24])) == (FIRST, "CT")
    assert str(one.segment("ZDS")[1]) == f"{uid}^^Application^DICOM"
    written = decoded(next(iter(b.pacs.taken.values()))[0])
    assert written.IssuerOfAccessionNumberSequence[0].LocalNamespaceEntityID == "RIS-B"


def test_a_supplement_goes_under_the_order_that_stands(a: House, b: House) -> None:
    uid = sent(a, b)
    a.receive([encoded(dataset(ANNA, uid, f"{uid}.1", f"{uid}.1.9", 9, bytes(512)))])
    run_both(a, b)
    assert len(b.pacs.taken) == 3 and accession(b) == {FIRST} and len(b.ris.received) == 1


def test_an_order_of_the_worklist_goes_before_one_that_is_made(a: House, b: House) -> None:
    b.pacs.orders = {NUMBER: [Order("B-0017", "RIS-B", modality="CT")]}
    sent(a, b)
    assert accession(b) == {"B-0017"} and b.ris.received == []


def test_stat_goes_without_unless_the_setting_says_otherwise(a: House, b: House) -> None:
    a.rules = (replace(rule_to_b(), urgency=Urgency.STAT),)
    b.ris.away = True
    sent(a, b)
    assert b.exchange().state is State.IMPORTED and accession(b) == {""} and b.ris.received == []


def test_stat_waits_too_where_the_setting_says_so(a: House, b: House) -> None:
    making(b, replace(MAKING, stat=True))
    a.rules = (replace(rule_to_b(), urgency=Urgency.STAT),)
    sent(a, b)
    assert accession(b) == {FIRST} and b"^^S\r" in b.ris.received[0]


def test_nothing_is_imported_while_the_ris_is_silent_and_the_desk_sees_why(a: House, b: House) -> None:
    b.ris.away = True
    sent(a, b)
    assert b.exchange().reason_code == "order-unanswered" and not b.pacs.taken
    assert alerts(b) == ["order-unanswered"]
    assert (made(b).state, made(b).reason) == (OrderState.ASKED, "hl7-peer-silent")
    later(b)
    assert alerts(b) == ["order-unanswered"], "told once"
    b.ris.away = False
    later(b)
    assert b.exchange().state is State.IMPORTED and accession(b) == {FIRST} and not alerts(b)


def test_an_acknowledgement_that_was_lost_repeats_the_same_message(a: House, b: House) -> None:
    b.ris.lost = True
    sent(a, b)
    b.wire()
    later(b)
    b.ris.lost = False
    later(b)
    assert len(b.ris.received) == 3 and len(set(b.ris.received)) == 1
    assert accession(b) == {FIRST} and b.ris.standing() == [FIRST]


def test_a_crash_between_asking_and_the_answer_repeats_the_same_message(a: House, b: House) -> None:
    def crash() -> None:
        raise KeyboardInterrupt

    b.ris.before = crash
    with pytest.raises(KeyboardInterrupt):
        sent(a, b)
    asked = made(b)
    assert asked.state is OrderState.ASKED
    b.wire()
    later(b)
    run_both(a, b)
    assert b.ris.received == [asked.content] and accession(b) == {FIRST}


def test_a_refused_order_waits_for_the_desk_and_is_asked_for_again_as_it_was(a: House, b: House) -> None:
    b.ris.code = "AR"
    sent(a, b)
    later(b)
    assert b.exchange().reason_code == "order-refused" and not b.pacs.taken
    assert len(b.ris.received) == 1, "what was refused is not asked again by itself"
    b.ris.code = "AA"
    desk(b)
    b.run()
    assert b.exchange().state is State.IMPORTED and accession(b) == {FIRST}
    assert len(set(b.ris.received)) == 1


@pytest.mark.parametrize("trouble", ["refused", "silent"])
def test_the_desk_can_go_on_without_an_order(a: House, b: House, trouble: str) -> None:
    b.ris.code, b.ris.lost = ("AR", False) if trouble == "refused" else ("AA", True)
    sent(a, b)
    b.ris.code, b.ris.lost = "AA", False
    desk(b, wish=Wish(ordered=True))
    b.run()
    assert b.exchange().state is State.IMPORTED and accession(b) == {""}
    assert b.ris.standing() == [] and made(b).state is OrderState.CANCELLED


def test_a_number_that_a_human_chose_stands_while_the_order_is_waited_for(a: House, b: House) -> None:
    b.pacs.known = []
    sent(a, b)
    assert b.exchange().reason_code == "patient-not-found" and not b.ris.received
    b.ris.away = True
    desk(b, "7001")
    b.run()
    assert b.exchange().reason_code == "order-unanswered"
    b.pacs.known = [at_b(ANNA)]  # another number would be found by itself now
    desk(b)
    b.ris.away = False
    later(b)
    assert {decoded(one[0]).PatientID for one in b.pacs.taken.values()} == {"7001"}
    assert b.exchange().reason_code == "chosen-at-desk" and accession(b) == {FIRST}


def test_another_number_cancels_the_order_and_makes_a_new_one(a: House, b: House) -> None:
    b.ris.lost = True
    sent(a, b)
    b.ris.lost = False
    desk(b, "7002")
    b.run()
    assert accession(b) == {SECOND} and b.ris.standing() == [SECOND]
    assert {decoded(one[0]).PatientID for one in b.pacs.taken.values()} == {"7002"}


def test_what_the_desk_decides_while_the_ris_thinks_stands(a: House, b: House) -> None:
    b.ris.before = lambda: desk(b, wish=Wish(ordered=True))
    sent(a, b)
    b.run()
    assert b.exchange().state is State.IMPORTED and accession(b) == {""} and b.ris.standing() == []


def test_undoing_an_import_cancels_its_order_and_the_next_import_has_its_own(a: House, b: House) -> None:
    sent(a, b)
    id = b.exchange().id
    undo_import(b.database, B, id, "wrong-patient", 7, "els", b.clock.now())
    b.run()
    assert b.ris.standing() == []
    cancelled = hl7.parse(b.ris.received[-1].decode())
    assert str(cancelled.segment("ORC")[1]) == "CA" and str(cancelled.segment("ORC")[2]) == f"{FIRST}^BEELDBRUG"
    confirm_removed(b.database, B, id, "els", b.clock.now())
    b.pacs.taken.clear()
    desk(b, "7002")
    b.run()
    assert accession(b) == {SECOND} and b.ris.standing() == [SECOND]


def test_refusing_the_arrival_cancels_the_order_that_was_asked_for(a: House, b: House) -> None:
    b.ris.lost = True
    sent(a, b)
    b.ris.lost = False
    refuse(b.database, b.store, B, b.exchange().id, "not-needed", "els", b.clock.now())
    b.run()
    assert b.ris.standing() == [] and made(b).state is OrderState.CANCELLED


def test_a_cancellation_is_repeated_as_it_was_until_it_is_answered(a: House, b: House) -> None:
    sent(a, b)
    b.ris.lost = True
    undo_import(b.database, B, b.exchange().id, "wrong-patient", 7, "els", b.clock.now())
    b.run()
    b.ris.lost = False
    b.wire()
    later(b)
    told = b.ris.received[1:]
    assert len(told) > 1 and len(set(told)) == 1 and made(b).state is OrderState.CANCELLED


def test_a_cancellation_that_is_refused_is_told(a: House, b: House) -> None:
    sent(a, b)
    b.ris.code = "AE"
    undo_import(b.database, B, b.exchange().id, "wrong-patient", 7, "els", b.clock.now())
    b.run()
    assert made(b).state is OrderState.KEPT and "order-not-cancelled" in alerts(b)


def test_the_number_of_the_ris_counts_where_the_setting_says_so(a: House, b: House) -> None:
    making(b, replace(MAKING, from_reply=True, control="SN"))
    b.ris.rest = f"ORC|NA|{FIRST}|R-77\rOBR|1|{FIRST}|R-77^RIS\r"
    sent(a, b)
    assert accession(b) == {"R-77"}


@pytest.mark.parametrize("rest", ["", "OBR|1||12345678901234567\r", "OBR|1||R\\E\\7\r", "OBR|1||Ré\r"])
def test_an_answer_without_a_number_that_fits_waits_for_the_desk(a: House, b: House, rest: str) -> None:
    making(b, replace(MAKING, from_reply=True))
    b.ris.rest = rest
    sent(a, b)
    assert b.exchange().reason_code == "order-without-number" and not b.pacs.taken


def _none(one: Making) -> Making:
    return replace(one, procedures=(replace(IMPORT_CT, modality="MR"),))


def _long(one: Making) -> Making:
    return replace(one, digits=16)


@pytest.mark.parametrize(("change", "code"), [(_none, "order-without-procedure"), (_long, "order-unwritable")])
def test_what_cannot_be_asked_for_waits_and_is_made_anew_once_it_can(
    a: House, b: House, change: Callable[[Making], Making], code: str
) -> None:
    making(b, change(MAKING))
    sent(a, b)
    assert b.exchange().reason_code == code and not b.ris.received and not b.pacs.taken
    making(b, MAKING)
    desk(b)
    b.run()
    assert accession(b) == {SECOND}


def test_the_procedure_is_that_of_modality_and_body_part(a: House, b: House) -> None:
    making(
        b,
        replace(MAKING, form=OrderForm.OMG, procedures=(replace(IMPORT_CT, body_part="KNEE"), *MAKING.procedures[1:])),
    )
    sent(a, b)
    one = hl7.parse(b.ris.received[0].decode())
    assert str(one.segment("MSH")[9]) == "OMG^O19^OMG_O19" and str(one.segment("OBR")[4]) == "IMP^Import van elders^L"
    assert str(one.segment("TQ1")[9]) == "R"


def test_without_the_setting_no_order_is_made(a: House, b: House) -> None:
    making(b, Making())
    sent(a, b)
    assert accession(b) == {""} and not b.ris.received


def test_numbers_count_up_for_each_organisation_apart(b: House) -> None:
    other = str(uuid4().int % 10**8)
    with b.database.write() as tx:
        assert [tx.made_orders.next_number(B) for _ in range(3)] == [1, 2, 3]
        assert tx.made_orders.next_number(other) == 1
