"""Sealed chunks of uploads in a folder (ports.uploads.Staging): ``STAGING/<upload>/<name>``; nothing in it is readable.

A chunk is refused while the disk has less than the reserve free, as new segments are (``stores.spool``).
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

from beeldbrug.kit.files import disk_errors, make_folder, write_new
from beeldbrug.model.errors import Conflict, Unavailable
from beeldbrug.sealed import forms

_NAME = re.compile(r"[0-9a-f]{32}-(identity|pixel)-[0-9]{1,9}")


class StagingFolder:
    """``ports.uploads.Staging``; thread-safe, and safe among processes."""

    def __init__(self, folder: Path, reserve: int) -> None:
        make_folder(folder)
        self._folder = folder
        self._reserve = reserve

    def put(self, upload: str, name: str, content: bytes | memoryview) -> None:
        """Keep durably."""
        if shutil.disk_usage(self._folder).free < self._reserve + len(content):
            raise Unavailable("disk-full", "The disk is full.", "Free some space on the data disk; work then resumes.")
        path = self._path(upload, name)
        make_folder(path.parent)
        with suppress(Conflict):  # the same chunk a second time: who wrote its row first has checked it
            write_new(path, content)

    def read(self, upload: str, name: str, offset: int, length: int) -> bytes:
        """Exactly this range."""
        descriptor = os.open(self._path(upload, name), os.O_RDONLY | os.O_CLOEXEC)
        try:
            data = os.pread(descriptor, length, offset)
        finally:
            os.close(descriptor)
        if len(data) != length:
            raise OSError("a chunk is shorter than it was")
        return data

    def drop(self, upload: str) -> None:
        """All of an upload."""
        with disk_errors(), suppress(FileNotFoundError):
            shutil.rmtree(self._folder / forms.check(upload, forms.ID, "upload-unknown"))

    def uploads(self) -> list[str]:
        """By id."""
        with disk_errors():
            return sorted(one.name for one in self._folder.iterdir() if forms.ID.fullmatch(one.name))

    def _path(self, upload: str, name: str) -> Path:
        forms.check(upload, forms.ID, "upload-unknown")
        return self._folder / upload / forms.check(name, _NAME, "upload-unknown")
