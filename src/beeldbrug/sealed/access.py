"""Short-lived access tokens with which an organisation's node calls a hub: signed, never shared (DESIGN section 4).

The hub finds the key by ``peek_access`` and checks with ``verify_access``. A token may be used again within its life,
by its holder only, under TLS. JWT (RFC 7519) in a JWS with EdDSA; explicit typing as RFC 8725 section 3.11.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from beeldbrug.model.errors import Denied, Malformed
from beeldbrug.sealed import forms, jws

TYPE: Final = "beeldbrug-access+jwt"
LIFETIME_SECONDS: Final = 300.0
LEEWAY_SECONDS: Final = 60.0
"""Difference of clocks that is forgiven; a node with a worse clock goes by the time that the hub tells anybody."""


@dataclass(frozen=True, slots=True)
class Access:
    """Claims: organisation (URA), hub id, issued and expiry in POSIX seconds, id of the token."""

    iss: str
    aud: str
    iat: float
    exp: float
    jti: str


def sign_access(
    organisation: str, hub: str, key: Ed25519PrivateKey, now: float, lifetime: float = LIFETIME_SECONDS
) -> str:
    """Token for ``hub``, valid from ``now`` (POSIX seconds, the hub's clock) for ``lifetime`` seconds.

    Raises:
        Malformed: an organisation that is no URA, or a lifetime over ``LIFETIME_SECONDS``.
    """
    forms.check(organisation, forms.URA, "access-malformed")
    if not 0 < lifetime <= LIFETIME_SECONDS:
        raise Malformed("access-malformed", "An access token lives longer than is allowed.")
    return jws.sign(TYPE, Access(organisation, hub, now, now + lifetime, forms.new_id()), key)


def peek_access(token: str) -> Access:
    """Claims without any check of the signature: only to find out whose key to check it with."""
    return _checked(jws.peek(token, TYPE, Access))


def verify_access(token: str, public_key: Ed25519PublicKey, hub: str, now: float) -> Access:
    """Claims of a token that holds for ``hub`` at ``now`` (POSIX seconds).

    Raises:
        Malformed: not an access token.
        Denied: ``signature-invalid``, ``access-other-hub``, ``access-expired``, ``access-not-yet``,
            ``access-too-long``.
    """
    access = _checked(jws.read(token, TYPE, Access, public_key))
    if access.aud != hub:
        raise Denied("access-other-hub", "The access token is for another hub.", "Check the hub's id in the settings.")
    if not 0 < access.exp - access.iat <= LIFETIME_SECONDS:
        raise Denied("access-too-long", "The access token lives longer than is allowed.")
    if now >= access.exp + LEEWAY_SECONDS:
        raise Denied("access-expired", "The access token has expired.", "Make a new one; check both clocks.")
    if access.iat > now + LEEWAY_SECONDS:
        raise Denied("access-not-yet", "The access token is not valid yet.", "Check both clocks.")
    return access


def _checked(access: Access) -> Access:
    forms.check(access.iss, forms.URA, "access-malformed")
    forms.check(access.jti, forms.ID, "access-malformed")
    forms.check_time(access.iat, "access-malformed")
    forms.check_time(access.exp, "access-malformed")
    return access
