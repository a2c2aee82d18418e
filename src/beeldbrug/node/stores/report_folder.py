"""A folder that the EPD watches for reports (``ports.report_delivery.Folder``): files come whole, and durable."""

from __future__ import annotations

from pathlib import Path

from beeldbrug.kit.files import write_over
from beeldbrug.model.errors import Unavailable


class ReportFolder:
    """One folder. It is not made here: one that is missing is a share that is not mounted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes) -> None:
        """Written under another name, synced, renamed."""
        try:
            if not self._folder.is_dir():
                raise _unusable()
            write_over(self._folder / name, content)
        except (OSError, Unavailable):
            raise _unusable() from None


def _unusable() -> Unavailable:
    return Unavailable(
        "report-folder-unusable",
        "The folder for reports cannot be written.",
        "Mount it, and let this node's user write there ([reports] folder).",
    )
