"""C-MOVE to a listener of ours by Orthanc, DCMTK's dcmqrscp and pynetdicom (PS3.4 annex C, PS3.7 section 9.1.4)."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import build_context, evt
from pynetdicom.ae import ApplicationEntity

from beeldbrug.kit.ports import free_port
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.ports.reception import StoreRequest
from beeldbrug.node.protocols.dimse.move_scu import PATIENT_ROOT, PENDING, STUDY_ROOT, SUCCESS, MoveProgress, MoveScu
from beeldbrug.node.protocols.dimse.sop_classes import STUDY_ROOT_MOVE
from tests.instances import load, make_file
from tests.peers.dcmtk import Dcmtk, start_dcmqrscp
from tests.peers.orthanc import start_orthanc
from tests.reception import AE, MemoryReception, listening

STUDY, SERIES = "2.25.76", "2.25.761"
COUNT = 5
UNREACHABLE = "NOBODY"


def wanted(level: str = "STUDY", **keys: str) -> Dataset:
    identifier = Dataset()
    identifier.QueryRetrieveLevel = level
    for keyword, value in (keys or {"StudyInstanceUID": STUDY}).items():
        setattr(identifier, keyword, value)
    return identifier


@dataclass
class Archive:
    """A peer that holds one study of ``COUNT`` instances and knows our listener as AE."""

    application: Application
    reception: MemoryReception
    held: dict[str, bytes]

    def move(self, identifier: Dataset, model: str = STUDY_ROOT, destination: str = AE) -> list[MoveProgress]:
        return list(MoveScu(self.application).move(model, identifier, destination))


def orthanc_archive(stack: contextlib.ExitStack, folder: Path, files: list[Path], port: int) -> Application:
    modalities = {"node": (AE, "127.0.0.1", port), "nobody": (UNREACHABLE, "127.0.0.1", free_port())}
    peer = start_orthanc(stack, folder, "PACS", modalities, {})
    for file in files:
        peer.put(file)
    return Application(peer.ae, "127.0.0.1", peer.dicom_port, AE, timeout=20.0)


def dcmqrscp_archive(stack: contextlib.ExitStack, folder: Path, files: list[Path], port: int) -> Application:
    own = start_dcmqrscp(stack, folder, {AE: port, UNREACHABLE: free_port()})
    done = Dcmtk()("storescu", "-aec", "QRSCP", "127.0.0.1", own, *files)
    assert done.code == 0, done.output
    return Application("QRSCP", "127.0.0.1", own, AE, timeout=20.0)


ARCHIVES = {"orthanc": orthanc_archive, "dcmqrscp": dcmqrscp_archive}


@pytest.fixture(scope="module", params=ARCHIVES)
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp(request.param)
    files = [make_file(folder, number) for number in range(1, COUNT + 1)]
    reception = MemoryReception()
    with listening(reception) as listener, contextlib.ExitStack() as stack:
        application = ARCHIVES[request.param](stack, folder, files, listener.port)
        held = {one.uid: one.data for one in map(load, files)}
        yield Archive(application, reception, held)


@pytest.fixture(autouse=True)
def emptied(request: pytest.FixtureRequest) -> None:
    if "archive" in request.fixturenames:
        request.getfixturevalue("archive").reception.kept.clear()


@pytest.mark.parametrize(
    ("model", "identifier", "count"),
    [
        (STUDY_ROOT, wanted(), COUNT),
        (STUDY_ROOT, wanted("SERIES", StudyInstanceUID=STUDY, SeriesInstanceUID=SERIES), COUNT),
        (
            STUDY_ROOT,
            wanted("IMAGE", StudyInstanceUID=STUDY, SeriesInstanceUID=SERIES, SOPInstanceUID="2.25.772"),
            1,
        ),
        (PATIENT_ROOT, wanted("PATIENT", PatientID="P0001"), COUNT),
        (PATIENT_ROOT, wanted("STUDY", PatientID="P0001", StudyInstanceUID=STUDY), COUNT),
    ],
)
def test_what_is_asked_for_comes_to_our_listener_once_and_whole(
    archive: Archive, model: str, identifier: Dataset, count: int
) -> None:
    progress = archive.move(identifier, model)
    last = progress[-1]
    assert (last.status, last.completed, last.failed, last.whole) == (SUCCESS, count, 0, True)
    kept = archive.reception.kept
    assert len(kept) == len({one.request.instance_uid for one in kept}) == count
    assert all(archive.held[one.request.instance_uid] == one.data for one in kept)


def test_counts_go_up_while_it_sends(archive: Archive) -> None:
    *pending, last = archive.move(wanted())
    assert pending and all(one.status == PENDING and not one.whole for one in pending)
    completed = [one.completed for one in pending]
    assert completed == sorted(completed) and last.completed == COUNT


def test_what_is_not_there_is_moved_nowhere(archive: Archive) -> None:
    """DCMTK calls it a success with nothing done; Orthanc fails it."""
    try:
        last = archive.move(wanted(StudyInstanceUID="2.25.99"))[-1]
        assert (last.completed, last.failed) == (0, 0)
    except Unavailable as error:
        assert error.code == "peer-move-failed" and error.remedy
    assert archive.reception.kept == []


def test_an_unknown_destination_is_refused_with_what_to_do(archive: Archive) -> None:
    with pytest.raises(Unavailable) as caught:
        archive.move(wanted(), destination="STRANGER")
    assert caught.value.code in ("peer-move-destination-unknown", "peer-move-failed") and caught.value.remedy


def test_a_destination_that_cannot_be_reached_is_no_success(archive: Archive) -> None:
    try:
        last = archive.move(wanted(), destination=UNREACHABLE)[-1]
    except Unavailable as error:
        assert error.code.startswith("peer-move-") and error.remedy
    else:
        assert not last.whole and last.completed == 0
    assert archive.reception.kept == []


def test_instances_that_we_refuse_are_counted_as_failed(archive: Archive) -> None:
    def refuse(request: StoreRequest) -> BeeldbrugError | None:
        return Unavailable("disk-full", "Full.", "Free some.") if request.instance_uid.endswith("3") else None

    archive.reception.refuse_commit = refuse
    try:
        last = archive.move(wanted())[-1]
        assert not last.whole and last.failed >= 1
    except Unavailable as error:
        assert error.code.startswith("peer-move-")
    finally:
        archive.reception.refuse_commit = lambda request: None
    assert all(not one.request.instance_uid.endswith("3") for one in archive.reception.kept)


# ---------------------------------------------------------------- pynetdicom as the archive


@contextlib.contextmanager
def serving(move: Callable[[evt.Event], Iterator[Any]], timeout: float = 10.0) -> Iterator[Application]:
    entity = ApplicationEntity("PACS")
    entity.add_supported_context(STUDY_ROOT_MOVE, [ImplicitVRLittleEndian])
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_MOVE, move)])
    try:
        yield Application("PACS", "127.0.0.1", server.server_address[1], AE, timeout=timeout)
    finally:
        server.shutdown()


def sending(port: int) -> dict[str, Any]:
    return {"ae_title": AE, "contexts": [build_context(CTImageStorage, ExplicitVRLittleEndian)]}


def test_instances_that_failed_are_named(tmp_path: Path) -> None:
    files = [make_file(tmp_path, number) for number in range(1, 4)]
    reception = MemoryReception(
        refuse_begin=lambda request: Unavailable("full", "F.") if request.instance_uid == "2.25.772" else None
    )
    with listening(reception) as listener:

        def move(event: evt.Event) -> Iterator[Any]:
            yield "127.0.0.1", listener.port, sending(listener.port)
            yield len(files)
            for file in files:
                yield 0xFF00, dcmread(file)

        with serving(move) as application:
            *pending, last = MoveScu(application).move(STUDY_ROOT, wanted(), AE)
    assert [one.remaining for one in pending] == [3, 2, 1][-len(pending) :] or [one.remaining for one in pending][
        -1
    ] == 0
    assert (last.status, last.completed, last.failed, last.failed_uids) == (0xB000, 2, 1, ("2.25.772",))
    assert not last.whole and len(reception.kept) == 2


def test_silence_is_cancelled_and_told() -> None:
    cancelled = threading.Event()

    def move(event: evt.Event) -> Iterator[Any]:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if event.is_cancelled:
                cancelled.set()
                break
            time.sleep(0.02)
        yield None, None

    with serving(move) as application:
        started = time.monotonic()
        with pytest.raises(Unavailable) as caught:
            list(MoveScu(application, silence_seconds=1.0).move(STUDY_ROOT, wanted(), AE))
        assert time.monotonic() - started < 8
        assert caught.value.code == "peer-move-silent" and caught.value.remedy
        assert cancelled.wait(10)


def test_a_peer_that_does_not_hear_a_cancel_is_left_in_time() -> None:
    free = threading.Event()

    def move(event: evt.Event) -> Iterator[Any]:
        free.wait(30)
        yield None, None

    with serving(move, timeout=1.0) as application:
        started = time.monotonic()
        with pytest.raises(Unavailable) as caught:
            list(MoveScu(application, silence_seconds=1.0).move(STUDY_ROOT, wanted(), AE))
        assert time.monotonic() - started < 8
        free.set()
    assert caught.value.code == "peer-move-silent"


def test_silence_is_waited_through_while_instances_come(tmp_path: Path) -> None:
    file = make_file(tmp_path)
    asked: list[float] = []

    def still_coming() -> bool:
        asked.append(time.monotonic())
        return len(asked) < 20

    with listening(MemoryReception()) as listener:

        def move(event: evt.Event) -> Iterator[Any]:
            yield "127.0.0.1", listener.port, sending(listener.port)
            yield 1
            time.sleep(2)
            yield 0xFF00, dcmread(file)

        with serving(move) as application:
            scu = MoveScu(application, silence_seconds=0.4, still_coming=still_coming)
            last = list(scu.move(STUDY_ROOT, wanted(), AE))[-1]
    assert last.whole and asked


def test_leaving_early_cancels(tmp_path: Path) -> None:
    file = make_file(tmp_path)
    sent: list[int] = []
    with listening(MemoryReception()) as listener:

        def move(event: evt.Event) -> Iterator[Any]:
            yield "127.0.0.1", listener.port, sending(listener.port)
            yield 500
            for number in range(500):
                if event.is_cancelled:
                    yield 0xFE00, None
                    return
                sent.append(number)
                yield 0xFF00, dcmread(file)

        with serving(move) as application:
            responses = MoveScu(application).move(STUDY_ROOT, wanted(), AE)
            next(responses)
            responses.close()  # type: ignore[attr-defined]  # it is a generator
            assert len(sent) < 400


def test_a_peer_that_moves_nothing_says_so() -> None:
    entity = ApplicationEntity("PACS")
    entity.add_supported_context("1.2.840.10008.1.1")
    server = entity.start_server(("127.0.0.1", 0), block=False)
    try:
        application = Application("PACS", "127.0.0.1", server.server_address[1], AE, timeout=10.0)
        with pytest.raises(Unavailable) as caught:
            list(MoveScu(application).move(STUDY_ROOT, wanted(), AE))
    finally:
        server.shutdown()
    assert caught.value.code == "peer-no-move"
