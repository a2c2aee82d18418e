"""What else lies here of the same patient: own studies and arrivals that the session may see, to open beside one.

By identifiers, never by name; each study once, an own copy before one that came in. Whether a study is relevant is
``policy.relevance``'s to say, of studies from before it. Only a list: what is opened of it is viewed, and audited so;
that somebody asked is on record as a search (FIELD 5.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from beeldbrug.model.exchange import Urgency
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.policy.one_person import Known, same_person
from beeldbrug.node.policy.relevance.propose import StudyFacts, propose
from beeldbrug.node.ports.records import OWN, ExchangeRow, InstanceRow, StudyRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.imports.chosen import kept_number
from beeldbrug.node.usecases.patient import patient_of, sample_of
from beeldbrug.node.usecases.read.reach import Reach, not_found
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.read.view import Ledger, record_search
from beeldbrug.node.usecases.sign_in.signing import Session
from beeldbrug.node.usecases.view.subject import Kind, Name, find_subject

CANDIDATES_MOST: Final = 60
"""Studies with the same birth date or number whose headers are looked into."""

STUDIES_MOST: Final = 40

BESIDE: Final = frozenset({"KO", "PR"})
"""Key objects and presentation states are not counted among the images."""


@dataclass(frozen=True, slots=True)
class RelatedStudy:
    """A study of the same patient. ``source`` is the name of the hospital that it came from."""

    name: Name
    date: str
    time: str
    description: str
    modalities: tuple[str, ...]
    instances: int
    own: bool
    source: str
    relevant: bool
    current: bool


@dataclass(frozen=True)
class _Candidate:
    row: StudyRow
    exchange: ExchangeRow | None
    sample: InstanceRow | None
    images: int = 0


@dataclass(frozen=True)
class Related:
    """One organisation's."""

    organisation_name: str
    issuer: str
    """Issuer of the own patient numbers."""
    database: Database
    sources: Sources
    now: Callable[[], float]
    ledger: Ledger = field(default_factory=Ledger)

    def of(self, session: Session, name: Name) -> list[RelatedStudy]:
        """The study itself, and the others of its patient, newest first. Raises NotFound outside the scope."""
        now = self.now()
        with self.database.read() as tx:
            subject = find_subject(tx, session.scope, now, name)
            if subject.study is None:
                raise not_found()
            reach = Reach(tx, session.scope, now)
            current = _candidate(tx, subject.study, subject.exchange)
            found = _candidates(reach, subject.study)
        known = self._known(current)
        same = [one for one in found if same_person(known, self._known(one))][:STUDIES_MOST]
        with self.database.read() as tx:
            relevant = self._relevant(tx, current, same, now)
        record_search(self.sources, self.ledger, session.scope, "related", _asked(subject.study.study_uid), len(same))
        listed = [self._study(current, name, False, True)]
        listed += [self._study(one, _name(one), str(one.row.id) in relevant, False) for one in same]
        return sorted(listed, key=lambda one: (one.date, one.time), reverse=True)

    def _known(self, one: _Candidate) -> Known:
        own = one.row.organisation
        row, exchange = one.row, one.exchange
        plain = Patient(row.patient_name, row.birth_date, row.sex, row.patient_number)
        arrived = exchange is not None and row.origin != OWN
        local: PatientNumber | None = None
        if arrived and exchange is not None:
            local = kept_number(exchange, self.issuer)
        home = (exchange.peer or exchange.id) if arrived and exchange is not None else own
        return Known(patient_of(self.sources, one.sample) or plain, home, local, own)

    def _relevant(self, tx: Transaction, current: _Candidate, others: Iterable[_Candidate], now: float) -> set[str]:
        facts = [_facts(tx, one) for one in (current, *others)]
        exchange = current.exchange
        question = exchange.terms.question if exchange is not None else ""
        urgency = exchange.urgency if exchange is not None else Urgency.ROUTINE
        proposal = propose(question[:2000], urgency, facts, now, (str(current.row.id),))
        return set(proposal.studies) - {str(current.row.id)}

    def _study(self, one: _Candidate, name: Name, relevant: bool, current: bool) -> RelatedStudy:
        row = one.row
        own = row.origin == OWN
        source = self.organisation_name if own or one.exchange is None else one.exchange.terms.sender.name
        return RelatedStudy(
            name=name,
            date=row.study_date,
            time=row.study_time,
            description=row.description,
            modalities=tuple(one for one in row.modalities if one not in BESIDE),
            instances=one.images,
            own=own,
            source=source,
            relevant=relevant,
            current=current,
        )


def _candidates(reach: Reach, current: StudyRow) -> list[_Candidate]:
    """Studies that may be of the same patient, each once, newest first."""
    tx, organisation = reach.transaction, current.organisation
    rows: dict[int, StudyRow] = {}
    keys = (("PatientID", current.patient_number.value), ("PatientBirthDate", current.birth_date))
    for keyword, value in keys:
        if value and not set(value) & set("*?\\"):
            found = tx.instances.studies(organisation, reach.pairs(), {keyword: value}, 0, CANDIDATES_MOST)
            rows.update({row.id: row for row in found})
    best: dict[str, StudyRow] = {}
    for row in rows.values():
        if row.study_uid == current.study_uid or not reach.reaches(row.origin, row.study_uid):
            continue
        known = best.get(row.study_uid)
        if known is None or (row.origin == OWN, row.id) > (known.origin == OWN, known.id):
            best[row.study_uid] = row
    newest = sorted(best.values(), key=lambda row: (row.study_date, row.study_time, row.id), reverse=True)
    return [_candidate(tx, row, reach.exchange(row.origin)) for row in newest[:CANDIDATES_MOST]]


def _candidate(tx: Transaction, row: StudyRow, exchange: ExchangeRow | None) -> _Candidate:
    series = tx.instances.series(row.organisation, row.origin, row.study_uid, {})
    images = sum(one.instances for one in series if one.modality not in BESIDE)
    return _Candidate(row, exchange, sample_of(tx, row.organisation, row.origin, row.study_uid), images)


def _facts(tx: Transaction, one: _Candidate) -> StudyFacts:
    row = one.row
    series = tx.instances.series(row.organisation, row.origin, row.study_uid, {})
    return StudyFacts(
        id=str(row.id),
        date=row.study_date,
        modalities=row.modalities,
        description=row.description,
        series=tuple(each.description for each in series if each.description),
        body_part=next((each.body_part for each in series if each.body_part), ""),
        instances=row.instances,
    )


def _name(one: _Candidate) -> Name:
    return Name(Kind.STUDY, str(one.row.id)) if one.row.origin == OWN else Name(Kind.EXCHANGE, one.row.origin)


def _asked(study_uid: str) -> dict[str, dict[str, str]]:
    return {"study": {"StudyInstanceUID": study_uid}}
