"""The signed link, for a system that can only build an address: parameters of RAD-106, a time, a nonce, and an HMAC.

What is signed (HMAC-SHA256, RFC 2104, with the system's own link key; hexadecimal) is every parameter but the
signature: name=value, both percent-encoded as RFC 3986 section 2.3 leaves no choice, sorted by name, joined by ``&``. A
link counts for a minute and opens once; what follows is the launch that there is, whose address names nobody.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from beeldbrug.model.account import TicketKind
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.policy.launch import about, check_time, link_refused
from beeldbrug.node.usecases.read.scope import hash_token
from beeldbrug.node.usecases.sign_in.launch import METHOD, SECRET_CHARACTERS, Launcher, Launchers, keep
from beeldbrug.node.usecases.sign_in.signing import Signing, of_account

SIGNATURE: Final = "signature"
SYSTEM: Final = "system"

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,128}")


def follow(signing: Signing, launchers: Launchers, query: Mapping[str, str]) -> str:
    """A ticket of the launch that a signed link asks for; whoever opens the first of its tickets uses the link up, so
    that a program that looks where links lead uses up none.

    Raises Denied ``launch-link-refused``, ``launch-link-ahead``, ``launch-over``; Malformed as ``policy.launch.about``;
    Unavailable ``secret-file``.
    """
    launcher = launchers.get(query.get(SYSTEM, ""))
    try:
        return _followed(signing, _signed(launcher, query), query)
    except BeeldbrugError as error:
        id, reason = launcher.id if launcher is not None else "", error.code
        with signing.database.write() as tx:
            tx.audit.append(
                of_account(signing, "sign-in", "E", "failure", None, method=METHOD, launcher=id, reason=reason)
            )
        raise


def signature_of(key: str, query: Mapping[str, str]) -> str:
    """Of all parameters but the signature itself."""
    pairs = sorted((quote(name, safe=""), quote(value, safe="")) for name, value in query.items() if name != SIGNATURE)
    text = "&".join(f"{name}={value}" for name, value in pairs)
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def _signed(launcher: Launcher | None, query: Mapping[str, str]) -> Launcher:
    key = launcher.link_key() if launcher is not None and launcher.link_key is not None else ""
    told = query.get(SIGNATURE, "").lower().encode()
    if launcher is None or len(key) < SECRET_CHARACTERS:
        raise link_refused()
    if not hmac.compare_digest(signature_of(key, query).encode(), told):
        raise link_refused()
    return launcher


def _followed(signing: Signing, launcher: Launcher, query: Mapping[str, str]) -> str:
    def told(name: str) -> str:
        return query.get(name, "")

    nonce = told("nonce")
    if not _NONCE.fullmatch(nonce):
        raise link_refused()
    check_time(told("timestamp"), signing.now())
    wanted = about(
        told("requestType"), told("patientID"), told("patientBirthDate"), told("studyUID"), told("accessionNumber")
    )
    mark = hash_token(f"{TicketKind.LINK} {launcher.id} {nonce}")
    with signing.database.write() as tx:
        return keep(tx, signing, launcher, told("user"), wanted, mark)
