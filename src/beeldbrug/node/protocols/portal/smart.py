"""Routes of SMART App Launch 2.2 (EHR launch): the EPD opens the first in the user's browser, its server the second.

As with any provider the browser itself goes along these: what fails ends on the sign-in page, with its code.
"""

from __future__ import annotations

from typing import Final

from beeldbrug.model.errors import BeeldbrugError, NotFound
from beeldbrug.node.policy.sign_in import TICKET_SECONDS
from beeldbrug.node.protocols.portal.by_provider import VALUE_CHARACTERS, ended, moved, turned_down
from beeldbrug.node.protocols.portal.cookies import WAY, read_cookie, set_cookie
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import PREFIX, Call, Reply, Route
from beeldbrug.node.usecases.sign_in.smart import Ehr, come_back, set_out


def _ehr(portal: Portal, call: Call) -> Ehr:
    id = call.variables["system"]
    if id not in portal.ehrs:
        raise NotFound("provider-unknown", "There is no such provider to sign in with.", "Go to the sign-in page.")
    return portal.ehrs[id]


def _out(portal: Portal, call: Call) -> Reply:
    one = _ehr(portal, call)
    redirect = f"{call.origin}{PREFIX}/smart/{one.door.id}/callback"
    launch = call.query.get("launch", "")[:VALUE_CHARACTERS]
    try:
        sent = set_out(portal.signing, one, redirect, call.query.get("iss", ""), launch)
    except BeeldbrugError as error:
        return ended(error)
    return moved(sent.address, set_cookie(sent.binding, call.secure, WAY, int(TICKET_SECONDS["smart"])))


def _back(portal: Portal, call: Call) -> Reply:
    one = _ehr(portal, call)
    clear = set_cookie("", call.secure, WAY)
    state, code = (call.query.get(name, "")[:VALUE_CHARACTERS] for name in ("state", "code"))
    binding = read_cookie(call.headers.get(b"cookie", ""), call.secure, WAY)
    before = call.maybe_session.token if call.maybe_session is not None else b""
    try:
        if not code:
            raise turned_down(portal, one.door, call)
        came = come_back(portal.signing, one, state, binding, code, call.query.get("iss"), before)
    except BeeldbrugError as error:
        return ended(error, clear)
    return moved(came.page, clear, token=came.token)


ROUTES: Final = (
    Route("GET", "/smart/{system}", None, _out, once=True, visited=True),
    Route("GET", "/smart/{system}/callback", None, _back, once=True, visited=True),
)
