"""What the demo asks of a PACS, whoever plays it, beyond DICOM: hold files, know nodes, send a study to one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from beeldbrug.cli.demo.studies import SourceFile


class DemoPacs(Protocol):
    """A PACS of the demo, with one AE title on one loopback port."""

    ae_title: str
    dicom_port: int
    name: str
    """What it is, with its version."""

    url: str
    """Where a person can look into it; empty when it has no screen."""

    def wait_until_ready(self, seconds: float) -> None:
        """Return when it answers. Raises Unavailable."""

    def know(self, ae_title: str, port: int) -> None:
        """Add a node that it may send to, also by C-MOVE."""

    def take(self, path: Path) -> bool:
        """Put a file into it; False when it does not want it."""

    def send(self, files: Sequence[SourceFile], ae_title: str) -> None:
        """C-STORE these instances, which it holds, to the node; returns when it has tried all. Raises Unavailable."""

    def stop(self) -> None:
        """Stop it."""
