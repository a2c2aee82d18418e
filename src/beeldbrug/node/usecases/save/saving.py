"""Save key images and presentation states beside the study that they are about: made here, kept as what came in is.

The object lies in the vault under the origin of the study, header and all sealed. About an arrival it is no member of
the exchange, whose members are the sender's: it shows beside them, goes into the PACS with them, is sent on with them,
and goes when they go. About own content it waits to be sent. Asking again with the same id makes nothing new. What was
made and has gone nowhere yet can be taken back by who made it. PS3.3 A.33, A.35.4; DESIGN sections 3, 4 and 7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any, Final

from beeldbrug.dicom.cut import Cut, Cutter
from beeldbrug.dicom.frames import FrameIndex
from beeldbrug.dicom.json_model import to_json
from beeldbrug.model.capsule import HEADER_INLINE_BYTES, VALUE_INLINE_BYTES
from beeldbrug.model.dataset import PieceKind
from beeldbrug.model.errors import Conflict, NotFound, TooLarge
from beeldbrug.model.exchange import Direction, State
from beeldbrug.model.identity import InstanceIndex
from beeldbrug.node.ports.records import OWN, InstanceRow, InstanceState, NewInstance
from beeldbrug.node.ports.saved import SavedKind, SavedRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.read.describe import header_bytes
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.reach import not_found
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.read.view import of_scope
from beeldbrug.node.usecases.save.asked import Asked, KeyObjectsAsked, PresentationAsked
from beeldbrug.node.usecases.save.dataset import Author, Maker, as_file
from beeldbrug.node.usecases.save.key_objects import key_objects
from beeldbrug.node.usecases.save.presentation import presentation
from beeldbrug.node.usecases.save.references import Referred, referred
from beeldbrug.node.usecases.sign_in.signing import Session
from beeldbrug.node.usecases.view.subject import Name, Subject, find_subject, instances_of

SAVED_MOST: Final = 300
"""Objects that people may save beside one study."""


@dataclass(frozen=True)
class Saving:
    """One organisation's. ``zone`` is the zone of its clocks."""

    organisation_name: str
    version: str
    zone: tzinfo
    database: Database
    sources: Sources
    now: Callable[[], float]

    def save(self, session: Session, name: Name, asked: Asked) -> SavedRow:
        """Make the object and keep it; again with the same id: what was kept.

        Raises NotFound outside the scope, Malformed for what cannot be made, Conflict ``saved-already`` for an id that
        means something else, TooLarge, Unavailable ``still-arriving``.
        """
        with self.database.read() as tx:
            subject = _subject(tx, session, name, self.now())
            if there := _kept(tx, session, subject, asked):
                return there
            images = referred(asked.images, instances_of(tx, session.scope, subject))
            number = len(tx.saved.of_study(session.scope.organisation, subject.origin, subject.study_uid))
        made = self._made(session, asked, images, number + 1)

        def keep(tx: Transaction) -> SavedRow:
            return self._keep(tx, session, name, asked, made)

        return self.database.run(keep)

    def remove(self, session: Session, name: Name, id: str) -> None:
        """Take back what one saved oneself. Raises NotFound, Conflict ``saved-sent`` when it has gone somewhere."""

        def deed(tx: Transaction) -> None:
            now, organisation = self.now(), session.scope.organisation
            subject = _subject(tx, session, name, now)
            row = tx.saved.get(organisation, id)
            if row is None or row.account != session.account.id or not _is_of(tx, subject, row):
                raise NotFound("saved-unknown", "There is no such thing that you saved here.", "Reload the study.")
            imported = subject.origin != OWN and bool(tx.imports.rows(subject.origin, [row.instance]))
            if imported or tx.exchanges.exchanges_of(organisation, row.instance):
                raise Conflict(
                    "saved-sent", "It has gone along with the study, and cannot be taken back here.", "Delete it there."
                )
            tx.instances.delete(organisation, [row.instance])
            about = _about(subject, row.kind)
            tx.audit.append(of_scope(session.scope, "unsave", "D", "success", now, **about))

        self.database.run(deed)

    def _made(self, session: Session, asked: Asked, images: list[Referred], number: int) -> NewInstance:
        account = session.account
        author = Author(account.name or account.login, self.organisation_name)
        maker = Maker(author, self.version, self.now(), self.zone)
        if isinstance(asked, KeyObjectsAsked):
            dataset = key_objects(asked, images, self._attributes(session, images[0]), maker, number)
        else:
            each = [self._attributes(session, one) for one in images]
            dataset = presentation(asked, images, each, maker, number)
        return _new(session.scope.organisation, as_file(dataset), maker.now)

    def _attributes(self, session: Session, one: Referred) -> Mapping[str, Any]:
        row: InstanceRow = one.row
        header = header_bytes(self.sources, Places(self.sources, session.scope.organisation), row)
        return to_json(header, row.transfer_syntax, row.part10, lambda path: "", VALUE_INLINE_BYTES)

    def _keep(self, tx: Transaction, session: Session, name: Name, asked: Asked, made: NewInstance) -> SavedRow:
        now, organisation = self.now(), session.scope.organisation
        subject = _subject(tx, session, name, now)
        if there := _kept(tx, session, subject, asked):
            return there
        if len(tx.saved.of_study(organisation, subject.origin, subject.study_uid)) >= SAVED_MOST:
            raise TooLarge("saved-too-many", "Too much was saved beside this study.", "Take back what is not needed.")
        state = InstanceState.COMPLETE if subject.origin == OWN else InstanceState.VERIFIED
        kind = _kind(asked)
        instance = tx.instances.add(replace(made, origin=subject.origin, state=state))
        account, series_uid = session.account.id, made.index.series_uid
        row = SavedRow(asked.id, organisation, instance, series_uid, account, kind, now)
        tx.saved.add(row)
        tx.audit.append(of_scope(session.scope, "save", "C", "success", now, **_about(subject, kind)))
        _into_pacs(tx, subject, now)
        return row


class _HeaderOnly:
    """A cut sink for what has nothing but a header."""

    def header_ready(self, header: bytes, index: InstanceIndex, transfer_syntax: str) -> None:
        """It comes with the cut."""

    def open_piece(self, kind: PieceKind, tag: int, declared: int | None) -> None:
        """A value that is too long for a header."""
        raise _too_large()

    def write_piece(self, data: memoryview) -> None:
        """Not reached."""

    def close_piece(self, frames: FrameIndex | None) -> None:
        """Not reached."""


def _new(organisation: str, content: bytes, now: float) -> NewInstance:
    if len(content) > HEADER_INLINE_BYTES:
        raise _too_large()
    cutter = Cutter(_HeaderOnly(), None)
    cutter.feed(memoryview(content))
    cut: Cut = cutter.finish()
    return NewInstance(
        organisation=organisation,
        origin=OWN,
        index=cut.index,
        part10=True,
        header=cut.header,
        header_place=None,
        first_header_length=cut.first_header_length,
        pieces=cut.pieces,
        bulks=(),
        size=cut.size,
        hash=cut.hash,
        state=InstanceState.COMPLETE,
        received=now,
    )


def _subject(tx: Transaction, session: Session, name: Name, now: float) -> Subject:
    subject = find_subject(tx, session.scope, now, name)
    if subject.study is None:
        raise not_found()
    return subject


def _kept(tx: Transaction, session: Session, subject: Subject, asked: Asked) -> SavedRow | None:
    row = tx.saved.get(session.scope.organisation, asked.id)
    if row is None:
        return None
    if (row.account, row.kind) != (session.account.id, _kind(asked)) or not _is_of(tx, subject, row):
        raise Conflict("saved-already", "This was saved before.", "Reload the study to see it.")
    return row


def _is_of(tx: Transaction, subject: Subject, row: SavedRow) -> bool:
    found = tx.instances.get(row.organisation, [row.instance])
    return bool(found) and (found[0].origin, found[0].study_uid) == (subject.origin, subject.study_uid)


def _kind(asked: Asked) -> SavedKind:
    return SavedKind.PRESENTATION if isinstance(asked, PresentationAsked) else SavedKind.KEY_OBJECTS


def _into_pacs(tx: Transaction, subject: Subject, now: float) -> None:
    """What an exchange brought lies in the PACS already: this follows it. Touching the exchange parts this from a
    withdrawal at the same time."""
    exchange = subject.exchange
    if exchange is None or exchange.direction is not Direction.IN:
        return
    tx.exchanges.bump(exchange.id, now)
    if exchange.state is State.IMPORTED:
        tx.work.add(exchange.organisation, WorkKind.IMPORT, exchange.id, exchange.urgency, now)


def _about(subject: Subject, kind: SavedKind) -> dict[str, Any]:
    """What the trail says of it."""
    patient = subject.study.patient_number.value if subject.study else ""
    return {"study_uid": subject.study_uid, "patient": patient, "exchange": subject.exchange, "kind": kind.value}


def _too_large() -> TooLarge:
    return TooLarge("saved-too-large", "This is too much to save at once.", "Save it in parts.")
