"""Messages for tests, as an EPD sends them. Nobody in them exists; the BSNs are test numbers."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from beeldbrug.node.ports.own_patients import Change
from beeldbrug.node.protocols.hl7.adt import changes_of, check
from beeldbrug.node.protocols.hl7.message import Message
from beeldbrug.node.protocols.hl7.person import Reader

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
READER = Reader(frozenset({"zkh", "2.16.528.1.1007.3.3.1"}), AMSTERDAM)
NOW = 2_000_000_000.0
AT = 1_795_392_123.0
"""20261123010203 in Amsterdam."""

PID = "PID|1||7001^^^ZKH^PI~999990019^^^NLMINBIZA^NNNLD||de Vries&de&Vries^Els^Anna^^^^L||19700201|F"


def adt(
    event: str, *segments: str, version: str = "2.5", character_set: str = "UNICODE UTF-8", time: str = "20261123010203"
) -> bytes:
    """An ADT message; bytes are of the character set that it names."""
    msh = rf"MSH|^~\&|EPD|ZKH|BEELDBRUG|ZKH|{time}||ADT^{event}|MSG-1|P|{version}|||||||{character_set}"
    msh = msh.replace("|||||||", "||||||")
    codec = {"UNICODE UTF-8": "utf-8"}.get(character_set, "iso-8859-1")
    return "".join(f"{one}\r" for one in (msh, f"EVN|{event}|{time}", *segments)).encode(codec)


def asked(content: bytes, reader: Reader = READER) -> list[Change] | None:
    """What a message asks for."""
    message = Message(content, "iso-8859-1")
    check(message, frozenset({"P"}))
    return changes_of(message, reader, NOW)
