"""What the DIMSE tests share: a reception in memory, real peers as processes, small datasets. Loopback only."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import urllib3
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.reception import Arrival, Peer, ReceptionSession, StoreRequest
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.listener import Listener
from beeldbrug.node.protocols.dimse.tls import ServerTls

AE = "BEELDBRUG"
ENVIRONMENT = {**os.environ, "TCP_NODELAY": "1"}


# ---------------------------------------------------------------- our side


@dataclass
class Kept:
    """One instance that was committed."""

    request: StoreRequest
    data: bytes
    peer: Peer


@dataclass
class MemoryReception:
    """A whole implementation of the reception port: keeps instances in memory; may be told to refuse."""

    refuse_peer: Callable[[Peer], BeeldbrugError | None] = lambda peer: None
    refuse_begin: Callable[[StoreRequest], BeeldbrugError | None] = lambda request: None
    refuse_write: Callable[[int], BeeldbrugError | None] = lambda length: None
    refuse_commit: Callable[[StoreRequest], BeeldbrugError | None] = lambda request: None
    keep: bool = True
    kept: list[Kept] = field(default_factory=list)
    peers: list[Peer] = field(default_factory=list)
    ends: list[bool] = field(default_factory=list)
    echoes: int = 0
    aborted: int = 0
    received: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def admit(self, peer: Peer) -> ReceptionSession:
        if error := self.refuse_peer(peer):
            raise error
        self.peers.append(peer)
        return _Session(self, peer)

    def await_ends(self, count: int, seconds: float = 10.0) -> list[bool]:
        """How the first ``count`` associations ended."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.ends) >= count, seconds), "associations did not end"
        return self.ends


@dataclass
class _Session:
    reception: MemoryReception
    peer: Peer

    def begin(self, request: StoreRequest) -> Arrival:
        if error := self.reception.refuse_begin(request):
            raise error
        return _Arrival(self.reception, self.peer, request)

    def echo(self) -> None:
        self.reception.echoes += 1

    def end(self, clean: bool) -> None:
        with self.reception.changed:
            self.reception.ends.append(clean)
            self.reception.changed.notify_all()


@dataclass
class _Arrival:
    reception: MemoryReception
    peer: Peer
    request: StoreRequest
    data: bytearray = field(default_factory=bytearray)
    length: int = 0

    def write(self, data: memoryview) -> None:
        self.length += len(data)
        self.reception.received += len(data)
        if error := self.reception.refuse_write(self.length):
            raise error
        if self.reception.keep:
            self.data += data

    def commit(self) -> None:
        if error := self.reception.refuse_commit(self.request):
            raise error
        self.reception.kept.append(Kept(self.request, bytes(self.data), self.peer))

    def abort(self) -> None:
        self.reception.aborted += 1


@contextlib.contextmanager
def listening(
    reception: MemoryReception, limits: Limits | None = None, tls: ServerTls | None = None, drain: float = 0.2
) -> Iterator[Listener]:
    """A listener on a free port, stopped at the end; none of its threads may be left."""
    listener = Listener("127.0.0.1", 0, tls, reception, limits or Limits(close_seconds=1.0))
    listener.start()
    try:
        yield listener
    finally:
        listener.stop(drain)
        assert listener.associations == 0


# ---------------------------------------------------------------- real peers


def command(name: str, package: str = "dcmtk") -> str:
    """Full path of a peer's program, or skip."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed: apt-get install {package}")
    return found


def run(name: str, *arguments: str | Path | int, seconds: float = 60.0) -> subprocess.CompletedProcess[str]:
    """Run a DCMTK program to its end."""
    line = [command(name), *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, timeout=seconds, env=ENVIRONMENT, check=False)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_port(port: int, process: subprocess.Popen[bytes], seconds: float = 20.0) -> None:
    """Wait until the process listens."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "the peer ended at once"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
            return
        time.sleep(0.05)
    raise AssertionError("the peer does not listen")


@contextlib.contextmanager
def started(line: Sequence[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A peer that listens on ``port`` and is stopped at the end."""
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    try:
        await_port(port, process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


@contextlib.contextmanager
def storescp(folder: Path, *options: str) -> Iterator[int]:
    """DCMTK's storescp writing into ``folder``; its port. ``+B`` writes datasets exactly as they came."""
    program, port = command("storescp"), free_port()
    with started([program, "-aet", "STORESCP", "-od", str(folder), "+B", *options, str(port)], port):
        yield port


@dataclass
class Orthanc:
    """A running Orthanc."""

    ae: str
    dicom_port: int
    url: str

    def get(self, path: str) -> Any:
        return self._call("GET", path, None)

    def post(self, path: str, body: bytes | dict[str, Any]) -> Any:
        return self._call("POST", path, body if isinstance(body, bytes) else json.dumps(body).encode())

    def file(self, instance: str) -> bytes:
        return self._read("GET", f"/instances/{instance}/file", None)

    def _call(self, method: str, path: str, body: bytes | None) -> Any:
        return json.loads(self._read(method, path, body))

    def _read(self, method: str, path: str, body: bytes | None) -> bytes:
        with urllib3.PoolManager() as pool:
            answer = pool.request(method, f"{self.url}{path}", body=body, timeout=30.0, retries=False)
        assert answer.status == 200, answer.status
        return answer.data


@contextlib.contextmanager
def orthanc(folder: Path, modalities: dict[str, tuple[str, int]]) -> Iterator[Orthanc]:
    """Orthanc with its storage in ``folder`` that knows these modalities: name to (AE title, port)."""
    program = command("Orthanc", "orthanc")
    http, dicom = free_port(), free_port()
    settings = {
        "Name": "PACS",
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "HttpPort": http,
        "DicomPort": dicom,
        "DicomAet": "PACS",
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "Plugins": [],
        "DicomAlwaysAllowFind": True,
        "DicomAlwaysAllowMove": True,
        "DicomModalities": {name: [ae, "127.0.0.1", port] for name, (ae, port) in modalities.items()},
        "OverwriteInstances": True,
    }
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "orthanc.json"
    file.write_text(json.dumps(settings))
    with started([program, str(file)], http) as process:
        await_port(dicom, process)
        yield Orthanc("PACS", dicom, f"http://127.0.0.1:{http}")


# ---------------------------------------------------------------- datasets


def make_instance(folder: Path, number: int = 1, pixels: int = 64 * 64, syntax: str = ExplicitVRLittleEndian) -> Path:
    """A small CT instance as a file."""
    dataset = Dataset()
    dataset.SOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = f"2.25.77{number}"
    dataset.StudyInstanceUID = "2.25.76"
    dataset.SeriesInstanceUID = "2.25.761"
    dataset.PatientName = "Proef^Jansje"
    dataset.PatientID = "P0001"
    dataset.PatientBirthDate = "19700102"
    dataset.PatientSex = "F"
    dataset.StudyDate = "20240102"
    dataset.StudyTime = "101112"
    dataset.AccessionNumber = "A0001"
    dataset.ReferringPhysicianName = ""
    dataset.StudyID = "1"
    dataset.SeriesNumber = 1
    dataset.Modality = "CT"
    dataset.InstanceNumber = number
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows = 64
    dataset.Columns = pixels // 64
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    dataset.PixelData = bytes(i * number % 256 for i in range(256)) * (pixels * 2 // 256)
    dataset["PixelData"].VR = "OW"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    path = folder / f"{number:05}.dcm"
    dcmwrite(path, dataset, enforce_file_format=True)
    return path


@dataclass(frozen=True)
class Instance:
    """A file as C-STORE takes it: what it is, and its dataset without preamble and meta information."""

    sop_class: str
    uid: str
    syntax: str
    data: bytes


def load(path: Path) -> Instance:
    """The instance in a file, its dataset untouched."""
    meta = dcmread(path, stop_before_pixels=True).file_meta
    raw = path.read_bytes()
    length = int.from_bytes(raw[140:144], "little")
    return Instance(
        str(meta.MediaStorageSOPClassUID),
        str(meta.MediaStorageSOPInstanceUID),
        str(meta.TransferSyntaxUID),
        raw[144 + length :],
    )
