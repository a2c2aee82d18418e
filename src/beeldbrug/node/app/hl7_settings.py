"""Settings of the port to which the hospital's systems send HL7 v2; see ``app.settings``."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from beeldbrug.kit.settings import Section


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
