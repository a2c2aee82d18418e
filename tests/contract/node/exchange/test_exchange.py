"""A study goes from A's vault to B's PACS through a hub, and everything that can go wrong on the way is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PhantomPatient
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Ground, State, Urgency
from beeldbrug.node.policy.rules import ImportRule
from beeldbrug.node.ports.reception import Peer, StoreRequest
from beeldbrug.node.ports.records import OWN
from beeldbrug.node.usecases.receive.recover import recover
from beeldbrug.node.usecases.withdraw import withdraw
from tests.contract.node.exchange.house import (
    A,
    B,
    House,
    alerts,
    at_b,
    authority,
    events,
    originals,
    rule_to_b,
    run_both,
    the_patient,
)
from tests.contract.node.exchange.memory_hub import MemoryHub
from tests.contract.node.exchange.small import Bare, dataset, decoded, encoded, study

COERCED = {"PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate", "PatientSex", "AccessionNumber"}
COERCED |= {"IssuerOfAccessionNumberSequence", "OtherPatientIDsSequence", "OriginalAttributesSequence"}

ANNA: PhantomPatient = the_patient()


def test_a_study_arrives_in_bs_pacs_under_bs_own_number_and_a_can_see_so(houses: tuple[House, House]) -> None:
    a, b = houses
    sent = list(study(ANNA, 12))
    a.receive(sent)
    run_both(a, b)
    assert (a.exchange().state, b.exchange().state) == (State.IMPORTED, State.IMPORTED)
    assert (a.exchange().total, a.exchange().done, a.exchange().imported) == (12, 12, 12)
    assert originals(b, b.exchange().id) == {uid: [content] for _, uid, _, content in sent}
    for _, uid, _, content in sent:
        (taken,) = b.pacs.taken[uid]
        before, after = decoded(content), decoded(taken)
        assert after.PatientID == at_b(ANNA).number.value and after.IssuerOfPatientID == HOSPITAL_B.name
        kept = after.OriginalAttributesSequence[0].ModifiedAttributesSequence[0]
        assert kept.PatientID == before.PatientID and kept.AccessionNumber == "A-ACC-1"
        for element in before:
            if element.keyword not in COERCED:
                assert after[element.tag] == element
    assert {"receive", "disclose-decision", "disclose", "sent", "receipt-verified", "receipt-imported"} <= {*events(a)}
    assert {"arriving", "verified", "reconcile", "imported"} <= {*events(b)}


def test_the_hub_sees_sealed_bytes_only(houses: tuple[House, House], hub: MemoryHub) -> None:
    a, _ = houses
    a.receive(study(ANNA, 3))
    a.run()
    state = b"".join([*hub.segments.values(), *(body for _, body in hub.parts.values())]).lower()
    for word in (ANNA.own_name, ANNA.bsn, ANNA.birth_date, "A-ACC-1", "CT hersenen"):
        assert word.encode().lower() not in state


def test_what_needs_a_human_waits_visibly_and_goes_on_when_the_patient_is_there(houses: tuple[House, House]) -> None:
    a, b = houses
    b.pacs.known.clear()
    a = _send_with(a, b, Urgency.ROUTINE)
    assert b.exchange().state is State.VERIFIED and b.exchange().reason_code == "patient-not-found"
    assert "patient-not-found" in alerts(b) and not b.pacs.taken
    b.pacs.known.append(at_b(ANNA))
    b.clock.ahead += 3600
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED and "patient-not-found" not in alerts(b)


def _send_with(a: House, b: House, urgency: Urgency) -> House:
    a.rules = (replace(rule_to_b(), urgency=urgency),)
    a.receive(study(ANNA, 2))
    run_both(a, b)
    return a


def test_stat_without_local_number_goes_in_under_an_emergency_number(tmp_path: Path, hub: MemoryHub) -> None:
    root = authority()
    a = House(A, tmp_path / "a", root, hub, (rule_to_b(),))
    b = House(B, tmp_path / "b", root, hub, import_rule=ImportRule(B, "Sint-Eloy", emergency_issuer="Sint-Eloy spoed"))
    a.receive(study(ANNA, 2))
    run_both(a, b)
    taken = decoded(next(iter(b.pacs.taken.values()))[0])
    assert taken.PatientID.startswith("SPOED") and taken.IssuerOfPatientID == "Sint-Eloy spoed"
    assert str(taken.PatientName) == ANNA.person_name and "emergency-number" in alerts(b)
    assert a.exchange().state is State.IMPORTED
    a.close()
    b.close()


def test_a_late_instance_is_a_supplement(houses: tuple[House, House]) -> None:
    a, b = houses
    first = list(study(ANNA, 3))
    a.receive(first)
    run_both(a, b)
    late = study(ANNA, 1, start=4, uid=first[0][1].rsplit(".", 2)[0])
    a.receive(late)
    assert a.exchange().state is State.SENDING
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED and a.exchange().total == 4 and len(b.pacs.taken) == 4
    assert all(len(copies) == 1 for copies in b.pacs.taken.values())


def test_a_study_sent_again_is_not_there_twice(houses: tuple[House, House]) -> None:
    a, b = houses
    sent = list(study(ANNA, 3))
    a.receive(sent)
    run_both(a, b)
    a.receive(sent)
    run_both(a, b)
    assert len(originals(a, OWN)) == 3 and a.exchange().total == 3
    assert all(len(copies) == 1 for copies in b.pacs.taken.values())


def test_same_uid_with_other_content_is_a_question_and_never_an_overwrite(houses: tuple[House, House]) -> None:
    a, b = houses
    sent = list(study(ANNA, 1))
    a.receive(sent)
    run_both(a, b)
    uid = sent[0][1]
    study_uid = uid.rsplit(".", 2)[0]
    a.receive([encoded(dataset(ANNA, study_uid, study_uid + ".1", uid, 1, b"\7" * 4096))])
    assert "same-uid-other-content" in alerts(a)
    run_both(a, b)
    assert len(b.pacs.taken[uid]) == 1
    assert "imported-before-with-other-content" in alerts(b) and b.exchange().state is State.FAILED
    assert a.exchange().reason_code == "imported-before-with-other-content"


def test_the_general_title_parks_with_an_alert_that_says_what_to_do(houses: tuple[House, House]) -> None:
    a, b = houses
    a.receive(study(ANNA, 2), called="BEELDBRUG")
    run_both(a, b)
    assert a.exchange().state is State.PARKED and alerts(a) == ["for-whom"]
    with b.database.read() as tx:
        assert tx.exchanges.listing(B) == []


def test_a_consultation_without_consent_is_parked(houses: tuple[House, House]) -> None:
    a, b = houses
    a.rules = (rule_to_b(Ground.CONSULTATION),)
    a.receive(study(ANNA, 2))
    run_both(a, b)
    assert a.exchange().state is State.PARKED and alerts(a) == ["consent-missing"]


def test_a_hub_that_is_away_loses_nothing(houses: tuple[House, House], hub: MemoryHub) -> None:
    a, b = houses
    hub.down = True
    a.receive(study(ANNA, 4))
    with a.database.read() as tx:
        (row,) = [row for row in tx.work.due(a.clock.now() + 1) if row.kind == "send"]
    with pytest.raises(BeeldbrugError, match="peer-unreachable"):
        a.steps["send"].step(row.subject)
    hub.down = False
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED


def test_withdrawing_what_nobody_opened_leaves_nothing_behind(houses: tuple[House, House], hub: MemoryHub) -> None:
    a, b = houses
    b.pacs.known.clear()
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    a.receive(study(ANNA, 3))
    run_both(a, b)
    assert withdraw(a.database, A, a.exchange().id, "tester", "wrong patient", a.clock.now()) == "undoing"
    run_both(a, b)
    assert a.exchange().state is State.WITHDRAWN and b.exchange().state is State.WITHDRAWN
    assert originals(b, b.exchange().id) == {} and list(b.store.packs()) == []
    with b.database.read() as tx:
        assert tx.packs.of_origin(B, b.exchange().id) == []
    assert len(originals(a, OWN)) == 3


def test_an_import_that_has_begun_wins_over_a_withdrawal(houses: tuple[House, House]) -> None:
    a, b = houses
    a.receive(study(ANNA, 3))
    run_both(a, b)
    withdraw(a.database, A, a.exchange().id, "tester", "too late", a.clock.now())
    run_both(a, b)
    assert b.exchange().state is State.IMPORTED and b.exchange().reason_code == "import-had-begun"
    assert a.exchange().state is State.IMPORTED and len(b.pacs.taken) == 3


def test_a_pacs_that_refuses_is_told_at_both_ends(houses: tuple[House, House]) -> None:
    a, b = houses
    b.pacs.status = 0xC000
    a.receive(study(ANNA, 2))
    run_both(a, b)
    assert b.exchange().state is State.FAILED and a.exchange().reason_code == "pacs-refused-c000"
    assert "receiver-failed" in alerts(a)


def _break_segment(hub: MemoryHub) -> None:
    key, body = next(iter(hub.segments.items()))
    hub.segments[key] = body[:100] + bytes([body[100] ^ 1]) + body[101:]


def test_an_altered_segment_is_refused_and_both_ends_know(houses: tuple[House, House], hub: MemoryHub) -> None:
    a, b = houses
    a.receive(study(ANNA, 2))
    a.run()
    _break_segment(hub)
    run_both(a, b)
    assert b.exchange().state is State.FAILED and "segment-hash-differs" in alerts(b) and not b.pacs.taken
    assert a.exchange().state is State.FAILED and a.exchange().reason_code == "segment-hash-differs"


def test_a_segment_that_is_missing_is_waited_for(houses: tuple[House, House], hub: MemoryHub) -> None:
    a, b = houses
    a.receive(study(ANNA, 2))
    a.run()
    kept = dict(hub.segments)
    hub.segments.clear()
    run_both(a, b)
    assert b.exchange().state is State.ARRIVING
    hub.segments.update(kept)
    b.clock.ahead += 60
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED


def test_an_altered_envelope_is_refused_with_an_alert_and_an_audit_event(
    houses: tuple[House, House], hub: MemoryHub
) -> None:
    a, b = houses
    a.receive(study(ANNA, 1))
    a.run()
    box = hub.boxes[B]
    broken = box[0].envelope[:-6] + ("A" * 6)
    box[0] = replace(box[0], envelope=broken)
    b.run()
    assert "signature-invalid" in alerts(b) and "part-refused" in events(b)


def test_a_stale_statement_means_hold_not_send(houses: tuple[House, House]) -> None:
    a, _ = houses
    a.clock.ahead = 9 * 86400.0
    a.receive(study(ANNA, 1))
    a.run()
    assert a.exchange().state is State.SENDING and a.exchange().first_part is None
    with pytest.raises(BeeldbrugError, match="statement-stale"):
        a.steps["send"].step(a.exchange().id)


def test_clocks_hours_apart_change_nothing(houses: tuple[House, House]) -> None:
    a, b = houses
    b.clock.ahead = 5 * 3600.0
    a.receive(study(ANNA, 3))
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED


def test_an_interrupted_receiver_keeps_what_it_acknowledged(houses: tuple[House, House]) -> None:
    a, b = houses
    receiving, packing = a.receiving()
    session = receiving.admit(Peer("PACSA", "NAAR_B", "127.0.0.1"))
    sent: list[Bare] = list(study(ANNA, 3))
    for sop_class, uid, syntax, content in sent:
        arrival = session.begin(StoreRequest(sop_class, uid, syntax))
        arrival.write(memoryview(content))
        arrival.commit()
    half = session.begin(StoreRequest(*sent[0][:3]))
    half.write(memoryview(sent[0][3][:2000]))
    packing._stopping.set()  # the process dies here: nothing is closed, nothing is flushed
    recover(a.database, a.spool, a.store, "test", a.clock.now())
    assert originals(a, OWN) == {uid: [content] for _, uid, _, content in sent}
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED and len(b.pacs.taken) == 3
