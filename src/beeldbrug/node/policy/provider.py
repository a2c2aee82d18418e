"""Who an identity provider says that somebody is: claims checked, and mapped to role, department and assurance. Pure.

OpenID Connect Core 1.0 sections 3.1.3.7 (ID token) and 5.1 (claims). The signature is checked before, elsewhere. What
the provider does not map to a role opens nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from beeldbrug.model.account import Assurance, Role
from beeldbrug.model.errors import Denied, Unavailable

SKEW_SECONDS = 60.0
"""How far the provider's clock may be from ours."""

OLDEST_SECONDS = 600.0
"""Age beyond which a token is not of the sign-in that it came with."""

SUBJECT_CHARACTERS = 255
TEXT_CHARACTERS = 120

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RoleRule:
    """A value of the role claim, and what it means here."""

    value: str
    role: Role
    department: str = ""


@dataclass(frozen=True, slots=True)
class ClaimMap:
    """Names of claims, and what their values mean. ``levels`` is by value of the claims in ``assurance``; what is not
    in it is ``low``."""

    login: str = "preferred_username"
    name: str = "name"
    mail: str = ""
    phone: str = ""
    department: str = ""
    roles: str = "roles"
    assurance: tuple[str, ...] = ("acr", "amr")
    rules: tuple[RoleRule, ...] = ()
    levels: Mapping[str, Assurance] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the provider ``issuer`` says; ``roles`` may be empty. ``login`` is a wish."""

    issuer: str
    subject: str
    login: str
    name: str
    roles: tuple[Role, ...]
    department: str = ""
    mail: str = ""
    phone: str = ""
    language: str = ""
    assurance: Assurance = Assurance.LOW


def check_claims(claims: Claims, issuer: str, client_id: str, nonce: str, now: float) -> None:
    """Whether an ID token is this provider's, for us, of this sign-in, and of now (OIDC Core 3.1.3.7).

    Raises Denied ``id-token-issuer``, ``id-token-audience``, ``id-token-expired``, ``id-token-nonce``,
    ``id-token-malformed``.
    """
    if claims.get("iss") != issuer:
        raise wrong_issuer()
    audience = _texts(claims.get("aud"))
    party = claims.get("azp")
    if client_id not in audience or (party is not None and party != client_id) or (len(audience) > 1 and party is None):
        raise wrong_audience()
    expires, issued = _number(claims.get("exp")), _number(claims.get("iat"))
    begins = _number(claims.get("nbf", issued))
    if now >= expires + SKEW_SECONDS or max(issued, begins) > now + SKEW_SECONDS or issued < now - OLDEST_SECONDS:
        raise expired()
    told = claims.get("nonce")
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), nonce.encode()):
        raise wrong_nonce()
    if not subject_of(claims):
        raise malformed()


def subject_of(claims: Claims) -> str:
    """What the provider calls the person; empty where it says nothing that can be kept."""
    subject = claims.get("sub")
    fit = isinstance(subject, str) and 0 < len(subject) <= SUBJECT_CHARACTERS and subject.isprintable()
    return str(subject) if fit else ""


def person_of(issuer: str, claims: Claims, of: ClaimMap) -> Person:
    """The person that these claims are about."""
    login = _text(claims, of.login)
    values = set(_texts(_claim(claims, of.roles)))
    rules = [rule for rule in of.rules if rule.value in values]
    department = _text(claims, of.department) or next((rule.department for rule in rules if rule.department), "")
    return Person(
        issuer=issuer,
        subject=subject_of(claims),
        login=login,
        name=_text(claims, of.name) or login,
        roles=tuple(dict.fromkeys(rule.role for rule in rules)),
        department=department,
        mail=_text(claims, of.mail),
        phone=_text(claims, of.phone),
        language=_language(claims.get("locale")),
        assurance=max((_levels(claims, of)), default=Assurance.LOW),
    )


def _levels(claims: Claims, of: ClaimMap) -> Iterable[Assurance]:
    for name in of.assurance:
        yield from (of.levels.get(value, Assurance.LOW) for value in _texts(_claim(claims, name)))


def _claim(claims: Claims, name: str) -> Any:
    """A claim by its name; else by a path with dots (``realm_access.roles``). Names of URLs have dots too."""
    if not name:
        return None
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _text(claims: Claims, name: str) -> str:
    value = _claim(claims, name)
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text[:TEXT_CHARACTERS] if text.isprintable() else ""


def _texts(value: Any) -> list[str]:
    """One value or a list of them, as providers have it."""
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise malformed()
    return float(value)


def _language(locale: Any) -> str:
    spoken = locale[:2].lower() if isinstance(locale, str) else ""
    return spoken if spoken in ("nl", "en") else ""


def wrong_issuer() -> Denied:
    """Somebody else's token."""
    return Denied(
        "id-token-issuer",
        "The sign-in was answered by another provider than the hospital's.",
        "Do not go on. Sign in again from this page; tell your administrator when it happens again.",
    )


def wrong_audience() -> Denied:
    """A token for another application."""
    return Denied(
        "id-token-audience",
        "The hospital's sign-in answered for another application.",
        "Have your administrator compare the client id with the provider's.",
    )


def expired() -> Denied:
    """A token of another time."""
    return Denied(
        "id-token-expired",
        "The answer of the hospital's sign-in is not of now.",
        "Sign in again. If it stays, have the clocks of both servers compared.",
    )


def wrong_nonce() -> Denied:
    """A token of another sign-in."""
    return Denied(
        "id-token-nonce", "The answer of the hospital's sign-in is of another sign-in.", "Sign in again from this page."
    )


def malformed() -> Denied:
    """Not an ID token."""
    return Denied(
        "id-token-malformed",
        "The answer of the hospital's sign-in cannot be read.",
        "Tell your administrator; sign in with an account of Beeldbrug meanwhile.",
    )


def wrong_signature() -> Denied:
    """Nobody's token."""
    return Denied(
        "id-token-signature",
        "The answer of the hospital's sign-in is not signed by it.",
        "Do not go on. Sign in again from this page; tell your administrator when it happens again.",
    )


def not_finished() -> Denied:
    """A way back without a way out."""
    return Denied(
        "provider-way-lost",
        "This sign-in was finished already, took too long, or began in another browser.",
        "Begin again from this page.",
    )


def cancelled() -> Denied:
    """The person did not go on."""
    return Denied("provider-cancelled", "The sign-in at the hospital's provider was broken off.", "Begin again.")


def refused() -> Denied:
    """The provider does not want to."""
    return Denied(
        "provider-refused",
        "The hospital's sign-in turned this down.",
        "Begin again. If it stays, have your administrator run: beeldbrug check.",
    )


def unreachable() -> Unavailable:
    """Down, or the network is."""
    return Unavailable(
        "provider-unreachable",
        "The hospital's sign-in does not answer.",
        "Sign in with an account of Beeldbrug, or try again in a minute.",
    )


def no_role() -> Denied:
    """Known there, nobody here."""
    return Denied(
        "provider-no-role",
        "You are signed in at your hospital, but have no role in Beeldbrug.",
        "Ask your administrator for the group at the provider that stands for your role.",
    )


def not_sure_enough() -> Denied:
    """A password alone."""
    return Denied(
        "provider-assurance",
        "You signed in at your hospital without a second factor; patient data asks for one.",
        "Sign in there with your card, key or app, and come back.",
    )
