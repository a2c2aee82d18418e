"""What was agreed with an OpenID Connect provider, as settings say it. Values only; nothing is asked here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

OIDC_DOCUMENT: Final = "/.well-known/openid-configuration"
SMART_DOCUMENT: Final = "/.well-known/smart-configuration"


@dataclass(frozen=True, slots=True)
class Registration:
    """What was agreed with a provider. Its document lies below ``base``, which is its issuer unless ``issuer`` is
    another."""

    base: str
    client_id: str
    secret_file: Path | None = None
    authentication: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"
    scopes: tuple[str, ...] = ("openid",)
    algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256")
    acr_values: tuple[str, ...] = ()
    userinfo: bool = False
    authority: Path | None = None
    issuer: str = ""
    document: str = OIDC_DOCUMENT
