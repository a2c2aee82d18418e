"""pynetdicom as SCU with everything negotiated, and as SCP for store, query and move (PS3.7 annex D, PS3.4 C and K)."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE as ApplicationEntity
from pynetdicom import build_role, evt
from pynetdicom.pdu import A_ASSOCIATE_RJ, PDU
from pynetdicom.pdu_primitives import (
    AsynchronousOperationsWindowNegotiation,
    SOPClassCommonExtendedNegotiation,
    SOPClassExtendedNegotiation,
    UserIdentityNegotiation,
)

from beeldbrug.model.errors import Denied, Malformed, TooLarge, Unavailable
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.pacs import DimsePacs
from beeldbrug.node.protocols.dimse.query import STUDY_ROOT, QueryScu
from beeldbrug.node.protocols.dimse.sop_classes import (
    MODALITY_WORKLIST_FIND,
    PATIENT_ROOT_FIND,
    STUDY_ROOT_FIND,
    VERIFICATION,
)
from beeldbrug.node.protocols.dimse.store_scu import StoreScu
from tests.instances import load, make_file
from tests.reception import AE, MemoryReception, listening

PRIVATE_CLASS = "1.2.826.0.1.3680043.8.498.1"
PRIVATE_SYNTAX = "1.2.826.0.1.3680043.8.498.2"


def requested(*contexts: tuple[str, list[str]]) -> ApplicationEntity:
    entity = ApplicationEntity("SCANNER")
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = 15
    for abstract, syntaxes in contexts:
        entity.add_requested_context(abstract, syntaxes)
    return entity


def test_everything_a_peer_may_negotiate_is_tolerated(tmp_path: Path) -> None:
    path = make_file(tmp_path)
    entity = requested((CTImageStorage, [ExplicitVRLittleEndian]), (VERIFICATION, [ImplicitVRLittleEndian]))
    window = AsynchronousOperationsWindowNegotiation()
    window.maximum_number_operations_invoked = window.maximum_number_operations_performed = 8
    extended = SOPClassExtendedNegotiation()
    extended.sop_class_uid = CTImageStorage
    extended.service_class_application_information = b"\x02\x00\x03\x00\x01\x00"
    common = SOPClassCommonExtendedNegotiation()
    common.sop_class_uid, common.service_class_uid = CTImageStorage, "1.2.840.10008.4.2"
    identity = UserIdentityNegotiation()
    identity.user_identity_type, identity.positive_response_requested = 2, True
    identity.primary_field, identity.secondary_field = b"somebody", b"secret"
    role = build_role(CTImageStorage, scu_role=True, scp_role=True)
    reception = MemoryReception()
    with listening(reception) as listener:
        items = [window, extended, common, identity, role]
        association = entity.associate("127.0.0.1", listener.port, ae_title=AE, ext_neg=items)
        assert association.is_established
        answered = association.acceptor.asynchronous_operations
        assert answered == (1, 1)
        accepted = {context.abstract_syntax: context for context in association.accepted_contexts}
        assert accepted[CTImageStorage].as_scu
        assert not accepted[CTImageStorage].as_scp
        assert association.send_c_echo().Status == 0
        assert association.send_c_store(dcmread(path)).Status == 0
        association.release()
        assert reception.await_ends(1) == [True]
    assert reception.kept[0].data == load(path).data


def test_first_usable_syntax_of_each_context_is_taken_and_strange_classes_are_not() -> None:
    entity = requested(
        (PRIVATE_CLASS, [PRIVATE_SYNTAX, ImplicitVRLittleEndian]),
        (CTImageStorage, [ImplicitVRLittleEndian, ExplicitVRLittleEndian]),
        (STUDY_ROOT_FIND, [ImplicitVRLittleEndian]),
    )
    with listening(MemoryReception()) as listener:
        association = entity.associate("127.0.0.1", listener.port, ae_title=AE)
        accepted = {str(c.abstract_syntax): str(c.transfer_syntax[0]) for c in association.accepted_contexts}
        refused = {str(context.abstract_syntax): context.result for context in association.rejected_contexts}
        association.release()
    assert accepted == {PRIVATE_CLASS: PRIVATE_SYNTAX, CTImageStorage: ImplicitVRLittleEndian}
    assert refused == {STUDY_ROOT_FIND: 3}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("called-ae-unknown", (1, 1, 7)),
        ("calling-ae-unknown", (1, 1, 3)),
        ("address-not-allowed", (1, 1, 3)),
        ("certificate-not-allowed", (1, 1, 1)),
    ],
)
def test_who_is_not_admitted_is_told_why(code: str, expected: tuple[int, int, int]) -> None:
    with listening(MemoryReception(refuse_peer=lambda peer: Denied(code, "Not here."))) as listener:
        told: list[PDU] = []
        handlers = [(evt.EVT_PDU_RECV, lambda event: told.append(event.pdu))]
        # what it received and not what it says: an answer that comes at once it takes for a failed connection
        requested((VERIFICATION, [ImplicitVRLittleEndian])).associate("127.0.0.1", listener.port, evt_handlers=handlers)
        assert [(type(one), one.result, one.source, one.reason_diagnostic) for one in told] == [
            (A_ASSOCIATE_RJ, *expected)
        ]


@pytest.mark.parametrize(
    ("refuse", "status"),
    [
        ({"refuse_commit": lambda request: Unavailable("disk-full", "The disk is full.")}, 0xA700),
        ({"refuse_write": lambda length: Malformed("not-dicom", "It is no dataset.")}, 0xC000),
        ({"refuse_write": lambda length: TooLarge("header-bytes", "The header is too long.")}, 0xA700),
        ({"refuse_begin": lambda request: Denied("class-not-allowed", "Not for you.")}, 0x0124),
        ({"refuse_commit": lambda request: Malformed("dataset-does-not-match", "Another class.")}, 0xA900),
    ],
)
def test_errors_have_their_status_and_the_association_goes_on(
    refuse: dict[str, Callable[[Any], Any]], status: int, tmp_path: Path
) -> None:
    dataset = dcmread(make_file(tmp_path, size=512))
    reception = MemoryReception(**refuse)  # type: ignore[arg-type]  # one of its refuse_ functions by name
    entity = requested((CTImageStorage, [ExplicitVRLittleEndian]), (VERIFICATION, [ImplicitVRLittleEndian]))
    with listening(reception) as listener:
        association = entity.associate("127.0.0.1", listener.port)
        answer = association.send_c_store(dataset)
        assert answer.Status == status
        assert 0 < len(answer.ErrorComment) <= 64
        assert association.send_c_store(dataset).Status == status
        assert association.send_c_echo().Status == 0
        association.release()
    assert reception.kept == []


def test_abort_in_the_middle_of_a_dataset_leaves_nothing(tmp_path: Path) -> None:
    dataset = dcmread(make_file(tmp_path, size=1620))
    reception = MemoryReception(keep=False)
    sent = 0

    def abort_after_some(event: evt.Event) -> None:
        nonlocal sent
        sent += len(event.data)
        if sent > 1_000_000:
            event.assoc.dul.socket.socket.shutdown(2)

    with listening(reception) as listener:
        handlers = [(evt.EVT_DATA_SENT, abort_after_some)]
        entity = requested((CTImageStorage, [ExplicitVRLittleEndian]))
        association = entity.associate("127.0.0.1", listener.port, evt_handlers=handlers)
        held = association.dul.socket.socket
        with contextlib.suppress(RuntimeError, ValueError):
            association.send_c_store(dataset)
        association.abort()
        held.close()
        assert reception.await_ends(1) == [False]
    assert reception.aborted == 1
    assert reception.kept == []


def test_stop_aborts_who_stays_and_loses_no_answer(tmp_path: Path) -> None:
    reception = MemoryReception()
    with listening(reception) as listener:
        entity = requested((CTImageStorage, [ExplicitVRLittleEndian]))
        association = entity.associate("127.0.0.1", listener.port)
        assert association.send_c_store(dcmread(make_file(tmp_path))).Status == 0
        started = time.monotonic()
        listener.stop(0.3)
        assert time.monotonic() - started < 5
        deadline = time.monotonic() + 5
        while not association.is_aborted and time.monotonic() < deadline:
            time.sleep(0.05)
        assert association.is_aborted
    assert reception.ends == [False]


# ---------------------------------------------------------------- pynetdicom as SCP


@contextlib.contextmanager
def serving(contexts: dict[str, list[str]], handlers: list[Any]) -> Iterator[Application]:
    entity = ApplicationEntity("PACS")
    for abstract, syntaxes in contexts.items():
        entity.add_supported_context(abstract, syntaxes)
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    try:
        yield Application("PACS", "127.0.0.1", server.server_address[1], AE, timeout=10.0)
    finally:
        server.shutdown()


def test_status_and_comment_of_the_pacs_come_back(tmp_path: Path) -> None:
    instance = load(make_file(tmp_path))
    answers = [0x0000, 0xB000, 0xA700, 0xC123]
    got: list[tuple[bytes, str]] = []

    def store(event: evt.Event) -> Dataset:
        got.append((event.request.DataSet.getvalue(), event.request.MoveOriginatorApplicationEntityTitle))
        status = Dataset()
        status.Status = answers[len(got) - 1]
        status.ErrorComment = "a remark"
        return status

    pairs = [(instance.sop_class, instance.syntax)]
    with (
        serving({CTImageStorage: [ExplicitVRLittleEndian]}, [(evt.EVT_C_STORE, store)]) as application,
        StoreScu(application, pairs) as scu,
    ):
        outcomes = [
            scu.store(instance.sop_class, instance.uid, instance.syntax, [instance.data], ("MOVER", 1)) for _ in answers
        ]
    assert [outcome.status for outcome in outcomes] == answers
    assert [outcome.accepted for outcome in outcomes] == [True, True, False, False]
    assert outcomes[2].comment == "a remark"
    assert {data for data, _ in got} == {instance.data}
    assert {originator.strip() for _, originator in got} == {"MOVER"}


def patient(number: str, name: str, birth_date: str) -> Dataset:
    found = Dataset()
    found.SpecificCharacterSet = "ISO_IR 192"
    found.PatientID, found.PatientName, found.PatientBirthDate, found.PatientSex = number, name, birth_date, "F"
    found.IssuerOfPatientID = "ZIEKENHUIS B"
    other = Dataset()
    other.PatientID, other.IssuerOfPatientID = "999990019", "NLMINBIZA"
    found.OtherPatientIDsSequence = [other]
    return found


def test_a_patient_is_found_by_number_birth_date_and_name_once_each() -> None:
    asked: list[dict[str, str]] = []
    known = [patient("B1", "Jänsen^Piet", "19500101"), patient("B2", "Jansen^Pieter", "19500101")]

    def find(event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        keys = {element.keyword: str(element.value) for element in event.identifier if str(element.value)}
        asked.append(keys)
        for one in known:
            if keys.get("PatientID") in (None, one.PatientID) and keys.get("PatientBirthDate") in (None, "19500101"):
                yield 0xFF00, one
        yield 0x0000, None

    syntaxes = [ImplicitVRLittleEndian, ExplicitVRLittleEndian]
    wanted = Patient("Jänsen^Piet", "19500101", "M", PatientNumber("B1", "A"), (PatientNumber("999990019", "BSN"),))
    with (
        serving({PATIENT_ROOT_FIND: syntaxes}, [(evt.EVT_C_FIND, find)]) as archive,
        serving({MODALITY_WORKLIST_FIND: syntaxes}, [(evt.EVT_C_FIND, find)]) as worklist,
    ):
        records = list(DimsePacs(archive, worklist).find_patients(wanted))
    assert [(record.source, record.patient.number.value) for record in records] == [
        ("pacs", "B1"),
        ("pacs", "B2"),
        ("worklist", "B1"),
        ("worklist", "B2"),
    ]
    first = records[0].patient
    assert first.name == "Jänsen^Piet"
    assert first.number == PatientNumber("B1", "ZIEKENHUIS B", "(0010,0020)")
    assert first.others == (PatientNumber("999990019", "NLMINBIZA", "(0010,1002)"),)
    assert {"B1", "999990019"} <= {keys.get("PatientID") for keys in asked}
    assert "Jänsen^P*" in {keys.get("PatientName") for keys in asked}


def test_a_pacs_without_patient_root_is_asked_by_study_root() -> None:
    def find(event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        assert event.identifier.QueryRetrieveLevel == "STUDY"
        yield 0xFF00, patient("B1", "Jansen^Piet", "19500101")

    contexts = {STUDY_ROOT_FIND: [ImplicitVRLittleEndian]}
    with serving(contexts, [(evt.EVT_C_FIND, find)]) as archive:
        records = list(DimsePacs(archive).find_patients(Patient(number=PatientNumber("B1"))))
    assert [record.patient.number.value for record in records] == ["B1"]


def test_a_pacs_without_queries_says_so_after_the_worklist_was_asked() -> None:
    def find(event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        yield 0xFF00, patient("B1", "Jansen^Piet", "19500101")

    syntaxes = [ImplicitVRLittleEndian]
    found = []
    with (
        serving({MODALITY_WORKLIST_FIND: syntaxes}, [(evt.EVT_C_FIND, find)]) as worklist,
        serving({"1.2.840.10008.5.1.4.1.1.2": syntaxes}, []) as archive,
        pytest.raises(Unavailable) as caught,
    ):
        for record in DimsePacs(archive, worklist).find_patients(Patient(number=PatientNumber("B1"))):
            found.append(record)
    assert caught.value.code == "peer-query-unsupported"
    assert [(one.source, one.patient.number.value) for one in found] == [("worklist", "B1")]


def test_a_failed_query_is_unavailable_and_a_long_one_is_cut() -> None:
    def fail(event: evt.Event) -> Iterator[tuple[int, None]]:
        yield 0xC001, None

    def endless(event: evt.Event) -> Iterator[tuple[int, Dataset]]:
        while not event.is_cancelled:
            yield 0xFF00, patient("B1", "Jansen^Piet", "19500101")

    contexts = {STUDY_ROOT_FIND: [ImplicitVRLittleEndian]}
    identifier = Dataset()
    identifier.QueryRetrieveLevel, identifier.PatientID = "STUDY", "B1"
    with serving(contexts, [(evt.EVT_C_FIND, fail)]) as archive, pytest.raises(Unavailable) as caught:
        list(QueryScu(archive).find(STUDY_ROOT, identifier))
    assert caught.value.code == "peer-query-failed"
    with serving(contexts, [(evt.EVT_C_FIND, endless)]) as archive:
        assert len(list(QueryScu(archive, maximum=20).find(STUDY_ROOT, identifier))) == 20
