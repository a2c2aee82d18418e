"""The conformance statement of this service, made from the tables that it runs on (``docs/conformance/dicomweb.md``).

``python -m beeldbrug.node.protocols.dicomweb.conformance`` prints it; a test compares it with the page in the docs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from beeldbrug.node.protocols.dicomweb.attributes import FROM_HEADER, INSTANCE, SERIES, STUDY, Attribute
from beeldbrug.node.protocols.dicomweb.media import MEDIA_BY_SYNTAX, OCTETS
from beeldbrug.node.protocols.dicomweb.parts import BOUNDARY_CHARACTERS, PartLimits
from beeldbrug.node.protocols.dicomweb.query import LIMIT_MOST
from beeldbrug.node.protocols.dicomweb.routes import ROUTES, STORE_TEMPLATES
from beeldbrug.node.protocols.dicomweb.status import RETRY_SECONDS, STATUS_BY_CODE, STATUS_BY_KIND
from beeldbrug.node.protocols.dicomweb.store import UNREADABLE_MOST, StoreLimits
from beeldbrug.node.protocols.dicomweb.stored import FAILURE_BY_CODE, FAILURE_BY_KIND, JSON, XML

_INTRODUCTION = """\
# DICOMweb conformance statement

Made by `python -m beeldbrug.node.protocols.dicomweb.conformance` from the tables that the service runs on; do not edit.

The node is an origin server for DICOM PS3.18 Studies Service: Search (QIDO-RS), Retrieve (WADO-RS) and Store (STOW-RS),
over HTTP/1.1. Rendered resources and the URI service (WADO-URI) are not offered. Clauses are those of edition 2024d.

## Where it departs from PS3.18

- Instances go out in the transfer syntax in which they were received, whichever that is, since they are given back byte
  for byte: also as Implicit VR Little Endian or Explicit VR Big Endian, which sections 8.6.2 and 8.7.3 rule out. An
  Accept header without the parameter `transfer-syntax` means as stored, where 8.7.3 names a default to convert to.
- DICOM XML (`application/dicom+xml`), which 10.4.4 asks for beside JSON, is not offered.
- Store takes whole DICOM files alone: metadata with bulk data apart (`application/dicom+json`,
  `application/dicom+xml`), which 10.5.2 asks for too, is refused with 415. RetrieveURL in its answer is
  empty: who stores cannot read.
- Of bulk data (10.4.1.1.5) single values are given, of pixel data (10.4.1.1.6) frames by number. The resources
  `bulkdata` and `pixeldata` of a whole study, series or instance are not offered, nor is
  `multipart/related; type="application/octet-stream"` of these.

## Access

Every request carries a bearer token in the Authorization header (RFC 6750); a token in a URL is not read. A token has
an organisation, user, role, purpose and end, and may be limited to exchanges, to studies, or to both. The server
enforces this on every call: what lies outside is not found, whatever UID is asked for. Received studies can be read
while their exchange is arriving, verified, seen or imported, until it expires or is withdrawn.

The first viewing of a study by a token, once per 15 minutes, and every different search write an audit event before
the first byte goes out; when that cannot be written, nothing is shown. Asking for what is not found writes one as well.
Answers carry `Cache-Control: private, no-store`.
"""

_RULES = """\
## Retrieve: media types

PS3.18 section 10.4.4.

| resource | media types |
|---|---|
| study, series | `multipart/related; type="application/dicom"` |
| instance | the same, or `application/dicom` as a single part |
| metadata | `application/dicom+json`, `application/json` |
| frames | by stored transfer syntax, see below; one frame also as a single part |
| bulk data | `application/octet-stream`, in parts or single, with Range; encapsulated pixel data as its frames |

Instances go out byte for byte as they were received; one that was received without file meta information gets it.
Nothing is transcoded: an Accept header that names only another transfer syntax is answered 406. `transfer-syntax=*`
takes any; a range of type `application/octet-stream` without that parameter means explicit VR little endian; any other
range without it means as stored. Uncompressed frames go out in little endian, as explicit VR whatever they are stored
in; those stored in explicit VR big endian are swapped first. An `accept` query parameter (8.3.3.1) goes before the
header.

Every answer but metadata has a Content-Length; one that turns out damaged while it is being sent is broken off.

## While a study is arriving

Metadata is there as soon as the header is. Answers carry `Warning: 299 beeldbrug "arriving N of M"`. A study or series
of which some instances are not here whole is answered 206 with the rest, and a Warning with the number left out. What
is not here at all is answered 503 with Retry-After.
"""


def statement() -> str:
    """The whole page in Markdown."""
    parts = [_INTRODUCTION, *_routes(), *_searches(), _RULES, *_media(), *_store(), *_statuses()]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _routes() -> Iterator[str]:
    rows = [(f"`/dicomweb{route.template}`", route.gives, route.clause) for route in ROUTES]
    yield "## Resources\n\nAll with GET and HEAD; to store, see below.\n"
    yield _table(("path", "gives", "PS3.18"), rows)


def _searches() -> Iterator[str]:
    yield f"""## Search

Matching is by single value, wildcard (`*`, `?`), list of UIDs and range of dates and times (PS3.4 C.2.2.2); person
names match without case and accents. An attribute that is not in these tables is refused with 400, never ignored.
`limit` is at most {LIMIT_MOST}, which is also its default; when more results are left a Warning says so.
`fuzzymatching=true` is answered with literal matching and a Warning (8.3.4.2). `includefield` takes keywords, tags and
`all` (8.3.4.3); at study and series level attributes outside the index are taken from the first instance. No results is
204 (8.3.4.4.1).
"""
    for name, level, attributes in (
        ("Study", "study", STUDY),
        ("Series", "series", SERIES),
        ("Instance", "instance", INSTANCE),
    ):
        yield f"### {name}\n"
        yield _table(("tag", "attribute", "matched", "returned"), _attributes(level, attributes))


def _attributes(level: str, attributes: Iterable[Attribute[Any]]) -> Iterator[tuple[str, ...]]:
    for attribute in attributes:
        tag = f"({attribute.tag[:4]},{attribute.tag[4:]})"
        yield tag, attribute.keyword, "yes" if attribute.searchable else "no", "yes"
    for code in FROM_HEADER[level]:
        returned = "yes, when the header has it" if level == "instance" else "on request, from a header"
        yield f"({code[:4]},{code[4:]})", "", "no", returned


def _media() -> Iterator[str]:
    yield "## Frames: media type by transfer syntax\n\nPS3.18 tables 8.7.3-4 and 8.7.3-5.\n"
    rows = [
        (f"`{uid}`", f"`{media}`, or `{OCTETS}` with this transfer syntax") for uid, media in MEDIA_BY_SYNTAX.items()
    ]
    yield _table(("stored", "given as"), [*rows, ("uncompressed", f"`{OCTETS}`"), ("any other", f"`{OCTETS}`")])


def _store() -> Iterator[str]:
    paths = " and ".join(f"`POST /dicomweb{template}`" for template in STORE_TEMPLATES)
    limits, parts = StoreLimits(), PartLimits()
    yield f"""## Store

{paths} (PS3.18 section 10.5), with a token that is for storing. One for a sending rule stands for a called AE title:
the study goes where the rule says. One of a partner makes an arrival of each study. Neither can read anything.

The body is `multipart/related; type="application/dicom"`, chunked or with a Content-Length, of any length; a part is a
DICOM file (PS3.10), kept byte for byte with preamble and file meta information, in whichever transfer syntax. Its
boundary has at most {BOUNDARY_CHARACTERS} characters, a part's headers {parts.head_bytes} bytes. By setting:
{limits.instances} instances in a request, {limits.requests} requests at once, {limits.requests_per_token} of one token,
and {limits.idle_seconds:.0f} s of silence (408). Query parameters, `irwf` among them, are not looked at.

An instance is in the ReferencedSOPSequence only when it is safe: on the disk, synced, its row committed. That one is
refused does not hold up the others. The same instance with the same content is success; other content under the same
UID is kept beside it, and a human is told. A part that is no instance is in the OtherFailuresSequence (0008,119A);
after {UNREADABLE_MOST} of these the request ends. A body that breaks off is answered with what was stored before.

Answers are `{JSON}` or `{XML}` by the Accept header: 200 when all was stored, 202 when some was, 409 when nothing was.
"""
    yield _table(
        ("kind of error", "Failure Reason"), [(kind.value, f"{why:04X}H") for kind, why in FAILURE_BY_KIND.items()]
    )
    yield _table(("code", "Failure Reason"), [(f"`{code}`", f"{why:04X}H") for code, why in FAILURE_BY_CODE.items()])


def _statuses() -> Iterator[str]:
    yield f"""## Errors

The body is JSON with `code`, `text` and `remedy`, without identity. A 503 says `Retry-After: {RETRY_SECONDS}`.
"""
    yield _table(("kind of error", "status"), [(kind.value, str(status)) for kind, status in STATUS_BY_KIND.items()])
    yield _table(("code", "status"), [(f"`{code}`", str(status)) for code, status in STATUS_BY_CODE.items()])


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(head)
    lines = ["| " + " | ".join(row) + " |" for row in (columns, *rows)]
    lines.insert(1, "|" + "---|" * len(columns))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(statement())
