"""Proves the searcher's own eyes: values that nobody bears are planted in copies, and each must be found.

In a copy of the hub: in columns, in rows that were deleted, in a table of its own, in parts, segments, names, unknown
files, and in the log in every written form. In made-up instances, sealed into packs by the code that seals real ones:
in every place where pixels can smuggle text. The hub itself is never touched.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pydicom import dcmwrite
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, JPEG2000Lossless, JPEGBaseline8Bit

from beeldbrug.cli.prove.leaks.findings import Fault, Findings
from beeldbrug.cli.prove.leaks.forms import written_forms
from beeldbrug.cli.prove.leaks.hub import HubState, look_through
from beeldbrug.cli.prove.leaks.pixels import look_at_bulk
from beeldbrug.cli.prove.leaks.search import Search
from beeldbrug.cli.prove.sealing import InstanceSealer, Wire, read_place
from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.planted import Place, plant, planted_value
from beeldbrug.dicom.phantom.setting import grey_pixels
from beeldbrug.dicom.phantom.study import bench_setting
from beeldbrug.hub.stores.records.sql import SqlRecords
from beeldbrug.model.dataset import Line
from beeldbrug.sealed.capsule import Content
from beeldbrug.sealed.forms import new_id

ACCENTED = "Ængström Þéodór"
"""A made-up name with letters that encodings write differently."""

SIDE = 64
JPEG = b"\xff\xd8\xff\xdb" + bytes(range(60)) + b"\xff\xd9"
JPEG2000 = b"\xff\x4f\xff\x51" + (41).to_bytes(2) + bytes(39) + b"\xff\x90" + bytes(range(40)) + b"\xff\xd9"
"""Beginnings that decoders know the codecs by; the searcher needs no more."""


@dataclass(frozen=True, slots=True)
class Planted:
    """Value number ``value`` was planted at ``where``; it is found when a fault of a place like it says so."""

    where: str
    found: bool


def prove_eyes(state: HubState) -> list[Planted]:
    """Plant everywhere and look."""
    return [*_in_hub(state), *_in_pixels()]


# Hub


@dataclass(frozen=True, slots=True)
class _Plant:
    where: str
    value: str
    place: str
    put: Callable[[Path, str], None]


def _in_hub(state: HubState) -> Iterator[Planted]:
    plants = [
        _Plant(where, planted_value(number), place, put) for number, (where, place, put) in enumerate(_HUB_PLANTS, 1)
    ]
    forms = [(name, coded) for name, all_coded in written_forms(ACCENTED).items() for coded in sorted(all_coded)]
    with tempfile.TemporaryDirectory(prefix="beeldbrug-eyes-") as folder:
        copy = Path(folder)
        _copy(state, copy)
        for one in plants:
            one.put(copy, one.value)
        _in_log(copy, b"\n".join(b"{} " + coded for _, coded in forms))
        findings = Findings(Search([*(one.value for one in plants), ACCENTED]))
        look_through(HubState(copy, f"sqlite:///{copy / 'hub.sqlite'}"), findings, {})
    for number, one in enumerate(plants):
        hits = [found.place for found in findings.all if found.value == number and found.fault is Fault.VALUE]
        yield Planted(one.where, any(place.startswith(one.place) for place in hits))
    seen = {found.form for found in findings.all if found.value == len(plants) and found.place.startswith("log")}
    for name in dict.fromkeys(name for name, _ in forms):
        yield Planted(f"log, {name}", name in seen)
    faults = {found.fault for found in findings.all}
    for fault in (Fault.UNKNOWN_OBJECT, Fault.UNLISTED, Fault.FORM):
        yield Planted(fault.value, fault in faults)


def _copy(state: HubState, copy: Path) -> None:
    """The database as it is (an empty one where it is not SQLite), and one object of each kind."""
    target = copy / "hub.sqlite"
    if state.database_url.startswith("sqlite:///"):
        source = Path(state.database_url.removeprefix("sqlite:///"))
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
    else:
        SqlRecords(f"sqlite:///{target}").close()
    (copy / "log").mkdir()
    (copy / "log" / "hub.log").write_bytes(b"")
    part = copy / "parts" / "aa" / new_id()
    part.parent.mkdir(parents=True)
    part.write_bytes(_sealed_part())
    segment = copy / "segments" / "aa" / "aa" / new_id() / "1.0123456789abcdef"
    segment.parent.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="beeldbrug-eyes-") as folder:
        _seal(_picture(), Path(folder))
        shutil.copyfile(next(iter(Path(folder).iterdir())), segment)


def _sealed_part() -> bytes:
    return Wire().seal([])[0].body


def _execute(copy: Path, *statements: tuple[str, tuple[str, ...]]) -> None:
    with closing(sqlite3.connect(copy / "hub.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        for statement, arguments in statements:
            connection.execute(statement, arguments)


def _organisation(copy: Path, value: str) -> None:
    row = "INSERT OR IGNORE INTO organisations VALUES ('99999999', ?, '', '', 0, 1, 0, NULL, 0, NULL, 0)"
    _execute(copy, (row, (value,)))


def _wrong_form(copy: Path, value: str) -> None:
    _execute(copy, ("INSERT INTO packs VALUES (?, '00000001')", (value,)))


def _own_table(copy: Path, value: str) -> None:
    _execute(copy, ("CREATE TABLE notes (note TEXT)", ()), ("INSERT INTO notes VALUES (?)", (value,)))


def _deleted(copy: Path, value: str) -> None:
    _execute(
        copy,
        ("INSERT INTO discards VALUES (?, 'part')", (value,)),
        ("DELETE FROM discards WHERE object = ?", (value,)),
    )


def _behind_part(copy: Path, value: str) -> None:
    _append(next((copy / "parts" / "aa").iterdir()), value)


def _inside_segment(copy: Path, value: str) -> None:
    path = next((copy / "segments" / "aa" / "aa").rglob("1.*"))
    content = bytearray(path.read_bytes())
    content[100 : 100 + len(value)] = value.encode()
    path.write_bytes(content)


def _append(path: Path, value: str) -> None:
    with path.open("ab") as file:
        file.write(value.encode())


def _unknown_file(copy: Path, value: str) -> None:
    (copy / "notes.txt").write_text(value)


def _named(copy: Path, value: str) -> None:
    (copy / f"{value}.txt").write_bytes(b"")


def _logged(copy: Path, value: str) -> None:
    _in_log(copy, f'{{"event": "request refused", "reason": "{value}"}}'.encode())


def _in_log(copy: Path, content: bytes) -> None:
    with (copy / "log" / "hub.log").open("ab") as file:
        file.write(content + b"\n")


_HUB_PLANTS: tuple[tuple[str, str, Callable[[Path, str], None]], ...] = (
    ("a deleted row of the database", "file hub.sqlite", _deleted),
    ("a column of free text", "organisations.name", _organisation),
    ("a column of another form", "packs.pack", _wrong_form),
    ("a table that is not on the list", "a column that is not on the list", _own_table),
    ("behind a sealed part", "part ", _behind_part),
    ("inside a segment", "segment ", _inside_segment),
    ("a file of no known form", "a file of no known form", _unknown_file),
    ("the name of a file", "name of a file", _named),
    ("the log", "log/", _logged),
)


# Pixel line


def _in_pixels() -> Iterator[Planted]:
    for number, place in enumerate(Place, 100):
        value = planted_value(number)
        picture = _picture(_CODED.get(place))
        plant(picture, place, value)
        if place is Place.HEADER:
            yield Planted("a header's value, which the pixel line must not show", not _hits(picture, value))
        else:
            yield Planted(f"pixel line, {place.value}", _hits(picture, value))
    wide = planted_value(200)
    picture = _picture()
    coded = wide.encode("utf-16-le")
    middle = len(picture.PixelData) // 2
    picture.PixelData = picture.PixelData[:middle] + coded + picture.PixelData[middle + len(coded) :]
    yield Planted("pixel line, samples of 16 bits", _hits(picture, wide))


_CODED: dict[Place, tuple[UID, bytes]] = {
    Place.JPEG_COMMENT: (JPEGBaseline8Bit, JPEG),
    Place.JPEG_APPLICATION: (JPEGBaseline8Bit, JPEG),
    Place.JPEG2000_COMMENT: (JPEG2000Lossless, JPEG2000),
    Place.AFTER_FRAME: (JPEGBaseline8Bit, JPEG),
}


def _picture(coded: tuple[UID, bytes] | None = None) -> Dataset:
    """A small made-up picture; coded as one frame of the given bytes."""
    setting = bench_setting(PATIENTS[0])
    dataset = setting.dataset("1.2.840.10008.5.1.4.1.1.7", setting.uid("eyes"))
    setting.series(dataset, 1, "Proef", "OT")
    grey_pixels(dataset, SIDE, SIDE, 16)
    dataset.BurnedInAnnotation = "NO"
    if coded is None:
        dataset.PixelData = bytes(SIDE * SIDE * 2)
    else:
        dataset.file_meta.TransferSyntaxUID = coded[0]
        dataset.PixelData = encapsulate([coded[1]])
        dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OW" if coded is None else "OB"
    return dataset


def _hits(picture: Dataset, value: str) -> bool:
    """Whether the value is found on the pixel line of a picture that was sealed and opened again."""
    findings = Findings(Search([value]))
    wire = Wire()
    with tempfile.TemporaryDirectory(prefix="beeldbrug-eyes-") as folder:
        opened = wire.open(wire.seal(_seal(picture, Path(folder))), Path(folder))
        for bulk in opened.bulk.bulks:
            if bulk.line is Line.PIXEL:
                look_at_bulk(bulk, lambda place: read_place(opened, place), findings)
    return findings.count > 0


def _seal(picture: Dataset, folder: Path) -> list[Content]:
    file = BytesIO()
    dcmwrite(file, picture, enforce_file_format=True)
    sealer = InstanceSealer(folder)
    sealer.feed(file.getvalue())
    return sealer.finish()
