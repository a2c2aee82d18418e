"""Settings of a hub: one frozen object, read once. Every default is fit for a hub on one machine. See kit.settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from beeldbrug.kit.settings import Settings

MEBIBYTE = 1024 * 1024


class HubSettings(Settings):
    """Where a hub keeps what, whom it trusts, and how much it takes."""

    model_config = SettingsConfigDict(env_prefix="BEELDBRUG_HUB_")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,99}$")]
    """Name by which nodes address their access tokens; never change it."""

    data: Path
    """Folder of the database, parts, partial uploads and, without ``store``, segments."""

    roots: Path
    """PEM file of the certificates that organisations' chains must end at."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8440
    """0 takes a free port, which is announced."""

    certificate: Path | None = None
    """PEM certificate (chain) for TLS; without it plain HTTP, for behind a proxy that does TLS."""
    key: Path | None = None
    """PEM files for TLS; both or neither (behind a proxy that does TLS)."""

    database: SecretStr | None = None
    """``postgresql://...``; without it SQLite in ``data``."""

    store: str | None = None
    """``s3://bucket/prefix`` (or az://, gs://) for segments; without it a folder in ``data``."""

    store_options: dict[str, SecretStr] = Field(default_factory=dict)
    """obstore's options of that store, such as ``aws_access_key_id``, ``aws_endpoint``."""

    store_redirect: bool = False
    """Whether downloads go straight to the store by a signed URL."""

    open_enrolment: bool = False
    """Whether an organisation with a chain that holds may enrol itself."""

    quota: Annotated[int, Field(ge=MEBIBYTE)] = 1024 * 1024 * MEBIBYTE
    """Bytes of one organisation's segments, parts and uploads together."""

    segment_bytes: Annotated[int, Field(ge=MEBIBYTE, le=1024 * MEBIBYTE)] = 16 * MEBIBYTE
    """Longest segment."""

    expiry_seconds: Annotated[float, Field(gt=0)] = 90 * 86400.0
    """Longest time that anything is kept."""

    upload_seconds: Annotated[float, Field(gt=0)] = 86400.0
    """How long a partial upload waits to be resumed."""

    sweep_seconds: Annotated[float, Field(gt=0)] = 60.0
    """Time between two sweeps of what has expired."""

    stray_seconds: Annotated[float, Field(ge=600.0)] = 3600.0
    """Age at which bytes without a row (a crash came before their commit) are deleted; a commit takes far less."""

    stream_seconds: Annotated[float, Field(gt=0)] = 600.0
    """Longest life of an event stream."""

    processes: Annotated[int, Field(ge=1, le=64)] = 1
    """Web processes on one port."""

    restart_seconds: Annotated[float, Field(gt=0)] = 30.0
    """Longest pause before a process that ended is started again."""

    log_level: Annotated[str, Field(pattern=r"^(debug|info|warning|error)$")] = "info"
    """Least level that is logged."""

    @model_validator(mode="after")
    def _consistent(self) -> HubSettings:
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key belong together: give both or neither")
        if self.store_redirect and self.store is None:
            raise ValueError("store_redirect needs a store")
        if self.processes > 1 and self.port == 0:
            raise ValueError("several processes need a fixed port")
        return self

    @property
    def database_url(self) -> str:
        """URL of the database in use."""
        if self.database is not None:
            return self.database.get_secret_value()
        return f"sqlite:///{self.data / 'hub.sqlite'}"
