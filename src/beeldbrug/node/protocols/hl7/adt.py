"""What an ADT message asks for: patients added or changed, merged, renumbered, deleted (HL7 v2 chapter 3.3).

One table says which event means what. Events that change no identity are acknowledged and change nothing. Linking two
persons (A24, A37) is among these: both numbers go on, and whom an arrival is of is a human's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

from beeldbrug.model.errors import Malformed, Unsupported
from beeldbrug.node.ports.own_patients import Change, Gone, Merged, Rekeyed
from beeldbrug.node.protocols.hl7.message import Message
from beeldbrug.node.protocols.hl7.person import MRG_NUMBERS, PID_BIRTH, PID_NUMBERS, Reader


class Meaning(StrEnum):
    """What an event is for us."""

    CHANGE = "change"
    MERGE = "merge"
    DELETE = "delete"


EVENTS: Final[dict[str, Meaning]] = {
    **dict.fromkeys(("A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A28", "A31"), Meaning.CHANGE),
    **dict.fromkeys(("A18", "A30", "A34", "A36", "A39", "A40", "A46", "A47"), Meaning.MERGE),
    "A29": Meaning.DELETE,
}
"""Of the trigger event (MSH-9.2, or EVN-1 before version 2.3)."""

VERSIONS: Final = ((2, 1), (2, 9))
"""The oldest and newest version that is taken (MSH-12)."""


MDM_EVENTS: Final = tuple(f"T{number:02}" for number in range(1, 12))


def event_of(message: Message) -> str:
    """The trigger event."""
    named = message.header.value(9, 2)
    if named:
        return named
    events = message.segments("EVN")
    return message.value(events[0][1], 1) if events else ""


def check(message: Message, processing: frozenset[str]) -> None:
    """Whether it is for us at all. Raises Unsupported ``hl7-version``, ``hl7-processing``, ``hl7-message-type``."""
    header = message.header
    if not VERSIONS[0] <= header.version[:2] <= VERSIONS[1]:
        raise Unsupported("hl7-version", "The version of HL7 is none of 2.1 to 2.9.", "Have the sender fill MSH-12.")
    if header.value(11) not in processing:
        raise Unsupported(
            "hl7-processing",
            "The message is for another purpose (MSH-11) than this port.",
            "Have the sender send to its own environment, or set [hl7] processing.",
        )
    if not (header.value(9) == "ADT" or is_report(message)):
        raise Unsupported(
            "hl7-message-type",
            "Messages of this type are not taken here.",
            "Have the sender send ADT, ORU^R01 or MDM to this port.",
        )


def is_report(message: Message) -> bool:
    """Whether it is of a type that brings reports."""
    kind, event = message.header.value(9), message.header.value(9, 2)
    return (kind == "ORU" and event == "R01") or (kind == "MDM" and event in MDM_EVENTS)


def changes_of(message: Message, reader: Reader, now: float) -> list[Change] | None:
    """What it asks for, None where it is not of interest; ``now`` stands for a time that it lacks, or that is to come.

    Raises Malformed for what lacks a patient or his number.
    """
    meaning = EVENTS.get(event_of(message))
    if meaning is None:
        return None
    at = _time(message, reader, now)
    found = list(_changes(message, reader, meaning, at))
    if not found:
        raise Malformed(
            "hl7-no-patient", "The message lacks the patient or whom he was.", "Have the sender give PID, and MRG."
        )
    return found


def _time(message: Message, reader: Reader, now: float) -> float:
    said = [message.header.value(7), *(message.value(event, 2) for _, event in message.segments("EVN"))]
    times = [at for text in said if text and (at := reader.time(text)) is not None]
    return min(now, times[0]) if times else now


def _changes(message: Message, reader: Reader, meaning: Meaning, at: float) -> Iterator[Change]:
    pid: Any = None
    for name, segment in message.segments("PID", "MRG"):
        if name == "PID":
            pid = segment
            yield from _of_pid(message, reader, meaning, pid, at)
        elif meaning is Meaning.MERGE and pid is not None:
            yield from _of_merge(message, reader, pid, segment, at)


def _of_merge(message: Message, reader: Reader, pid: Any, prior: Any, at: float) -> Iterator[Change]:
    """What MRG-1 names became the patient of PID-3; numbers that this node gave emergency patients among them."""
    into = reader.own_numbers(message, pid, PID_NUMBERS)[0]
    emergency = reader.emergency_numbers(message, prior, MRG_NUMBERS)
    if into in reader.emergency_numbers(message, pid, PID_NUMBERS):
        emergency = []  # one emergency number into another: nobody has been named
    for number in emergency:
        yield Rekeyed(number, into, at)
    try:
        numbers = reader.own_numbers(message, prior, MRG_NUMBERS)
    except Malformed:
        if not emergency:
            raise
        return
    for number in numbers:
        if number not in (into, *emergency):
            yield Merged(number, into, at)


def _of_pid(message: Message, reader: Reader, meaning: Meaning, pid: Any, at: float) -> Iterator[Change]:
    for number in reader.own_numbers(message, pid, PID_NUMBERS):
        if meaning is Meaning.DELETE:
            yield Gone(number, at)
        elif meaning is Meaning.CHANGE or message.value(pid, PID_BIRTH):  # who is merged into is often named alone
            yield reader.said(message, pid, number, at, whole=meaning is Meaning.CHANGE)
