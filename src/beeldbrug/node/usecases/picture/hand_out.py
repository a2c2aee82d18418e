"""Hand out a picture without a name: policy asked, put on record as an exchange, audited, before the browser gives it.

The picture is made in the browser out of the pixels that it shows; the node gets its hash and never the picture. The
record says that it was allowed to be handed out: whether the browser then saved it, nobody can know. What left cannot
be taken back. What the header says is read here, from the vault, and not taken from the browser.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from beeldbrug.dicom.json_model import to_json
from beeldbrug.model.decision import Decision, Effect, Reason
from beeldbrug.model.errors import Conflict, Denied, Malformed
from beeldbrug.model.exchange import PICTURED, Direction, Party, Route, State, Terms, Urgency
from beeldbrug.node.policy.picturing import Facts, Header, may_hand_out, warnings
from beeldbrug.node.ports.pictures import PictureRow, TextFound
from beeldbrug.node.ports.records import PICTURE_OF, AuditEvent, ExchangeRow, InstanceRow, NewExchange
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.inbox.listing import visible
from beeldbrug.node.usecases.picture.asked import PictureAsked
from beeldbrug.node.usecases.read.describe import header_bytes
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.reach import not_found
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.sign_in.signing import Session
from beeldbrug.node.usecases.view.subject import Name, Subject, find_subject, instance_of

NAME: Final = "Plaatje zonder naam (picture without a name)"
"""What stands where a receiver's organisation would, for readers of both languages."""

_INLINE: Final = 256


@dataclass(frozen=True)
class Picturing:
    """One organisation's."""

    organisation_name: str
    database: Database
    sources: Sources
    now: Callable[[], float]

    def warnings(self, session: Session, name: Name, instance: int) -> tuple[Reason, ...]:
        """What to know of the image before a picture is made of it. Raises NotFound outside the scope."""
        with self.database.read() as tx:
            _, row = self._find(tx, session, name, instance)
        return warnings(self._header(session, row))

    def hand_out(self, session: Session, name: Name, instance: int, asked: PictureAsked) -> ExchangeRow:
        """Put it on record; again with the same id and file: what is on record.

        Raises NotFound outside the scope, Malformed ``picture-frame``, Denied ``picture-not-permitted`` with what
        policy says (on record too), Conflict ``picture-already`` for an id that means something else.
        """
        with self.database.read() as tx:
            subject, row = self._find(tx, session, name, instance)
            if there := _there(tx, session, asked):
                return there
        if asked.frame > (row.number_of_frames or 1):
            raise Malformed("picture-frame", "The image has no such frame.", "Reload the study and try again.")
        facts = Facts(
            terms=self._terms(session, asked),
            header=self._header(session, row),
            looked=asked.looked,
            doubt=asked.text is not TextFound.NONE,
        )
        decision = may_hand_out(facts)

        def deed(tx: Transaction) -> ExchangeRow | None:
            return self._keep(tx, session, subject, row, asked, facts.terms, decision)

        kept = self.database.run(deed)
        if kept is None:
            codes = ", ".join(reason.code for reason in decision.reasons)
            raise Denied(
                "picture-not-permitted",
                f"Policy does not permit this picture ({codes}).",
                "See the reasons in docs/reference/errors.md.",
            )
        return kept

    def of_exchange(self, session: Session, exchange: str) -> PictureRow:
        """What is on record of a picture. Raises NotFound."""
        with self.database.read() as tx:
            row = visible(tx, session, exchange)
            found = tx.saved.picture(row.organisation, row.id)
        if found is None:
            raise not_found()
        return found

    def _find(self, tx: Transaction, session: Session, name: Name, instance: int) -> tuple[Subject, InstanceRow]:
        subject = find_subject(tx, session.scope, self.now(), name)
        if subject.study is None:
            raise not_found()
        return subject, instance_of(tx, session.scope, subject, instance)

    def _header(self, session: Session, row: InstanceRow) -> Header:
        header = header_bytes(self.sources, Places(self.sources, session.scope.organisation), row)
        dataset = to_json(header, row.transfer_syntax, row.part10, lambda path: "", _INLINE)
        return Header(
            burned_in=_first(dataset, "00280301"),
            recognisable=_first(dataset, "00280302"),
            modality=_first(dataset, "00080060"),
            sop_class=row.sop_class,
            image_type=tuple(_texts(dataset, "00080008")),
            conversion=_first(dataset, "00080064"),
        )

    def _terms(self, session: Session, asked: PictureAsked) -> Terms:
        account, organisation = session.account, session.scope.organisation
        sender = Party(organisation, self.organisation_name, "", account.department, account.name, account.phone)
        receiver = Party(PICTURED, NAME, person=asked.receiver.strip())
        stated = (asked.purpose, asked.ground, Urgency.ROUTINE)
        return Terms(sender, receiver, *stated, responsible=asked.responsible.strip(), consent=asked.consent.strip())

    def _keep(
        self,
        tx: Transaction,
        session: Session,
        subject: Subject,
        row: InstanceRow,
        asked: PictureAsked,
        terms: Terms,
        decision: Decision,
    ) -> ExchangeRow | None:
        """The exchange, or None when policy denies: then only the trail has it."""
        if there := _there(tx, session, asked):
            return there
        now, study = self.now(), subject.study
        if study is None or not tx.instances.get(row.organisation, [row.id]):
            raise not_found()
        number = study.patient_number.value
        if decision.effect is not Effect.PERMIT:
            tx.audit.append(_denied(session, subject, row, terms, decision, number, now))
            return None
        tx.exchanges.add(_new(subject, asked, terms, now))
        _record(tx, session, row, asked, now)
        described = {"description": study.description, "modalities": study.modalities}
        tx.exchanges.update(asked.id, now, closed=True, first_part=now, emptied=now, **described)
        exchange = tx.exchanges.get(row.organisation, asked.id)
        if exchange is None:
            raise AssertionError("the exchange was just added")
        tx.audit.append(_handed_out(session, exchange, row, asked, decision, number, now))
        return exchange


def _there(tx: Transaction, session: Session, asked: PictureAsked) -> ExchangeRow | None:
    """What is on record of the same picture. Raises Conflict ``picture-already``."""
    organisation = session.scope.organisation
    exchange, row = tx.exchanges.get(organisation, asked.id), tx.saved.picture(organisation, asked.id)
    if exchange is None and row is None:
        return None
    if exchange is None or row is None or (row.account, row.hash.hex()) != (session.account.id, asked.hash):
        raise Conflict("picture-already", "This picture was handed out before.", "Make the picture anew.")
    return exchange


def _record(tx: Transaction, session: Session, row: InstanceRow, asked: PictureAsked, now: float) -> None:
    file = (bytes.fromhex(asked.hash), asked.size, asked.media_type)
    found = (asked.text, asked.spots, asked.covered)
    account, uid = session.account.id, row.instance_uid
    tx.saved.add_picture(PictureRow(asked.id, row.organisation, account, uid, asked.frame, *file, *found, now))


def _new(subject: Subject, asked: PictureAsked, terms: Terms, now: float) -> NewExchange:
    """Nothing of it is kept here, so it never expires and has no members."""
    return NewExchange(
        id=asked.id,
        organisation=terms.sender.organisation,
        direction=Direction.OUT,
        peer=PICTURED,
        terms=terms,
        study_uid=subject.study_uid,
        state=State.DELIVERED,
        created=now,
        expires=0.0,
        rule=PICTURE_OF + subject.origin,
        route=Route.PICTURE,
    )


def _handed_out(
    session: Session,
    exchange: ExchangeRow,
    row: InstanceRow,
    asked: PictureAsked,
    decision: Decision,
    patient: str,
    now: float,
) -> AuditEvent:
    return of_exchange(
        exchange,
        "picture",
        "R",
        "success",
        now,
        actor=session.account.login,
        patient=patient,
        decision=tuple(reason.code for reason in decision.reasons),
        table=decision.table_version,
        obligations=",".join(decision.obligations),
        instance=row.id,
        frame=asked.frame,
        hash=asked.hash,
        bytes=asked.size,
        text=asked.text.value,
        spots=asked.spots,
        covered=asked.covered,
    )


def _denied(
    session: Session, subject: Subject, row: InstanceRow, terms: Terms, decision: Decision, patient: str, now: float
) -> AuditEvent:
    """There is no exchange: nothing was handed out."""
    return AuditEvent(
        organisation=session.scope.organisation,
        event="picture",
        action="R",
        outcome="deny",
        actor=session.account.login,
        responsible=terms.responsible,
        purpose=terms.purpose,
        ground=terms.ground,
        exchange=subject.exchange.id if subject.exchange else "",
        peer=PICTURED,
        patient=patient,
        study_uid=subject.study_uid,
        consent=terms.consent,
        decision=tuple(reason.code for reason in decision.reasons),
        details={"table": decision.table_version, "instance": row.id},
        at=now,
    )


def _first(dataset: dict[str, Any], tag: str) -> str:
    return next(iter(_texts(dataset, tag)), "")


def _texts(dataset: dict[str, Any], tag: str) -> list[str]:
    found = dataset.get(tag, {}).get("Value", [])
    return [one.strip() for one in found if isinstance(one, str)]
