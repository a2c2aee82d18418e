"""What the viewer reads: the plan of a study, sealed bytes, single values, documents, and frames decoded on the node.

Paths name exchanges, rows and packs, never a patient. A plan is JSON by lines (application/x-ndjson), written as it is
read; sealed bytes go out exactly as they rest. A document opens in a sandbox of its own, whatever it holds.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from beeldbrug.model.errors import Malformed, NotFound, TooLarge
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import PREFIX, Call, Reply, Route
from beeldbrug.node.usecases.view.plan import read_waiting
from beeldbrug.node.usecases.view.sealed import RUN_BYTES
from beeldbrug.node.usecases.view.subject import Kind, Name
from beeldbrug.node.usecases.view.viewing import PDF, Octets

LINES: Final = "application/x-ndjson"
OCTETS: Final = "application/octet-stream"
SANDBOX: Final = (b"content-security-policy", b"sandbox; default-src 'none'; style-src 'unsafe-inline'")
_RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})")
_NUMBER = re.compile(r"[0-9]{1,15}")


class Shape(msgspec.Struct, frozen=True):
    """What the bytes of a decoded frame are (header ``X-Beeldbrug-Pixels``)."""

    rows: int
    columns: int
    samples: int
    kind: str
    bits: int
    photometric: str


def plan(portal: Portal, call: Call) -> Reply:
    """The plan, or with ``after`` what has come since."""
    name = name_of(call)
    after, waiting = _number(call.query.get("after", "0")), read_waiting(call.query.get("waiting", ""))
    base = f"{PREFIX}/{name.kind.value}/{name.id}/instances"
    return Reply(portal.viewing.plan(call.session.scope, name, base, after, waiting), content_type=LINES)


def sealed(portal: Portal, call: Call) -> Reply:
    """A run of a segment: ``from`` up to ``to`` in the query, or one range in the header (RFC 9110 section 14)."""
    start, end = _run(call)
    segment = _number(call.variables["segment"])
    data = portal.viewing.sealed(call.session.scope, call.variables["pack"], segment, start, end)
    if "from" in call.query:
        return Reply(data, content_type=OCTETS)
    headers = [(b"content-range", f"bytes {start}-{end - 1}/*".encode()), (b"accept-ranges", b"bytes")]
    return Reply(data, 206, OCTETS, headers=headers)


def value(portal: Portal, call: Call) -> Reply:
    """One value by the path that the plan gives, whole or by a range."""
    path = call.variables["path"].replace("-", "/")
    start, end = _range(call)
    return _ranged(call, portal.viewing.value(call.session.scope, name_of(call), instance_of(call), path, start, end))


def video(portal: Portal, call: Call) -> Reply:
    """A stream of video, whole or by a range, as players ask for it."""
    start, end = _range(call)
    return _ranged(call, portal.viewing.video(call.session.scope, name_of(call), instance_of(call), start, end))


def document(portal: Portal, call: Call) -> Reply:
    """An encapsulated document: a PDF to be shown, anything else to be saved."""
    found = portal.viewing.document(call.session.scope, name_of(call), instance_of(call))
    reply = _octets(found)
    shown = b"inline" if found.media_type == PDF else b"attachment"
    name = b"document.pdf" if found.media_type == PDF else b"document.bin"
    reply.headers += [SANDBOX, (b"content-disposition", shown + b'; filename="' + name + b'"')]
    return reply


def decoded(portal: Portal, call: Call) -> Reply:
    """A frame (from 1) decoded on the node: little endian, colour by pixel."""
    number = _number(call.variables["frame"])
    found = portal.viewing.frame(call.session.scope, name_of(call), instance_of(call), number)
    shape = Shape(found.rows, found.columns, found.samples, found.kind, found.bits, found.photometric)
    return Reply(found.data, content_type=OCTETS, headers=[(b"x-beeldbrug-pixels", msgspec.json.encode(shape))])


def _range(call: Call) -> tuple[int, int | None]:
    asked = _RANGE.fullmatch(call.headers.get(b"range", ""))
    if asked is None:
        return 0, None
    return int(asked[1]), int(asked[2]) + 1 if asked[2] else None


def _ranged(call: Call, found: Octets) -> Reply:
    reply = _octets(found)
    reply.headers.append((b"accept-ranges", b"bytes"))
    start, end = _range(call)
    if start == 0 and end is None:
        return reply
    if not found.length:
        raise TooLarge("range-not-satisfiable", "The range lies outside the value.", "Ask for a range within it.")
    reply.status = 206
    reply.headers.append((b"content-range", f"bytes {start}-{start + found.length - 1}/{found.whole}".encode()))
    return reply


def _octets(found: Octets) -> Reply:
    return Reply(found.chunks, content_type=found.media_type, length=found.length)


def name_of(call: Call) -> Name:
    """The study that a path names."""
    if "exchange" in call.variables:
        return Name(Kind.EXCHANGE, call.variables["exchange"])
    return Name(Kind.STUDY, call.variables["study"])


def instance_of(call: Call) -> int:
    """The instance that a path names, as the plan does."""
    return _number(call.variables["instance"])


def _number(text: str) -> int:
    if _NUMBER.fullmatch(text) is None:
        raise NotFound("no-such-resource", "There is no such path.", "See the portal's API description.")
    return int(text)


def _run(call: Call) -> tuple[int, int]:
    if "from" in call.query and "to" in call.query:
        return _number(call.query["from"]), _number(call.query["to"])
    start, end = _range(call)
    if end is None:
        raise Malformed("run-malformed", f"Ask for one run of at most {RUN_BYTES} bytes: from and to, or a range.")
    return start, end


def _both(path: str) -> tuple[str, str]:
    return f"/exchanges/{{exchange}}{path}", f"/studies/{{study}}{path}"


_OF_STUDY = (
    ("/study", plan),
    ("/instances/{instance}/values/{path}", value),
    ("/instances/{instance}/document", document),
    ("/instances/{instance}/video", video),
    ("/instances/{instance}/frames/{frame}/decoded", decoded),
)

ROUTES: Final[tuple[Route, ...]] = (
    *(Route("GET", path, Permission.VIEW, handle) for suffix, handle in _OF_STUDY for path in _both(suffix)),
    Route("GET", "/sealed/{pack}/{segment}", Permission.VIEW, sealed),
)
