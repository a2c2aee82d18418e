"""Orthanc as a PACS of the demo: DIMSE and, to set it up, REST on free loopback ports, everything in one folder.

Runs the Debian package's program; it installs nothing. Without TCP_NODELAY in its environment DCMTK's network layer
crawls, so that is set.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from beeldbrug.cli.demo.processes import Processes
from beeldbrug.cli.demo.studies import SourceFile
from beeldbrug.kit.http import Client, Timeouts
from beeldbrug.kit.ports import free_port
from beeldbrug.model.errors import BeeldbrugError, Unavailable

SECONDS = 900.0


def find_program() -> str | None:
    """Path of Orthanc's program, where it is installed."""
    return shutil.which("Orthanc", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin")))


class OrthancPacs:
    """Implements ``pacs.DemoPacs``."""

    def __init__(self, program: str, folder: Path, ae_title: str, processes: Processes) -> None:
        self.ae_title = ae_title
        self.dicom_port, http_port = free_port(), free_port()
        self.name = "Orthanc"
        self.url = f"http://127.0.0.1:{http_port}"
        folder.mkdir(parents=True, exist_ok=True)
        configuration = folder / "orthanc.json"
        configuration.write_text(json.dumps(_configuration(ae_title, self.dicom_port, http_port, folder)))
        self._process = processes.start(f"orthanc-{ae_title.lower()}", [program, str(configuration)], folder)
        self._client = Client(self.url, timeouts=Timeouts(5.0, SECONDS))
        self._ids: dict[str, str] = {}

    def wait_until_ready(self, seconds: float) -> None:
        """See the port."""
        self._process.wait_until(self._answers, seconds)

    def _answers(self) -> bool:
        try:
            system = self._client.request("GET", "/system").json()
        except BeeldbrugError:
            return False
        self.name = f"Orthanc {system['Version']}"
        return True

    def know(self, ae_title: str, port: int) -> None:
        """See the port."""
        content = {"AET": ae_title, "Host": "127.0.0.1", "Port": port}
        self._client.request("PUT", f"/modalities/{ae_title}", content=content)

    def take(self, path: Path) -> bool:
        """See the port."""
        try:
            answer = self._client.request("POST", "/instances", body=path.read_bytes()).json()
        except Unavailable:
            raise
        except BeeldbrugError:
            return False
        return bool(answer.get("Status") in ("Success", "AlreadyStored"))

    def send(self, files: Sequence[SourceFile], ae_title: str) -> None:
        """See the port. What it fails to send it skips (Permissive), and the node's vault shows what came."""
        resources = [found for file in files for found in self._lookup(file.instance_uid)]
        if resources:
            content = {"Resources": resources, "Synchronous": True, "Permissive": True}
            self._client.request("POST", f"/modalities/{ae_title}/store", content=content)

    def stop(self) -> None:
        """See the port."""
        self._client.close()  # its process stops with all others

    def _lookup(self, instance_uid: str) -> list[str]:
        found = self._client.request("POST", "/tools/lookup", body=instance_uid.encode()).json()
        return [one["ID"] for one in found if one["Type"] == "Instance"]


def _configuration(ae_title: str, dicom_port: int, http_port: int, folder: Path) -> dict[str, Any]:
    return {
        "Name": ae_title,
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "Plugins": [],
        "DicomAet": ae_title,
        "DicomPort": dicom_port,
        "HttpPort": http_port,
        # it listens on every address when remote access is allowed; loopback needs no such permission
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomModalities": {},
        "DicomAlwaysAllowEcho": True,
        "DicomAlwaysAllowStore": True,
        "DicomAlwaysAllowFind": True,
        "DicomAlwaysAllowGet": True,
        "DicomAlwaysAllowMove": True,
        "DicomCheckCalledAet": False,
        "DicomScuTimeout": 120,
        "UnknownSopClassAccepted": True,
        "ConcurrentJobs": 4,
        "LimitFindResults": 0,
        "SaveJobs": False,
        "MallocArenaMax": 5,
    }
