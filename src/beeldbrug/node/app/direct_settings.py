"""Settings of sending from node to node without a hub between; see ``app.settings``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from beeldbrug.kit.settings import Section

GIBIBYTE = 1024**3


class DirectPartner(Section):
    """A partner whose door is known here, or who comes to ours."""

    organisation: Annotated[str, Field(pattern=r"^[0-9]{8}$")]
    """URA of the partner."""
    url: str = ""
    """``https://...`` of its door; without it the partner comes to ours for what we send."""

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        return _checked(value)


class Direct(Section):
    """Sending from node to node, beside the hub or without one: by a door of our own, and by those of others."""

    url: str = ""
    """``https://...`` by which other nodes reach our own door; it is published at the hub. Without it there is no door,
    and parcels go out by those of others only."""
    host: str = "127.0.0.1"
    """Address that our door listens on; ``0.0.0.0`` for all."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8441
    """Port that our door listens on."""
    certificate: Path | None = None
    """PEM certificate (chain) for TLS; without it plain HTTP, for behind a proxy that does TLS."""
    key: Path | None = None
    """PEM key of that certificate."""
    quota_gib: Annotated[float, Field(gt=0)] = 100.0
    """Gibibytes that one organisation may have lying at our door."""
    roots: Path | None = None
    """PEM of the roots that every organisation's chain must end at, where no hub is set."""
    authority: Path | None = None
    """PEM of the authority of partners' TLS certificates; without it the system's."""
    discover: bool = True
    """Whether doors that others publish at the hub are used."""
    partners: tuple[DirectPartner, ...] = ()
    """Partners whose doors the hub does not tell of."""

    @field_validator("url")
    @classmethod
    def _address(cls, value: str) -> str:
        return _checked(value)

    @model_validator(mode="after")
    def _consistent(self) -> Direct:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key belong together: give both or neither")
        names = [one.organisation for one in self.partners]
        if len(set(names)) < len(names):
            raise ValueError("a partner is listed twice")
        if not self.url and any(not one.url for one in self.partners):
            raise ValueError("a partner without url comes to our own door: give url of that")
        return self

    @property
    def quota(self) -> int:
        """The same in bytes."""
        return int(self.quota_gib * GIBIBYTE)

    @property
    def local(self) -> str:
        """Our own door as seen from this machine."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "") else self.host  # noqa: S104  # compared, not listened on
        host = "[::1]" if host == "::" else f"[{host}]" if ":" in host else host
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}"

    @property
    def name(self) -> str:
        """The host name that our door's certificate bears."""
        return urlsplit(self.url).hostname or ""


def _checked(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise ValueError("give an address such as https://door.example.nl:8441")
    if value and parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError("plain http is for this machine only: give an https address")
    return value.rstrip("/")
