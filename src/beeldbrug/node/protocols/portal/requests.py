"""Routes of upload requests: for the desk that asks, and below ``/link`` for whoever has the link and the code.

The holder of a link has no session: each call carries his pass in a header of its own, and reaches the uploads of that
one request alone. Bodies of keys and chunks are sealed in the browser, as at the desk (``uploads``).
"""

from __future__ import annotations

from typing import Final

import msgspec

from beeldbrug.model.errors import Malformed
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.ports.upload_requests import RequestRow
from beeldbrug.node.ports.uploads import UploadRow
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.protocols.portal.uploads import choice_of_order, read_line, read_number
from beeldbrug.node.protocols.portal.uploads_wire import (
    FilesSeen,
    HeldParts,
    MetFiles,
    TakeOrder,
    UploadBegun,
    UploadMark,
    UploadStatus,
    begun_object,
    seen_object,
    status_object,
)
from beeldbrug.node.usecases.intake.request import About, Asking, Words, bringing_of, came, is_open, words_of
from beeldbrug.node.usecases.intake.upload import Bringing, choice_of
from beeldbrug.sealed.opening.parts import CHUNK_BYTES, WRITER_BYTES

PASS: Final = b"x-beeldbrug-pass"


class AskedPatient(msgspec.Struct, frozen=True):
    """For whom, as far as known; ``birth_date`` is YYYYMMDD."""

    name: str = ""
    birth_date: str = ""
    sex: str = ""
    number: str = ""


class RequestOrder(msgspec.Struct, frozen=True):
    """A request to be made. ``mail`` gets the link, ``phone`` the code."""

    text: str
    whom: str = ""
    patient: AskedPatient = AskedPatient()
    days: float = 14.0
    most: int = 10
    mail: str = ""
    phone: str = ""


class RequestMade(msgspec.Struct, frozen=True):
    """Link and code are told this one time; ``told``: the channels that brought one of them."""

    id: str
    link: str
    code: str
    told: list[str]


class UploadCame(msgspec.Struct, frozen=True):
    """What came on a request. ``sent`` null: still under way, or broken off."""

    status: UploadStatus
    sent: float | None
    brought_by: str
    note: str


class RequestSeen(msgspec.Struct, frozen=True):
    """A request with what came on it."""

    id: str
    text: str
    whom: str
    by: str
    patient: AskedPatient
    created: float
    expires: float
    closed: float | None
    opened: float | None
    live: bool
    most: int
    uploads: list[UploadCame]


class RequestList(msgspec.Struct, frozen=True):
    """Newest first; ``ways`` that can bring a link or a code."""

    requests: list[RequestSeen]
    ways: list[str]


class Extension(msgspec.Struct, frozen=True):
    """From now on."""

    days: float


class LinkCode(msgspec.Struct, frozen=True):
    """What the link holds, and the code."""

    token: str
    code: str


class LinkOpened(msgspec.Struct, frozen=True):
    """What is asked; ``holder`` goes in a header of each further call."""

    holder: str
    organisation_name: str
    text: str
    by: str
    whom: str
    patient: AskedPatient
    expires: float
    left: int


class SentWords(msgspec.Struct, frozen=True):
    """Who it is from, a note, and what the browser met and did not send."""

    brought_by: str = ""
    note: str = ""
    met: dict[str, int] = {}
    others: dict[str, int] = {}


def _all(portal: Portal, call: Call) -> RequestList:
    found = portal.requesting.all()
    return RequestList(
        [_seen(row, uploads, call.now) for row, uploads in found],
        sorted(one.value for one in portal.requesting.couriers),
    )


def _seen(row: RequestRow, uploads: list[UploadRow], now: float) -> RequestSeen:
    words = words_of(row)
    return RequestSeen(
        row.id,
        words.text,
        words.whom,
        words.by,
        _patient(words.patient),
        row.created,
        row.expires,
        row.closed,
        row.opened,
        is_open(row, now),
        row.most,
        [_came(one) for one in came(uploads)],
    )


def _came(upload: UploadRow) -> UploadCame:
    said = choice_of(upload)
    return UploadCame(status_object(upload), said.sent or None, said.brought_by, said.note)


def _patient(one: About) -> AskedPatient:
    return AskedPatient(one.name, one.birth_date, one.sex, one.number)


def _make(portal: Portal, call: Call) -> RequestMade:
    body: RequestOrder = call.body
    account, one = call.session.account, body.patient
    about = About(one.name.strip(), one.birth_date, one.sex, one.number.strip())
    words = Words(body.text.strip(), body.whom.strip(), account.name or account.login, about)
    asking = Asking(words, body.days, body.most, body.mail.strip(), body.phone.strip())
    made = portal.requesting.make(account.id, account.login, account.language, asking, call.origin)
    return RequestMade(made.row.id, made.link, made.code, [one.value for one in made.told])


def _close(portal: Portal, call: Call) -> None:
    portal.requesting.close(call.session.account.login, call.variables["request"])


def _extend(portal: Portal, call: Call) -> None:
    body: Extension = call.body
    portal.requesting.extend(call.session.account.login, call.variables["request"], body.days)


def _desk(portal: Portal, call: Call) -> Bringing:
    """The desk at the uploads of a request. Raises NotFound."""
    return bringing_of(portal.requesting.get(call.variables["request"]), call.session.account.login)


def _one(portal: Portal, call: Call) -> UploadStatus:
    return status_object(portal.uploading.get(_desk(portal, call), call.variables["upload"]))


def _list(portal: Portal, call: Call) -> FilesSeen:
    return seen_object(*portal.uploading.look(_desk(portal, call), call.variables["upload"]))


def _take(portal: Portal, call: Call) -> UploadStatus:
    body: TakeOrder = call.body
    who, id_ = _desk(portal, call), call.variables["upload"]
    portal.uploading.take(who, id_, choice_of_order(body))
    return status_object(portal.uploading.get(who, id_))


def _discard(portal: Portal, call: Call) -> None:
    portal.uploading.close(_desk(portal, call), call.variables["upload"])


def _open(portal: Portal, call: Call) -> LinkOpened:
    body: LinkCode = call.body
    portal.guests.try_code(call.address)
    row, holder = portal.requesting.open(body.token, body.code)
    words = words_of(row)
    left = row.most - sum(len(uploads) for one, uploads in portal.requesting.all() if one.id == row.id)
    return LinkOpened(
        holder,
        portal.organisation_name,
        words.text,
        words.by,
        words.whom,
        _patient(words.patient),
        row.expires,
        max(0, left),
    )


def _holder(portal: Portal, call: Call) -> tuple[RequestRow, Bringing]:
    """Raises Denied ``link-pass-over``."""
    return portal.requesting.passed(call.headers.get(PASS, ""))


def _begin(portal: Portal, call: Call) -> UploadBegun:
    body: UploadMark = call.body
    row, who = _holder(portal, call)
    if not body.mark:
        raise Malformed("choice-unknown", "A choice is none of those that there are.", "Reload the page.")
    portal.guests.begin(call.address)
    portal.requesting.check_room(row, body.mark)
    upload = portal.uploading.begin(who, body.mark, row.expires)
    return begun_object(upload, portal.uploading.names_key(upload), portal.uploading.weight(upload)[0])


def _held(portal: Portal, call: Call) -> HeldParts:
    return HeldParts(portal.uploading.held(_holder(portal, call)[1], call.variables["upload"]))


def _keys(portal: Portal, call: Call) -> None:
    names = call.variables
    portal.uploading.keep_writer(_holder(portal, call)[1], names["upload"], names["writer"], call.body)


def _chunk(portal: Portal, call: Call) -> None:
    names = call.variables
    line, number = read_line(names["line"]), read_number(names["number"])
    portal.guests.bring(call.address, len(call.body))
    portal.uploading.keep_chunk(_holder(portal, call)[1], names["upload"], names["writer"], line, number, call.body)


def _sent(portal: Portal, call: Call) -> None:
    body: SentWords = call.body
    row, who = _holder(portal, call)
    id_ = call.variables["upload"]
    portal.uploading.note(who, id_, body.met, body.others)
    upload = portal.uploading.sent(who, id_, body.brought_by, body.note)
    portal.requesting.note_sent(row, upload, portal.uploading.weight(upload)[0])


_INTAKE: Final = Permission.INTAKE
_ROW: Final = "/upload-requests/{request}"
_CAME: Final = _ROW + "/uploads/{upload}"
_LINK: Final = "/link/uploads/{upload}"
_CHUNK: Final = _LINK + "/chunks/{writer}/{line}/{number}"

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/upload-requests", _INTAKE, _all, answer=RequestList),
    Route("POST", "/upload-requests", _INTAKE, _make, body=RequestOrder, answer=RequestMade),
    Route("POST", _ROW + "/close", _INTAKE, _close),
    Route("POST", _ROW + "/extend", _INTAKE, _extend, body=Extension),
    Route("GET", _CAME, _INTAKE, _one, answer=UploadStatus, act=False),
    Route("POST", _CAME + "/list", _INTAKE, _list, body=MetFiles, answer=FilesSeen),
    Route("POST", _CAME + "/take", _INTAKE, _take, body=TakeOrder, answer=UploadStatus),
    Route("POST", _CAME + "/close", _INTAKE, _discard),
    Route("POST", "/link/open", None, _open, body=LinkCode, answer=LinkOpened),
    Route("POST", "/link/uploads", None, _begin, body=UploadMark, answer=UploadBegun, gate=_holder),
    Route("GET", _LINK + "/held", None, _held, answer=HeldParts, gate=_holder),
    Route("PUT", _LINK + "/keys/{writer}", None, _keys, body=bytes, body_bytes=WRITER_BYTES, gate=_holder),
    Route("PUT", _CHUNK, None, _chunk, body=bytes, body_bytes=CHUNK_BYTES + 1, gate=_holder),
    Route("POST", _LINK + "/sent", None, _sent, body=SentWords, gate=_holder),
)
