"""Routes of signing in with the hospital's own identity provider: out, back, and signing out there.

The browser itself goes along these, so what fails ends on the sign-in page, with the code of what failed in its address
and nothing else.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode

import msgspec

from beeldbrug.kit import log
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.policy.provider import cancelled, refused
from beeldbrug.node.policy.sign_in import TICKET_SECONDS
from beeldbrug.node.protocols.portal.cookies import WAY, read_cookie, set_cookie
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import PREFIX, Call, Reply, Route
from beeldbrug.node.usecases.sign_in.by_provider import Door, come_back, door, go_out, note_failure
from beeldbrug.node.usecases.sign_in.troubles import code_of, trouble

VALUE_CHARACTERS: Final = 4096
"""Longest code or state that comes back."""

_PAGE = re.compile(r"/[a-z-]{1,40}(/[0-9a-f]{32})?")
"""Pages of the portal that somebody may have been at; their ids are random."""

_log = log.get("portal")


class Trouble(msgspec.Struct, frozen=True):
    """What a code in the address of the sign-in page says."""

    code: str
    text: str
    remedy: str


def _out(portal: Portal, call: Call) -> Reply:
    wanted = call.query.get("to", "")
    to = wanted if _PAGE.fullmatch(wanted) else "/"
    redirect = f"{call.origin}{PREFIX}/oidc/{call.variables['provider']}/callback"
    try:
        sent = go_out(portal.signing, door(portal.doors, call.variables["provider"]), redirect, to)
    except BeeldbrugError as error:
        return ended(error)
    way = set_cookie(sent.binding, call.secure, WAY, int(TICKET_SECONDS["oidc"]))
    return moved(sent.address, way)


def _back(portal: Portal, call: Call) -> Reply:
    one = door(portal.doors, call.variables["provider"])
    clear = set_cookie("", call.secure, WAY)
    state, code = (call.query.get(name, "")[:VALUE_CHARACTERS] for name in ("state", "code"))
    binding = read_cookie(call.headers.get(b"cookie", ""), call.secure, WAY)
    before = call.maybe_session.token if call.maybe_session is not None else b""
    try:
        if not code:
            raise turned_down(portal, one, call)
        came = come_back(portal.signing, one, state, binding, code, call.query.get("iss"), before)
    except BeeldbrugError as error:
        return ended(error, clear)
    return moved(came.to, clear, token=came.token)


def turned_down(portal: Portal, one: Door, call: Call) -> BeeldbrugError:
    """What an answer without a code means (RFC 6749 section 4.1.2.1); its own words go nowhere."""
    error = cancelled() if call.query.get("error") == "access_denied" else refused()
    note_failure(portal.signing, one, error)
    return error


def _leave(portal: Portal, call: Call) -> Reply:
    try:
        address = door(portal.doors, call.variables["provider"]).provider.leave(call.origin + "/")
    except BeeldbrugError:
        address = ""
    return moved(address or "/")


def _trouble(portal: Portal, call: Call) -> Trouble:
    error = trouble(call.variables["code"])
    return Trouble(error.code, error.text, error.remedy)


def ended(error: BeeldbrugError, *cookies: tuple[bytes, bytes]) -> Reply:
    """To the sign-in page, with what went wrong."""
    _log.warning("way in by another system failed", code=error.code)
    return moved("/?" + urlencode({"melding": code_of(error)}), *cookies)


def moved(address: str, *cookies: tuple[bytes, bytes], token: str | None = None) -> Reply:
    """Another page, by GET (RFC 9110 section 15.4.4)."""
    return Reply(status=303, headers=[(b"location", address.encode("ascii")), *cookies], cookie=token)


ROUTES: Final = (
    Route("GET", "/oidc/{provider}", None, _out, once=True, visited=True),
    Route("GET", "/oidc/{provider}/callback", None, _back, once=True, visited=True),
    Route("GET", "/oidc/{provider}/sign-out", None, _leave),
    Route("GET", "/sign-in/troubles/{code}", None, _trouble, answer=Trouble),
)
