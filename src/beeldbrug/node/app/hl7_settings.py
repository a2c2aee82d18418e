"""Settings of the port to which the hospital's systems send HL7 v2, and of the systems that the node sends it to; see
``app.settings``."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from beeldbrug.kit.settings import Section
from beeldbrug.node.ports.messages import Mode, Peer

Name = Annotated[str, Field(max_length=180, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""An application or facility (HD, HL7 v2 section 2.A.33), its namespace alone."""


class Hl7(Section):
    """The port to which the hospital's EPD, RIS or broker sends its patients (HL7 v2 ADT over MLLP) and its reports of
    imaging (ORU^R01, MDM)."""

    host: str = "127.0.0.1"
    """Address to listen on; ``0.0.0.0`` for all."""
    port: Annotated[int, Field(ge=0, le=65535)] = 2575
    """0 takes a free port, which is logged."""
    certificate: Path | None = None
    """PEM certificate (chain) of the port; with it the port speaks TLS only."""
    key: Path | None = None
    """PEM key of that certificate."""
    client_authorities: Path | None = None
    """PEM of the authorities of senders' certificates; with it every sender has to show one."""
    networks: tuple[str, ...] = ()
    """Addresses or networks (CIDR) that may send; empty is any."""
    authority: tuple[str, ...] = ()
    """Names of the one issuer of the hospital's own patient numbers, as in PID-3.4 (namespace or universal id). Without
    it the number of type PI, else MR, is taken, and a message with numbers of several issuers is refused."""
    accession_authority: tuple[str, ...] = ()
    """All names of the one issuer of the hospital's own accession numbers, as in IPC-1, OBR-3 and OBR-18 of reports and
    in Issuer of Accession Number Sequence (0008,0051) of its studies. A report whose number is of another issuer than
    the study's is not joined to it."""
    character_set: Literal["iso-8859-1", "iso-8859-15", "utf-8"] = "iso-8859-1"
    """Of messages that name none in MSH-18."""
    processing: tuple[Literal["P", "T", "D"], ...] = ("P",)
    """Values of MSH-11 that are taken: production, training, debugging."""
    connections: Annotated[int, Field(ge=1, le=256)] = 16
    """Connections at once."""
    message_bytes: Annotated[int, Field(ge=4096, le=32 * 1024 * 1024)] = 1024 * 1024
    """Longest message; one with a PDF of 16 MiB is of 23 million bytes."""
    idle_seconds: Annotated[float, Field(gt=0)] = 3600.0
    """Silence between two messages after which a connection is closed."""

    @field_validator("networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network, strict=False)
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Hl7:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key belong together")
        if self.client_authorities is not None and self.certificate is None:
            raise ValueError("client_authorities needs certificate and key")
        return self


class Hl7Peer(Section):
    """A system of the hospital that the node sends HL7 v2 to, over MLLP: a RIS, an EPD, a broker."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    """What other settings call it; small letters, digits and dashes."""
    host: Annotated[str, Field(min_length=1)]
    """Its name or address."""
    port: Annotated[int, Field(ge=1, le=65535)]
    """Its port."""
    tls_ca: Path | None = None
    """PEM of the authorities of its certificate; with it the node calls over TLS."""
    tls_certificate: Path | None = None
    """PEM certificate (chain) that the node shows it."""
    tls_key: Path | None = None
    """PEM key of that certificate."""
    tls_name: str = ""
    """Name that its certificate must bear; empty is ``host``."""
    sending_application: Annotated[Name, Field(min_length=1)] = "BEELDBRUG"
    """MSH-3."""
    sending_facility: Name = ""
    """MSH-4."""
    receiving_application: Name = ""
    """MSH-5."""
    receiving_facility: Name = ""
    """MSH-6."""
    version: Literal["2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6"] = "2.5"
    """MSH-12: the version of HL7 that is written."""
    character_set: Literal["ASCII", "8859/1", "8859/15", "UNICODE UTF-8"] = "8859/1"
    """MSH-18: the character set that is written."""
    processing: Literal["P", "T", "D"] = "P"
    """MSH-11: production, training, debugging."""
    mode: Literal["original", "enhanced"] = "original"
    """Acknowledgement mode: the application's answer alone, or an accept acknowledgement first (MSH-15, MSH-16)."""
    connect_seconds: Annotated[float, Field(gt=0, le=60)] = 10.0
    """Longest wait for a connection."""
    answer_seconds: Annotated[float, Field(gt=0, le=300)] = 30.0
    """Longest wait for an acknowledgement."""

    @model_validator(mode="after")
    def _consistent(self) -> Hl7Peer:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key belong together")
        if self.tls_ca is None and (self.tls_certificate is not None or self.tls_name):
            raise ValueError("tls_certificate and tls_name need tls_ca")
        return self

    def peer(self) -> Peer:
        """As the port has it."""
        files = {name: str(getattr(self, name) or "") for name in ("tls_ca", "tls_certificate", "tls_key")}
        return Peer(**(self.model_dump() | files | {"mode": Mode(self.mode)}))
