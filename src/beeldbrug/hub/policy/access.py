"""Who may do what at the hub: pure decisions over facts that the use cases gathered.

No I/O and no clock: times come in as POSIX seconds. Knows organisations and random ids only. DESIGN section 2, 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from beeldbrug.hub.policy.reasons import REASONS
from beeldbrug.model.decision import Decision, Effect

TABLE_VERSION: Final = "1"
WITHDRAW_KIND: Final = "withdraw"
BACK_KINDS: Final = frozenset({"receipt", "answer", "request"})
"""What a receiver says: it names no parcel as its own."""

PERMIT: Final = Decision(Effect.PERMIT, (), table_version=TABLE_VERSION)


@dataclass(frozen=True, slots=True)
class ParcelFacts:
    """The two ends that a parcel has, and whether its sender withdrew it."""

    sender: str
    receiver: str
    withdrawn: bool


def read_pack(caller: str, owner: str, *, granted: bool) -> Decision:
    """Segments are for the pack's owner and for receivers with a live grant."""
    return PERMIT if granted or caller == owner else _deny("pack-not-granted")


def write_pack(caller: str, owner: str) -> Decision:
    """Only who created a pack writes into it or grants it."""
    return PERMIT if caller == owner else _deny("pack-not-yours")


def grant_in_parcel(caller: str, receiver: str, parcel: ParcelFacts | None) -> Decision:
    """Packs are granted by a parcel's sender to its receiver, until it was withdrawn."""
    if parcel is None:
        return PERMIT
    if caller != parcel.sender:
        return _deny("parcel-not-yours")
    if receiver != parcel.receiver:
        return _deny("parcel-receiver-differs")
    return _deny("parcel-withdrawn") if parcel.withdrawn else PERMIT


def parcel_ends(caller: str, receiver: str, kind: str) -> tuple[str, str]:
    """Sender and receiver of a parcel that is heard of for the first time, by one of its parts: what came before went
    another way."""
    return (receiver, caller) if kind in BACK_KINDS else (caller, receiver)


def send_part(caller: str, receiver: str, kind: str, parcel: ParcelFacts | None) -> Decision:
    """A parcel's two ends send to each other; after withdrawing, its sender sends only that it withdrew."""
    if parcel is None:
        return PERMIT
    if caller not in (parcel.sender, parcel.receiver):
        return _deny("parcel-not-yours")
    if {caller, receiver} != {parcel.sender, parcel.receiver}:
        return _deny("parcel-receiver-differs")
    if parcel.withdrawn and caller == parcel.sender and kind != WITHDRAW_KIND:
        return _deny("parcel-withdrawn")
    return PERMIT


def relay_live(caller: str, parcel: ParcelFacts) -> Decision:
    """A parcel's two ends talk live, until it was withdrawn."""
    if caller not in (parcel.sender, parcel.receiver):
        return _deny("parcel-not-yours")
    return _deny("parcel-withdrawn") if parcel.withdrawn else PERMIT


def read_part(caller: str, sender: str, receiver: str) -> Decision:
    """A part is for the organisation that it was sent to, and for the one that sent it."""
    return PERMIT if caller in (sender, receiver) else _deny("part-not-yours")


def acknowledge_part(caller: str, receiver: str) -> Decision:
    """Only the receiver acknowledges."""
    return PERMIT if caller == receiver else _deny("part-not-yours")


def enrol_self(*, open_enrolment: bool, enrolled_key: str | None, presented_key: str) -> Decision:
    """An enrolled key renews its own certificate; any other key needs open enrolment."""
    return PERMIT if open_enrolment or enrolled_key == presented_key else _deny("enrolment-closed")


def use_space(used: int, more: int, quota: int) -> Decision:
    """An organisation's parts, segments and uploads together stay within its quota."""
    return PERMIT if used + more <= quota else _deny("quota-exceeded")


def expiry(asked: float, now: float, longest: float) -> float | None:
    """When a thing expires that was asked to at ``asked``: at most ``longest`` from now; None when it is past."""
    return min(asked, now + longest) if asked > now else None


def _deny(code: str) -> Decision:
    return Decision(Effect.DENY, (REASONS[code],), table_version=TABLE_VERSION)
