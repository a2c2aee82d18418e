"""An OpenID Connect provider as its client sees it: discovery, keys, the way out with PKCE, the code for a token.

OpenID Connect Core 1.0 (authorisation code flow), Discovery 1.0, RP-Initiated Logout 1.0; SMART App Launch 2.2; RFC
6749, RFC 7636 (S256), RFC 9207. Metadata and keys are kept for a while; a key that is not known has them read again.
Nothing that the provider says in words reaches anybody, and no identity stands in an address: signing out there goes
without ``id_token_hint``.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

from beeldbrug.kit.http import Client, Timeouts, Trust
from beeldbrug.model.errors import BeeldbrugError, Malformed, Unavailable
from beeldbrug.node.policy.provider import (
    check_claims,
    malformed,
    refused,
    subject_of,
    unreachable,
    wrong_issuer,
    wrong_signature,
)
from beeldbrug.node.ports.identity import Proven, WayOut
from beeldbrug.node.protocols.oidc.registration import Registration
from beeldbrug.node.protocols.oidc.tokens import UnknownKey, claims_of

ANSWER_BYTES: Final = 512 * 1024
TIMEOUTS: Final = Timeouts(connect=4.0, read=8.0)

METADATA_SECONDS: Final = 10.0
"""A browser that is sent to a provider that is down shows a page of its own: it is asked first."""

KEYS_SECONDS: Final = 3600.0
KEYS_AGAIN_SECONDS: Final = 5.0
"""How soon keys are read again for a token whose key is not known."""

DOWN_SECONDS: Final = 3.0
"""For how long a provider that was out of reach is not asked again: those who wait for it hold nobody else up."""


_BEARER = re.compile(r"[A-Za-z0-9._~+/-]{1,16384}=*")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the provider says of itself. ``names_itself``: it puts ``iss`` into its answers (RFC 9207)."""

    issuer: str
    authorise: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    names_itself: bool
    proofs: tuple[str, ...]
    """Methods of PKCE that it says it takes."""


@dataclass(slots=True)
class _Kept:
    metadata: Metadata | None = None
    read: float = 0.0
    keys: list[Mapping[str, Any]] = field(default_factory=list)
    keys_read: float = 0.0
    down: float = 0.0


class OidcProvider:
    """Implements ``ports.identity.IdentityProvider``. Thread-safe: what is kept is only ever replaced as a whole."""

    def __init__(self, registration: Registration, now: Callable[[], float]) -> None:
        self._of = registration
        self._now = now
        self._kept = _Kept()

    def address(self, way: WayOut) -> str:
        """Where the browser goes (OIDC Core 3.1.2.1)."""
        asked = {
            "response_type": "code",
            "client_id": self._of.client_id,
            "redirect_uri": way.redirect,
            "scope": " ".join(self._of.scopes),
            "state": way.state,
            "nonce": way.nonce,
            "code_challenge": _challenge(way.verifier),
            "code_challenge_method": "S256",
            **({"acr_values": " ".join(self._of.acr_values)} if self._of.acr_values else {}),
            **way.more,
        }
        return _with_query(self.metadata().authorise, asked)

    def prove(self, way: WayOut, code: str, issuer: str | None) -> Proven:
        """The code for a token, and the token for its claims (OIDC Core 3.1.3)."""
        known = self.metadata()
        if (known.names_itself or issuer is not None) and issuer != known.issuer:
            raise wrong_issuer()
        redeemed = self._redeemed(known, way, code)
        claims = self._claims(known, redeemed.get("id_token"))
        check_claims(claims, known.issuer, self._of.client_id, way.nonce, self._now())
        access = _token(redeemed)
        if self._of.userinfo and known.userinfo:
            claims = {**self._userinfo(known, access, subject_of(claims)), **claims}
        return Proven(known.issuer, claims, access, _text(redeemed, "patient"))

    def leave(self, back: str) -> str:
        """Where the browser signs out (RP-Initiated Logout 1.0 section 2)."""
        end = self.metadata().end_session
        return _with_query(end, {"client_id": self._of.client_id, "post_logout_redirect_uri": back}) if end else ""

    def metadata(self) -> Metadata:
        """What the provider says of itself, of some seconds ago at most. Raises ``provider-unreachable``."""
        kept, now = self._kept, self._now()
        if kept.metadata is not None and 0 <= now - kept.read < METADATA_SECONDS:
            return kept.metadata
        if 0 <= now - kept.down < DOWN_SECONDS:
            raise unreachable()
        try:
            found = self.discover()
        except BeeldbrugError:
            self._kept.down = now
            raise unreachable() from None
        self._kept = _Kept(found, now, kept.keys, kept.keys_read)
        return found

    def discover(self) -> Metadata:
        """Read it now, and say what is wrong with it. Raises Unavailable, Malformed (for whoever runs the node)."""
        with self._client() as client:
            told = client.request("GET", self._of.base.rstrip("/") + self._of.document, limit=ANSWER_BYTES).json()
        if not isinstance(told, dict):
            raise _unusable("is not a JSON object")
        issuer = _text(told, "issuer")
        if issuer != (self._of.issuer or self._of.base):
            raise Malformed(
                "provider-issuer",
                "The provider calls itself otherwise than the settings say.",
                "Set issuer (token_issuer for SMART) exactly as its own document has it, slash at the end included.",
            )
        metadata = Metadata(
            issuer=issuer,
            authorise=self._endpoint(told, "authorization_endpoint", needed=True),
            token=self._endpoint(told, "token_endpoint", needed=True),
            keys=self._endpoint(told, "jwks_uri", needed=True),
            userinfo=self._endpoint(told, "userinfo_endpoint"),
            end_session=self._endpoint(told, "end_session_endpoint"),
            names_itself=told.get("authorization_response_iss_parameter_supported") is True,
            proofs=tuple(one for one in told.get("code_challenge_methods_supported") or () if isinstance(one, str)),
        )
        if not issuer:
            raise _unusable("names no issuer")
        return metadata

    def read_keys(self, known: Metadata) -> list[Mapping[str, Any]]:
        """The provider's keys, as it has them now. Raises Unavailable, Malformed."""
        with self._client() as client:
            told = client.request("GET", known.keys, limit=ANSWER_BYTES).json()
        keys = told.get("keys") if isinstance(told, dict) else None
        if not isinstance(keys, list):
            raise _unusable("has no keys at its jwks_uri")
        return [key for key in keys if isinstance(key, dict)]

    def secret(self) -> str:
        """The client's secret, read anew each time, so that it can be changed. Raises Unavailable ``secret-file``."""
        return read_secret(self._of.secret_file) if self._of.secret_file is not None else ""

    def _redeemed(self, known: Metadata, way: WayOut, code: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": way.redirect,
            "code_verifier": way.verifier,
        }
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        secret = self.secret()
        if secret and self._of.authentication == "client_secret_basic":  # RFC 6749 section 2.3.1
            pair = f"{quote_plus(self._of.client_id)}:{quote_plus(secret)}"
            headers["Authorization"] = "Basic " + b64encode(pair.encode()).decode()
        else:
            form |= {"client_id": self._of.client_id, **({"client_secret": secret} if secret else {})}
        told = self._asked("POST", known.token, headers, urlencode(form).encode())
        return told if isinstance(told, dict) else {}

    def _claims(self, known: Metadata, token: object) -> Mapping[str, Any]:
        if not isinstance(token, str):
            raise malformed()
        kept, now = self._kept, self._now()
        fresh = bool(kept.keys) and 0 <= now - kept.keys_read < KEYS_SECONDS
        keys = kept.keys if fresh else self._keys_again(known)
        try:
            return claims_of(token, keys, self._of.algorithms)
        except UnknownKey:
            if not fresh or 0 <= now - kept.keys_read < KEYS_AGAIN_SECONDS:
                raise wrong_signature() from None
        try:
            return claims_of(token, self._keys_again(known), self._of.algorithms)
        except UnknownKey:
            raise wrong_signature() from None

    def _keys_again(self, known: Metadata) -> list[Mapping[str, Any]]:
        try:
            keys = self.read_keys(known)
        except BeeldbrugError:
            raise unreachable() from None
        self._kept = _Kept(self._kept.metadata, self._kept.read, keys, self._now())
        return keys

    def _userinfo(self, known: Metadata, access: str, subject: str) -> Mapping[str, Any]:
        """Further claims (OIDC Core 5.3); they are of the same person, or nobody's."""
        told = self._asked("GET", known.userinfo, {"Authorization": f"Bearer {access}"}, None)
        if not isinstance(told, dict) or told.get("sub") != subject:
            raise malformed()
        return told

    def _asked(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Any:
        try:
            with self._client() as client:
                return client.request(method, url, headers=headers, body=body, limit=ANSWER_BYTES).json()
        except Unavailable:
            raise unreachable() from None
        except BeeldbrugError:
            raise refused() from None

    def _endpoint(self, told: Mapping[str, Any], name: str, needed: bool = False) -> str:
        url = _text(told, name)
        plain = self._of.base.startswith("http:")  # loopback, says the settings' own check
        fit = url.startswith("https://") or (plain and url.startswith("http://"))
        if url and not (fit and urlsplit(url).hostname):
            raise _unusable(f"has no https address as {name}")
        if needed and not url:
            raise _unusable(f"lacks {name}")
        return url

    def _client(self) -> _Closing:
        return _Closing(Client(self._of.base, trust=Trust(self._of.authority), timeouts=TIMEOUTS, connections=1))


class _Closing:
    """A client for one question: the provider's connections are too rare to be kept."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __enter__(self) -> Client:
        return self._client

    def __exit__(self, *_: object) -> None:
        self._client.close()


def read_secret(file: Path) -> str:
    """What a file of a secret holds. Raises Unavailable ``secret-file``."""
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        secret = ""
    if not secret:
        raise Unavailable(
            "secret-file",
            "The file of a client's secret cannot be read, or is empty.",
            "Check the setting, and that the node's user may read the file.",
        )
    return secret


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode()


def _with_query(url: str, query: Mapping[str, str]) -> str:
    return url + ("&" if "?" in url else "?") + urlencode(query)


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) and len(value) <= 2000 and value.isprintable() else ""


def _token(redeemed: Mapping[str, Any]) -> str:
    """The bearer token, if it can stand in a header (RFC 6750 section 2.1)."""
    value = redeemed.get("access_token")
    return value if isinstance(value, str) and _BEARER.fullmatch(value) else ""


def _unusable(what: str) -> Malformed:
    return Malformed("provider-unusable", f"The provider's document {what}.", "Have it compared with its manual.")
