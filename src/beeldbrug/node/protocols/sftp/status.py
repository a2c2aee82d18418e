"""One table from kind of error to SFTP status (draft-ietf-secsh-filexfer-02 section 7, as OpenSSH speaks it)."""

from __future__ import annotations

from typing import Final

from asyncssh import SFTPError
from asyncssh.constants import (
    FX_BAD_MESSAGE,
    FX_FAILURE,
    FX_NO_SUCH_FILE,
    FX_OP_UNSUPPORTED,
    FX_PERMISSION_DENIED,
)

from beeldbrug.model.errors import BeeldbrugError, Kind

STATUS_BY_KIND: Final[dict[Kind, int]] = {
    Kind.MALFORMED: FX_BAD_MESSAGE,
    Kind.DENIED: FX_PERMISSION_DENIED,
    Kind.NOT_FOUND: FX_NO_SUCH_FILE,
    Kind.CONFLICT: FX_FAILURE,
    Kind.UNSUPPORTED: FX_OP_UNSUPPORTED,
    Kind.UNAVAILABLE: FX_FAILURE,
    Kind.TOO_LARGE: FX_FAILURE,
}


def wire_error(error: BeeldbrugError) -> SFTPError:
    """As the client is told; the text is ours, free of identity."""
    return SFTPError(STATUS_BY_KIND[error.kind], f"{error.text} {error.remedy}".strip())
