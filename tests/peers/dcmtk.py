"""DCMTK: its command-line tools, storescp as a receiver, and dcmqrscp as an archive. Debian package dcmtk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydicom import dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from beeldbrug.kit.ports import free_port
from tests.peers.processes import Finished, run, running, tool, wait_for_port


@dataclass(frozen=True)
class Dcmtk:
    """Runs DCMTK commands: ``dcmtk("echoscu", "-v", "127.0.0.1", port)``."""

    def __call__(self, program: str, *arguments: str | Path | int, seconds: float = 60.0) -> Finished:
        """Run one of the tools to its end."""
        return run([tool(program, "dcmtk"), *map(str, arguments)], seconds=seconds)


@dataclass(frozen=True)
class StoreScp:
    """A running storescp; what it receives lies in ``folder``."""

    ae: str
    port: int
    folder: Path
    log: Path

    def received(self) -> list[Path]:
        """The files so far, sorted."""
        return sorted(path for path in self.folder.iterdir() if path.is_file())


StartStoreScp = Callable[..., StoreScp]


@pytest.fixture(scope="session")
def dcmtk() -> Dcmtk:
    """DCMTK's commands; skips when they are not installed."""
    tool("echoscu", "dcmtk")
    return Dcmtk()


@pytest.fixture
def storescp(tmp_path: Path) -> Iterator[StartStoreScp]:
    """Starts storescp: ``storescp(ae="STORESCP", options=["+xa"])``; stopped at the end of the test."""
    with ExitStack() as stack:

        def start(ae: str = "STORESCP", options: Sequence[str] = ("+xa", "+uf")) -> StoreScp:
            port = free_port()
            folder = tmp_path / f"storescp-{port}"
            folder.mkdir()
            log = tmp_path / f"storescp-{port}.log"
            command = [tool("storescp", "dcmtk"), "-aet", ae, "-od", str(folder), *options, str(port)]
            process = stack.enter_context(running(command, log))
            wait_for_port(port, process, log)
            return StoreScp(ae, port, folder, log)

        yield start


StartQrScp = Callable[..., int]


@pytest.fixture
def dcmqrscp(tmp_path: Path) -> Iterator[StartQrScp]:
    """Starts an archive with title QRSCP: ``dcmqrscp({"BEELDBRUG": 11112})`` may send to these titles on loopback.

    Returns its port; stopped at the end of the test.
    """
    with ExitStack() as stack:

        def start(destinations: Mapping[str, int]) -> int:
            return start_dcmqrscp(stack, tmp_path, destinations)

        yield start


def start_dcmqrscp(stack: ExitStack, parent: Path, destinations: Mapping[str, int]) -> int:
    """Start one whose life is that of ``stack``; for fixtures of another scope."""
    port = free_port()
    folder, settings, log = (
        parent / f"dcmqrscp-{port}",
        parent / f"dcmqrscp-{port}.cfg",
        parent / f"dcmqrscp-{port}.log",
    )
    folder.mkdir()
    hosts = [f"{title.lower()} = ({title}, localhost, {at})" for title, at in destinations.items()]
    lines = [
        *(f"NetworkTCPPort = {port}", "MaxPDUSize = 16384", "MaxAssociations = 16"),
        *("HostTable BEGIN", *hosts, "HostTable END", "VendorTable BEGIN", "VendorTable END"),
        *("AETable BEGIN", f"QRSCP {folder} RW (200, 1024mb) ANY", "AETable END"),
    ]
    settings.write_text("\n".join(lines) + "\n")
    process = stack.enter_context(running([tool("dcmqrscp", "dcmtk"), "-c", str(settings)], log))
    wait_for_port(port, process, log)
    return port


StartWorklist = Callable[..., int]


@pytest.fixture
def wlmscpfs(tmp_path: Path) -> Iterator[StartWorklist]:
    """Starts a modality worklist with title WORKLIST: ``wlmscpfs([dataset, ...])``; returns its port."""
    with ExitStack() as stack:

        def start(steps: Sequence[Dataset]) -> int:
            port = free_port()
            folder, log = tmp_path / f"wlmscpfs-{port}", tmp_path / f"wlmscpfs-{port}.log"
            (folder / "WORKLIST").mkdir(parents=True)
            (folder / "WORKLIST" / "lockfile").touch()
            for number, step in enumerate(steps):
                step.file_meta = FileMetaDataset()
                step.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
                step.file_meta.MediaStorageSOPClassUID = UID(WORKLIST_STORAGE)
                step.file_meta.MediaStorageSOPInstanceUID = UID(f"2.25.{port}{number}")
                dcmwrite(folder / "WORKLIST" / f"{number}.wl", step, enforce_file_format=True)
            command = [tool("wlmscpfs", "dcmtk"), "-dfp", str(folder), "-csk", str(port)]
            process = stack.enter_context(running(command, log))
            wait_for_port(port, process, log)
            return port

        yield start


WORKLIST_STORAGE = "1.2.276.0.7230010.3.1.0.1"
"""DCMTK's own class for a worklist file."""


def scheduled(
    number: str, name: str, accession: str, modality: str, day: str, description: str, birth_date: str = ""
) -> Dataset:
    """A scheduled procedure step with what DCMTK demands of a worklist file (PS3.4 table K.6-1)."""
    made = Dataset()
    made.SpecificCharacterSet = "ISO_IR 192"
    made.AccessionNumber, made.PatientName, made.PatientID = accession, name, number
    made.PatientBirthDate, made.PatientSex, made.IssuerOfPatientID = birth_date, "", ""
    made.StudyInstanceUID = f"2.25.{abs(hash(accession)) % 10**30}"
    made.RequestedProcedureID, made.RequestedProcedureDescription = f"RP-{accession}"[:16], description
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "IMP", "99ZHB", description
    made.RequestedProcedureCodeSequence = [code]
    step = Dataset()
    step.Modality, step.ScheduledStationAETitle = modality, "IMPORT"
    step.ScheduledProcedureStepStartDate, step.ScheduledProcedureStepStartTime = day, "080000"
    step.ScheduledPerformingPhysicianName = ""
    step.ScheduledProcedureStepDescription, step.ScheduledProcedureStepID = description, "1"
    made.ScheduledProcedureStepSequence = [step]
    return made
