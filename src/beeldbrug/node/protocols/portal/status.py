"""One table from kind of error to HTTP status for the portal, and the error's body (RFC 9110 section 15)."""

from __future__ import annotations

from typing import Final

import msgspec

from beeldbrug.model.errors import BeeldbrugError, Kind

STATUS_BY_KIND: Final[dict[Kind, int]] = {
    Kind.MALFORMED: 400,
    Kind.DENIED: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.UNSUPPORTED: 422,
    Kind.UNAVAILABLE: 503,
    Kind.TOO_LARGE: 413,
}

STATUS_BY_CODE: Final[dict[str, int]] = {"not-signed-in": 401, "sign-in-refused": 401, "method-not-offered": 405}
"""Codes whose status HTTP itself prescribes."""


def status_of(error: BeeldbrugError) -> int:
    """HTTP status of an error."""
    return STATUS_BY_CODE.get(error.code, STATUS_BY_KIND[error.kind])


def error_body(error: BeeldbrugError) -> bytes:
    """JSON ``{code, text, remedy}``: the page says it in the reader's language by its code."""
    return msgspec.json.encode({"code": error.code, "text": error.text, "remedy": error.remedy})
