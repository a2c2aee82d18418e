"""Find studies to send: in the own PACS, and on this node (own ones and arrivals), each once, within the scope.

What the PACS gives in time is shown, with the reason where it is not all. A search is on record before its results go
out (guarantee 4, FIELD 5.2); what was typed is kept nowhere. PS3.4 section C.2.2.2.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from beeldbrug.model.errors import BeeldbrugError, Malformed, Unavailable
from beeldbrug.model.exchange import Direction
from beeldbrug.model.identity import Patient
from beeldbrug.node.policy.finding.indexed import plain_number
from beeldbrug.node.policy.finding.typed import Query, matches, parse_query
from beeldbrug.node.policy.names import PREFIXES
from beeldbrug.node.ports.archive import Archive, ArchivedStudy, StudyKey
from beeldbrug.node.ports.records import OWN, SeriesRow, StudyRow
from beeldbrug.node.ports.sending import Source
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.inbox.listing import visible
from beeldbrug.node.usecases.read.reach import Reach, not_found
from beeldbrug.node.usecases.read.view import Ledger, Mark, of_scope
from beeldbrug.node.usecases.sending.order import check_uid
from beeldbrug.node.usecases.sign_in.signing import Session

STUDIES_MOST: Final = 300
PACS_SECONDS: Final = 20.0
"""How long somebody waits for the PACS; what came by then is shown."""

QUERIES_MOST: Final = 6
PATIENT_MOST: Final = 500

_FULL_DATE = re.compile(r"@(\d{8})|&(\d{2})(\d{2})(\d{4})")
_EXACT = re.compile(r"[\w./-]+")
"""A number without any sign that an archive takes for a wild card or for several values."""

_LETTERS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class StudyFound:
    """A study, and where it lies: ``pacs``, ``node`` (own content here), ``arrivals`` (exchanges that brought it).
    ``here`` is how many instances of it the node holds as its own."""

    study_uid: str
    patient: Patient
    date: str
    time: str
    description: str
    accession_number: str
    modalities: tuple[str, ...]
    series: int | None
    instances: int | None
    pacs: bool = False
    node: bool = False
    here: int = 0
    arrivals: tuple[str, ...] = ()

    @property
    def source(self) -> tuple[Source, str]:
        """Where to take it from: the PACS before a copy, what is own before what arrived."""
        if self.pacs:
            return Source.PACS, ""
        return (Source.NODE, "") if self.node else (Source.ARRIVAL, self.arrivals[0])


@dataclass(frozen=True, slots=True)
class Found:
    """What was found. ``trouble``: why the PACS's part is not whole; ``more``: there are more than are shown."""

    studies: tuple[StudyFound, ...]
    asked_pacs: bool
    trouble: BeeldbrugError | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class SeriesFound:
    """A series of a study to choose from."""

    series_uid: str
    modality: str
    number: int | None
    description: str
    body_part: str
    instances: int | None


@dataclass
class _Asked:
    """What the PACS has said so far."""

    studies: dict[str, ArchivedStudy] = field(default_factory=dict)
    trouble: BeeldbrugError | None = None
    more: bool = False


@dataclass(frozen=True)
class Find:
    """One organisation's search. ``has_archive`` says whether there is a PACS to ask."""

    database: Database
    archive: Archive
    has_archive: Callable[[], bool]
    clock: Callable[[], float]
    ledger: Ledger = field(default_factory=Ledger)

    def by_text(self, session: Session, text: str) -> Found:
        """By what was typed: number, name, birth date. Raises Malformed ``search-too-short``."""
        query = parse_query(text)
        keys = list(keys_of(text, query))
        if not keys or query.blank:
            raise Malformed(
                "search-too-short",
                "Type a patient number, a birth date, or at least two letters of a name.",
                "A number or a birth date finds quickest.",
            )

        def fits(patient: Patient) -> bool:
            return any(
                matches(query, patient.name, patient.birth_date, number.value)
                for number in (patient.number, *patient.others)
            )

        def here(tx: Transaction, reach: Reach) -> list[StudyRow]:
            pairs = tx.instances.search_patients(session.account.organisation, text, PATIENT_MOST)
            return _rows(reach, pairs)

        return self._find(session, keys, fits, here, text)

    def of_exchange(self, session: Session, exchange: str) -> Found:
        """All studies of the patient that an exchange is about. Raises NotFound."""
        with self.database.read() as tx:
            row = visible(tx, session, exchange)
            origin = OWN if row.direction is Direction.OUT else row.id
            there = tx.instances.studies(row.organisation, [(origin, row.study_uid)], {}, 0, 1)
        if not there:
            raise not_found()
        patient = _patient(there[0])
        number = patient.number.value if row.direction is Direction.OUT else row.local_number
        keys = [StudyKey(number=number)] if number else [StudyKey(study_uid=row.study_uid)]

        def fits(other: Patient) -> bool:
            same_number = number and plain_number(other.number.value) == plain_number(number)
            return bool(same_number) and (not patient.birth_date or other.birth_date in ("", patient.birth_date))

        def here(tx: Transaction, reach: Reach) -> list[StudyRow]:
            wanted = {"PatientBirthDate": patient.birth_date} if patient.birth_date else {"PatientID": number}
            rows = tx.instances.studies(row.organisation, reach.pairs(), wanted, 0, PATIENT_MOST)
            return [
                one
                for one in rows
                if reach.reaches(one.origin, one.study_uid)
                and (one.study_uid == row.study_uid or _same_person(one, there[0], number))
            ]

        found = self._find(session, keys, lambda other: fits(other) or not number, here, exchange)
        return replace(found, studies=tuple(sorted(found.studies, key=lambda one: one.study_uid != row.study_uid)))

    def series(self, session: Session, study_uid: str, source: Source, origin: str) -> list[SeriesFound]:
        """Series of one study where it will be taken from. Raises NotFound, Unavailable."""
        scope = session.scope
        check_uid(study_uid)
        if scope.exchanges or not scope.covers_study(study_uid):
            raise not_found()
        if source is Source.PACS:
            found = [
                SeriesFound(one.series_uid, one.modality, one.number, one.description, one.body_part, one.instances)
                for one in self.archive.find_series(study_uid)
            ]
            found += self._saved_here(session, study_uid, {one.series_uid for one in found})
        else:
            found = self._series_here(session, study_uid, OWN if source is Source.NODE else origin)
        self._record(session, f"series {study_uid}", "series", len(found), study_uid)
        return sorted(found, key=lambda one: (one.number is None, one.number or 0, one.series_uid))

    def _saved_here(self, session: Session, study_uid: str, known: Collection[str]) -> list[SeriesFound]:
        """What people saved here beside a study of the PACS, which goes along with it."""
        organisation = session.account.organisation
        with self.database.read() as tx:
            saved = {one.series_uid for one in tx.saved.of_study(organisation, OWN, study_uid)}
            rows = tx.instances.series(organisation, OWN, study_uid, {}) if saved else []
        return [_series(row) for row in rows if row.series_uid in saved - set(known)]

    def _series_here(self, session: Session, study_uid: str, origin: str) -> list[SeriesFound]:
        with self.database.read() as tx:
            if not Reach(tx, session.scope, self.clock()).reaches(origin, study_uid):
                raise not_found()
            rows = tx.instances.series(session.account.organisation, origin, study_uid, {})
        return [_series(row) for row in rows]

    def _find(
        self,
        session: Session,
        keys: Sequence[StudyKey],
        fits: Callable[[Patient], bool],
        here: Callable[[Transaction, Reach], list[StudyRow]],
        mark: str,
    ) -> Found:
        scope = session.scope
        if scope.exchanges:
            raise not_found()
        asked = self._ask(keys) if self.has_archive() else None
        with self.database.read() as tx:
            rows = here(tx, Reach(tx, scope, self.clock()))
        merged: dict[str, StudyFound] = {}
        for one in asked.studies.values() if asked else ():
            if scope.covers_study(one.study_uid) and fits(one.patient):
                merged[one.study_uid] = _archived(one)
        for row in rows:
            merged[row.study_uid] = _with_copy(merged.get(row.study_uid), row)
        found = sorted(merged.values(), key=lambda one: (one.date, one.time, one.study_uid), reverse=True)
        self._record(session, mark, "to send", len(found))
        more = len(found) > STUDIES_MOST or bool(asked and asked.more)
        return Found(tuple(found[:STUDIES_MOST]), asked is not None, asked.trouble if asked else None, more)

    def _ask(self, keys: Iterable[StudyKey]) -> _Asked:
        """Ask the PACS by each key, as long as somebody would wait."""
        asked, deadline = _Asked(), time.monotonic() + PACS_SECONDS
        try:
            for key in keys:
                for count, study in enumerate(self.archive.find_studies(key, STUDIES_MOST), start=1):
                    asked.studies.setdefault(study.study_uid, study)
                    asked.more = asked.more or count >= STUDIES_MOST
                    if time.monotonic() > deadline:
                        raise Unavailable(
                            "pacs-slow",
                            "The PACS is slow; what it has given so far is shown.",
                            "Search more exactly: by number, or with the birth date.",
                        )
        except BeeldbrugError as error:
            asked.trouble = error
        return asked

    def _record(self, session: Session, what: str, level: str, results: int, study_uid: str = "") -> None:
        now = self.clock()
        mark: Mark = (session.token, "send " + level, what)
        if not self.ledger.fresh([mark], now):
            return
        event = of_scope(
            session.scope, "search", "E", "success", now, study_uid=study_uid, level=level, results=results
        )
        self.database.run(lambda tx: tx.audit.append(event))
        self.ledger.keep([mark], now)


def keys_of(text: str, query: Query) -> Iterator[StudyKey]:
    """What to ask a PACS: by each number, and by name and birth date together. Names are matched by their longest word,
    for an archive knows nothing of Dutch prefixes; what it finds too much is left out afterwards."""
    dates = list(dict.fromkeys(_dates(query)))
    numbers = _numbers(text, query)
    word = _name_word(text)
    keys = [StudyKey(number=number) for number in numbers]
    if word:
        keys += [StudyKey(name=word, birth_date=date) for date in dates] or ([] if numbers else [StudyKey(name=word)])
    elif dates:
        keys += [StudyKey(birth_date=date) for date in dates]
    yield from list(dict.fromkeys(keys))[:QUERIES_MOST]


def _dates(query: Query) -> Iterator[str]:
    """Whole birth dates, as DICOM has them."""
    for term in query.terms:
        for atom in term:
            found = _FULL_DATE.fullmatch(atom.word)
            if found and _is_day(day := found[1] or found[4] + found[3] + found[2]):
                yield day


def _is_day(text: str) -> bool:
    """Whether somebody can have been born then."""
    try:
        return 1850 <= datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).year <= 2200
    except ValueError:
        return False


def _numbers(text: str, query: Query) -> list[str]:
    """Patient numbers as they were typed, and without zeros in front; not what is a date only."""
    wanted = {atom.word[1:] for term in query.terms for atom in term if atom.word.startswith("#")}
    typed = [chunk.strip(".,;:()") for chunk in text.split()]
    as_typed = [chunk for chunk in typed if any(map(str.isdecimal, chunk)) and plain_number(chunk) in wanted]
    plain = [plain_number(chunk) for chunk in as_typed]
    exact = [one for one in as_typed if _EXACT.fullmatch(one)]
    found = dict.fromkeys((*exact, *(one.upper() for one in plain), *(one.lstrip("0").upper() for one in plain)))
    return [one for one in found if len(one) >= 2]


def _name_word(text: str) -> str:
    """The longest word of a name, as a pattern: letters that are written in several ways match any."""
    words = [word for word in _LETTERS.findall(text) if word.casefold() not in PREFIXES]
    if not words:
        return ""
    longest = max(words, key=len)
    pattern = "".join(char if char.isascii() else "?" for char in longest)
    pattern = re.sub(r"ij|y", "*", pattern, flags=re.IGNORECASE)
    return f"*{pattern}*".replace("**", "*") if len(longest) >= 2 else ""


def _rows(reach: Reach, pairs: Sequence[tuple[str, str]]) -> list[StudyRow]:
    wanted = [pair for pair in pairs if reach.reaches(*pair)]
    if not wanted:
        return []
    return reach.transaction.instances.studies(reach.scope.organisation, wanted, {}, 0, PATIENT_MOST)


def _same_person(one: StudyRow, other: StudyRow, local: str) -> bool:
    """The same number of the same issuer, or the own number that an arrival was imported under."""
    number = one.patient_number
    if one.origin == OWN and local:
        return number.value == local
    return number.value == other.patient_number.value and number.issuer == other.patient_number.issuer


def _patient(row: StudyRow) -> Patient:
    return Patient(row.patient_name, row.birth_date, row.sex, row.patient_number)


def _archived(one: ArchivedStudy) -> StudyFound:
    return StudyFound(
        study_uid=one.study_uid,
        patient=one.patient,
        date=one.date,
        time=one.time,
        description=one.description,
        accession_number=one.accession_number,
        modalities=one.modalities,
        series=one.series,
        instances=one.instances,
        pacs=True,
    )


def _with_copy(known: StudyFound | None, row: StudyRow) -> StudyFound:
    """The study with this copy beside what is known of it."""
    found = known or StudyFound(
        study_uid=row.study_uid,
        patient=_patient(row),
        date=row.study_date,
        time=row.study_time,
        description=row.description,
        accession_number=row.accession_number,
        modalities=row.modalities,
        series=row.series,
        instances=row.instances,
    )
    if row.origin != OWN:
        return replace(found, arrivals=(*found.arrivals, row.origin))
    return replace(found, node=True, here=row.instances, modalities=found.modalities or row.modalities)


def _series(row: SeriesRow) -> SeriesFound:
    return SeriesFound(row.series_uid, row.modality, row.number, row.description, row.body_part, row.instances)
