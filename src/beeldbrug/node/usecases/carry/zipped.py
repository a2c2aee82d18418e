"""Files as one ZIP that is never whole anywhere: made while it is read (APPNOTE 6.3.9, Zip64 where it must).

Stored, not deflated: images are compressed already or shrink little, and so it is as quick as the disk. The same files
at the same time make the same bytes, so that a broken transfer goes on in the middle.
"""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterable, Iterator
from typing import Final

from beeldbrug.node.usecases.carry.contents import Entry

EARLIEST: Final = 315_532_800.0
"""1 January 1980, the first day that a ZIP knows."""


class _Sink:
    """Takes what is written, to be given on; cannot be sought in, so that nothing is changed afterwards."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._at = 0

    def write(self, data: bytes) -> int:
        """Hold it."""
        self._held.append(bytes(data))
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        """How much there was."""
        return self._at

    def flush(self) -> None:
        """Nothing to do."""

    def take(self) -> Iterator[bytes]:
        """What is held."""
        held, self._held = self._held, []
        return iter(held)


def zipped(entries: Iterable[Entry], made: float, folder: str = "") -> Iterator[bytes]:
    """The ZIP in chunks; ``made`` is the time of all its files, ``folder`` what they lie in."""
    sink = _Sink()
    moment = time.gmtime(max(made, EARLIEST))[:6]
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]  # it is written only
        for entry in entries:
            about = zipfile.ZipInfo(f"{folder}/{entry.name}" if folder else entry.name, moment)
            about.external_attr = 0o644 << 16
            with archive.open(about, "w", force_zip64=entry.size >= zipfile.ZIP64_LIMIT // 2) as target:
                for chunk in entry.read():
                    target.write(chunk)
                    yield from sink.take()
            yield from sink.take()
    yield from sink.take()
