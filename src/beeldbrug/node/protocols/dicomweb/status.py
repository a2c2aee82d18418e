"""One table from kind of error to HTTP status, and the error's body (RFC 9110 section 15, PS3.18 section 8.5).

The body is JSON ``{code, text, remedy}`` and holds no identity. It sends nothing itself.
"""

from __future__ import annotations

from typing import Final

import msgspec

from beeldbrug.model.errors import BeeldbrugError, Kind

STATUS_BY_KIND: Final[dict[Kind, int]] = {
    Kind.MALFORMED: 400,
    Kind.DENIED: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.UNSUPPORTED: 406,
    Kind.UNAVAILABLE: 503,
    Kind.TOO_LARGE: 413,
}

STATUS_BY_CODE: Final[dict[str, int]] = {
    "token-missing": 401,
    "token-not-valid": 401,
    "stow-idle": 408,
    "method-not-offered": 405,
    "range-not-satisfiable": 416,
    "stow-media-type": 415,
}
"""Codes whose status HTTP itself prescribes."""

RETRY_SECONDS: Final = 2


def status_of(error: BeeldbrugError) -> int:
    """HTTP status of an error."""
    return STATUS_BY_CODE.get(error.code, STATUS_BY_KIND[error.kind])


def error_headers(status: int) -> list[tuple[bytes, bytes]]:
    """Headers that a status brings along."""
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    if status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="beeldbrug"'))
    if status == 503:
        headers.append((b"retry-after", str(RETRY_SECONDS).encode()))
    if status == 405:
        headers.append((b"allow", b"GET, HEAD, POST"))
    return headers


def error_body(error: BeeldbrugError) -> bytes:
    """The JSON that a client, or the person behind it, can act on."""
    return msgspec.json.encode({"code": error.code, "text": error.text, "remedy": error.remedy})
