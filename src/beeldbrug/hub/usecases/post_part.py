"""Take a sealed capsule part into its receiver's mailbox.

Acknowledged means: the bytes are synced and the row is committed. The bytes go first, so that a crash between the two
leaves only a stray file, which the sweeper finds. Envelopes form a chain per (parcel, sender); DESIGN section 4.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from beeldbrug.hub.policy import access
from beeldbrug.hub.ports.hub import Caller, Hub
from beeldbrug.hub.ports.records import Parcel, Part, Transaction
from beeldbrug.hub.usecases.claims import only_known
from beeldbrug.hub.usecases.refusal import demand
from beeldbrug.model.errors import Conflict, Denied, Malformed, NotFound, TooLarge
from beeldbrug.model.exchange import Urgency
from beeldbrug.sealed.envelope import (
    Envelope,
    EnvelopeState,
    check_next,
    envelope_hash,
    part_hash,
    read_envelope,
)


@dataclass(frozen=True, slots=True)
class PartOffer:
    """What a sender puts before the hub; ``parcel`` and ``number`` as the path says."""

    parcel: str
    number: int
    envelope: str
    urgency: Urgency
    expires: float
    body: bytes


@dataclass(frozen=True, slots=True)
class KeptPart:
    """The answer; ``fresh`` is False when the same was kept before."""

    receiver: str
    number: int
    expires: float
    fresh: bool


def post_part(hub: Hub, caller: Caller, offer: PartOffer) -> KeptPart:
    """Keep the part, once. Raises Malformed, Denied, Conflict, NotFound, TooLarge, Unavailable as the API says."""
    envelope = _checked(hub, caller, offer)
    expires = access.expiry(offer.expires, hub.clock.now(), hub.limits.expiry_seconds)
    token = secrets.token_hex(16)
    part = Part(
        parcel=offer.parcel,
        sender=caller.ura,
        number=offer.number,
        receiver=envelope.receiver,
        kind=envelope.kind,
        urgency=offer.urgency,
        size=len(offer.body),
        object=f"{token[:2]}/{token}",
        envelope=offer.envelope,
        expires=expires or 0.0,
    )
    # refused before anything is written, and checked again where it counts, inside the writing transaction
    known = hub.records.read(lambda transaction: _look(hub, transaction, part, envelope))
    if known is not None:
        return _repeated(known, offer)
    if expires is None:
        raise Malformed("expiry-passed", "The part's expiry has passed.", "Set the clock; the hub tells its time.")
    hub.parts.put(part.object, offer.body)
    try:
        kept = hub.records.write(lambda transaction: _keep(hub, transaction, part, envelope, offer))
    except (Denied, Conflict, NotFound):
        # surely rolled back; after Unavailable it may still be committed, and the sweeper sorts that out
        hub.parts.delete([part.object])
        raise
    if not kept.fresh:
        hub.parts.delete([part.object])
    return kept


def _checked(hub: Hub, caller: Caller, offer: PartOffer) -> Envelope:
    if len(offer.body) > hub.limits.part_bytes:
        raise TooLarge("part-too-large", "The sealed part is larger than allowed.", "Split it into more parts.")
    envelope = read_envelope(offer.envelope, caller.public_key)
    only_known(offer.envelope, envelope)
    if (envelope.sender, envelope.parcel, envelope.part) != (caller.ura, offer.parcel, offer.number):
        raise Denied("envelope-differs", "The envelope is of another sender, parcel or part than the request.")
    if envelope.part_hash != part_hash(offer.body):
        raise Denied(
            "envelope-hash-differs", "The bytes are not those that the envelope names.", "Send the part again."
        )
    return envelope


def _look(hub: Hub, transaction: Transaction, part: Part, envelope: Envelope) -> Part | None:
    known = transaction.parcels.part(part.parcel, part.sender, part.number)
    if known is None:
        _check_stream(hub, transaction, part, envelope)
    return known


def _keep(hub: Hub, transaction: Transaction, part: Part, envelope: Envelope, offer: PartOffer) -> KeptPart:
    parcel = transaction.parcels.find(part.parcel, lock=True)
    known = transaction.parcels.part(part.parcel, part.sender, part.number)
    if known is not None:
        return _repeated(known, offer)
    _check_stream(hub, transaction, part, envelope)
    if parcel is None:
        ends = access.parcel_ends(part.sender, part.receiver, part.kind)
        transaction.parcels.add(Parcel(part.parcel, *ends, part.expires))
    else:
        transaction.parcels.extend(part.parcel, part.expires)
    transaction.parcels.add_part(part)
    return KeptPart(part.receiver, part.number, part.expires, fresh=True)


def _check_stream(hub: Hub, transaction: Transaction, part: Part, envelope: Envelope) -> None:
    if not transaction.organisations.is_enrolled(part.receiver):
        raise NotFound("receiver-not-enrolled", "The receiving organisation is not enrolled at this hub.")
    parcel = transaction.parcels.find(part.parcel)
    facts = None if parcel is None else access.ParcelFacts(parcel.sender, parcel.receiver, parcel.withdrawn)
    demand(access.send_part(part.sender, part.receiver, part.kind, facts))
    demand(access.use_space(transaction.accounts.usage(part.sender).used, part.size, hub.limits.quota))
    last = transaction.parcels.last_part(part.parcel, part.sender)
    _check_next(None if last is None else _state(last), envelope, part.envelope, hub.clock.now())


def _check_next(previous: EnvelopeState | None, envelope: Envelope, token: str, now: float) -> None:
    """Numbers only grow. What is left out went another way (DESIGN section 2); the receiver checks the whole chain."""
    try:
        check_next(previous, envelope, token, now)
    except Conflict as error:
        if error.code != "envelope-gap":
            raise


def _state(part: Part) -> EnvelopeState:
    return EnvelopeState(part.parcel, part.sender, part.receiver, part.number, envelope_hash(part.envelope))


def _repeated(known: Part, offer: PartOffer) -> KeptPart:
    if known.envelope != offer.envelope:
        raise Conflict("part-differs", "Another envelope with this number is kept already.", "Use a new parcel.")
    return KeptPart(known.receiver, known.number, known.expires, fresh=False)
