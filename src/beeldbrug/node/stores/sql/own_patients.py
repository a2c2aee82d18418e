"""The hospital's own patients in SQL (ports.own_patients). Name and sex are sealed, each bound to its number; names are
found by keyed hashes.

A merge is kept with its end: what stood for others takes them along, so that one look leads to who stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import islice

import msgspec

from beeldbrug.model.errors import Malformed
from beeldbrug.model.identity import Patient
from beeldbrug.node.policy.bsn import bsn
from beeldbrug.node.policy.sought import name_keys, sought
from beeldbrug.node.ports.own_patients import OwnCounts, OwnPatient, Told
from beeldbrug.node.stores.sql.names import storable
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import CHUNK, Row, Statements

MOST = 500
"""Rows that one key may find: a day on which more were born, or a name that more have, tells nothing alone."""

_PUT = """
INSERT INTO own_patient (organisation, number, bsn, birth_date, person, source, changed_at, active, merged_into,
  merged_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', 0)
ON CONFLICT (organisation, number) DO UPDATE SET bsn = excluded.bsn, birth_date = excluded.birth_date,
  person = excluded.person, source = excluded.source, changed_at = excluded.changed_at, active = excluded.active
WHERE excluded.changed_at >= own_patient.changed_at"""

_KNOWN = "SELECT number, changed_at FROM own_patient WHERE organisation = ? AND number IN "
_FORGET_NAMES = "DELETE FROM own_patient_name WHERE organisation = ? AND number = ?"
_ADD_NAME = """
INSERT INTO own_patient_name (organisation, name_key, number) VALUES (?, ?, ?)
ON CONFLICT (organisation, name_key, number) DO NOTHING"""

_MERGED = "SELECT merged_into, merged_at FROM own_patient WHERE organisation = ? AND number = ?"
_REVIVE = "UPDATE own_patient SET merged_into = '', merged_at = ? WHERE organisation = ? AND number = ?"
_MERGE = """
INSERT INTO own_patient (organisation, number, bsn, birth_date, person, source, changed_at, active, merged_into,
  merged_at) VALUES (?, ?, '', '', ?, ?, 0, ?, ?, ?)
ON CONFLICT (organisation, number) DO UPDATE SET merged_into = excluded.merged_into, merged_at = excluded.merged_at"""
_TAKE_ALONG = "UPDATE own_patient SET merged_into = ? WHERE organisation = ? AND merged_into = ?"

_REMOVE = """
UPDATE own_patient SET active = ?, changed_at = ? WHERE organisation = ? AND number = ? AND changed_at <= ?"""
_STANDING = "SELECT number FROM own_patient WHERE organisation = ? AND active = ? AND merged_into = ''"
_COUNT = """
SELECT source, active, merged_into <> '', count(*) FROM own_patient WHERE organisation = ?
GROUP BY source, active, merged_into <> ''"""

_FIND = """
SELECT number, bsn, birth_date, person, source, changed_at, active, merged_into FROM own_patient
WHERE organisation = ? AND """
_OF_BSN = "SELECT number FROM own_patient WHERE organisation = ? AND bsn = ?"
_ALL_OF = "SELECT number FROM own_patient WHERE organisation = ? AND (number = ? OR merged_into = ?)"
_NAMED = "SELECT number FROM own_patient_name WHERE organisation = ? AND name_key IN "


class _Person(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of a patient."""

    name: str
    sex: str


_PEOPLE = msgspec.msgpack.Decoder(_Person)


class SqlOwnPatients:
    """ports.own_patients.OwnPatients over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def put(self, organisation: str, patients: Iterable[OwnPatient]) -> int:
        """Add or replace what is not older."""
        kept, left = 0, iter(patients)
        while some := list(islice(left, CHUNK)):  # a list may be longer than memory has room for
            kept += self._put_some(organisation, some)
        return kept

    def _put_some(self, organisation: str, some: Sequence[OwnPatient]) -> int:
        newest: dict[str, OwnPatient] = {}
        for one in map(_storable, some):
            held = newest.get(one.number)
            if held is None or one.changed_at >= held.changed_at:
                newest[one.number] = one
        known: dict[str, float] = dict(self._sql.all(_KNOWN + _marks(newest), organisation, *newest))
        fresh = [one for one in newest.values() if one.changed_at >= known.get(one.number, one.changed_at)]
        self._sql.many(_PUT, [self._values(organisation, one) for one in fresh])
        self._sql.many(_FORGET_NAMES, [(organisation, one.number) for one in fresh if one.number in known])
        self._sql.many(
            _ADD_NAME,
            [
                (organisation, self._name_key(organisation, key), one.number)
                for one in fresh
                for key in name_keys(one.name)
            ],
        )
        return len(fresh)

    def _values(self, organisation: str, one: OwnPatient) -> tuple[object, ...]:
        person = self._person(organisation, one.number, one.name, one.sex)
        source = one.source.value
        return organisation, one.number, one.bsn, one.birth_date, person, source, one.changed_at, True

    def _person(self, organisation: str, number: str, name: str, sex: str) -> bytes:
        content = msgspec.msgpack.encode(_Person(name, sex))
        return self._seal.wrap(organisation, "own-patient", number, content)  # too short to compress

    def _name_key(self, organisation: str, key: str) -> bytes:
        return self._seal.index(organisation, "own-patient-name", key)

    def merge(self, organisation: str, number: str, into: str, source: Told, at: float) -> bool:
        """``into`` stands for ``number``."""
        number, into = storable(number), storable(into)
        before = self._sql.one(_MERGED, organisation, number)
        if number == into or (before is not None and before[1] > at):
            return False
        end = self.standing(organisation, into)
        if end == number:  # the hospital turned it about: what was merged into it stands again
            there = self._sql.one(_MERGED, organisation, into)
            if there is not None and there[1] > at:
                return False
            self._sql.run(_REVIVE, at, organisation, into)
            end = into
        nobody = self._person(organisation, number, "", "")
        self._sql.run(_MERGE, organisation, number, nobody, source.value, False, end, at)
        self._sql.run(_TAKE_ALONG, end, organisation, number)
        return True

    def remove(self, organisation: str, number: str, at: float) -> bool:
        """It is no patient any more."""
        return bool(self._sql.run(_REMOVE, False, at, organisation, storable(number), at))

    def retain(self, organisation: str, numbers: Collection[str], at: float) -> int:
        """Those that are not among them are patients no more."""
        kept = {storable(number) for number in numbers}
        standing = [number for (number,) in self._sql.all(_STANDING, organisation, True)]
        return sum(self.remove(organisation, number, at) for number in standing if number not in kept)

    def get(self, organisation: str, number: str) -> OwnPatient | None:
        """What is known of a number."""
        row = self._sql.one(_FIND + "number = ?", organisation, storable(number))
        return None if row is None else self._patient(organisation, row)

    def standing(self, organisation: str, number: str) -> str:
        """The number that stands for this one."""
        row = self._sql.one(_MERGED, organisation, storable(number))
        return row[0] if row is not None and row[0] else number

    def numbers(self, organisation: str, said: str) -> tuple[str, ...]:
        """All numbers of whom has this number or BSN."""
        digits = bsn(said)
        of_bsn = [row[0] for row in self._sql.all(_OF_BSN, organisation, digits)] if digits else []
        known = self.get(organisation, said) is not None
        first = [] if of_bsn and not known else [storable(said)]
        stand = dict.fromkeys(self.standing(organisation, number) for number in [*first, *of_bsn])
        with_merged = [row[0] for number in stand for row in self._sql.all(_ALL_OF, organisation, number, number)]
        return tuple(dict.fromkeys([*first, *of_bsn, *with_merged]))

    def find(self, organisation: str, patient: Patient) -> list[OwnPatient]:
        """Who may this be."""
        wanted = sought(patient)
        names = [self._name_key(organisation, key) for key in wanted.names]
        named = [number for (number,) in self._limited(_NAMED, organisation, names)]
        found: dict[str, Row] = {}
        for column, values in (
            ("number", [*map(storable, wanted.numbers)]),
            ("bsn", wanted.bsns),
            ("birth_date", wanted.birth_dates),
            ("number", named),
        ):
            found |= {row[0]: row for row in self._limited(f"{_FIND}{column} IN ", organisation, values)}
        ends = {row[7] for row in found.values() if row[7]} - set(found)
        found |= {row[0]: row for row in self._limited(f"{_FIND}number IN ", organisation, sorted(ends))}
        return [self._patient(organisation, row) for row in found.values() if row[6] and not row[7]]

    def _limited(self, statement: str, organisation: str, values: Sequence[object]) -> list[Row]:
        """Rows whose column is one of the values, which the statement ends at; at most MOST."""
        some = values[:MOST]
        return self._sql.all(f"{statement}{_marks(some)} LIMIT {MOST}", organisation, *some) if some else []

    def counts(self, organisation: str) -> OwnCounts:
        """How many there are."""
        count = {"hl7": 0, "list": 0, "merged": 0, "inactive": 0}
        for source, active, merged, number in self._sql.all(_COUNT, organisation):
            count["merged" if merged else source if active else "inactive"] += number
        return OwnCounts(**count)

    def _patient(self, organisation: str, row: Row) -> OwnPatient:
        number, bsn, birth_date, sealed, source, changed_at, active, merged_into = row
        try:
            person = _PEOPLE.decode(self._seal.unwrap(organisation, "own-patient", number, bytes(sealed)))
        except msgspec.MsgspecError:
            raise Malformed(
                "row-damaged", "A row of the vault cannot be read.", "Restore the vault from a backup."
            ) from None
        told = Told(source)
        return OwnPatient(number, bsn, person.name, birth_date, person.sex, told, changed_at, bool(active), merged_into)


def _storable(one: OwnPatient) -> OwnPatient:
    return replace(one, number=storable(one.number), name=storable(one.name))


def _marks(values: Collection[object]) -> str:
    return "(" + ", ".join("?" * len(values)) + ")"
