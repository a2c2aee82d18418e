"""Store (STOW-RS, PS3.18 section 10.5): a multipart body of DICOM files, one after the other as they stream in.

An instance is named as stored only when it is safe. One that is refused does not hold up the others. Of instances
memory holds what names them, and nothing else. Metadata with bulk data apart is refused.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Malformed, TooLarge, Unavailable, Unsupported
from beeldbrug.node.ports.storing import FileArrival, Storing, StoringSession
from beeldbrug.node.protocols.dicomweb.answer import Answer
from beeldbrug.node.protocols.dicomweb.parts import PartLimits, PartReader, boundary_of
from beeldbrug.node.protocols.dicomweb.stored import Stored, failure_of, form_of

DICOM: Final = "application/dicom"
MULTIPART: Final = "multipart/related"

UNREADABLE_MOST: Final = 1000
"""Parts of a request that are no instance, after which the rest is not looked at."""

_log = get("stow")


@dataclass(frozen=True, slots=True)
class StoreLimits:
    """Requests at once, those of one token at once, seconds of silence after which a request is given up, and
    instances of one request."""

    requests: int = 16
    requests_per_token: int = 8
    idle_seconds: float = 60.0
    instances: int = 100_000


@dataclass(frozen=True, slots=True)
class StoreRequest:
    """One POST. ``study`` is that of the path, or empty."""

    token: str
    study: str
    accept: str
    content_type: str
    content_encoding: str
    address: str
    tls: bool


def store(storing: Storing, request: StoreRequest, body: Iterator[bytes], limits: StoreLimits) -> Answer:
    """Take the body and say what came of it. Raises BeeldbrugError where nothing of it was stored and the request
    itself is why, or where nothing can be stored at present."""
    session = storing.open(request.token, request.address, request.tls, request.study)
    taking, clean = _Taking(session), False
    try:
        form_of(request.accept)  # an Accept header that cannot be read is refused before anything is stored
        reader = PartReader(_boundary(request), taking, PartLimits(parts=limits.instances))
        _take(reader, taking, body)
        clean = True
    finally:
        taking.drop()
        session.end(clean)
    return _answer(taking.done, request.accept)


def _boundary(request: StoreRequest) -> str:
    """Of a body that is taken. Raises Unsupported ``stow-media-type`` (415), Malformed ``multipart-malformed``."""
    outer = request.content_type.partition(";")[0].strip().lower()
    if outer != MULTIPART or request.content_encoding.strip().lower() not in ("", "identity"):
        raise _media_type()
    inner, boundary = boundary_of(request.content_type)
    if inner not in ("", DICOM):
        raise _media_type()
    return boundary


def _take(reader: PartReader, taking: _Taking, body: Iterator[bytes]) -> None:
    """Read to the end; a body that turns out broken after something was stored is answered with that."""
    try:
        for chunk in body:
            reader.feed(chunk)
        reader.finish()
    except (Malformed, TooLarge) as error:
        if not taking.done.stored:
            raise
        taking.fail(error)


def _answer(done: Stored, accept: str) -> Answer:
    if done.away is not None and not done.stored:
        raise done.away
    if not (done.stored or done.failed or done.other):
        raise Malformed("stow-empty", "There is no instance in the request.", "Send at least one instance.")
    _log.info("instances stored", count=len(done.stored), total=len(done.stored) + len(done.failed) + len(done.other))
    return done.answer(accept)


class _Taking:
    """``parts.PartHandler``: one part after the other into the session."""

    def __init__(self, session: StoringSession) -> None:
        self.done = Stored()
        self._session = session
        self._arrival: FileArrival | None = None
        self._declared: int | None = None
        self._size = 0

    def begin(self, headers: Mapping[str, str]) -> None:
        """The next instance. Raises TooLarge ``stow-unreadable``."""
        if len(self.done.other) > UNREADABLE_MOST:
            raise TooLarge(
                "stow-unreadable", "Too many parts of the request are no DICOM instance.", "Send DICOM files alone."
            )
        self._size, self._declared = 0, None
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and len(length) < 20:
            self._declared = int(length)
        try:
            _check_part(headers)
            self._arrival = self._session.begin_file()
        except BeeldbrugError as error:
            self.fail(error)

    def data(self, piece: memoryview) -> None:
        """The next bytes; after an error the rest of the part is read and dropped."""
        self._size += len(piece)
        if self._arrival is None:
            return
        try:
            self._arrival.write(piece)
        except BeeldbrugError as error:
            self.fail(error)

    def end(self) -> None:
        """The instance is whole: make it safe, then it counts."""
        arrival = self._arrival
        if arrival is None:
            return
        try:
            if self._declared not in (None, self._size):
                raise Malformed("part-length", "A part is not as long as its header says.", "Send it again.")
            arrival.commit()
        except BeeldbrugError as error:
            self.fail(error)
            return
        self._arrival = None
        if arrival.index is not None:
            self.done.stored.append((sys.intern(arrival.index.sop_class), arrival.index.instance_uid))

    def fail(self, error: BeeldbrugError) -> None:
        """The part under way, or the rest of the body, is not stored."""
        arrival, self._arrival = self._arrival, None
        if isinstance(error, Unavailable):
            self.done.away = error
        index = None if arrival is None else arrival.index
        if arrival is not None:
            arrival.abort()
        if index is not None:
            self.done.failed.append((sys.intern(index.sop_class), index.instance_uid, failure_of(error)))
            return
        self.done.other.append(failure_of(error))

    def drop(self) -> None:
        """The request is over; a part that is still under way was not whole."""
        arrival, self._arrival = self._arrival, None
        if arrival is not None:
            arrival.abort()


def _check_part(headers: Mapping[str, str]) -> None:
    media = headers.get("content-type", DICOM).partition(";")[0].strip().lower()
    encoding = headers.get("content-transfer-encoding", "binary").strip().lower()
    if media != DICOM or encoding not in ("binary", "8bit"):
        raise Unsupported("part-type", "A part is no plain DICOM file.", "Send application/dicom.")


def _media_type() -> Unsupported:
    return Unsupported(
        "stow-media-type",
        "Only whole DICOM files are stored here; metadata with bulk data apart, and compressed bodies, are not.",
        'Send multipart/related; type="application/dicom".',
    )
