"""Orthanc as a PACS: DIMSE and REST on free loopback ports, all in a temporary folder. Debian package orthanc."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.kit.http import Client, Timeouts
from beeldbrug.kit.ports import free_port
from tests.peers.processes import running, tool, wait_for_port

Modality = tuple[str, str, int]
"""AE title, host, port."""


@dataclass(frozen=True)
class Orthanc:
    """A running Orthanc. ``url`` is its REST address; modalities are set by ``know``, sent to by ``send``."""

    ae: str
    dicom_port: int
    http_port: int
    url: str
    folder: Path
    log: Path
    client: Client

    def know(self, name: str, modality: Modality) -> None:
        """Add or change a modality that it may send to and be asked by."""
        ae, host, port = modality
        self.client.request("PUT", f"/modalities/{name}", content={"AET": ae, "Host": host, "Port": port})

    def put(self, file: Path) -> str:
        """Store a file over REST; returns Orthanc's own id of the instance."""
        return str(self.client.request("POST", "/instances", body=file.read_bytes()).json()["ID"])

    def ids(self, level: str = "instances") -> list[str]:
        """Orthanc's ids of all patients, studies, series or instances."""
        return [str(each) for each in self.client.request("GET", f"/{level}").json()]

    def find(self, query: Mapping[str, str], level: str = "Study") -> list[str]:
        """Orthanc's ids of what matches, such as ``{"PatientID": "1"}``."""
        content = {"Level": level, "Query": dict(query)}
        return [str(each) for each in self.client.request("POST", "/tools/find", content=content).json()]

    def file(self, instance: str) -> bytes:
        """The stored DICOM file of an instance."""
        return self.client.request("GET", f"/instances/{instance}/file", limit=1 << 31).body

    def send(self, modality: str, ids: list[str]) -> dict[str, Any]:
        """C-STORE these to a known modality and wait for the end; Orthanc's report."""
        content = {"Resources": ids, "Synchronous": True}
        told: dict[str, Any] = self.client.request("POST", f"/modalities/{modality}/store", content=content).json()
        return told

    def clear(self) -> None:
        """Delete everything."""
        for patient in self.ids("patients"):
            self.client.request("DELETE", f"/patients/{patient}")


StartOrthanc = Callable[..., Orthanc]

PLUGIN_FOLDERS = ("/usr/share/orthanc/plugins", "/usr/lib/orthanc")


def dicomweb_plugin() -> str:
    """Path of Orthanc's DICOMweb plugin, for ``Plugins=[...]``; skips the test where it is not installed. The folder
    named by ORTHANC_PLUGINS is searched too."""
    for folder in (os.environ.get("ORTHANC_PLUGINS", ""), *PLUGIN_FOLDERS):
        for path in sorted(Path(folder).glob("libOrthancDicomWeb.so*")) if folder else ():
            return str(path)
    pytest.skip("Orthanc's DICOMweb plugin is not installed: apt-get install orthanc-dicomweb")


@pytest.fixture
def orthanc(tmp_path: Path) -> Iterator[StartOrthanc]:
    """Starts Orthanc: ``orthanc(ae="PACS_A", modalities={"node": ("BEELDBRUG", "127.0.0.1", 11112)})``.

    Further configuration goes by keyword, such as ``OverwriteInstances=True``. Stopped at the end of the test.
    """
    with ExitStack() as stack:

        def start(ae: str = "ORTHANC", modalities: Mapping[str, Modality] | None = None, **more: Any) -> Orthanc:
            return start_orthanc(stack, tmp_path, ae, modalities or {}, more)

        yield start


def start_orthanc(
    stack: ExitStack, parent: Path, ae: str, modalities: Mapping[str, Modality], more: Mapping[str, Any]
) -> Orthanc:
    """Start one whose life is that of ``stack``; for fixtures of another scope."""
    program = tool("Orthanc", "orthanc", ["/usr/sbin"])
    dicom_port, http_port = free_port(), free_port()
    folder = parent / f"orthanc-{dicom_port}"
    folder.mkdir(parents=True)
    configuration, log = folder / "orthanc.json", folder / "orthanc.log"
    settings = _configuration(ae, dicom_port, http_port, folder, modalities)
    configuration.write_text(json.dumps({**settings, **more}))
    # TCP_NODELAY on both sides, else DCMTK's network layer crawls (running() sets it)
    process = stack.enter_context(running([program, str(configuration)], log))
    wait_for_port(http_port, process, log)
    wait_for_port(dicom_port, process, log)
    url = f"http://127.0.0.1:{http_port}"
    client = Client(url, timeouts=Timeouts(5.0, 60.0))
    stack.callback(client.close)
    client.request("GET", "/system")
    return Orthanc(ae, dicom_port, http_port, url, folder, log, client)


def _configuration(
    ae: str, dicom_port: int, http_port: int, folder: Path, modalities: Mapping[str, Modality]
) -> dict[str, Any]:
    return {
        "Name": ae,
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "Plugins": [],
        "DicomAet": ae,
        "DicomPort": dicom_port,
        "HttpPort": http_port,
        # Orthanc listens on every address when remote access is allowed; loopback needs no such permission
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomModalities": {name: list(modality) for name, modality in modalities.items()},
        "DicomModalitiesInDatabase": False,
        "DicomAlwaysAllowEcho": True,
        "DicomAlwaysAllowStore": True,
        "DicomAlwaysAllowFind": True,
        "DicomAlwaysAllowFindWorklist": True,
        "DicomAlwaysAllowGet": True,
        "DicomAlwaysAllowMove": True,
        "DicomCheckCalledAet": False,
        "UnknownSopClassAccepted": True,
        "StableAge": 1,
        "ConcurrentJobs": 4,
        "LimitFindResults": 0,
        "JobsHistorySize": 100,
        "SaveJobs": False,
        "MallocArenaMax": 5,
    }
