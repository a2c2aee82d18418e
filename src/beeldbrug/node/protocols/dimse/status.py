"""From our errors to DIMSE status codes: PS3.4 table B.2-1 and PS3.7 annex C. One table by kind, one by code.

The Error Comment (0000,0902) holds the error's stable code and as much of its text as fits in 64 characters; error
texts hold no identity by the rule of ``model.errors``.
"""

from __future__ import annotations

from beeldbrug.model.errors import BeeldbrugError, Kind

SUCCESS = 0x0000
DUPLICATE_INSTANCE = 0x0111
NO_SUCH_INSTANCE = 0x0112
INVALID_INSTANCE = 0x0117
CLASS_NOT_SUPPORTED = 0x0122
NOT_AUTHORIZED = 0x0124
UNRECOGNIZED_OPERATION = 0x0211
OUT_OF_RESOURCES = 0xA700
DATASET_MISMATCH = 0xA900
CANNOT_UNDERSTAND = 0xC000

STATUS_BY_KIND: dict[Kind, int] = {
    Kind.MALFORMED: CANNOT_UNDERSTAND,
    Kind.DENIED: NOT_AUTHORIZED,
    Kind.NOT_FOUND: NO_SUCH_INSTANCE,
    Kind.CONFLICT: DUPLICATE_INSTANCE,
    Kind.UNSUPPORTED: CLASS_NOT_SUPPORTED,
    Kind.UNAVAILABLE: OUT_OF_RESOURCES,
    Kind.TOO_LARGE: OUT_OF_RESOURCES,
}

STATUS_BY_CODE: dict[str, int] = {
    "dataset-does-not-match": DATASET_MISMATCH,
    "instance-uid-invalid": INVALID_INSTANCE,
    "class-differs-from-context": CLASS_NOT_SUPPORTED,
    "operation-unknown": UNRECOGNIZED_OPERATION,
}
"""Codes that have a closer status than their kind."""

COMMENT_LENGTH = 64


def status_of(error: BeeldbrugError) -> tuple[int, str]:
    """Status and Error Comment for an error."""
    status = STATUS_BY_CODE.get(error.code, STATUS_BY_KIND[error.kind])
    comment = f"{error.code}: {error.text}".encode("ascii", "replace").decode("ascii")
    return status, comment.replace("\\", "/")[:COMMENT_LENGTH]
