"""Whom the hospital knows: asked live of PACS and worklist, and looked up among the own patients that it told of.

A number that was merged leads to the one that stands for it. What a source says stays apart from what another says, so
that a contradiction is seen. A source that cannot be asked is told, not left out in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from beeldbrug.model.errors import Unavailable
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.model.importing import Order
from beeldbrug.node.ports.own_patients import OwnPatient, Told
from beeldbrug.node.ports.pacs import Pacs, PatientRecord
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.patients.read_list import LIST_FACT

NO_PACS = "pacs-not-set"
NO_QUERIES = "peer-query-unsupported"
"""The PACS or worklist answers no queries at all, whenever it is asked."""

_WHERE = {Told.HL7: "PID-3", Told.LIST: "CSV"}


@dataclass(frozen=True, slots=True)
class Found:
    """``records`` of those who may be meant, PACS first; ``doubtful`` ones are for human eyes alone: the hospital said
    that they are no patients any more. ``asked`` are the sources, ``failure`` is why one could not be."""

    records: tuple[PatientRecord, ...]
    doubtful: tuple[PatientRecord, ...]
    asked: tuple[str, ...]
    failure: Unavailable | None = None

    @property
    def complete(self) -> bool:
        """Whether all sources answered."""
        return self.failure is None

    def for_import(self) -> tuple[PatientRecord, ...]:
        """What an import may go by. Raises Unavailable when a source is away that would answer another time, or when
        there is none that answers."""
        others = {told.value for told in Told} & set(self.asked)
        if self.failure is not None and (self.failure.code != NO_QUERIES or not others):
            raise self.failure
        return self.records


@dataclass(frozen=True)
class Known:
    """All sources of one organisation; ``issuer`` is that of its own numbers. ``places`` are the sources that are set,
    lists aside. What stands in the PACS under an emergency number (of ``emergency_issuer``) is nobody: who that is, is
    the very question."""

    database: Database
    organisation: str
    pacs: Pacs
    issuer: str
    places: Callable[[], tuple[str, ...]] = lambda: ("pacs",)
    emergency_issuer: str = ""

    def find(self, arrived: Patient) -> Found:
        """Who may this be. Raises Unavailable when the vault does not answer."""
        heard, failure = self._heard(arrived)
        with self.database.read() as tx:
            listed = tx.facts.get(self.organisation, LIST_FACT) is not None
            own = {one.number: one for one in tx.own_patients.find(self.organisation, arrived)}
            records, doubtful = self._standing(tx, heard, own)
        told = [self.own_record(one) for one in own.values()]
        asked = (*self.places(), *((Told.LIST.value,) if listed else ()))
        return Found((*records, *told), tuple(doubtful), asked, failure)

    def of_number(self, number: PatientNumber) -> list[PatientRecord]:
        """Who has exactly this number, PACS and worklist first. Raises Unavailable as ``Found.for_import``."""
        heard, failure = self._heard(Patient(number=PatientNumber(number.value)))
        with self.database.read() as tx:
            own = tx.own_patients.get(self.organisation, number.value) if self.is_own(number) else None
        told = [self.own_record(own)] if own is not None and own.name else []
        found = Found((*heard, *told), (), self.places(), failure)
        return [one for one in found.for_import() if one.patient.number.value == number.value]

    def orders(self, number: PatientNumber) -> list[Order]:
        """What is scheduled under this number. Raises Unavailable when the worklist does not answer.

        A worklist seldom says who issued a number. For one that is not of the own issuer, as when the PACS writes
        another than the settings do, the birth date must be that of whom the PACS knows under it.
        """
        try:
            found = self.pacs.find_orders(number.value)
        except Unavailable as error:
            if error.code in (NO_PACS, NO_QUERIES):
                return []
            raise
        if self.is_own(number) or not found:
            return found
        born = {one.patient.birth_date for one in self.of_number(number) if one.patient.number.issuer == number.issuer}
        return [one for one in found if one.birth_date and one.birth_date in born]

    def is_own(self, number: PatientNumber) -> bool:
        """Whether the hospital itself gave it."""
        return number.issuer in ("", self.issuer)

    def _heard(self, patient: Patient) -> tuple[list[PatientRecord], Unavailable | None]:
        """What PACS and worklist say, as far as they answer."""
        heard: list[PatientRecord] = []
        try:
            for record in self.pacs.find_patients(patient):
                heard.append(record)
        except Unavailable as error:
            return heard, None if error.code == NO_PACS else error
        return heard, None

    def _standing(
        self, tx: Transaction, heard: list[PatientRecord], own: dict[str, OwnPatient]
    ) -> tuple[list[PatientRecord], list[PatientRecord]]:
        """What was heard, under the numbers that stand, and what is doubtful; ``own`` gets who has these numbers."""
        records: list[PatientRecord] = []
        doubtful: list[PatientRecord] = []
        for record in heard:
            number = record.patient.number
            if self._is_emergency(tx, number):
                continue
            if not number.value or not self.is_own(number):
                records.append(record)
                continue
            value = tx.own_patients.standing(self.organisation, number.value)
            there = own.get(value) or tx.own_patients.get(self.organisation, value)
            if there is not None and there.active:
                own[value] = there
            patient = replace(record.patient, number=replace(number, value=value))
            gone = there is not None and not there.active
            (doubtful if gone else records).append(replace(record, patient=patient))
        return records, doubtful

    def _is_emergency(self, tx: Transaction, number: PatientNumber) -> bool:
        """Whether this node gave it; a PACS may lack the issuer, and digits alone may be an own number."""
        if self.emergency_issuer not in ("", self.issuer) and number.issuer == self.emergency_issuer:
            return True
        given = self.is_own(number) and not number.value.isdigit()
        return given and bool(tx.rekeyings.under(self.organisation, number.value))

    def own_record(self, one: OwnPatient) -> PatientRecord:
        """One that the hospital told of."""
        others = (PatientNumber(one.bsn, "NLMINBIZA", _WHERE[one.source]),) if one.bsn else ()
        patient = Patient(one.name, one.birth_date, one.sex, PatientNumber(one.number), others)
        return PatientRecord(patient, one.source.value)


@dataclass(frozen=True, slots=True)
class Person:
    """One of the own patients, with all that was said of him under one number; ``order`` is an accession number."""

    patient: Patient
    sources: tuple[str, ...]
    order: str


def people(found: Found, issuer: str) -> Iterator[Person]:
    """Each number once. What the first source leaves open the next fills in; all numbers are kept."""
    by_number: dict[tuple[str, str], list[PatientRecord]] = {}
    for record in (*found.records, *found.doubtful):
        number = record.patient.number
        key = number.value, "" if number.issuer == issuer else number.issuer
        by_number.setdefault(key, []).append(record)
    for records in by_number.values():
        first, *rest = (one.patient for one in records)
        for other in rest:
            first = replace(
                first,
                name=first.name or other.name,
                birth_date=first.birth_date or other.birth_date,
                sex=first.sex or other.sex,
                others=tuple(dict.fromkeys((*first.others, *other.others))),
            )
        order = next((one.accession_number for one in records if one.accession_number), "")
        yield Person(first, tuple(dict.fromkeys(one.source for one in records)), order)
