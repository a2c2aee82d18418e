"""Routes of reading in by browser: begin, content keys, sealed chunks, what is here, the list, take, throw away.

Bodies of keys and chunks are sealed in the browser; see ``sealed.opening.parts``. Names of files are in no path.
"""

from __future__ import annotations

from typing import Final

from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import Malformed
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.protocols.portal.uploads_wire import (
    FilesSeen,
    HeldParts,
    MetFiles,
    TakeOrder,
    UploadBegun,
    UploadList,
    UploadMark,
    UploadStatus,
    begun_object,
    seen_object,
    status_object,
)
from beeldbrug.node.usecases.intake.upload import Bringing, Choice
from beeldbrug.sealed.opening.parts import CHUNK_BYTES, WRITER_BYTES

STUDIES_MOST: Final = 10_000


def read_line(text: str) -> Line:
    """The line of a chunk. Raises Malformed ``chunk-malformed``."""
    try:
        return Line(text)
    except ValueError:
        raise Malformed("chunk-malformed", "A part of an upload cannot be read.", "Reload the page.") from None


def read_number(text: str) -> int:
    """The number of a chunk. Raises Malformed ``chunk-malformed``."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Malformed("chunk-malformed", "A part of an upload cannot be read.", "Reload the page.")
    return int(text)


def _who(call: Call) -> Bringing:
    account = call.session.account
    return Bringing(account.id, account.login)


def _mine(portal: Portal, call: Call) -> UploadList:
    return UploadList([status_object(one) for one in portal.uploading.mine(_who(call))])


def _begin(portal: Portal, call: Call) -> UploadBegun:
    body: UploadMark = call.body
    upload = portal.uploading.begin(_who(call), body.mark)
    return begun_object(upload, portal.uploading.names_key(upload), portal.uploading.weight(upload)[0])


def _one(portal: Portal, call: Call) -> UploadStatus:
    return status_object(portal.uploading.get(_who(call), call.variables["upload"]))


def _held(portal: Portal, call: Call) -> HeldParts:
    return HeldParts(portal.uploading.held(_who(call), call.variables["upload"]))


def _keys(portal: Portal, call: Call) -> None:
    names = call.variables
    portal.uploading.keep_writer(_who(call), names["upload"], names["writer"], call.body)


def _chunk(portal: Portal, call: Call) -> None:
    names = call.variables
    line, number = read_line(names["line"]), read_number(names["number"])
    portal.uploading.keep_chunk(_who(call), names["upload"], names["writer"], line, number, call.body)


def _list(portal: Portal, call: Call) -> FilesSeen:
    body: MetFiles = call.body
    who, id_ = _who(call), call.variables["upload"]
    portal.uploading.note(who, id_, body.met, body.others)
    return seen_object(*portal.uploading.look(who, id_))


def choice_of_order(body: TakeOrder) -> Choice:
    """What somebody decided. Raises Malformed ``choice-unknown``."""
    if len(body.studies) > STUDIES_MOST or body.patient < 0:
        raise Malformed("choice-unknown", "A choice is none of those that there are.", "Reload the page.")
    return Choice(
        patient=body.patient,
        studies=tuple(body.studies),
        brought_by=body.brought_by,
        note=body.note,
        partly=body.partly,
    )


def _take(portal: Portal, call: Call) -> UploadStatus:
    who, id_ = _who(call), call.variables["upload"]
    portal.uploading.take(who, id_, choice_of_order(call.body))
    return status_object(portal.uploading.get(who, id_))


def _close(portal: Portal, call: Call) -> None:
    portal.uploading.close(_who(call), call.variables["upload"])


_INTAKE: Final = Permission.INTAKE
_UPLOAD: Final = "/uploads/{upload}"

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/uploads", _INTAKE, _mine, answer=UploadList),
    Route("POST", "/uploads", _INTAKE, _begin, body=UploadMark, answer=UploadBegun),
    Route("GET", _UPLOAD, _INTAKE, _one, answer=UploadStatus, act=False),
    Route("GET", _UPLOAD + "/held", _INTAKE, _held, answer=HeldParts),
    Route("PUT", _UPLOAD + "/keys/{writer}", _INTAKE, _keys, body=bytes, body_bytes=WRITER_BYTES),
    Route("PUT", _UPLOAD + "/chunks/{writer}/{line}/{number}", _INTAKE, _chunk, body=bytes, body_bytes=CHUNK_BYTES + 1),
    Route("POST", _UPLOAD + "/list", _INTAKE, _list, body=MetFiles, answer=FilesSeen),
    Route("POST", _UPLOAD + "/take", _INTAKE, _take, body=TakeOrder, answer=UploadStatus),
    Route("POST", _UPLOAD + "/close", _INTAKE, _close),
)
