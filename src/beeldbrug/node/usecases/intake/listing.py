"""List what a carrier holds: whose it is, by study and series, and what is odd about it. Nothing is kept.

Every regular file is looked at; a DICOMDIR is a hint of what should be there, never followed. Programs, viewers and
anything else that is no instance is counted and carried nowhere. The list is identity: for who may see it alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from blake3 import blake3

from beeldbrug.model.errors import TooLarge
from beeldbrug.model.identity import InstanceIndex, Patient
from beeldbrug.node.policy import carrying
from beeldbrug.node.ports import carrier as reasons
from beeldbrug.node.ports.carrier import Carrier, CarrierEntry, NotHereYet
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.intake.contents import References, plain, references
from beeldbrug.node.usecases.intake.look import Kind, Look, look

NAMES_KEPT = 200
"""Names of files that are kept with a finding, for who asks which they were."""

READ_BYTES = 1 << 20

PATIENTS_MOST = 1000

_REFUSED = {
    reasons.NAME_OUTSIDE: carrying.NAME_OUTSIDE.code,
    reasons.LINK: carrying.LINK.code,
    reasons.ENCRYPTED: carrying.ENCRYPTED.code,
    reasons.SUSPICIOUS: carrying.SUSPICIOUS.code,
    reasons.UNREADABLE: carrying.UNREADABLE.code,
}


@dataclass(slots=True)
class Finding:
    """Something odd, by a code of ``policy.carrying``, how often, and some of the names."""

    code: str
    count: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        """Once more."""
        self.count += 1
        if len(self.names) < NAMES_KEPT:
            self.names.append(name)


@dataclass(slots=True)
class SeriesFound:
    """A series, with the files that its instances lie in."""

    uid: str
    modality: str
    number: int | None
    description: str
    files: list[tuple[CarrierEntry, str]] = field(default_factory=list)
    """Entry and SOP Instance UID."""

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(entry.size for entry, _ in self.files)


@dataclass(slots=True)
class StudyFound:
    """A study of one patient. ``lacking``: instances that are there but cut off."""

    uid: str
    date: str
    description: str
    accession_number: str
    institution: str
    series: dict[str, SeriesFound] = field(default_factory=dict)
    lacking: int = 0

    @property
    def instances(self) -> int:
        """How many."""
        return sum(len(one.files) for one in self.series.values())

    @property
    def size(self) -> int:
        """Bytes."""
        return sum(one.size for one in self.series.values())


@dataclass(slots=True)
class PatientFound:
    """A patient, as the first header has him."""

    patient: Patient
    studies: dict[str, StudyFound] = field(default_factory=dict)

    @property
    def instances(self) -> int:
        """How many."""
        return sum(one.instances for one in self.studies.values())


@dataclass(slots=True)
class Listing:
    """All that was found. ``others`` counts what is no instance, by ``Kind``."""

    patients: list[PatientFound] = field(default_factory=list)
    findings: dict[str, Finding] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)
    files: int = 0
    bytes: int = 0

    @property
    def instances(self) -> int:
        """How many."""
        return sum(one.instances for one in self.patients)

    @property
    def lacking(self) -> int:
        """Images that cannot be had, of whichever study: those of a known study are counted there as well."""
        return sum(one.count for one in self.findings.values() if one.code in carrying.LACKING)

    def unknown_lacking(self) -> int:
        """Those of which nobody can say of which study they are."""
        return self.lacking - sum(one.lacking for each in self.patients for one in each.studies.values())

    def note(self, code: str, name: str) -> None:
        """Add to a finding."""
        self.findings.setdefault(code, Finding(code)).add(name)


def list_carrier(carrier: Carrier, told: Callable[[int], None] = lambda count: None) -> Listing:
    """Look at everything; ``told`` hears after each file how many there were. Raises TooLarge, Unavailable."""
    made = _Making(carrier)
    for entry in carrier.entries():
        made.take(entry)
        told(made.listing.files)
    return made.finish()


def note_listing(database: Database, organisation: str, listing: Listing, actor: str, now: float) -> None:
    """Somebody saw the list: an audit event for each patient on it."""
    with database.write() as tx:
        for found in listing.patients:
            tx.audit.append(
                AuditEvent(
                    organisation,
                    "disc-listed",
                    "R",
                    "success",
                    actor=actor,
                    patient=found.patient.number.value,
                    details={"studies": len(found.studies), "instances": found.instances},
                    at=now,
                )
            )


def digest(carrier: Carrier, entry: CarrierEntry) -> bytes:
    """BLAKE3-256 over one file. Raises OSError."""
    hashed, size = blake3(), 0
    with carrier.open(entry) as file:
        while data := file.read(READ_BYTES):
            hashed.update(data)
            size += len(data)
    if size < entry.size:
        raise OSError("shorter than stated")
    return hashed.digest()


def _too_many() -> TooLarge:
    return TooLarge(
        "carrier-too-large", "There are more patients than one carrier may hold.", "Read its folders in one by one."
    )


class _Making:
    """A list being made."""

    def __init__(self, carrier: Carrier) -> None:
        self.listing = Listing()
        self._carrier = carrier
        self._patients: dict[Patient, PatientFound] = {}
        self._by_uid: dict[str, tuple[CarrierEntry, SeriesFound]] = {}
        self._names: set[str] = set()
        self._references: list[References] = []

    def take(self, entry: CarrierEntry) -> None:
        """Look at one file."""
        listing = self.listing
        listing.files += 1
        listing.bytes += entry.size
        if entry.refused:
            listing.note(_REFUSED[entry.refused], entry.name)
            return
        self._names.add(plain(entry.name))
        try:
            with self._carrier.open(entry) as file:
                seen = look(file, entry.size)
            if seen.kind is Kind.DICOMDIR:
                with self._carrier.open(entry) as file:
                    self._references.append(references(file, entry.name.rpartition("/")[0]))
        except OSError:
            listing.note(carrying.UNREADABLE.code, entry.name)
            return
        self._sort(entry, seen)

    def _sort(self, entry: CarrierEntry, seen: Look) -> None:
        listing, index = self.listing, seen.index
        if seen.kind is Kind.BROKEN:
            listing.note(carrying.BROKEN.code, entry.name)
        elif seen.kind is Kind.TRUNCATED:
            listing.note(carrying.TRUNCATED.code, entry.name)
            if index is not None:
                self._study(index).lacking += 1
        elif seen.kind is Kind.INSTANCE and index is not None:
            self._instance(entry, index)
        else:
            listing.others[seen.kind] += 1

    def _instance(self, entry: CarrierEntry, index: InstanceIndex) -> None:
        study = self._study(index)
        series = study.series.get(index.series_uid)
        if series is None:
            series = SeriesFound(index.series_uid, index.modality, index.series_number, index.series_description)
            study.series[index.series_uid] = series
        first = self._by_uid.setdefault(index.instance_uid, (entry, series))
        if first[0] is not entry:
            try:
                same = first[0].size == entry.size and self._digest(first[0]) == self._digest(entry)
            except NotHereYet:  # compared when all of both is here
                self.listing.note(carrying.TWICE.code, entry.name)
                series.files.append((entry, index.instance_uid))
                return
            except OSError:
                self.listing.note(carrying.UNREADABLE.code, entry.name)
                return
            self.listing.note((carrying.DUPLICATE if same else carrying.DIFFERING).code, entry.name)
            if same:
                return
        series.files.append((entry, index.instance_uid))

    def _digest(self, entry: CarrierEntry) -> bytes:
        return digest(self._carrier, entry)

    def _study(self, index: InstanceIndex) -> StudyFound:
        patient = self._patients.get(index.patient)
        if patient is None:
            if len(self._patients) >= PATIENTS_MOST:
                raise _too_many()
            patient = self._patients[index.patient] = PatientFound(index.patient)
        study = patient.studies.get(index.study_uid)
        if study is None:
            study = patient.studies[index.study_uid] = StudyFound(
                index.study_uid, index.study_date, index.study_description, index.accession_number, index.institution
            )
        return study

    def finish(self) -> Listing:
        """Everything was looked at."""
        listing = self.listing
        listing.patients = sorted(map(_merged, self._groups()), key=_by_name)
        for found in self._references:
            for name in sorted(found.names - self._names):
                listing.note(carrying.LISTED_MISSING.code, name)
            if found.outside:
                listing.findings.setdefault(
                    carrying.LISTED_OUTSIDE.code, Finding(carrying.LISTED_OUTSIDE.code)
                ).count += found.outside
            if found.broken:
                listing.note(carrying.LISTING_BROKEN.code, "DICOMDIR")
        if sum(1 for one in listing.patients if one.instances) > 1:
            listing.findings[carrying.SEVERAL_PATIENTS.code] = Finding(carrying.SEVERAL_PATIENTS.code, 1)
        order = list(carrying.FINDINGS)
        listing.findings = dict(sorted(listing.findings.items(), key=lambda one: order.index(one[0])))
        return listing

    def _groups(self) -> Iterator[list[PatientFound]]:
        for group in carrying.grouped(list(self._patients)):
            yield [self._patients[one] for one in group]


def _by_name(found: PatientFound) -> tuple[str, str, str]:
    """Numbers are given in this order, so that the same files get the same ones however they came."""
    return found.patient.name.casefold(), found.patient.birth_date, found.patient.number.value


def _merged(group: list[PatientFound]) -> PatientFound:
    """One patient of several spellings."""
    first, *others = group
    for other in others:
        for uid, study in other.studies.items():
            known = first.studies.setdefault(uid, study)
            if known is study:
                continue
            known.lacking += study.lacking
            for series_uid, series in study.series.items():
                there = known.series.setdefault(series_uid, series)
                if there is not series:
                    there.files += series.files
    return first
