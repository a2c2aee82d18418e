"""Which series, which order and which values go into the own PACS (IHE RAD IRWF.b)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pydicom.dataset import Dataset

from beeldbrug.model.errors import Conflict, Malformed, Unavailable
from beeldbrug.model.exchange import State, Urgency
from beeldbrug.model.identity import PatientNumber
from beeldbrug.model.importing import Code, CoercionTable, Left, Order, Source
from beeldbrug.node.policy.orders import OrderRule
from beeldbrug.node.policy.rules import ImportRule
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.desk.rest import import_rest
from beeldbrug.node.usecases.desk.wish import Wish
from tests.contract.node.exchange.house import B, House, alerts, at_b, originals, rule_to_b, run_both, the_patient
from tests.contract.node.exchange.small import Bare, dataset, decoded, encoded, new_uid

ANNA = the_patient()
NUMBER = at_b(ANNA).number.value
TODAY = time.strftime("%Y%m%d")
ORDER = Order("B-0017", "RIS-B", "", "", "RP-9", "Import CT", Code("IMP-CT", "99ZHB", "Import CT"), "CT", TODAY)
ISSUER = "ZHB"


@pytest.fixture
def a(houses: tuple[House, House]) -> House:
    houses[0].rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    return houses[0]


@pytest.fixture
def b(houses: tuple[House, House]) -> House:
    return houses[1]


def rule(b: House, **fields: object) -> None:
    """Another import rule, as after a restart."""
    b.import_rule = replace(b.import_rule or ImportRule(B, ISSUER), **fields)  # type: ignore[arg-type]  # as given
    b.wire()


def series(uid: str, modality: str, number: int, count: int = 1) -> Iterator[Bare]:
    for each in range(1, count + 1):
        made = dataset(ANNA, uid, f"{uid}.{number}", f"{uid}.{number}.{each}", each, bytes(512))
        made.Modality = modality
        yield encoded(made)


def sent(a: House, b: House, *modalities: str) -> str:
    """A study with a series of two instances for each modality; its UID."""
    uid = new_uid()
    a.receive(one for number, modality in enumerate(modalities, 1) for one in series(uid, modality, number, 2))
    run_both(a, b)
    return uid


def in_pacs(b: House) -> list[str]:
    """Series that the PACS has, with how many instances."""
    found: dict[str, int] = {}
    for contents in b.pacs.taken.values():
        made = decoded(contents[0])
        found[made.Modality] = found.get(made.Modality, 0) + 1
    return [f"{modality} {count}" for modality, count in sorted(found.items())]


def left(b: House) -> Left:
    with b.database.read() as tx:
        return tx.plans.left(B, [b.exchange().id])[b.exchange().id]


def one(b: House) -> Dataset:
    return decoded(next(iter(b.pacs.taken.values()))[0])


def test_series_of_a_modality_that_the_rule_names_stay_out_and_are_told(a: House, b: House) -> None:
    rule(b, without=("PR", "KO"))
    sent(a, b, "CT", "PR", "KO")
    assert in_pacs(b) == ["CT 2"] and left(b) == Left(3, 2, 4)
    assert (b.exchange().imported, a.exchange().state) == (2, State.IMPORTED)
    assert len(originals(b, b.exchange().id)) == 6, "what is left out stays readable"


def test_what_was_left_out_is_imported_later_under_the_same_number_and_written_alike(a: House, b: House) -> None:
    rule(b, without=("PR", "KO"))
    b.pacs.orders[NUMBER] = [ORDER]
    uid = sent(a, b, "CT", "PR", "KO")
    b.table, b.pacs.orders = CoercionTable(accession_number=Source.EMPTY), {}
    b.pacs.known.clear()
    import_rest(b.database, B, b.exchange().id, [f"{uid}.2"], ("PR", "KO"), "balie", b.clock.now())
    run_both(a, b)
    assert in_pacs(b) == ["CT 2", "PR 2"] and left(b) == Left(3, 1, 2)
    numbers = {(made.PatientID, made.AccessionNumber) for made in map(decoded, map(first, b.pacs.taken.values()))}
    assert numbers == {(NUMBER, "B-0017")}
    with pytest.raises(Malformed, match="No series"):
        import_rest(b.database, B, b.exchange().id, ["1.2.3"], ("PR", "KO"), "balie", b.clock.now())
    import_rest(b.database, B, b.exchange().id, [f"{uid}.3"], ("PR", "KO"), "balie", b.clock.now())
    run_both(a, b)
    assert b.exchange().imported == 6
    with pytest.raises(Conflict, match="nothing"):
        import_rest(b.database, B, b.exchange().id, [f"{uid}.3"], ("PR", "KO"), "balie", b.clock.now())


def first(contents: list[bytes]) -> bytes:
    return contents[0]


def test_a_study_of_left_out_series_alone_waits_for_a_human_who_takes_one_in(a: House, b: House) -> None:
    rule(b, without=("PR",))
    uid = sent(a, b, "PR")
    assert in_pacs(b) == [] and alerts(b) == ["only-left-out"] and b.exchange().state is State.VERIFIED
    number = PatientNumber(NUMBER)
    choose(b.database, B, b.exchange().id, number, "balie", b.clock.now(), wish=Wish(series=frozenset({f"{uid}.1"})))
    run_both(a, b)
    assert in_pacs(b) == ["PR 2"] and b.exchange().state is State.IMPORTED


def test_a_human_chooses_series_and_a_late_one_that_he_never_saw_comes_too(a: House, b: House) -> None:
    b.pacs.known.clear()
    uid = sent(a, b, "CT", "SR", "PR")
    wish = Wish(series=frozenset({f"{uid}.1", f"{uid}.3"}))
    choose(b.database, B, b.exchange().id, PatientNumber(NUMBER), "balie", b.clock.now(), wish=wish)
    run_both(a, b)
    assert in_pacs(b) == ["CT 2", "PR 2"]
    a.receive(series(uid, "MR", 4))
    a.receive(series(uid, "SR", 2, 3))
    run_both(a, b)
    assert in_pacs(b) == ["CT 2", "MR 1", "PR 2"], "late instances of a series that was left out stay out"
    with pytest.raises(Malformed, match="No series"):
        choose_again(b, Wish(series=frozenset()))


def choose_again(b: House, wish: Wish) -> None:
    with b.database.write() as tx:
        tx.exchanges.update(b.exchange().id, b.clock.now(), state=State.FAILED)
    choose(b.database, B, b.exchange().id, None, "balie", b.clock.now(), wish=wish)


def test_the_order_that_fits_is_written_and_those_that_do_not_are_not(a: House, b: House) -> None:
    b.pacs.orders[NUMBER] = [
        replace(ORDER, accession_number="MR-1", modality="MR"),
        replace(ORDER, accession_number="OLD-1", start="20190101"),
        replace(ORDER, accession_number=""),
        ORDER,
    ]
    b.table = CoercionTable(study_description=Source.ORDER, procedure_code=Source.ORDER, request=Source.ORDER)
    sent(a, b, "CT")
    made = one(b)
    assert made.AccessionNumber == "B-0017"
    assert made.IssuerOfAccessionNumberSequence[0].LocalNamespaceEntityID == "RIS-B"
    assert made.StudyDescription == "Import CT"
    assert made.ProcedureCodeSequence[0].CodeValue == "IMP-CT"
    assert made.RequestAttributesSequence[0].RequestedProcedureID == "RP-9"
    before = made.OriginalAttributesSequence[0].ModifiedAttributesSequence[0]
    assert (before.AccessionNumber, before.StudyDescription) == ("A-ACC-1", "CT hersenen")


def test_without_an_order_the_senders_number_of_the_study_is_not_taken_for_an_own_one(a: House, b: House) -> None:
    sent(a, b, "CT")
    assert one(b).AccessionNumber == "" and one(b).StudyDescription == "CT hersenen"


def test_several_orders_that_fit_wait_for_a_human_who_chooses_one_or_none(a: House, b: House) -> None:
    b.pacs.orders[NUMBER] = [ORDER, replace(ORDER, accession_number="B-0018")]
    sent(a, b, "CT")
    assert alerts(b) == ["several-orders"] and not b.pacs.taken
    wish = Wish(order=b.pacs.orders[NUMBER][1], ordered=True)
    choose(b.database, B, b.exchange().id, PatientNumber(NUMBER), "balie", b.clock.now(), wish=wish)
    run_both(a, b)
    assert one(b).AccessionNumber == "B-0018"


def test_stat_does_not_wait_for_an_order(houses: tuple[House, House]) -> None:
    a, b = houses
    b.pacs.orders[NUMBER] = [ORDER, replace(ORDER, accession_number="B-0018")]
    sent(a, b, "CT")
    assert one(b).AccessionNumber == "" and b.exchange().state is State.IMPORTED


def test_an_order_that_was_found_for_another_number_does_not_stand(a: House, b: House) -> None:
    b.pacs.orders[NUMBER] = [ORDER]
    b.pacs.bad = {}
    b.pacs.status = 0xC000
    sent(a, b, "CT")
    with b.database.write() as tx:
        assert tx.plans.get(B, b.exchange().id).order == ORDER
        tx.connection.exec_driver_sql("DELETE FROM import_row")  # as if nothing had been fixed yet
    b.pacs.status = 0
    choose(b.database, B, b.exchange().id, PatientNumber("OTHER-1"), "balie", b.clock.now())
    run_both(a, b)
    assert (one(b).PatientID, one(b).AccessionNumber) == ("OTHER-1", "")


def test_a_worklist_that_is_away_is_waited_for_and_a_rule_may_want_no_order(a: House, b: House) -> None:
    away = Unavailable("peer-silent", "The worklist does not answer.")
    asked: list[str] = []

    def orders(number: str) -> list[Order]:
        asked.append(number)
        raise away

    b.pacs.find_orders = orders  # type: ignore[method-assign]  # a worklist that is away
    sent(a, b, "CT")
    assert not b.pacs.taken and asked
    rule(b, orders=OrderRule(wanted=False))
    b.clock.ahead += 3600
    run_both(a, b)
    assert one(b).PatientID == NUMBER


def test_the_table_says_what_is_written_and_originals_are_kept(a: House, b: House) -> None:
    b.table = CoercionTable(
        name=Source.SENT,
        accession_number=Source.SENT,
        accession_issuer=Source.SENT,
        institution=Source.SENDER,
        description_prefix="EXT ",
    )
    b.pacs.known[:] = [replace(b.pacs.known[0], name=b.pacs.known[0].name.upper())]
    sent(a, b, "CT")
    made = one(b)
    assert str(made.PatientName) != b.pacs.known[0].name
    assert (made.PatientID, made.AccessionNumber, made.StudyDescription) == (NUMBER, "A-ACC-1", "EXT CT hersenen")
    assert made.InstitutionName
    assert made.OriginalAttributesSequence[0].ModifiedAttributesSequence[0].StudyDescription == "CT hersenen"


def test_a_number_of_another_issuer_gets_no_order_of_somebody_else(a: House, b: House) -> None:
    b.pacs.orders[NUMBER] = [replace(ORDER, birth_date=ANNA.birth_date)]
    strange = PatientNumber(NUMBER, "ELSEWHERE")
    assert b.known.orders(strange) == []
    b.pacs.known = [replace(b.pacs.known[0], number=strange)]
    assert b.known.orders(strange) == b.pacs.orders[NUMBER]
    b.pacs.orders[NUMBER] = [replace(ORDER, birth_date="19010101")]
    assert b.known.orders(strange) == []
