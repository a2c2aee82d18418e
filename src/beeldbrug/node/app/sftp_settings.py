"""Settings of the SFTP server to which partners bring images; see ``app.settings``."""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from beeldbrug.kit.settings import Section
from beeldbrug.model.exchange import Ground

_PRINCIPAL = re.compile(r"[A-Za-z0-9._@-]{1,64}")
"""No wildcard."""


class SftpPartner(Section):
    """A partner that may bring images, with an account and a folder of its own."""

    account: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
    """Name to log in with."""
    name: Annotated[str, Field(min_length=1, max_length=200)]
    """Name that the desk sees as who brought it."""
    organisation: Annotated[str, Field(pattern=r"^([0-9]{8})?$")] = ""
    """URA of the partner, where known."""
    keys: Path | None = None
    """File of the partner's public keys, as OpenSSH's authorized_keys; read at each log-in."""
    authorities: Path | None = None
    """File of public keys of certificate authorities: a user certificate of one of them lets in too."""
    principals: tuple[str, ...] = ()
    """Principals one of which such a certificate must name; empty is the account."""
    networks: tuple[str, ...] = ()
    """Addresses or networks (CIDR) that the partner may come from; empty is any."""
    ground: Ground = Ground.REFERRAL
    """Legal ground on which the partner sends; stands in the arrival."""

    @field_validator("principals")
    @classmethod
    def _principals(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_PRINCIPAL.fullmatch(one) for one in value):
            raise ValueError("a principal has letters, digits and . _ @ - only")
        return value

    @field_validator("networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network, strict=False)
        return value

    @model_validator(mode="after")
    def _consistent(self) -> SftpPartner:
        if self.keys is None and self.authorities is None:
            raise ValueError("a partner needs keys or authorities")
        return self


class Sftp(Section):
    """The SFTP server. What partners bring lies unencrypted in ``data/sftp`` until it is taken in."""

    host: str = "127.0.0.1"
    """Address to listen on; ``0.0.0.0`` for all."""
    port: Annotated[int, Field(ge=0, le=65535)] = 2222
    """0 takes a free port, which is logged."""
    host_key: Path | None = None
    """File of the server's private key (OpenSSH format); without it ``data/sftp/host_key``, made at the first start."""
    partners: tuple[SftpPartner, ...] = ()
    """Who may log in."""
    quiet_seconds: Annotated[float, Field(ge=1, le=3600)] = 30.0
    """Seconds without any change after which a folder or file is taken in."""
    abandoned_seconds: Annotated[float, Field(ge=10, le=7 * 86400)] = 3600.0
    """Seconds after which an upload that broke off counts as given up; until then it can be resumed."""
    every_seconds: Annotated[float, Field(ge=0.1, le=600)] = 2.0
    """Seconds from one look to the next."""
    connections: Annotated[int, Field(ge=1, le=1000)] = 32
    """Connections at once."""
    connections_per_partner: Annotated[int, Field(ge=1, le=100)] = 8
    """Connections of one partner at once."""
    attempts: Annotated[int, Field(ge=1, le=20)] = 6
    """Keys that may be shown on one connection."""
    login_seconds: Annotated[float, Field(ge=1, le=600)] = 30.0
    """Time to log in."""
    idle_seconds: Annotated[float, Field(gt=0)] = 300.0
    """Silence after which a connection is closed."""
    files: Annotated[int, Field(ge=1, le=2_000_000)] = 200_000
    """Files and folders of one partner that may lie there."""
    total_bytes: Annotated[int, Field(ge=2**20)] = 2**40
    """Bytes of one partner that may lie there."""
    file_bytes: Annotated[int, Field(ge=2**20)] = 64 * 2**30
    """Longest file."""
    depth: Annotated[int, Field(ge=1, le=32)] = 16
    """Folders within each other."""

    @model_validator(mode="after")
    def _consistent(self) -> Sftp:
        accounts = [one.account for one in self.partners]
        if len(set(accounts)) < len(accounts):
            raise ValueError("an account is that of one partner")
        return self
