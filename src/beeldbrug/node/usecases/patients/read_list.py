"""Read a patient list (CSV) that the hospital exported: the whole file or nothing, and said in which lines it is wrong.

The file is read twice, so that memory does not grow with it: once to look at every line, and when all are right once
to keep them, some at a time: one transaction for a million patients would keep images from being taken. Cut off in
between, it is read again, with the same end. Faults name lines and columns, never values.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from beeldbrug.model.errors import Malformed
from beeldbrug.node.ports.own_patients import OwnPatient
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.patients.rows import columns_of, patient_of

FAULTS_SHOWN = 20
AT_ONCE = 1000
"""Patients that are kept in one transaction."""
LIST_FACT = "own-patients.list"
"""When a list was last read (POSIX seconds): from then on it is one of the sources."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """``patients`` lines, of which ``kept`` were not older than what was known; ``inactive`` stood in no line."""

    patients: int
    kept: int
    inactive: int


def read_list(
    database: Database, organisation: str, file: Path, actor: str, now: float, complete: bool = False
) -> ReadResult:
    """Keep the patients of a file. ``complete``: whoever is not in it is a patient no more.

    Raises Malformed ``patient-list-unreadable``, ``patient-list-malformed`` with line numbers.
    """
    numbers = _checked(file, now)
    patients, kept = _patients(file, now, []), 0
    while some := [patient for _, patient in islice(patients, AT_ONCE)]:
        with database.write() as tx:
            kept += tx.own_patients.put(organisation, some)
    with database.write() as tx:
        inactive = tx.own_patients.retain(organisation, numbers, now) if complete else 0
        tx.facts.set(organisation, LIST_FACT, str(now))
        details: dict[str, str | int | float | bool] = {"patients": len(numbers), "kept": kept, "inactive": inactive}
        tx.audit.append(AuditEvent(organisation, "patients-read", "U", "success", actor=actor, details=details, at=now))
    return ReadResult(len(numbers), kept, inactive)


def _checked(file: Path, now: float) -> set[str]:
    """The numbers in the file, once all of it was found right."""
    faults: list[str] = []
    numbers: set[str] = set()
    for line, patient in _patients(file, now, faults):
        if patient.number in numbers:
            faults.append(f"line {line}: this number stands in the file twice")
        numbers.add(patient.number)
    if not numbers and not faults:
        faults.append("there is no line with a patient")
    if faults:
        shown = "; ".join(faults[:FAULTS_SHOWN])
        more = f"; and {len(faults) - FAULTS_SHOWN} more" if len(faults) > FAULTS_SHOWN else ""
        raise _malformed(f"{shown}{more}.")
    return numbers


def _patients(file: Path, now: float, faults: list[str]) -> Iterator[tuple[int, OwnPatient]]:
    """(line, patient) of the lines that are right; what is wrong is added to ``faults``."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as content:
            first = content.readline()
            content.seek(0)
            rows = csv.reader(content, delimiter=";" if first.count(";") > first.count(",") else ",", strict=True)
            places, wrong = columns_of(next(rows, []))
            faults.extend(f"line 1: {one}" for one in wrong)
            if wrong:
                return
            for row in rows:
                yield from _patient(rows.line_num, row, places, now, faults)
    except (UnicodeDecodeError, csv.Error) as error:
        raise _malformed(f"It is no CSV file in UTF-8 ({type(error).__name__}).") from None
    except OSError as error:
        raise Malformed(
            "patient-list-unreadable", f"The list cannot be read ({type(error).__name__}).", "Check path and rights."
        ) from None


def _patient(
    line: int, row: list[str], places: dict[str, int], now: float, faults: list[str]
) -> Iterator[tuple[int, OwnPatient]]:
    if not any(cell.strip() for cell in row):
        return
    if len(row) <= max(places.values()):
        faults.append(f"line {line}: columns are missing")
        return
    patient, wrong = patient_of({name: row[at] for name, at in places.items()}, now)
    faults.extend(f"line {line}: {one}" for one in wrong)
    if patient is not None:
        yield line, patient


def _malformed(text: str) -> Malformed:
    remedy = "Correct these lines and read the file again; nothing of it was kept."
    return Malformed("patient-list-malformed", f"The list is not right: {text}", remedy)
