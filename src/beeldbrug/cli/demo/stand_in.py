"""A small PACS for the demo where Orthanc cannot be found: pynetdicom over a folder, one file an instance and patient.

C-ECHO, C-STORE of any class and syntax, C-FIND (patient and study root), C-MOVE to known nodes. It keeps datasets byte
for byte, answers well-formed requests only, and is no product. PS3.4 annexes A, B and C.
"""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Iterator, Sequence
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pynetdicom
from pydicom import dcmread
from pydicom.dataset import Dataset
from pynetdicom import AE, ALL_TRANSFER_SYNTAXES, AllStoragePresentationContexts, evt
from pynetdicom.sop_class import (  # type: ignore[attr-defined]  # made at run time
    PatientRootQueryRetrieveInformationModelFind,
    PatientRootQueryRetrieveInformationModelMove,
    StudyRootQueryRetrieveInformationModelFind,
    StudyRootQueryRetrieveInformationModelMove,
    Verification,
)

from beeldbrug.cli.demo.studies import SourceFile, source_file
from beeldbrug.kit.ports import free_port
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.store_scu import StoreScu

SHOWN = (
    *("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex", "OtherPatientIDs"),
    *("OtherPatientIDsSequence", "StudyInstanceUID", "StudyDate", "StudyTime", "StudyDescription", "AccessionNumber"),
    *("SeriesInstanceUID", "SeriesNumber", "SeriesDescription", "BodyPartExamined", "Modality"),
    *("SOPInstanceUID", "SOPClassUID", "SpecificCharacterSet"),
)
LEVELS = {"PATIENT": "PatientID", "STUDY": "StudyInstanceUID", "SERIES": "SeriesInstanceUID", "IMAGE": "SOPInstanceUID"}
STORE_FAILED = 0xC000
"""PS3.4 table B.2-1: cannot understand."""


class StandInPacs:
    """Implements ``pacs.DemoPacs``."""

    def __init__(self, folder: Path, ae_title: str) -> None:
        self.ae_title = ae_title
        self.dicom_port = free_port()
        self.name = f"stand-in (pynetdicom {pynetdicom.__version__})"
        self.url = ""
        self._folder = folder
        self._nodes: dict[str, int] = {}
        self._held: dict[Path, Dataset] = {}
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        pynetdicom._config.UNRESTRICTED_STORAGE_SERVICE = True
        self._server = self._entity().start_server(
            ("127.0.0.1", self.dicom_port),
            block=False,
            evt_handlers=[
                (evt.EVT_C_STORE, self._on_store),
                (evt.EVT_C_FIND, self._on_find),
                (evt.EVT_C_MOVE, self._on_move),
            ],
        )

    def _entity(self) -> AE:
        entity = AE(self.ae_title)
        entity.maximum_pdu_size = 0
        for context in AllStoragePresentationContexts:
            entity.add_supported_context(str(context.abstract_syntax), ALL_TRANSFER_SYNTAXES)
        for model in (
            Verification,
            PatientRootQueryRetrieveInformationModelFind,
            PatientRootQueryRetrieveInformationModelMove,
            StudyRootQueryRetrieveInformationModelFind,
            StudyRootQueryRetrieveInformationModelMove,
        ):
            entity.add_supported_context(model)
        return entity

    def wait_until_ready(self, seconds: float) -> None:
        """It is from the start."""

    def know(self, ae_title: str, port: int) -> None:
        """See the port."""
        self._nodes[ae_title] = port

    def take(self, path: Path) -> bool:
        """See the port."""
        return self._keep(path.read_bytes())

    def send(self, files: Sequence[SourceFile], ae_title: str) -> None:
        """See the port."""
        self._store([path for file in files for path in self._copies(file.instance_uid)], ae_title)

    def _store(self, paths: Sequence[Path], ae_title: str) -> int:
        """C-STORE these byte for byte to a node; how many it took."""
        application = Application(ae_title, "127.0.0.1", self._nodes[ae_title], self.ae_title)
        held = [source_file(path) for path in paths]
        with StoreScu(application, [(file.sop_class, file.transfer_syntax) for file in held]) as association:
            return sum(
                association.store(file.sop_class, file.instance_uid, file.transfer_syntax, file.dataset()).accepted
                for file in held
            )

    def stop(self) -> None:
        """See the port."""
        if self._server is not None:
            self._server.shutdown()

    def _copies(self, instance_uid: str) -> list[Path]:
        with self._lock:
            return [path for path, held in self._held.items() if held.get("SOPInstanceUID") == instance_uid]

    def _keep(self, content: bytes) -> bool:
        try:
            header = dcmread(BytesIO(content), stop_before_pixels=True, specific_tags=list(SHOWN), force=True)
            key = f"{header.get('PatientID', '')}\n{header.SOPInstanceUID}"
        except (AttributeError, ValueError, EOFError, NotImplementedError):
            return False
        path = self._folder / f"{sha256(key.encode()).hexdigest()[:32]}.dcm"
        path.write_bytes(content)
        with self._lock:
            self._held[path] = header
        return True

    def _on_store(self, event: evt.Event) -> int:
        return 0x0000 if self._keep(event.encoded_dataset()) else STORE_FAILED

    def _on_find(self, event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        query: Dataset = event.identifier
        level = LEVELS.get(str(query.get("QueryRetrieveLevel", "")), "StudyInstanceUID")
        told: set[str] = set()
        for held in self._matching(query):
            value = str(held.get(level, ""))
            if value not in told or level == "SOPInstanceUID":  # every copy
                told.add(value)
                yield 0xFF00, _counted(_answer(query, held), level, value, self._all())

    def _on_move(self, event: evt.Event) -> Iterator[Any]:
        """Send first, then say that nothing is left to do: pynetdicom would write every dataset anew, to count them."""
        title = str(event.move_destination).strip()
        port = self._nodes.get(title)
        if port is None:
            yield None, None
            return
        paths = self._paths(event.identifier)
        if self._store(paths, title) < len(paths):
            raise Unavailable("demo-move-refused", "Not all was taken.", "Look in the log of who was to take it.")
        yield "127.0.0.1", port
        yield 0

    def _paths(self, query: Dataset) -> list[Path]:
        matching = {id(held) for held in self._matching(query)}
        with self._lock:
            return [path for path, held in self._held.items() if id(held) in matching]

    def _all(self) -> list[Dataset]:
        with self._lock:
            return list(self._held.values())

    def _matching(self, query: Dataset) -> list[Dataset]:
        held = self._all()
        keys = [(keyword, str(query.get(keyword, ""))) for keyword in SHOWN if keyword != "SpecificCharacterSet"]
        wanted = [(keyword, value) for keyword, value in keys if value and keyword != "OtherPatientIDsSequence"]
        return [one for one in held if all(_matches(str(one.get(keyword, "")), value) for keyword, value in wanted)]


def _matches(value: str, wanted: str) -> bool:
    """Single value, list of UIDs and wild card matching (PS3.4 section C.2.2.2), without case."""
    return any(fnmatch.fnmatchcase(value.casefold(), one.casefold().replace("[", "?")) for one in wanted.split("\\"))


def _counted(answer: Dataset, level: str, value: str, held: Sequence[Dataset]) -> Dataset:
    """The answer with what only a whole study or series can say (PS3.4 table C.6-5), where that was asked."""
    own = [one for one in held if str(one.get(level, "")) == value]
    found: dict[str, object] = {
        "ModalitiesInStudy": sorted({str(one.get("Modality", "")) for one in own} - {""}),
        "NumberOfStudyRelatedSeries": len({str(one.get("SeriesInstanceUID", "")) for one in own}),
        "NumberOfStudyRelatedInstances": len(own),
        "NumberOfSeriesRelatedInstances": len(own),
    }
    for keyword in found.keys() & {element.keyword for element in answer}:
        setattr(answer, keyword, found[keyword])
    return answer


def _answer(query: Dataset, held: Dataset) -> Dataset:
    answer = Dataset()
    for element in query:
        if element.keyword in held:
            answer[element.tag] = held[element.tag]
        elif element.keyword:
            setattr(answer, element.keyword, None)
    answer.QueryRetrieveLevel = query.get("QueryRetrieveLevel", "STUDY")
    answer.SpecificCharacterSet = held.get("SpecificCharacterSet", "ISO_IR 100")
    return answer
