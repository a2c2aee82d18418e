"""Settings of where the audit trail goes besides the vault; see ``app.settings``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from beeldbrug.kit.settings import Section


class Audit(Section):
    """The hospital's own collector of audit messages: DICOM audit messages by syslog over TLS (IHE ATNA, RFC 5425)."""

    collector: str = ""
    """Its name or address; empty: events stay in the node's own trail alone."""
    port: Annotated[int, Field(ge=1, le=65535)] = 6514
    """Its port."""
    ca: Path | None = None
    """PEM of the authorities of its certificate; it is never called without TLS."""
    certificate: Path | None = None
    """PEM certificate (chain) that the node shows it."""
    key: Path | None = None
    """PEM key of that certificate."""
    tls_name: str = ""
    """Whom its certificate must name, where that is not ``collector``."""
    confirms: bool = True
    """Whether it answers the end of a connection as RFC 5425 wants (close_notify), which is how it is known that it has
    read everything. Of one that does not, what was written counts as read."""
    host: Annotated[str, Field(max_length=255, pattern=r"^[!-~]*$")] = ""
    """What this node calls itself in messages (RFC 5424 HOSTNAME); empty: the organisation's number."""

    @model_validator(mode="after")
    def _consistent(self) -> Audit:
        if self.collector and self.ca is None:
            raise ValueError("collector needs ca: it is called over TLS alone")
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key belong together")
        return self
