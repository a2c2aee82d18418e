"""Reports travel with their study and after it; never with another patient's; and go with their exchange."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from beeldbrug.dicom.phantom.patients import HOSPITAL_A, PATIENTS, PhantomPatient
from beeldbrug.model.capsule import ReportPiece
from beeldbrug.model.errors import BeeldbrugError, Conflict, Malformed, NotFound
from beeldbrug.model.exchange import Direction, State
from beeldbrug.model.report import Report, ReportKey, ReportSource, ReportStatus, ReportSubject
from beeldbrug.node.ports.reports import GivenReport, ReportRow, ReportState
from beeldbrug.node.usecases.reports.attach import attach
from beeldbrug.node.usecases.reports.desk import cases, claim_report, place_on, set_aside
from beeldbrug.node.usecases.reports.look_after import look_after
from beeldbrug.node.usecases.reports.send import records
from beeldbrug.node.usecases.reports.take import TakeReports
from beeldbrug.node.usecases.withdraw import withdraw
from tests.contract.node.exchange.house import A, B, House, alerts, authority, events, rule_to_b, run_both, the_patient
from tests.contract.node.exchange.memory_hub import MemoryHub
from tests.contract.node.exchange.small import dataset, encoded, study

UID = "2.25.77"
ANNA = the_patient()
OTHER = next(one for one in PATIENTS if one is not ANNA)
DAY = "20250311"
AT = 1_795_000_000.0


def number(patient: PhantomPatient) -> str:
    return patient.identity(HOSPITAL_A).number.value


def subject(patient: PhantomPatient = ANNA, **changes: str) -> ReportSubject:
    return replace(ReportSubject(number(patient), accession="A-ACC-1", filler="F1", observed=DAY), **changes)


def report(text: str = "Geen bloeding.", **changes: object) -> Report:
    base = Report(
        ReportKey(A, "RIS", "V1"), ReportStatus.PRELIMINARY, ReportSource.HL7_ORU, subject(), "CT hersenen", text=text
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # fields of Report


FINAL = report("Geen bloeding. Definitief.", status=ReportStatus.FINAL)


def take(house: House, one: Report, at: float = AT) -> ReportRow:
    (row,) = TakeReports(house.database, A).take([GivenReport(one, at)], AT + 1e6, "hl7")
    return row


def at_b(b: House) -> list[tuple[ReportRow, list[Report]]]:
    """What B has: each report with its versions, the one in force first."""
    with b.database.read() as tx:
        found = []
        for exchange in tx.exchanges.listing(B):
            for row in tx.reports.of_exchange(B, exchange.id):
                versions = {
                    head.number: tx.reports.version(B, row.id, head.number) for head in tx.reports.heads(B, row.id)
                }
                first = versions.pop(row.standing)
                found.append((row, [one for one in (first, *versions.values()) if one is not None]))
    return found


def said(b: House) -> list[list[str]]:
    return [[one.text for one in versions] for _, versions in at_b(b)]


def sent(houses: tuple[House, House], patient: PhantomPatient = ANNA) -> tuple[House, House]:
    a, b = houses
    a.receive(study(patient, 2, uid=UID))
    run_both(a, b)
    return a, b


def test_a_report_that_waited_goes_with_its_study(houses: tuple[House, House]) -> None:
    a, b = houses
    row = take(a, FINAL)
    assert (row.state, said(b)) == (ReportState.WAITING, [])
    sent(houses)
    ((arrived, (version,)),) = at_b(b)
    assert arrived.direction is Direction.IN and arrived.study_uid == UID and arrived.state is ReportState.PLACED
    assert version == replace(FINAL, subject=subject(study_uid=UID))
    assert "report-sent" in events(a) and "report-arrived" in events(b) and "report-kept" in events(a)
    assert b.exchange().state is State.IMPORTED


def test_what_comes_later_follows_and_final_takes_the_place_of_preliminary(houses: tuple[House, House]) -> None:
    a, b = sent(houses)
    take(a, report())
    run_both(a, b)
    assert said(b) == [["Geen bloeding."]]
    take(a, FINAL, AT + 60)
    run_both(a, b)
    assert said(b) == [["Geen bloeding. Definitief.", "Geen bloeding."]]
    take(a, replace(FINAL, text="Toch een bloeding.", status=ReportStatus.CORRECTED), AT + 120)
    run_both(a, b)
    assert said(b)[0][0] == "Toch een bloeding." and len(said(b)[0]) == 3
    assert "report-replaced" in alerts(b)
    assert b.exchange().state is State.IMPORTED and a.exchange().state is State.IMPORTED


def test_the_same_version_twice_changes_nothing_and_an_older_one_takes_nobodys_place(
    houses: tuple[House, House],
) -> None:
    a, b = sent(houses)
    take(a, FINAL, AT + 60)
    run_both(a, b)
    before = (said(b), len(events(a)), len(events(b)))
    take(a, FINAL, AT + 60)
    take(a, FINAL, AT + 90)
    run_both(a, b)
    assert (said(b), len(events(a)), len(events(b))) == before
    late = take(a, report(), AT)
    run_both(a, b)
    assert said(b) == before[0]
    with a.database.read() as tx:
        assert [head.status for head in tx.reports.heads(A, late.id)] == [ReportStatus.FINAL, ReportStatus.PRELIMINARY]


def test_what_is_preliminary_never_takes_the_place_of_what_is_final(houses: tuple[House, House]) -> None:
    a, b = sent(houses)
    take(a, FINAL, AT)
    take(a, report(), AT + 60)
    run_both(a, b)
    assert said(b) == [["Geen bloeding. Definitief."]]


def test_a_cancellation_marks_and_what_was_never_sent_is_not_sent_cancelled(houses: tuple[House, House]) -> None:
    a, b = sent(houses)
    take(a, FINAL)
    run_both(a, b)
    take(a, replace(FINAL, status=ReportStatus.CANCELLED, text=""), AT + 60)
    other = ReportKey(A, "RIS", "V2")
    take(a, replace(FINAL, key=other, status=ReportStatus.CANCELLED, text=""), AT + 60)
    run_both(a, b)
    ((_, versions),) = at_b(b)
    assert [one.status for one in versions] == [ReportStatus.CANCELLED, ReportStatus.FINAL]
    assert "report-replaced" in alerts(b)


def test_a_large_pdf_travels_in_pieces_and_comes_whole(houses: tuple[House, House]) -> None:
    a, b = sent(houses)
    document = b"%PDF-1.7\n" + os.urandom(3 * 1024 * 1024)
    take(a, replace(FINAL, document=document))
    run_both(a, b)
    ((row, (version,)),) = at_b(b)
    assert version.document == document and version.text == FINAL.text
    with b.database.read() as tx:
        parts = [tx.parcels.part(B, b.exchange().id, A, one) for one in range(1, 40)]
        assert sum(part is not None and part.kind == "report" for part in parts) > 3
        assert tx.reports.get(B, row.id) is not None


def test_withdrawing_destroys_the_report_with_the_exchange(houses: tuple[House, House]) -> None:
    a, b = houses
    b.pacs.known.clear()  # nobody imports it
    sent(houses)
    take(a, FINAL)
    run_both(a, b)
    assert len(at_b(b)) == 1
    withdraw(a.database, A, a.exchange().id, "laborant", "verkeerd", a.clock.now())
    run_both(a, b)
    assert (a.exchange().state, b.exchange().state) == (State.WITHDRAWN, State.WITHDRAWN)
    with b.database.read() as tx:
        assert tx.reports.listing(B) == []
    take(a, replace(FINAL, text="Te laat."), AT + 60)
    run_both(a, b)
    assert at_b(b) == []


def test_an_arrival_that_expires_takes_its_report_along(houses: tuple[House, House]) -> None:
    a, b = sent(houses)
    take(a, FINAL)
    run_both(a, b)
    b.clock.ahead += 400 * 86400
    b.sweep.step(B)
    assert b.exchange().emptied is not None
    with b.database.read() as tx:
        assert tx.reports.listing(B) == []


def test_a_report_of_another_patient_comes_to_the_desk_and_can_be_placed_by_nobody(
    houses: tuple[House, House],
) -> None:
    a, b = sent(houses)
    row = take(a, replace(FINAL, subject=subject(OTHER)))
    assert (row.state, row.reason) == (ReportState.DESK, "report-patient-differs")
    assert "report-at-desk" in alerts(a)
    with pytest.raises(Conflict, match="another patient"):
        place_on(a.database, A, row.id, UID, "desk", AT)
    (case,) = cases(a.database, A, AT)
    assert case.fitting[0].differs == ("patient",) and not case.fitting[0].placeable
    set_aside(a.database, A, row.id, "desk", "verkeerde patiënt", AT)
    run_both(a, b)
    assert at_b(b) == [] and cases(a.database, A, AT) == []
    assert "report-at-desk" not in alerts(a) and "report-aside" in events(a)
    with pytest.raises(Conflict, match="decided"):
        place_on(a.database, A, row.id, UID, "desk", AT)


def test_the_same_accession_number_of_another_issuer_is_never_joined_by_itself(houses: tuple[House, House]) -> None:
    a, b = houses
    made = dataset(ANNA, UID, f"{UID}.1", f"{UID}.1.1", 1, bytes(512))
    issuer = Dataset()
    issuer.LocalNamespaceEntityID = "ZKH A"
    made.IssuerOfAccessionNumberSequence = [issuer]
    a.receive([encoded(made)])
    run_both(a, b)
    elsewhere = replace(FINAL, key=ReportKey(A, "RIS", "V2"), subject=subject(OTHER, accession_issuer="ELDERS"))
    assert take(a, elsewhere).state is ReportState.WAITING
    row = take(a, replace(FINAL, subject=subject(accession_issuer="ELDERS")))
    assert (row.state, row.reason) == (ReportState.DESK, "report-issuer-differs")
    (case,) = cases(a.database, A, AT)
    assert case.fitting[0].differs == ("accession",) and case.fitting[0].placeable
    run_both(a, b)
    assert at_b(b) == []
    own = replace(FINAL, key=ReportKey(A, "RIS", "V3"), subject=subject(accession_issuer="zkh a"))
    assert take(a, own).state is ReportState.PLACED
    run_both(a, b)
    assert said(b) == [[FINAL.text]]


def test_patient_and_day_alone_are_a_proposal_that_the_desk_confirms(houses: tuple[House, House]) -> None:
    a, b = sent(houses)
    row = take(a, replace(FINAL, subject=subject(accession="", filler="ONBEKEND")))
    assert (row.state, row.reason) == (ReportState.DESK, "report-same-day")
    run_both(a, b)
    assert at_b(b) == []
    claim_report(a.database, A, row.id, "piet", AT)
    with pytest.raises(Conflict, match="colleague"):
        place_on(a.database, A, row.id, UID, "els", AT + 1)
    with pytest.raises(NotFound):
        place_on(a.database, A, row.id, "1.2.3", "piet", AT + 1)
    place_on(a.database, A, row.id, UID, "piet", AT + 1)
    run_both(a, b)
    assert said(b) == [[FINAL.text]]


def test_a_report_of_another_study_of_the_day_waits(houses: tuple[House, House]) -> None:
    a, b = sent(houses)
    assert take(a, replace(FINAL, subject=subject(accession="A-ACC-2"))).state is ReportState.WAITING
    assert take(a, replace(FINAL, key=ReportKey(A, "RIS", "V3"), subject=subject(study_uid="2.25.9"))).state is (
        ReportState.WAITING
    )
    run_both(a, b)
    assert at_b(b) == [] and cases(a.database, A, AT) == []


def test_a_new_version_of_another_subject_is_taken_off_and_asked_about(houses: tuple[House, House]) -> None:
    a, b = sent(houses)
    take(a, FINAL)
    row = take(a, replace(FINAL, subject=subject(OTHER), text="Van een ander."), AT + 60)
    assert (row.state, row.reason) == (ReportState.DESK, "report-subject-changed")
    run_both(a, b)
    assert "Van een ander." not in str(said(b))


def test_a_rule_can_leave_reports_out_and_what_is_attached_by_hand_goes_all_the_same(
    houses: tuple[House, House],
) -> None:
    a, b = houses
    a.with_reports = False
    sent(houses)
    take(a, FINAL)
    run_both(a, b)
    assert at_b(b) == []
    pdf = b"%PDF-1.4 verslag\n%%EOF"
    attach(a.database, A, a.exchange().id, pdf, "Verslag elders", ReportStatus.FINAL, "arts", AT)
    run_both(a, b)
    ((_, (version,)),) = at_b(b)
    assert (version.title, version.document, version.source) == ("Verslag elders", pdf, ReportSource.PDF)
    for wrong in (b"MZ\x90", b"", b"x" * 2000 + b"%PDF-"):
        with pytest.raises(BeeldbrugError):
            attach(a.database, A, a.exchange().id, wrong, "Verslag", ReportStatus.FINAL, "arts", AT)
    with pytest.raises(Malformed):
        attach(a.database, A, a.exchange().id, pdf, " ", ReportStatus.FINAL, "arts", AT)
    with pytest.raises(NotFound):
        attach(a.database, A, "0" * 32, pdf, "Verslag", ReportStatus.FINAL, "arts", AT)


def test_a_report_whose_study_never_comes_goes_after_its_days(houses: tuple[House, House]) -> None:
    a, _ = sent(houses)
    here = take(a, FINAL)
    waiting = take(a, replace(FINAL, key=ReportKey(A, "RIS", "V9"), subject=subject(study_uid="2.25.9")))
    look_after(a.database, A, 90.0, AT + 1e6 + 89 * 86400)
    with a.database.read() as tx:
        assert tx.reports.get(A, waiting.id) is not None
    look_after(a.database, A, 90.0, AT + 1e6 + 91 * 86400)
    with a.database.read() as tx:
        assert tx.reports.get(A, waiting.id) is None and tx.reports.get(A, here.id) is not None
    assert "reports-deleted" in events(a)


def test_killed_between_keeping_and_sending_it_goes_once(houses: tuple[House, House]) -> None:
    a, b = sent(houses)
    take(a, FINAL)
    a.wire()  # the process came up anew
    run_both(a, b)
    a.wire()
    b.wire()
    with a.database.write() as tx:
        tx.work.add(A, "report", a.exchange().id, "routine", 0.0)
    run_both(a, b)
    assert said(b) == [[FINAL.text]]
    assert events(a).count("report-sent") == 1 and events(b).count("report-arrived") == 1


@pytest.mark.parametrize(
    ("forged", "code"),
    [
        (replace(FINAL, subject=subject(study_uid="2.25.9")), "report-study-differs"),
        (replace(FINAL, subject=subject(OTHER, study_uid=UID)), "report-of-other-patient"),
        (replace(FINAL, key=ReportKey(B, "RIS", "V1"), subject=subject(study_uid=UID)), "report-of-another"),
        (replace(FINAL, subject=subject(study_uid=UID), text="", document=b"MZ"), "report-document"),
        (replace(FINAL, subject=subject(study_uid=UID), text=""), "report-empty"),
    ],
)
def test_a_forged_report_is_refused_and_told(houses: tuple[House, House], forged: Report, code: str) -> None:
    a, b = sent(houses)
    a.post.publish(a.exchange(), "report", list(records(forged, AT)))
    run_both(a, b)
    assert at_b(b) == [] and code in alerts(b) and "part-refused" in events(b)


def test_a_piece_without_its_beginning_and_one_of_another_content_are_refused(houses: tuple[House, House]) -> None:
    a, b = sent(houses)
    head, piece = records(replace(FINAL, subject=subject(study_uid=UID)), AT)
    assert isinstance(piece, ReportPiece)
    a.post.publish(a.exchange(), "report", [head, replace(piece, data=b"Z" * len(piece.data))])
    run_both(a, b)
    assert at_b(b) == [] and "report-hash-differs" in alerts(b)


def test_a_node_that_does_not_know_the_kind_keeps_it_and_says_so(houses: tuple[House, House]) -> None:
    a, b = sent(houses)
    a.post.publish(
        a.exchange(), "report-of-tomorrow", list(records(replace(FINAL, subject=subject(study_uid=UID)), AT))
    )
    run_both(a, b)
    assert "envelope-kind-unknown" in alerts(b) and at_b(b) == []
    with b.database.read() as tx:
        last = tx.parcels.last_part(B, b.exchange().id, A)
    assert last is not None and last.kind == "report-of-tomorrow" and last.body


NUMBERS = st.sampled_from([number(ANNA), number(OTHER), ""])
WORDS = st.sampled_from(["", "A-ACC-1", "A-ACC-2"])
ISSUERS = st.sampled_from(["", "ZKH A", "ELDERS"])
SUBJECTS = st.builds(
    ReportSubject, NUMBERS, st.sampled_from(["", UID, "2.25.78", "2.25.9"]), WORDS, ISSUERS, WORDS, WORDS,
    st.sampled_from(["", DAY, "20250312"]),
)  # fmt: skip
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("report"), SUBJECTS, st.sampled_from(["V1", "V2"])),
        st.tuples(st.just("study"), st.sampled_from([(0, UID), (1, "2.25.78")]), st.just("")),
        st.tuples(st.just("desk"), st.sampled_from([UID, "2.25.78"]), st.just("")),
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(STEPS)
def test_no_sequence_puts_a_report_under_another_patients_study(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, object, str]]
) -> None:
    hub, root = MemoryHub(), authority()
    a = House(A, tmp_path_factory.mktemp("a"), root, hub, (rule_to_b(),))
    b = House(B, tmp_path_factory.mktemp("b"), root, hub)
    try:
        for count, (what, which, key) in enumerate(steps):
            _do(a, what, which, key, count)
        run_both(a, b)
        for house, organisation in ((a, A), (b, B)):
            with house.database.read() as tx:
                for row in tx.reports.listing(organisation):
                    if row.state is ReportState.PLACED:
                        version = tx.reports.version(organisation, row.id, row.standing)
                        studies = tx.instances.studies(organisation, None, {"StudyInstanceUID": row.study_uid}, 0, 9)
                        assert version is not None and studies
                        assert {one.patient_number.value for one in studies} == {version.subject.patient_id}
    finally:
        a.close()
        b.close()


def _do(a: House, what: str, which: object, key: str, count: int) -> None:
    if what == "report" and isinstance(which, ReportSubject):
        take(a, replace(FINAL, key=ReportKey(A, "RIS", key), subject=which, text=f"versie {count}"), AT + count)
    elif what == "study" and isinstance(which, tuple):
        a.receive(study((ANNA, OTHER)[which[0]], 1, uid=which[1]))
        a.run()
    else:
        for case in cases(a.database, A, AT):
            try:
                place_on(a.database, A, case.row.id, str(which), "desk", AT + count)
            except BeeldbrugError as error:
                assert error.code in ("report-of-other-patient", "report-study-unknown")
