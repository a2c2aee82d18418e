"""What the portal's API says of sending, as JSON: studies to choose from, recipients, what is under way."""

from __future__ import annotations

import msgspec

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Party
from beeldbrug.node.policy.retrieving import trouble
from beeldbrug.node.ports.sending import AddressEntry, Gathering, Recipient
from beeldbrug.node.protocols.portal.exchange_wire import (
    Exchange,
    PartyObject,
    PatientObject,
    ReasonObject,
    party_object,
    reason_object,
)
from beeldbrug.node.usecases.sending.address_book import Book, Partner
from beeldbrug.node.usecases.sending.find import Found, SeriesFound, StudyFound


class StudyObject(msgspec.Struct, frozen=True):
    """A study to choose. ``source`` and ``origin`` go back as they are; numbers are null where the PACS says none.
    ``here``: how many of its images the node holds as its own."""

    study_uid: str
    patient: PatientObject
    date: str
    time: str
    description: str
    accession_number: str
    modalities: list[str]
    series: int | None
    instances: int | None
    source: str
    origin: str
    pacs: bool
    here: int
    arrivals: list[str]


class StudiesFound(msgspec.Struct, frozen=True):
    """What was found. ``trouble``: why what the PACS gave is not whole, or that it gave nothing."""

    studies: list[StudyObject]
    asked_pacs: bool
    trouble: ReasonObject | None
    more: bool


class SeriesObject(msgspec.Struct, frozen=True):
    """A series to choose; ``extra`` are presentation states and key objects."""

    series_uid: str
    modality: str
    number: int | None
    description: str
    body_part: str
    instances: int | None
    extra: bool


class SeriesList(msgspec.Struct, frozen=True):
    """Series of a study, by number."""

    series: list[SeriesObject]


class PartnerObject(msgspec.Struct, frozen=True):
    """An organisation of the hub's address book, which without ``keys`` a sending waits for until it has some; or one
    of the own list, or a disc. ``way``: hub, sftp, dicom, disc."""

    organisation: str
    name: str
    keys: bool
    way: str


class DoorObject(msgspec.Struct, frozen=True):
    """A door of a partner, as this hospital keeps it."""

    id: str
    party: PartyObject
    changed: float


class RuleObject(msgspec.Struct, frozen=True):
    """A sending rule, as a recipient that is ready."""

    ae_title: str
    party: PartyObject
    purpose: str
    ground: str
    urgency: str
    question: str
    consent: str


class RecipientObject(msgspec.Struct, frozen=True):
    """Somebody this account has sent to or marked."""

    party: PartyObject
    favourite: bool
    used: float
    uses: int


class RecipientBook(msgspec.Struct, frozen=True):
    """Whom can be sent to. ``trouble``: why the address book of the hub is missing or old."""

    partners: list[PartnerObject]
    doors: list[DoorObject]
    rules: list[RuleObject]
    recipients: list[RecipientObject]
    trouble: ReasonObject | None


class GatheringObject(msgspec.Struct, frozen=True):
    """How far the images of one study are on their way into the sending; ``expected`` 0 while nobody knows."""

    exchange: str
    source: str
    state: str
    expected: int
    gathered: int
    failed: int
    report: bool
    trouble: ReasonObject | None


class Sent(msgspec.Struct, frozen=True):
    """What was sent at once: for each study its exchange, and how far its images are."""

    bundle: str
    exchanges: list[Exchange]
    gatherings: list[GatheringObject]


class DoorList(msgspec.Struct, frozen=True):
    """All doors, by partner."""

    doors: list[DoorObject]


EXTRA = frozenset({"PR", "KO"})
"""Modalities of presentation states and key objects (PS3.3 C.7.3.1.1.1)."""


def trouble_object(error: BeeldbrugError | None) -> ReasonObject | None:
    """Why, in both languages."""
    return None if error is None else reason_object(trouble(error.code, error.text, error.remedy))


def found_object(found: Found) -> StudiesFound:
    """Results of a search."""
    studies = [_study(one) for one in found.studies]
    return StudiesFound(studies, found.asked_pacs, trouble_object(found.trouble), found.more)


def _study(one: StudyFound) -> StudyObject:
    source, origin = one.source
    patient, number = one.patient, one.patient.number
    return StudyObject(
        study_uid=one.study_uid,
        patient=PatientObject(patient.name, patient.birth_date, patient.sex, number.value, number.issuer),
        date=one.date,
        time=one.time,
        description=one.description,
        accession_number=one.accession_number,
        modalities=list(one.modalities),
        series=one.series,
        instances=one.instances,
        source=source.value,
        origin=origin,
        pacs=one.pacs,
        here=one.here,
        arrivals=list(one.arrivals),
    )


def series_object(one: SeriesFound) -> SeriesObject:
    """A series."""
    extra = one.modality in EXTRA
    return SeriesObject(one.series_uid, one.modality, one.number, one.description, one.body_part, one.instances, extra)


def book_object(book: Book) -> RecipientBook:
    """The address book."""
    return RecipientBook(
        partners=[partner_object(one) for one in book.partners],
        doors=[door_object(one) for one in book.doors],
        rules=[
            RuleObject(
                one.ae_title,
                party_object(one.receiver),
                one.purpose.value,
                one.ground.value,
                one.urgency.value,
                one.question,
                one.consent,
            )
            for one in book.rules
        ],
        recipients=[_recipient(one) for one in book.recipients],
        trouble=trouble_object(book.trouble),
    )


def partner_object(one: Partner) -> PartnerObject:
    """Somebody who can be sent to."""
    return PartnerObject(one.organisation, one.name, one.keys, one.way.value)


def _recipient(one: Recipient) -> RecipientObject:
    return RecipientObject(party_object(one.party), one.favourite, one.used, one.uses)


def door_object(entry: AddressEntry) -> DoorObject:
    """A door."""
    return DoorObject(entry.id, party_object(entry.party), entry.changed)


def gathering_object(row: Gathering) -> GatheringObject:
    """How far it is."""
    why = reason_object(trouble(row.code, row.code, "")) if row.code else None
    return GatheringObject(
        row.exchange,
        row.source.value,
        row.state.value,
        row.expected,
        row.gathered,
        row.failed,
        bool(row.enclosure),
        why,
    )


def party_of(one: PartyObject) -> Party:
    """A door that a person chose."""
    return Party(one.organisation, one.name, one.location, one.department, one.person, one.phone)
