"""A folder that the EPD watches for reports (``ports.report_delivery.Folder``): files come whole, durable, and once.

An EPD takes a file away when it has read it, so that nobody can tell from the folder alone whether it was given. A file
therefore lies ready under another name first; it was given when it no longer lies ready.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from beeldbrug.kit.files import disk_errors, sync_folder, write_over
from beeldbrug.model.errors import BeeldbrugError, Unavailable


class ReportFolder:
    """One folder. It is not made here: one that is missing is a share that is not mounted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ready(self, name: str, content: bytes) -> None:
        """Written under yet another name, synced, renamed."""

        def lay() -> None:
            if not (self._folder / name).exists():
                write_over(self._beside(name), content)

        self._do(lay)

    def give(self, name: str) -> None:
        """Renamed; the folder synced."""

        def rename() -> None:
            if self._beside(name).exists():
                self._beside(name).replace(self._folder / name)
            sync_folder(self._folder)

        self._do(rename)

    def _beside(self, name: str) -> Path:
        return self._folder / f".{name}.ready"

    def _do(self, deed: Callable[[], None]) -> None:
        try:
            if not self._folder.is_dir():
                raise _unusable()
            with disk_errors():
                deed()
        except (OSError, BeeldbrugError):
            raise _unusable() from None


def _unusable() -> Unavailable:
    return Unavailable(
        "report-folder-unusable",
        "The folder for reports cannot be written.",
        "Mount it, and let this node's user write there ([reports] folder).",
    )
