"""Records inside a capsule: the identity line (DESIGN sections 3 and 4). The hub never imports this module.

A capsule part, opened, is a ``Preface`` and a list of records. An instance has two: ``HeaderRecord`` as soon as its
header was read, ``BulkRecord`` when its bulk ended. ``Closing`` is the manifest and stands last in the closing part of
a parcel or supplement.
"""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.model.answer import Answerer
from beeldbrug.model.dataset import Line, Piece
from beeldbrug.model.exchange import Terms
from beeldbrug.model.pack import SealedPlace, Segment
from beeldbrug.model.report import Report

CAPSULE_VERSION = 1
PART_BYTES = 1024 * 1024
"""A sealed capsule part is never larger."""

HEADER_INLINE_BYTES = 256 * 1024
"""A longer header travels in an identity pack."""

VALUE_INLINE_BYTES = 64 * 1024
"""A longer value outside the bulk attributes travels in an identity pack."""

REPORT_PIECE_BYTES = 512 * 1024
"""The longest piece of a report."""

INDEX_INLINE_BYTES = 64
"""A longer frame index is sealed behind its pixels; that of native or single-frame pixel data is shorter."""


@dataclass(frozen=True, slots=True)
class Preface:
    """Repeats the envelope inside the seal; any difference with the outside is refused."""

    version: int
    sender: str
    receiver: str
    parcel: str
    part: int
    kind: str


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """First record of part 1: what the sending is about. Times are POSIX seconds. ``live`` is the secret (32 bytes, or
    none) from which both ends derive the keys of their live channel."""

    terms: Terms
    study_uid: str
    description: str
    modalities: tuple[str, ...]
    started: float
    expires: float
    live: bytes = b""


@dataclass(frozen=True, slots=True)
class GrantRecord:
    """Key of one pack: the right to open it. ``key`` is 16 bytes (RFC 8188 input keying material)."""

    pack: str
    line: Line
    key: bytes


@dataclass(frozen=True, slots=True)
class HeaderRecord:
    """Header of instance ``instance`` (numbered from 1 within the parcel) as far as its first pixel piece.

    Exactly one of ``header`` and ``header_place`` is set. ``part10`` is True when header starts with preamble and
    file meta information (a file), False for a bare dataset (DIMSE).
    """

    instance: int
    study_uid: str
    series_uid: str
    instance_uid: str
    sop_class: str
    transfer_syntax: str
    part10: bool
    header: bytes | None
    header_place: SealedPlace | None = None


@dataclass(frozen=True, slots=True)
class Bulk:
    """One value in a pack. ``frames`` is the place of its sealed frame index, if it has one; ``index`` the index itself
    where it is no longer than INDEX_INLINE_BYTES."""

    tag: int
    line: Line
    place: SealedPlace
    frames: SealedPlace | None = None
    index: bytes = b""


@dataclass(frozen=True, slots=True)
class BulkRecord:
    """End of instance ``instance``: rest of the header, all pieces in order, its bulks in the order of the pieces.

    ``size`` and ``hash`` (BLAKE3-256) are of the whole original. ``header_place`` replaces the HeaderRecord's header
    with the whole one when the whole header is too long to travel inline; otherwise the whole header is the
    HeaderRecord's header followed by ``tail``.
    """

    instance: int
    tail: bytes
    pieces: tuple[Piece, ...]
    bulks: tuple[Bulk, ...]
    size: int
    hash: bytes
    header_place: SealedPlace | None = None


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """A closed segment that this parcel grants."""

    segment: Segment


@dataclass(frozen=True, slots=True)
class Closing:
    """Manifest: totals over the parcel so far, supplements included.

    ``hash`` is BLAKE3-256 over the 32-byte hashes of all instances in order of instance number, followed by the
    32-byte hashes of all segments in order of (pack, number).
    """

    parts: int
    instances: int
    instance_bytes: int
    segments: int
    segment_bytes: int
    hash: bytes


Record = OfferRecord | GrantRecord | HeaderRecord | BulkRecord | SegmentRecord | Closing


@dataclass(frozen=True, slots=True)
class Receipt:
    """Content of a receipt part: the receiver's signed statement of what happened.

    ``state`` is a model.exchange.State value; ``reason`` is a stable code with text free of identity; ``hash`` is the
    manifest hash that was verified. ``opened`` says whether anybody saw it (for withdrawals).
    """

    state: str
    received: int
    total: int
    hash: bytes = b""
    reason: str = ""
    opened: bool = False
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """Content of an answer part: what the receiver advises (FIELD: consult before transfer).

    ``number`` counts the answers of one exchange from 1; ``answer`` and ``outcome`` are values of model.answer.
    """

    number: int
    answer: str
    outcome: str
    who: Answerer
    text: str = ""
    phone: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """A version of a report, but for its words and its PDF: those are ``pieces`` pieces of ``size`` bytes together,
    with this BLAKE3-256 hash, the first ``text_bytes`` of which are the text in UTF-8.

    ``id`` (32 hex digits) is of this sending of this version; ``at`` is by what versions are put in order (POSIX
    seconds); ``report`` has neither text nor document.
    """

    id: str
    report: Report
    at: float
    pieces: int
    size: int
    text_bytes: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class ReportPiece:
    """Piece ``number`` (from 1) of the version that a ReportRecord announced."""

    id: str
    number: int
    data: bytes


@dataclass(frozen=True, slots=True)
class ImageRequestRecord:
    """Content of a request part: images that the receiver misses. ``number`` counts the requests of one exchange from
    1; ``kinds`` are values of model.image_request.Wanted, ``series`` UIDs; ``urgency`` is that of the request."""

    number: int
    kinds: tuple[str, ...]
    series: tuple[str, ...]
    text: str
    who: Answerer
    phone: str = ""
    urgency: str = "routine"
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class ImageReplyRecord:
    """Content of a notice part: what the sender does about request ``number``. ``outcome`` is ``coming`` or
    ``refused``, ``reason`` a code. ``supplement``: more of this parcel comes, beyond the ``had`` instances that it had;
    ``parcels`` bring the rest."""

    number: int
    outcome: str
    who: Answerer
    reason: str = ""
    text: str = ""
    phone: str = ""
    at: float = 0.0
    supplement: bool = False
    had: int = 0
    parcels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Content of a withdraw part."""

    reason: str
    at: float
