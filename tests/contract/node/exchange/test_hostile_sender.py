"""A sender with a valid certificate that lies: B refuses, says so to both ends, and nothing of B's own is touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.model.capsule import GrantRecord, HeaderRecord, Receipt, SegmentRecord
from beeldbrug.model.dataset import Line
from beeldbrug.model.exchange import State
from beeldbrug.node.policy.rules import GeneralRule
from beeldbrug.node.usecases.arrive.apply import Apply, Limits
from beeldbrug.node.usecases.arrive.take import REFUSED_SECONDS, Take
from beeldbrug.node.usecases.withdraw import withdraw
from tests.contract.node.exchange.forger import Forged, Forger, forged
from tests.contract.node.exchange.house import (
    A,
    B,
    C,
    House,
    alerts,
    events,
    originals,
    run_both,
    the_patient,
)
from tests.contract.node.exchange.memory_hub import MemoryHub
from tests.contract.node.exchange.small import dataset, encoded, new_uid, study

ANNA = the_patient()
Houses = tuple[House, House]


def taken(house: House) -> None:
    """Take the mailbox once, and do what is due."""
    house.run()


def failed(b: House, code: str) -> None:
    """B shows the failure with its reason, and audits it."""
    assert (b.exchange().state, b.exchange().reason_code) == (State.FAILED, code)
    assert code in alerts(b) and "part-refused" in events(b) and not b.pacs.taken


def test_true_records_made_by_hand_arrive(houses: Houses) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 3)))
    lie.send()
    taken(b)
    assert b.exchange().state is State.IMPORTED and len(b.pacs.taken) == 3


def _other_study(lie: Forged) -> None:
    lie.headers[1] = replace(lie.headers[1], study_uid=new_uid())


def _other_uid(lie: Forged) -> None:
    lie.headers[1] = replace(lie.headers[1], instance_uid=new_uid())


def _instance_twice(lie: Forged) -> None:
    lie.headers[1] = replace(lie.headers[1], instance=1)


def _bulk_without_header(lie: Forged) -> None:
    lie.bulks[1] = replace(lie.bulks[1], instance=99)


def _bulk_twice(lie: Forged) -> None:
    lie.bulks[1] = lie.bulks[0]


def _segment_without_grant(lie: Forged) -> None:
    lie.grants.clear()


def _number_too_high(lie: Forged) -> None:
    lie.headers[1] = replace(lie.headers[1], instance=2**30)


def _segment_too_large(lie: Forged) -> None:
    lie.segments[0] = replace(lie.segments[0], padded=2**63, length=2**62)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_other_study, "study-differs"),
        (_other_uid, "header-differs"),
        (_instance_twice, "instance-twice"),
        (_bulk_without_header, "bulk-without-header"),
        (_bulk_twice, "instance-twice"),
        (_segment_without_grant, "segment-without-grant"),
        (_number_too_high, "parcel-too-large"),
    ],
)
def test_records_that_contradict_each_other_are_refused(
    houses: Houses, change: Callable[[Forged], None], code: str
) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 2)))
    change(lie)
    lie.forger.send(lie.offer())
    lie.forger.send(*lie.content())
    taken(b)
    failed(b, code)
    assert originals(b, lie.forger.parcel) == {}


def test_a_length_beyond_all_limits_is_refused_and_others_come_in(houses: Houses) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 2)))
    _segment_too_large(lie)
    lie.forger.send(lie.offer(), *lie.content())
    a.receive(study(ANNA, 2))
    run_both(a, b)
    assert "record-malformed" in alerts(b) and len(b.pacs.taken) == 2


def test_a_parcel_that_brings_more_than_any_may_is_refused(houses: Houses) -> None:
    a, b = houses
    for limits in (Limits(instances=2), Limits(segments=0), Limits(bytes=100), Limits(parts=0)):
        b.take = Take(b.own, b.database, b.face, b.trust, Apply(B, b.clock.now, limits), b.clock.now)
        lie = forged(a, B, list(study(ANNA, 3)))
        lie.forger.send(lie.offer(), *lie.content())
        taken(b)
        failed(b, "parcel-too-large")


def test_the_sender_hears_that_its_part_was_refused(houses: Houses) -> None:
    a, b = houses
    a.receive(study(ANNA, 2))
    a.run()
    b.take = Take(b.own, b.database, b.face, b.trust, Apply(B, b.clock.now, Limits(instances=1)), b.clock.now)
    run_both(a, b)
    assert (a.exchange().state, a.exchange().reason_code) == (State.FAILED, "parcel-too-large")
    assert "receiver-failed" in alerts(a)


def test_wrong_keys_lose_nothing_and_both_ends_know(houses: Houses) -> None:
    a, b = houses
    a.receive(study(ANNA, 2))
    a.run()
    with b.database.write() as tx:  # as after a restore without the keys
        tx.connection.exec_driver_sql("UPDATE transport_key SET destroyed = 1.0")
    run_both(a, b)
    failed(b, "transport-key-unknown")
    assert (a.exchange().state, a.exchange().reason_code) == (State.FAILED, "transport-key-unknown")
    with b.database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE transport_key SET destroyed = NULL")
    run_both(a, b)
    assert b.exchange().state is State.FAILED, "a refused part rests before it is tried again"
    b.clock.ahead += REFUSED_SECONDS + 1
    run_both(a, b)
    assert (a.exchange().state, b.exchange().state) == (State.IMPORTED, State.IMPORTED)
    assert "transport-key-unknown" not in alerts(b) and "receiver-failed" not in alerts(a)
    assert len(b.pacs.taken) == 2


def test_bs_own_pack_cannot_be_granted_to_it_nor_spoken_of(houses: Houses) -> None:
    a, b = houses
    b.rules = (GeneralRule("BEELDBRUG", B),)
    own = forged(b, A, list(study(ANNA, 1)))
    (grant,) = own.grants
    lie = forged(a, B, list(study(ANNA, 1)))
    lie.forger.send(lie.offer(), GrantRecord(grant.pack, Line.PIXEL, bytes(16)))
    taken(b)
    failed(b, "pack-of-another-parcel")
    with b.database.read() as tx:
        assert tx.packs.key(B, grant.pack) == grant.key
    lie = forged(a, B, list(study(ANNA, 1)))
    place = replace(lie.bulks[0].bulks[0].place, pack=grant.pack)
    lie.bulks[0] = replace(lie.bulks[0], bulks=(replace(lie.bulks[0].bulks[0], place=place),))
    lie.forger.send(lie.offer(), *lie.headers, *lie.bulks)
    taken(b)
    failed(b, "pack-of-another-parcel")


def test_a_pack_of_another_senders_parcel_is_refused(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    c = House(C, a.folder.parent / "c", a.root, hub, (GeneralRule("BEELDBRUG", C),))
    true = forged(a, B, list(study(ANNA, 1)))
    true.forger.send(true.offer(), *true.headers, *true.bulks, *true.grants)
    taken(b)
    lie = forged(c, B, list(study(ANNA, 1)))
    lie.forger.send(lie.offer(), true.grants[0], SegmentRecord(true.segments[0]))
    taken(b)
    failed(b, "pack-of-another-parcel")
    c.close()


def test_a_part_of_another_senders_parcel_changes_nothing(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    c = House(C, a.folder.parent / "c", a.root, hub, (GeneralRule("BEELDBRUG", C),))
    true = forged(a, B, list(study(ANNA, 2)))
    true.forger.send(true.offer(), *true.content())
    taken(b)
    lie = forged(c, B, list(study(ANNA, 2)), parcel=true.forger.parcel)
    lie.forger.send(*lie.headers)
    taken(b)
    assert "parcel-without-offer" in alerts(b) and b.exchange().state is State.ARRIVING
    true.forger.send(true.manifest())
    taken(b)
    assert b.exchange().state is State.IMPORTED
    c.close()


def test_an_offer_twice_is_refused(houses: Houses) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 1)))
    lie.forger.send(lie.offer(), lie.offer())
    taken(b)
    failed(b, "parcel-offered-twice")


def test_a_closing_before_content_verifies_nothing_but_itself(houses: Houses) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 2)))
    lie.forger.send(lie.offer(), lie.manifest())
    taken(b)
    assert b.exchange().state is State.FAILED and b.exchange().reason_code == "manifest-differs"
    lie.forger.send(*lie.content())
    lie.forger.send(lie.manifest())
    taken(b)
    assert b.exchange().state is State.IMPORTED and len(b.pacs.taken) == 2


def test_a_bulk_in_a_segment_that_is_never_announced_fails_and_does_not_wait_for_ever(houses: Houses) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 2)))
    lie.segments.clear()
    lie.send()
    taken(b)
    assert (b.exchange().state, b.exchange().reason_code) == (State.FAILED, "manifest-differs")


def test_pieces_that_are_not_as_long_as_they_say_fail(houses: Houses) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 1)))
    pieces = lie.bulks[0].pieces
    moved = (replace(pieces[0], length=pieces[0].length - 2), replace(pieces[1], length=pieces[1].length), *pieces[2:])
    lie.bulks[0] = replace(lie.bulks[0], pieces=moved, size=lie.bulks[0].size - 2)
    lie.send()
    taken(b)
    assert b.exchange().state is State.FAILED and not b.pacs.taken


def test_another_content_than_stated_is_never_verified(houses: Houses) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 2)))
    lie.bulks[1] = replace(lie.bulks[1], hash=b"\1" * 32)
    lie.send()
    taken(b)
    assert (b.exchange().state, b.exchange().reason_code) == (State.FAILED, "instance-changed")


def test_a_dataset_cannot_come_into_the_pacs_under_another_uid(houses: Houses) -> None:
    """The record names a fresh UID; the dataset names one that B's PACS has."""
    a, b = houses
    uid = new_uid()
    lie = forged(a, B, [encoded(dataset(ANNA, uid, uid + ".1", uid + ".1.1", 1, bytes(4096)))])
    lie.headers[0] = replace(lie.headers[0], instance_uid=new_uid())
    lie.send()
    taken(b)
    failed(b, "header-differs")


def test_two_patients_in_one_study_are_a_question_and_get_no_number(houses: Houses) -> None:
    a, b = houses
    other = next(one for one in PATIENTS if one.bsn and one.bsn != ANNA.bsn)
    uid = new_uid()
    mixed = [
        encoded(dataset(one, uid, uid + ".1", f"{uid}.1.{place}", place, bytes(4096)))
        for place, one in enumerate((ANNA, other), 1)
    ]
    a.receive(mixed)
    run_both(a, b)
    assert (b.exchange().state, b.exchange().reason_code) == (State.FAILED, "patients-differ")
    assert "patients-differ" in alerts(b) and not b.pacs.taken
    assert a.exchange().reason_code == "patients-differ"


def test_a_receipt_for_a_sending_to_somebody_else_is_refused(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    c = House(C, a.folder.parent / "c", a.root, hub)
    b.pacs.known.clear()
    a.receive(study(ANNA, 1))
    run_both(a, b)
    before = a.exchange()
    lie = Forger(c, A, a.exchange().id)
    lie.send(Receipt("imported", 1, 1, before.closed_hash), kind="receipt")
    a.run()
    assert "receipt-misplaced" in alerts(a)
    assert (a.exchange().state, a.exchange().imported_at) == (before.state, before.imported_at)
    c.close()


@pytest.mark.parametrize("state", ["sending", "queued", "no-such-state", "parked"])
def test_a_receipt_with_a_state_that_no_receiver_is_in_is_refused(houses: Houses, state: str) -> None:
    a, b = houses
    a.receive(study(ANNA, 1))
    a.run()
    Forger(b, A, a.exchange().id).send(Receipt(state, 1, 1), kind="receipt")
    a.run()
    assert "receipt-state-unknown" in alerts(a) and a.exchange().state is State.ARRIVING


def test_a_receipt_holds_no_free_text(houses: Houses) -> None:
    a, b = houses
    a.receive(study(ANNA, 1))
    a.run()
    Forger(b, A, a.exchange().id).send(Receipt("failed", 0, 1, reason="Mevrouw De Vries is overleden"), kind="receipt")
    a.run()
    assert "record-malformed" in alerts(a) and a.exchange().reason_code == ""


def test_a_receipt_before_the_manifest_or_of_another_verifies_nothing(houses: Houses) -> None:
    a, b = houses
    a.receive(study(ANNA, 1))
    a.run()
    lie = Forger(b, A, a.exchange().id)
    lie.send(Receipt("verified", 10**9, 1, b"\2" * 32), kind="receipt")
    lie.send(Receipt("imported", 10**9, 1), kind="receipt")
    a.run()
    row = a.exchange()
    assert (row.state, row.verified, row.imported_at, row.done) == (State.ARRIVING, None, None, 1)


def test_an_expired_copy_does_not_undo_an_import(houses: Houses) -> None:
    a, b = houses
    a.receive(study(ANNA, 1))
    run_both(a, b)
    b.clock.ahead = 40 * 86400.0
    b.sweep.step(B)
    run_both(a, b)
    assert (a.exchange().state, b.exchange().state) == (State.IMPORTED, State.EXPIRED)


def test_a_part_of_an_unknown_kind_is_kept_reported_and_not_obeyed(houses: Houses) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 1)))
    lie.forger.send(lie.offer(), *lie.content(), kind="postcard")
    taken(b)
    with b.database.read() as tx:
        assert tx.exchanges.listing(B) == []
        part = tx.parcels.part(B, lie.forger.parcel, A, 1)
    assert part is not None and part.body is not None and "envelope-kind-unknown" in alerts(b)


def test_a_preface_that_says_another_kind_is_refused(houses: Houses) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 1)))
    lie.forger.send(lie.offer(), inside="supplement")
    taken(b)
    failed(b, "preface-differs")


def test_a_fault_of_the_program_keeps_no_other_part_from_coming_in(
    houses: Houses, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 1)))
    lie.send()
    a.receive(study(ANNA, 2))
    a.run()
    apply = Apply.apply

    def faulty(self: Apply, tx: object, envelope: object, *rest: object) -> None:
        if getattr(envelope, "parcel", "") == lie.forger.parcel:
            raise ZeroDivisionError
        apply(self, tx, envelope, *rest)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(Apply, "apply", faulty)
    b.listen()
    run_both(a, b)
    assert len(b.pacs.taken) == 2 and "program-fault" in alerts(b)


def test_what_is_refused_is_audited_once_and_not_at_every_try(houses: Houses) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 1)))
    lie.forger.send(lie.offer(), lie.offer())
    for _ in range(4):
        taken(b)
        b.clock.ahead += REFUSED_SECONDS + 1
    assert events(b).count("part-refused") == 1 and alerts(b).count("parcel-offered-twice") == 1


def test_a_second_sending_of_the_same_study_arrives_as_well(houses: Houses) -> None:
    """After a failure the remedy is to send again: the packs are the same, the parcel is another."""
    a, b = houses
    sent = list(study(ANNA, 3))
    b.pacs.known.clear()
    a.receive(sent)
    run_both(a, b)
    first = b.exchange().id
    a.rules = tuple(replace(rule, ae_title="NOGMAALS") for rule in a.rules[:1])
    a.receive(sent[:2], called="NOGMAALS")
    run_both(a, b)
    assert b.exchange().id != first and b.exchange().total == 2
    assert b.exchange().verified is not None and a.exchange().reason_code == ""
    withdraw(a.database, A, first, "tester", "once is enough", a.clock.now())
    run_both(a, b)
    assert set(originals(b, b.exchange().id)) == {uid for _, uid, *_ in sent[:2]}


def test_a_study_whose_first_sending_failed_is_sent_again(houses: Houses, hub: MemoryHub) -> None:
    a, b = houses
    sent = list(study(ANNA, 2))
    a.receive(sent)
    a.run()
    kept = dict(hub.segments)
    hub.segments.clear()
    run_both(a, b)
    b.clock.ahead += 60
    run_both(a, b)
    b.clock.ahead += 60
    run_both(a, b)
    assert a.exchange().state is State.FAILED and a.exchange().reason_code == "segment-gone"
    hub.segments.update(kept)
    a.receive(sent)
    run_both(a, b)
    assert a.exchange().state is State.IMPORTED and len(b.pacs.taken) == 2


def test_nothing_that_a_sender_says_is_in_the_log(houses: Houses, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 2)))
    offer = replace(lie.offer(), description="GEHEIM-ONDERZOEK", modalities=("GEHEIM",))
    offer = replace(offer, terms=replace(offer.terms, question="GEHEIME-VRAAG", responsible="GEHEIM-DR"))
    lie.bulks[1] = replace(lie.bulks[1], hash=b"\1" * 32)
    lie.forger.send(offer, *lie.content())
    lie.forger.send(lie.manifest())
    taken(b)
    shown = capsys.readouterr()
    for word in ("GEHEIM", ANNA.own_name, ANNA.bsn, lie.study_uid):
        assert word not in shown.err + shown.out
    with b.database.read() as tx:
        for alert in tx.alerts.open(B):
            assert "GEHEIM" not in f"{alert.text_nl}{alert.text_en}{alert.remedy_nl}{alert.remedy_en}"


def test_a_header_without_any_identifier_is_no_reason_to_crash(houses: Houses) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 1)))
    for header in (b"", b"\0" * 64, b"\xff" * 4000):
        forger = Forger(a, B)
        changed = replace(lie.headers[0], header=header)
        forger.send(lie.offer(), HeaderRecord(**{name: getattr(changed, name) for name in changed.__slots__}))
        taken(b)
        assert b.exchange().state is State.ARRIVING


def test_the_offer_decides_over_time_within_a_limit(houses: Houses) -> None:
    a, b = houses
    lie = forged(a, B, list(study(ANNA, 1)))
    lie.forger.send(replace(lie.offer(), expires=0.0), *lie.content())
    taken(b)
    longest = b.clock.now() + Limits().seconds
    assert longest - 100 < b.exchange().expires <= longest
