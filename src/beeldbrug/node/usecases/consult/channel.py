"""What the two ends of one exchange say to each other live: who is present, and what a sharer shows.

A message names the streams that its sender has heard of late; only one that names ours says anything here. So what was
recorded and played again after this process began is dropped, without any clock: it names streams of earlier runs.
Sealed by ``sealed.live``; no I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from beeldbrug.model.answer import PHONE_CHARACTERS
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.live import Present
from beeldbrug.sealed.live import PAYLOAD_BYTES, LiveSealer
from beeldbrug.sealed.opening.live import LiveOpener

VIEW_BYTES = 1400
"""Longest JSON of one view."""

PEOPLE = 12
NAME_CHARACTERS = 64
KEY_CHARACTERS = 32
TEXT_CHARACTERS = 128
DEPTH = 5
HEARD = 4
HEARD_SECONDS = 60.0
"""How long a stream that is silent is named."""


class _Person(msgspec.Struct, frozen=True, array_like=True):
    key: str
    name: str
    role: str
    department: str
    sharing: bool
    phone: str = ""


class _Said(msgspec.Struct, frozen=True, array_like=True):
    """The payload of a message, as MessagePack. ``people`` None says nothing of them; ``by`` names whose ``view`` it
    is, as JSON."""

    heard: list[bytes]
    people: list[_Person] | None = None
    by: str = ""
    view: bytes = b""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message said. ``new`` is True for the first of its stream: the other end does not know us yet."""

    stream: bytes
    new: bool
    people: tuple[Present, ...] | None = None
    by: str = ""
    view: bytes = b""


_DECODER = msgspec.msgpack.Decoder(_Said)
_ENCODER = msgspec.msgpack.Encoder()


def tidy_view(view: bytes) -> bytes | None:
    """A view as it may go to a browser: a small JSON object of plain values; None when it is not that."""
    if not view or len(view) > VIEW_BYTES:
        return None
    try:
        told = msgspec.json.decode(view, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return msgspec.json.encode(told) if _is_plain(told, DEPTH) else None


def _is_plain(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        return depth > 0 and all(_is_plain(one, depth - 1) for one in value.values())
    if isinstance(value, list):
        return depth > 0 and all(_is_plain(one, depth - 1) for one in value)
    return not isinstance(value, str) or len(value) <= TEXT_CHARACTERS


class Channel:
    """This process's end of one exchange's channel. ``seal`` from any thread; ``open`` from one."""

    def __init__(self, secret: bytes, parcel: str, own: str, peer: str, monotonic: Callable[[], float]) -> None:
        self.peer = peer
        self._sealer = LiveSealer(secret, parcel, own, peer)
        self._opener = LiveOpener(secret, parcel, peer, own)
        self._monotonic = monotonic
        self._heard: dict[bytes, float] = {}

    def seal_people(self, people: Sequence[Present]) -> bytes:
        """All who are present here; as many as fit."""
        told = [_told(one) for one in people[:PEOPLE]]
        while True:
            payload = _ENCODER.encode(_Said(self._streams(), told))
            if len(payload) <= PAYLOAD_BYTES:
                return self._sealer.seal(payload)
            told.pop()

    def seal_view(self, by: str, view: bytes) -> bytes:
        """What somebody shows. Raises TooLarge."""
        return self._sealer.seal(_ENCODER.encode(_Said(self._streams(), None, by, view)))

    def open(self, body: bytes) -> Heard | None:
        """What a message says; None for one that does not open, came twice or is out of form."""
        try:
            stream, payload = self._opener.open(body)
            said = _DECODER.decode(payload)
        except (BeeldbrugError, msgspec.MsgspecError):
            return None
        new = stream not in self._heard
        self._heard[stream] = self._monotonic()
        if self._sealer.stream not in said.heard:
            return Heard(stream, new)
        people = None
        if said.people is not None:
            people = tuple(_present(one) for one in said.people[:PEOPLE])
        return Heard(stream, new, people, "r" + said.by[:KEY_CHARACTERS], tidy_view(said.view) or b"")

    def _streams(self) -> list[bytes]:
        since = self._monotonic() - HEARD_SECONDS
        recent = sorted(((at, stream) for stream, at in self._heard.copy().items() if at > since), reverse=True)
        self._heard = {stream: at for at, stream in recent} if len(self._heard) > 4 * HEARD else self._heard
        return [stream for _, stream in recent[:HEARD]]


def _told(one: Present) -> _Person:
    name, department = one.name[:NAME_CHARACTERS], one.department[:NAME_CHARACTERS]
    return _Person(one.key, name, one.role, department, one.sharing, one.phone[:PHONE_CHARACTERS])


def _present(one: _Person) -> Present:
    return Present(
        key="r" + one.key[:KEY_CHARACTERS],
        name=one.name[:NAME_CHARACTERS],
        role=one.role[:NAME_CHARACTERS],
        department=one.department[:NAME_CHARACTERS],
        here=False,
        sharing=one.sharing,
        phone=one.phone[:PHONE_CHARACTERS],
    )
