"""Identity providers that people sign in with (OpenID Connect; implemented by ``protocols.oidc``), and EPDs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class WayOut:
    """What goes along with a browser that is sent to the provider; what comes back is held against it."""

    state: str
    nonce: str
    verifier: str
    redirect: str
    more: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of the request."""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a provider proved of somebody: the ID token's claims, checked; and what else it answered with."""

    issuer: str
    claims: Mapping[str, Any]
    access_token: str = field(default="", repr=False)
    patient: str = field(default="", repr=False)
    """Id of the patient that SMART's token response names."""


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """A patient as an EPD has it: (system, value) of each identifier in use, and FHIR's date."""

    numbers: tuple[tuple[str, str], ...]
    birth_date: str


class PatientRecords(Protocol):
    """The patients of one EPD (FHIR R4; implemented by ``protocols.fhir``)."""

    def patient(self, id: str, access_token: str) -> PatientRecord:
        """Read one. Raises Unavailable, Denied."""


class IdentityProvider(Protocol):
    """One provider."""

    def address(self, way: WayOut) -> str:
        """Where the browser goes. Raises Unavailable."""

    def prove(self, way: WayOut, code: str, issuer: str | None) -> Proven:
        """Redeem a code; ``issuer`` is what came with it (RFC 9207). Raises Denied, Unavailable."""

    def leave(self, back: str) -> str:
        """Where the browser goes to sign out there too; empty when the provider has no such place. Raises
        Unavailable."""
