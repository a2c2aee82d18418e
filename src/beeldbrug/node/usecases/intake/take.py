"""Take studies in from a carrier: each becomes an arrival at the desk, by route ``disc``, or that of who brought it.

What is here already is not taken twice: the same disc again does nothing, one that broke off is completed, one that
holds more supplements. Other content under a UID that is here, or another patient under a study that is here, makes an
arrival of its own; nothing is overwritten (FIELD 5.6). *Verified* is an arrival when everything that the list names is
here; with less only where somebody said so, and then it says how much is missing. Such an arrival is imported only when
somebody decides so; any other as the import rule says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

from beeldbrug.model.errors import BeeldbrugError, Conflict, NotFound, Unavailable, Unsupported
from beeldbrug.model.exchange import Direction, Ground, Party, Purpose, Route, State, Terms, Urgency
from beeldbrug.model.identity import Patient
from beeldbrug.node.policy.carrying import BROKEN, ENCRYPTED, INCOMPLETE, UNREADABLE, grouped
from beeldbrug.node.ports.carrier import Carrier, CarrierEntry
from beeldbrug.node.ports.records import ExchangeRow, NewExchange
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.alert import alert_of
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.intake.keeping import StudyIntake
from beeldbrug.node.usecases.intake.listing import READ_BYTES, Listing, PatientFound, StudyFound, digest
from beeldbrug.node.usecases.receive.session import Receiving

KEPT_DAYS = 30.0
"""Days after which an arrival ends, as for what comes by the hub."""

MEMBERS_AT_ONCE = 1000

File = tuple[CarrierEntry, str]


@dataclass(frozen=True, slots=True)
class Brought:
    """Who brought it and what they wrote beside it, who reads it in, for which organisation; ``partly``: with what can
    be had. ``by_organisation``: URA of who brought it, where known."""

    organisation: str
    name: str
    actor: str
    brought_by: str = ""
    note: str = ""
    partly: bool = False
    route: Route = Route.DISC
    by_organisation: str = ""
    ground: Ground = Ground.PATIENT_CARRIES


@dataclass
class Taken:
    """What came of it. ``exchanges`` by study; ``known`` instances were here already; ``failed`` by code."""

    instances: int = 0
    bytes: int = 0
    known: int = 0
    missing: int = 0
    exchanges: dict[str, str] = field(default_factory=dict)
    failed: Counter[str] = field(default_factory=Counter)
    verified: bool = True


def choose(listing: Listing, patient: int | None, studies: Sequence[str]) -> tuple[Patient, list[StudyFound]]:
    """Whose studies, and which, are to be taken: ``patient`` counts from 1; no ``studies`` means all. Raises NotFound,
    Unsupported ``disc-encrypted``, Conflict ``disc-several-patients``."""
    with_images = [one for one in listing.patients if one.instances]
    if not with_images and ENCRYPTED.code in listing.findings:
        raise Unsupported(
            "disc-encrypted",
            "What is on it is encrypted with a password.",
            "Unpack the ZIP file with its password first, and read the folder in.",
        )
    if not with_images:
        raise NotFound("disc-empty", "There is no image on it that can be read.", "Check that this is the right one.")
    found = _patient(listing, with_images, patient, studies)
    chosen = [one for one in found.studies.values() if one.instances and (not studies or one.uid in studies)]
    if not chosen or not set(studies) <= set(found.studies):
        raise NotFound("disc-study-unknown", "This patient has no such study on it.", "See `beeldbrug disc list`.")
    return found.patient, chosen


def _patient(
    listing: Listing, with_images: Sequence[PatientFound], patient: int | None, studies: Sequence[str]
) -> PatientFound:
    if patient is not None:
        if not 1 <= patient <= len(listing.patients) or not listing.patients[patient - 1].instances:
            raise NotFound("disc-patient-unknown", "There is no such patient on it.", "See `beeldbrug disc list`.")
        return listing.patients[patient - 1]
    if len(with_images) > 1:
        raise Conflict(
            "disc-several-patients",
            "There are images of more than one patient on it.",
            "Choose one with --patient, by the number in `beeldbrug disc list`.",
        )
    return with_images[0]


def take_in(
    receiving: Receiving,
    carrier: Carrier,
    listing: Listing,
    patient: Patient,
    studies: Sequence[StudyFound],
    brought: Brought,
    told: Callable[[int, int], None] = lambda count, size: None,
) -> Taken:
    """Take these studies of one patient; ``told`` hears of instances and bytes after each. Raises Conflict
    ``disc-incomplete`` unless ``partly``, Unavailable when the vault or its disk cannot take more."""
    lacking = listing.unknown_lacking() + sum(one.lacking for one in studies)
    if lacking and not brought.partly:
        raise Conflict(
            "disc-incomplete",
            "Not all images on it can be read, or some are missing.",
            "Clean it and try again, ask for a new one, or take what is there with --partly.",
        )
    taken = Taken()
    for study in studies:
        _Study(receiving, carrier, patient, study, brought, taken, told).take(listing.unknown_lacking() + study.lacking)
    return taken


class _Study:
    """One study being taken in."""

    def __init__(
        self,
        receiving: Receiving,
        carrier: Carrier,
        patient: Patient,
        study: StudyFound,
        brought: Brought,
        taken: Taken,
        told: Callable[[int, int], None],
    ) -> None:
        self._receiving = receiving
        self._carrier = carrier
        self._patient = patient
        self._study = study
        self._brought = brought
        self._taken = taken
        self._told = told
        self._files: list[File] = [file for series in study.series.values() for file in series.files]

    def take(self, lacking: int) -> None:
        """All of it; ``lacking`` images are known to be missing."""
        exchange, new, known = self._sorted()
        self._taken.known += known
        if exchange is None:
            exchange = self._open(len(new))
        elif new:
            self._reopen(exchange, len(new))
        self._taken.exchanges[self._study.uid] = exchange
        if not new and not self._unfinished(exchange):
            return
        intake = StudyIntake(self._receiving, self._brought.organisation, exchange, self._study.uid)
        failed = 0
        try:
            for entry, uid in new:
                failed += not self._file(intake, entry, uid)
                self._told(1, entry.size)
            intake.settle()
        finally:
            intake.end()
        self._finish(exchange, len(new) - failed, lacking + failed)

    def _sorted(self) -> tuple[str | None, list[File], int]:
        """The exchange that this goes into, if there is one, what is new to it, and how many it has already."""
        with self._receiving.database.read() as tx:
            rows = [
                row for row in tx.exchanges.arrivals(self._brought.organisation, self._study.uid) if self._goes_on(row)
            ]
            rows = [row for row in rows if self._is_of_sender(row) and self._is_of_patient(tx, row)]
            here = {row.id: self._hashes(tx, row) for row in rows}
        known = set().union(*here.values())
        hashes: dict[int, bytes] = {}
        for number, (entry, uid) in enumerate(self._files):
            if uid in known:
                try:
                    hashes[number] = digest(self._carrier, entry)
                except OSError:
                    hashes[number] = b""  # read once more when it is taken, and told there
        for id_, held in here.items():
            if all(not hash_ or hash_ in held.get(self._files[number][1], {hash_}) for number, hash_ in hashes.items()):
                new = [
                    file
                    for number, file in enumerate(self._files)
                    if hashes.get(number, b"") not in held.get(file[1], set())
                ]
                return id_, new, len(self._files) - len(new)
        return None, self._files, 0

    def _goes_on(self, row: ExchangeRow) -> bool:
        """It came this way, still holds something, and was neither refused nor taken back."""
        if row.route is not self._brought.route or row.emptied is not None or row.withdrawn is not None:
            return False
        return row.state not in (State.EXPIRED, State.REFUSED, State.WITHDRAWN)

    def _is_of_sender(self, row: ExchangeRow) -> bool:
        """Nobody adds to what another partner sent; of discs, who brought them is only what somebody typed."""
        return row.route is Route.DISC or row.terms.responsible == self._brought.actor

    def _is_of_patient(self, tx: Transaction, row: ExchangeRow) -> bool:
        shown = tx.listings.patients([row]).get(row.id)
        if shown is None:
            return True
        there = Patient(shown.name, shown.birth_date, shown.sex, shown.number)
        return len(grouped([there, self._patient])) == 1

    def _hashes(self, tx: Transaction, row: ExchangeRow) -> dict[str, set[bytes]]:
        held: dict[str, set[bytes]] = {}
        after = 0
        while members := tx.exchanges.members(row.id, after, MEMBERS_AT_ONCE):
            for one in tx.instances.get(row.organisation, [member.instance for member in members]):
                held.setdefault(one.instance_uid, set()).add(one.hash)
            after = members[-1].ordinal
        return held

    def _open(self, total: int) -> str:
        brought, study, now = self._brought, self._study, self._receiving.clock()
        sender = Party(brought.by_organisation, brought.brought_by)
        terms = Terms(
            sender,
            Party(brought.organisation, brought.name),
            Purpose.TREATMENT,
            brought.ground,
            Urgency.ROUTINE,
            responsible=brought.actor,
        )
        new = NewExchange(
            id=uuid4().hex,
            organisation=brought.organisation,
            direction=Direction.IN,
            peer="",
            terms=terms,
            study_uid=study.uid,
            state=State.ARRIVING,
            created=now,
            expires=now + KEPT_DAYS * 86400,
            route=brought.route,
            note=brought.note,
        )
        modalities = tuple(dict.fromkeys(one.modality for one in study.series.values() if one.modality))

        def deed(tx: Transaction) -> None:
            tx.exchanges.add(new)
            tx.exchanges.update(
                new.id, now, description=study.description, modalities=modalities, first_part=now, total=total
            )
            _audit(tx, self._deed(new.id, now), "arriving", "success", instances=total)

        self._receiving.database.run(deed)
        return new.id

    def _reopen(self, exchange: str, new: int) -> None:
        """More of it, or the rest of what broke off."""
        now = self._receiving.clock()

        def deed(tx: Transaction) -> None:
            if tx.exchanges.hold(self._brought.organisation, exchange) is None:
                raise Conflict(
                    "intake-ended",
                    "The arrival was refused or has ended while it was being read in.",
                    "Read it in again if it is wanted after all.",
                )
            held = len(tx.exchanges.manifest(exchange))
            tx.exchanges.update(exchange, now, state=State.ARRIVING, closed=False, total=held + new)
            _audit(tx, self._deed(exchange, now), "arriving", "success", instances=held + new)

        self._receiving.database.run(deed)

    def _deed(self, exchange: str, now: float) -> _Deed:
        return _Deed(self._brought, exchange, self._patient.number.value, now)

    def _unfinished(self, exchange: str) -> bool:
        with self._receiving.database.read() as tx:
            row = tx.exchanges.get(self._brought.organisation, exchange)
        return row is not None and row.state is State.ARRIVING

    def _file(self, intake: StudyIntake, entry: CarrierEntry, uid: str) -> bool:
        """Take one; False when it cannot be had. Raises Unavailable, Conflict ``intake-ended``, ``carrier-changed``."""
        arrival = intake.begin(uid)
        size = 0
        try:
            with self._carrier.open(entry) as file:
                while data := file.read(READ_BYTES):
                    arrival.write(memoryview(data))
                    size += len(data)
            if size < entry.size:
                raise OSError("shorter than stated")
            arrival.commit()
        except OSError:
            arrival.abort()
            self._taken.failed[UNREADABLE.code] += 1
            return False
        except (Conflict, Unavailable):
            arrival.abort()
            raise
        except BeeldbrugError:
            self._taken.failed[BROKEN.code] += 1
            return False
        self._taken.instances += 1
        self._taken.bytes += size
        return True

    def _finish(self, exchange: str, instances: int, missing: int) -> None:
        """Verified when all is here, or as much as somebody wants."""
        now, organisation = self._receiving.clock(), self._brought.organisation
        whole = not missing or self._brought.partly
        self._taken.missing += missing
        self._taken.verified &= whole

        def deed(tx: Transaction) -> None:
            if tx.exchanges.hold(organisation, exchange) is not State.ARRIVING:
                return
            row = tx.exchanges.get(organisation, exchange)
            if row is None:
                return
            held = len(tx.exchanges.manifest(exchange))
            tx.alerts.clear(organisation, exchange, None, now)
            if missing:
                tx.alerts.raise_(alert_of(row, INCOMPLETE, now))
            if not (held and whole):
                tx.exchanges.update(exchange, now, missing=missing)
                _audit(tx, self._deed(exchange, now), "verify", INCOMPLETE.code, instances=held, missing=missing)
                return
            state = State.VERIFIED if row.seen is None else State.SEEN
            reason = INCOMPLETE.code if missing else ""
            tx.exchanges.update(
                exchange,
                now,
                state=state,
                verified=now,
                closed=True,
                total=held,
                done=held,
                missing=missing,
                reason_code=reason,
            )
            _audit(tx, self._deed(exchange, now), "verified", "success", instances=held, missing=missing)
            if not missing:
                tx.work.add(organisation, WorkKind.IMPORT, exchange, Urgency.ROUTINE, now)

        self._receiving.database.run(deed)


@dataclass(frozen=True, slots=True)
class _Deed:
    """Whose deed, about which exchange and patient, when."""

    brought: Brought
    exchange: str
    patient: str
    now: float


def _audit(tx: Transaction, deed: _Deed, event: str, outcome: str, instances: int, missing: int = 0) -> None:
    row = tx.exchanges.get(deed.brought.organisation, deed.exchange)
    if row is not None:
        actor, who = deed.brought.actor, deed.patient
        counts = {"instances": instances, "missing": missing}
        event_ = of_exchange(row, event, "C", outcome, deed.now, actor=actor, patient=who)
        tx.audit.append(replace(event_, details={**counts}))
