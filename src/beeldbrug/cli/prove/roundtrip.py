"""``beeldbrug prove roundtrip``: every file cut, sealed, opened and joined; is it the same, byte for byte?

A refusal is one of the cutter's, with its stable code; whatever goes wrong after that counts as a difference, because
then an accepted file would not come back. Files are shown by number, names only on request: names may hold identity.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from beeldbrug.cli.prove.sealing import STEP_BYTES, Wire, joined, seal_file
from beeldbrug.model.errors import BeeldbrugError


class Verdict(StrEnum):
    """What became of one file."""

    BYTE_EXACT = "byte-exact"
    REFUSED = "refused"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Proved:
    """One file: ``code`` is the reason of a refusal or difference; ``size`` in bytes."""

    number: int
    path: Path
    verdict: Verdict
    size: int
    code: str = ""


@dataclass(slots=True)
class Tally:
    """All files together; ``seconds`` is the time of the whole path over the files that came back."""

    files: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    seconds: float = 0.0

    def add(self, proved: Proved, seconds: float) -> None:
        """Count one."""
        self.files += 1
        self.verdicts[proved.verdict] += 1
        if proved.verdict is Verdict.BYTE_EXACT:
            self.bytes += proved.size
            self.seconds += seconds
        elif proved.verdict is Verdict.REFUSED:
            self.refusals[proved.code] += 1

    def as_json(self) -> dict[str, object]:
        """The last line."""
        rate = self.bytes / 1e6 / self.seconds if self.seconds else 0.0
        return {
            "files": self.files,
            "byte_exact": self.verdicts[Verdict.BYTE_EXACT],
            "refused": self.verdicts[Verdict.REFUSED],
            "different": self.verdicts[Verdict.DIFFERENT],
            "mb_per_s": round(rate, 1),
            "refusals": dict(sorted(self.refusals.items())),
        }


def files_below(places: Sequence[Path]) -> list[Path]:
    """All regular files at or below ``places``, each once, sorted."""
    found: set[Path] = set()
    for place in places:
        found.update([place] if place.is_file() else (path for path in place.rglob("*") if path.is_file()))
    return sorted(found)


def prove_files(paths: Iterable[Path], tell: Callable[[Proved], None]) -> Tally:
    """Prove each file; ``tell`` hears of it at once."""
    tally, wire = Tally(), Wire()
    with tempfile.TemporaryDirectory(prefix="beeldbrug-prove-") as folder:
        for number, path in enumerate(paths, 1):
            started = time.perf_counter()
            proved = prove_file(number, path, Path(folder), wire)
            tally.add(proved, time.perf_counter() - started)
            for segment in Path(folder).iterdir():
                segment.unlink()
            tell(proved)
    return tally


def prove_file(number: int, path: Path, folder: Path, wire: Wire) -> Proved:
    """Prove one file."""
    try:
        size = path.stat().st_size
        records = seal_file(path, folder)
    except BeeldbrugError as error:
        return Proved(number, path, Verdict.REFUSED, size, error.code)
    except OSError:
        return Proved(number, path, Verdict.REFUSED, 0, "file-unreadable")
    try:
        same = _same(path, joined(wire.open(wire.seal(records), folder)))
    except BeeldbrugError as error:
        return Proved(number, path, Verdict.DIFFERENT, size, error.code)
    return Proved(number, path, Verdict.BYTE_EXACT if same else Verdict.DIFFERENT, size, "" if same else "bytes-differ")


def _same(path: Path, chunks: Iterator[bytes | memoryview]) -> bool:
    with path.open("rb", buffering=STEP_BYTES) as file:
        for chunk in chunks:
            if file.read(len(chunk)) != bytes(chunk):
                return False
        return not file.read(1)
