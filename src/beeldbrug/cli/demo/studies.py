"""What the demo sends: made-up studies, or the DICOM files in a folder of the user's; and what is not sent, and why.

A study is a list of files with their identifiers and where the dataset begins in each. Of several files with the same
SOP Instance UID only the first is sent: a PACS keeps one. Reasons are codes; a file's name is never shown.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from beeldbrug.cli.prove.roundtrip import files_below
from beeldbrug.dicom.cut import cut_file
from beeldbrug.dicom.frames import FrameIndex
from beeldbrug.dicom.part10 import read_prologue
from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PATIENTS, PhantomPatient
from beeldbrug.dicom.phantom.study import Kind, write_study
from beeldbrug.model.dataset import PieceKind
from beeldbrug.model.errors import BeeldbrugError, Malformed
from beeldbrug.model.identity import InstanceIndex

PROLOGUE_BYTES = 1024 * 1024
STEP_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A DICOM file to be sent; its dataset begins at byte ``start``."""

    path: Path
    start: int
    size: int
    study_uid: str
    instance_uid: str
    sop_class: str
    transfer_syntax: str

    def dataset(self) -> Iterator[bytes]:
        """The dataset without file meta information, in chunks."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            while data := file.read(STEP_BYTES):
                yield data


@dataclass(slots=True)
class Sources:
    """All that is to be sent, by study in the order met, and what is not, by reason."""

    studies: dict[str, list[SourceFile]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def files(self) -> list[SourceFile]:
        """All of them."""
        return [file for study in self.studies.values() for file in study]


@dataclass(slots=True)
class Prepared:
    """All files of a demo: to be sent, and B's own older studies."""

    sources: Sources
    history: list[Path] = field(default_factory=list)


class _Nowhere:
    """A cut sink for those who want the index, and to know whether there are fragments."""

    def __init__(self) -> None:
        self.encapsulated = False

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        """Not needed."""

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        """A value of undefined length holds fragments."""
        self.encapsulated |= kind is PieceKind.PIXEL and declared is None

    def write_piece(self, data: memoryview) -> None:
        """Not needed."""

    def close_piece(self, frames: FrameIndex | None) -> None:
        """Not needed."""


def read_folder(folder: Path) -> Sources:
    """Every DICOM instance at or below ``folder``; other files are counted."""
    found = Sources()
    seen: set[str] = set()
    for path in files_below([folder]):
        try:
            file = source_file(path)
        except BeeldbrugError as error:
            found.left_out[error.code] += 1
            continue
        except OSError:
            found.left_out["file-unreadable"] += 1
            continue
        if file.instance_uid in seen:
            found.left_out["same-instance-again"] += 1
            continue
        seen.add(file.instance_uid)
        found.studies.setdefault(file.study_uid, []).append(file)
    return found


def source_file(path: Path) -> SourceFile:
    """Identifiers of a DICOM file. Raises BeeldbrugError when it is none, OSError."""
    sink = _Nowhere()
    cut = cut_file(path, sink)
    with path.open("rb") as file:
        prologue = read_prologue(file.read(PROLOGUE_BYTES), True)
    start, declared = (prologue.start, prologue.transfer_syntax) if prologue else (0, "")
    if sink.encapsulated and not declared:
        raise Malformed(
            "transfer-syntax-not-declared",
            "The file does not say how its pixels are coded, so nobody can send it.",
            "Take it from its source again.",
        )
    index = cut.index
    return SourceFile(path, start, cut.size, index.study_uid, index.instance_uid, index.sop_class, cut.transfer_syntax)


@dataclass(frozen=True, slots=True)
class Making:
    """One study to be made."""

    kind: Kind
    patient: PhantomPatient
    slices: int | None = None
    thin_slices: int = 0


SHOWN = (Making(Kind.CT_BLEED, PATIENTS[0], 30),)
"""The study that ``demo`` sends by itself."""

WAITING = (
    Making(Kind.MR_BRAIN, PATIENTS[4], 16),
    Making(Kind.US_HEART, PATIENTS[2], 24),
    Making(Kind.DX_THORAX, PATIENTS[9]),
)
"""Studies that lie ready in A's PACS, to be sent by hand."""

CHECKED = (
    Making(Kind.CT_BLEED, PATIENTS[0], 24),
    Making(Kind.MR_BRAIN, PATIENTS[4], 8),
    Making(Kind.US_HEART, PATIENTS[2], 8),
    Making(Kind.DX_THORAX, PATIENTS[9]),
)
"""Studies of ``demo --once``: CT, MR, US, DX, each with its report (SR), and what comes with it (KO, PR)."""


def make(makings: tuple[Making, ...], folder: Path) -> Sources:
    """Make these studies below ``folder``, with identifiers of their own at every run."""
    found = Sources()
    for number, making in enumerate(makings, 1):
        paths = write_study(
            making.kind,
            making.patient,
            folder / f"study-{number}",
            slices=making.slices,
            thin_slices=making.thin_slices,
            seed=secrets.randbelow(2**31),
        )
        files = [source_file(path) for path in paths]
        found.studies[files[0].study_uid] = files
    return found


def make_history(makings: tuple[Making, ...], folder: Path) -> list[Path]:
    """An older small study of each patient as hospital B made it: there B knows the patient by its own number."""
    paths: list[Path] = []
    for number, patient in enumerate({making.patient.bsn: making.patient for making in makings}.values(), 1):
        paths += write_study(
            Kind.CT_HEAD,
            patient,
            folder / f"history-{number}",
            hospital=HOSPITAL_B,
            slices=1,
            thin_slices=0,
            documents=False,
            seed=secrets.randbelow(2**31),
        )
    return paths
