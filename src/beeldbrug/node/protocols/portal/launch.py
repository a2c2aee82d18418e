"""Routes of a launch from PACS or EPD: the system asks for a link, with RAD-106's parameters; a browser opens it.

The system proves itself by HTTP Basic (RFC 7617) over TLS: every integration engine can set that header. Identity goes
in the body. Where a system's settings turn it on, an address that it signed itself will do: identity is in that one
once, and the browser is sent on at once to one without. A GET uses nothing up, because programs that look where links
lead make one too: the page that it gives posts.
"""

from __future__ import annotations

from base64 import b64decode
from typing import Final, Literal

import msgspec

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.policy.launch import about
from beeldbrug.node.policy.sign_in import TICKET_SECONDS
from beeldbrug.node.protocols.portal.by_provider import ended, moved
from beeldbrug.node.protocols.portal.launch_page import HEADERS, launch_page
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import PREFIX, Call, Reply, Route
from beeldbrug.node.usecases.sign_in.launch import announce, known, open_launch
from beeldbrug.node.usecases.sign_in.link import follow

FORM_BYTES: Final = 1024
"""Of a form that has no field."""


class Launch(msgspec.Struct, frozen=True, rename="camel"):
    """IHE Invoke Image Display (RAD-106), and who asks: ``patientID`` is HL7 CX (number^^^issuer, repeated by ~)."""

    user: str
    request_type: Literal["PATIENT", "STUDY"]
    patient_id: str = msgspec.field(default="", name="patientID")
    patient_birth_date: str = ""
    study_uid: str = msgspec.field(default="", name="studyUID")
    accession_number: str = ""


class Link(msgspec.Struct, frozen=True):
    """To be opened in the user's browser, once, within so many seconds."""

    url: str
    seconds: float


def _ask(portal: Portal, call: Call) -> Link:
    launcher = known(portal.launchers, *_basic(call.headers.get(b"authorization", "")))
    body: Launch = call.body
    wanted = about(body.request_type, body.patient_id, body.patient_birth_date, body.study_uid, body.accession_number)
    ticket = announce(portal.signing, launcher, body.user, wanted)
    return Link(f"{call.origin}{PREFIX}/launch/{ticket}", TICKET_SECONDS["launch"])


def _follow(portal: Portal, call: Call) -> Reply:
    try:
        ticket = follow(portal.signing, portal.launchers, call.query)
    except BeeldbrugError as error:
        return ended(error)
    return moved(f"{PREFIX}/launch/{ticket}")


def _ask_to_open(_: Portal, call: Call) -> Reply:
    body = launch_page(call.headers.get(b"accept-language", ""))
    return Reply(body, content_type="text/html; charset=utf-8", headers=list(HEADERS))


def _open(portal: Portal, call: Call) -> Reply:
    before = call.maybe_session.token if call.maybe_session is not None else b""
    try:
        opened = open_launch(portal.signing, portal.launchers, call.variables["ticket"], before)
    except BeeldbrugError as error:
        return ended(error)
    return moved(opened.page, token=opened.token)


def _basic(header: str) -> tuple[str, str]:
    scheme, _, told = header.partition(" ")
    try:
        id, _, secret = b64decode(told, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return (id, secret) if scheme.lower() == "basic" else ("", "")


ROUTES: Final = (
    Route("POST", "/launch", None, _ask, body=Launch, answer=Link, foreign=True),
    Route("GET", "/launch", None, _follow, once=True, visited=True),
    Route("GET", "/launch/{ticket}", None, _ask_to_open, visited=True),
    Route("POST", "/launch/{ticket}", None, _open, body=bytes, body_bytes=FORM_BYTES, form=True, visited=True),
)
