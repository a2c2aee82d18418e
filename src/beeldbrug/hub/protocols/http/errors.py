"""From the error tree to HTTP: one table from kind to status, one for codes that HTTP has a status of their own for.

RFC 9110 section 15, RFC 6585 section 4 (429), RFC 4918 section 11.5 (507). Bodies are JSON {code, text, remedy}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec
from starlette.responses import Response

from beeldbrug.model.errors import BeeldbrugError, Kind

STATUS_BY_KIND: Final[Mapping[Kind, int]] = {
    Kind.MALFORMED: 400,
    Kind.DENIED: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.UNSUPPORTED: 501,
    Kind.UNAVAILABLE: 503,
    Kind.TOO_LARGE: 413,
}

STATUS_BY_CODE: Final[Mapping[str, int]] = {
    "length-required": 411,
    "range-not-satisfiable": 416,
    "too-many-requests": 429,
    "quota-exceeded": 507,
    "disk-full": 507,
    "method-not-allowed": 405,
}

ACCESS_PREFIX: Final = "access-"


def status_of(error: BeeldbrugError) -> int:
    """The status of its code where it has one, else that of its kind; every refused token is 401."""
    if error.code.startswith(ACCESS_PREFIX):
        return 401
    return STATUS_BY_CODE.get(error.code, STATUS_BY_KIND[error.kind])


def error_response(error: BeeldbrugError, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that refuses."""
    status = status_of(error)
    extra = {401: {"WWW-Authenticate": "Bearer"}, 429: {"Retry-After": "1"}, 503: {"Retry-After": "5"}}.get(status, {})
    body = msgspec.json.encode({"code": error.code, "text": error.text, "remedy": error.remedy})
    return Response(body, status, {**extra, **dict(headers or {})}, "application/json")
