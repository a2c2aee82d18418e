"""A PACS for tests that is quick and tells everything: C-ECHO, C-STORE, C-FIND by pynetdicom, in a process of its own.

``python -m tests.e2e.archive FOLDER PORT`` (the tests start it). What it accepts it first writes down durably, one JSON
line an instance: ``received.jsonl``. ``patients.json`` in the folder says whom it knows, by called AE title;
``behaviour.json`` whom it refuses and how slow it is. Both are read again when they change.
"""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from beeldbrug.dicom.phantom.patients import BSN_ISSUER, Hospital, PhantomPatient

HERE = Path(__file__).resolve().parents[2]


# ---------------------------------------------------------------- in the tests


@dataclass(frozen=True)
class Stored:
    """One accepted C-STORE: called AE title, UIDs, patient as stored, hashes of the dataset and of its pixels."""

    ae: str
    study: str
    uid: str
    patient: str
    issuer: str
    name: str
    hash: str
    pixels: str
    at: float


class Archive:
    """The process and its folder. ``keep`` also keeps every dataset as a file."""

    def __init__(self, folder: Path, port: int, keep: bool = True) -> None:
        self.folder, self.port, self.keep = folder, port, keep
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0
        self._lines: list[Stored] = []
        folder.mkdir(parents=True, exist_ok=True)
        self.know({})
        self.behave()

    def start(self) -> None:
        """Start it; waits until it listens."""
        from tests.peers.processes import wait_for_port

        log = self.folder / "archive.log"
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE / "src"), str(HERE)])}
        command = [sys.executable, "-m", "tests.e2e.archive", str(self.folder), str(self.port), str(int(self.keep))]
        with log.open("ab") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
        wait_for_port(self.port, self._process, log, 90)

    def stop(self) -> None:
        """As if its plug were pulled; what it has accepted stays."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None

    def know(self, patients: Mapping[str, Sequence[tuple[PhantomPatient, Hospital]]]) -> None:
        """Whom it knows under which called AE title, with the number of that hospital."""
        known = {ae: [_card(patient, hospital) for patient, hospital in some] for ae, some in patients.items()}
        _write(self.folder / "patients.json", known)

    def behave(self, refuse: Mapping[str, int] | None = None, seconds: float = 0.0) -> None:
        """``refuse`` maps SOP Instance UIDs to the status that they get; ``seconds`` is what each C-STORE takes."""
        _write(self.folder / "behaviour.json", {"refuse": dict(refuse or {}), "seconds": seconds})

    def received(self, ae: str = "", study: str = "") -> list[Stored]:
        """Everything accepted so far, in order."""
        path = self.folder / "received.jsonl"
        if path.exists():
            with path.open("rb") as file:
                file.seek(self._read)
                whole, _, _ = file.read().rpartition(b"\n")
            if whole:
                self._read += len(whole) + 1
                self._lines += [Stored(**json.loads(line)) for line in whole.split(b"\n")]
        return [one for one in self._lines if (not ae or one.ae == ae) and (not study or one.study == study)]

    def dataset(self, stored: Stored) -> Any:
        """A stored instance, read back."""
        from pydicom import dcmread

        return dcmread(self.folder / f"{stored.hash}.bin", force=True)


@contextmanager
def archive(folder: Path, keep: bool = True) -> Iterator[Archive]:
    """A running archive on a free port."""
    from beeldbrug.kit.ports import free_port

    one = Archive(folder, free_port(), keep)
    one.start()
    try:
        yield one
    finally:
        one.stop()


def _card(patient: PhantomPatient, hospital: Hospital) -> dict[str, str]:
    identity = patient.identity(hospital)
    return {
        "number": identity.number.value,
        "issuer": identity.number.issuer,
        "name": identity.name,
        "birth": identity.birth_date,
        "sex": identity.sex,
        "bsn": patient.bsn,
    }


def _write(path: Path, content: Any) -> None:
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(content, ensure_ascii=False))
    temporary.replace(path)


# ---------------------------------------------------------------- in its own process


class _Watched:
    """JSON of a file, read again when it was replaced."""

    def __init__(self, path: Path) -> None:
        self._path, self._seen = path, -1
        self._content: dict[str, Any] = {}

    def get(self) -> dict[str, Any]:
        seen = self._path.stat().st_mtime_ns
        if seen != self._seen:
            self._content, self._seen = json.loads(self._path.read_text()), seen
        return self._content


class _Service:
    def __init__(self, folder: Path, keep: bool) -> None:
        self._folder, self._keep = folder, keep
        self._patients = _Watched(folder / "patients.json")
        self._behaviour = _Watched(folder / "behaviour.json")
        self._record = os.open(folder / "received.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._lock = threading.Lock()

    def store(self, event: Any) -> int:
        from pydicom import dcmread

        raw = event.request.DataSet.getvalue()
        implicit = event.context.transfer_syntax == "1.2.840.10008.1.2"
        dataset = dcmread(BytesIO(raw), force=True) if not implicit else event.dataset
        behaviour = self._behaviour.get()
        time.sleep(behaviour["seconds"])
        uid = str(event.request.AffectedSOPInstanceUID)
        if status := behaviour["refuse"].get(uid):
            return int(status)
        digest = hashlib.sha256(raw).hexdigest()
        line = {
            "ae": event.assoc.acceptor.primitive.called_ae_title.strip(),
            "study": str(dataset.StudyInstanceUID),
            "uid": uid,
            "patient": str(dataset.get("PatientID", "")),
            "issuer": str(dataset.get("IssuerOfPatientID", "")),
            "name": str(dataset.get("PatientName", "")),
            "hash": digest,
            "pixels": hashlib.sha256(dataset.get("PixelData", b"")).hexdigest(),
            "at": time.time(),
        }
        if self._keep:
            (self._folder / f"{digest}.bin").write_bytes(raw)
        with self._lock:
            os.write(self._record, json.dumps(line).encode() + b"\n")
            os.fsync(self._record)
        return 0

    def find(self, event: Any) -> Iterator[tuple[int, Any]]:
        asked = event.identifier
        if asked.QueryRetrieveLevel != "PATIENT":
            return  # it tells of patients only, as a PACS that has none of their studies
        for card in self._patients.get().get(event.assoc.acceptor.primitive.called_ae_title.strip(), []):
            if _matches(asked, card):
                yield 0xFF00, _answer(asked, card)


def _matches(asked: Any, card: Mapping[str, str]) -> bool:
    for keyword, key in (("PatientID", "number"), ("PatientBirthDate", "birth"), ("PatientName", "name")):
        wanted = str(asked.get(keyword, "") or "")
        if wanted and not fnmatch.fnmatchcase(card[key].upper(), wanted.upper()):
            return False
    return True


def _answer(asked: Any, card: Mapping[str, str]) -> Any:
    from pydicom.dataset import Dataset

    answer = Dataset()
    answer.SpecificCharacterSet = "ISO_IR 192"
    answer.QueryRetrieveLevel = asked.QueryRetrieveLevel
    answer.PatientID, answer.IssuerOfPatientID = card["number"], card["issuer"]
    answer.PatientName, answer.PatientBirthDate, answer.PatientSex = card["name"], card["birth"], card["sex"]
    if card["bsn"]:
        other = Dataset()
        other.PatientID, other.IssuerOfPatientID, other.TypeOfPatientID = card["bsn"], BSN_ISSUER, "TEXT"
        answer.OtherPatientIDsSequence = [other]
    return answer


def main(folder: Path, port: int, keep: bool) -> None:
    """Serve until SIGTERM."""
    from pynetdicom import AE, _config, evt
    from pynetdicom.sop_class import (  # type: ignore[attr-defined]  # names are made at import
        CTImageStorage,
        PatientRootQueryRetrieveInformationModelFind,
        StudyRootQueryRetrieveInformationModelFind,
        Verification,
    )

    _config.UNRESTRICTED_STORAGE_SERVICE = True
    service = _Service(folder, keep)
    entity = AE(ae_title="ARCHIVE")
    entity.maximum_associations = 100
    models = (PatientRootQueryRetrieveInformationModelFind, StudyRootQueryRetrieveInformationModelFind)
    for uid in (Verification, CTImageStorage, *models):
        entity.add_supported_context(uid)
    handlers = [(evt.EVT_C_STORE, service.store), (evt.EVT_C_FIND, service.find)]
    server = entity.start_server(("127.0.0.1", port), block=False, evt_handlers=handlers)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    server.shutdown()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "1")
