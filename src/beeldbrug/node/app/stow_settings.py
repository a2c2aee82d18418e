"""Settings of storing over the web port (STOW-RS); see ``app.settings``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from beeldbrug.kit.settings import Section
from beeldbrug.model.exchange import Ground


class StowPartner(Section):
    """A partner that may store studies, with tokens and a folder of its own."""

    account: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
    """Name that its tokens are made for."""
    name: Annotated[str, Field(min_length=1, max_length=200)]
    """Name that the desk sees as who brought it."""
    organisation: Annotated[str, Field(pattern=r"^([0-9]{8})?$")] = ""
    """URA of the partner, where known."""
    ground: Ground = Ground.REFERRAL
    """Legal ground on which the partner sends; stands in the arrival."""


class Stow(Section):
    """Storing by STOW-RS on the web port, for whoever has a token for it. What partners store lies unencrypted in
    ``data/stow`` until it is taken in; what is sent under a rule does not."""

    partners: tuple[StowPartner, ...] = ()
    """Partners who may store."""
    quiet_seconds: Annotated[float, Field(ge=1, le=3600)] = 30.0
    """Seconds without a new instance of a study after which what a partner stored of it is taken in."""
    requests: Annotated[int, Field(ge=1, le=256)] = 16
    """Requests at once."""
    requests_per_token: Annotated[int, Field(ge=1, le=256)] = 8
    """Requests of one token at once."""
    idle_seconds: Annotated[float, Field(ge=1, le=3600)] = 60.0
    """Silence after which a request is given up."""
    instances: Annotated[int, Field(ge=1, le=1_000_000)] = 100_000
    """Instances of one request."""
    files: Annotated[int, Field(ge=1, le=2_000_000)] = 200_000
    """Files of one partner that may lie there."""
    total_bytes: Annotated[int, Field(ge=2**20)] = 2**40
    """Bytes of one partner that may lie there."""
    file_bytes: Annotated[int, Field(ge=2**20)] = 64 * 2**30
    """Longest file of a partner."""

    @model_validator(mode="after")
    def _consistent(self) -> Stow:
        accounts = [one.account for one in self.partners]
        if len(set(accounts)) < len(accounts):
            raise ValueError("an account is that of one partner")
        return self
