"""What is noted of an arrival's BSN when it has been verified: where it stood, once, and never the number."""

from __future__ import annotations

from beeldbrug.model.exchange import State
from beeldbrug.model.figures import BsnFinding
from tests.contract.node.exchange.house import A, House, run_both, the_patient
from tests.contract.node.exchange.small import dataset, encoded, new_uid, study

Houses = tuple[House, House]
Counts = list[tuple[str, BsnFinding, int]]


def counts(house: House) -> Counts:
    """All of the house."""
    with house.database.read() as tx:
        return tx.bsn_quality.counts(house.ura, 0, 9e9)


def test_an_arrival_is_counted_when_it_is_verified_and_its_supplement_not_again(houses: Houses) -> None:
    a, b = houses
    uid = new_uid()
    a.receive(study(the_patient(), 2, uid=uid))
    run_both(a, b)
    assert b.exchange().state is State.IMPORTED
    assert counts(b) == [(A, BsnFinding.OTHER_PATIENT_IDS_SEQUENCE, 1)]
    a.receive(study(the_patient(), 1, start=3, uid=uid))
    run_both(a, b)
    assert b.exchange().total == 3
    assert counts(b) == [(A, BsnFinding.OTHER_PATIENT_IDS_SEQUENCE, 1)]
    assert counts(a) == [], "what was sent is the receiver's to count"


def test_what_the_sender_left_out_is_the_reason(houses: Houses) -> None:
    a, b = houses
    uid = new_uid()
    bare = dataset(the_patient(), uid, uid + ".1", uid + ".1.1", 1, b"\0" * 512)
    bare.PatientID = bare.OtherPatientIDsSequence[0].PatientID
    del bare.OtherPatientIDsSequence, bare.IssuerOfPatientID
    a.receive([encoded(bare)])
    run_both(a, b, State.VERIFIED)
    assert counts(b) == [(A, BsnFinding.PATIENT_ID_WITHOUT_ISSUER, 1)]
