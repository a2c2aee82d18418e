"""Routes of discs: an exchange to "disc or file" as a ZIP by IHE PDI, made while it is downloaded, sealed where wanted.

A passphrase comes in a body and is never in a URL: the download names a ticket, which counts once and for a moment.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from beeldbrug.node.policy.passphrase import check, normal
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Reply, Route
from beeldbrug.node.usecases.carry.contents import contents_of
from beeldbrug.node.usecases.carry.hand_out import begin, check_ready, noted
from beeldbrug.node.usecases.carry.zipped import zipped
from beeldbrug.sealed.age_passphrase import sealed_with

_NAMED: Final = 8
"""Digits of the exchange's id in the file's name; enough to find it by, and nothing of a patient."""


class DiscSeal(msgspec.Struct, frozen=True):
    """What the file is to be sealed with."""

    passphrase: Annotated[str, msgspec.Meta(max_length=400)]


class DiscTicket(msgspec.Struct, frozen=True):
    """Goes along with the download, within two minutes and once; ``name`` is that of the file."""

    ticket: str
    name: str


def _seal(portal: Portal, call: Call) -> DiscTicket:
    body: DiscSeal = call.body
    row = portal.listing.one(call.session, call.variables["exchange"])
    check_ready(row.exchange, call.now)
    passphrase, patient = normal(body.passphrase), row.patient
    check(passphrase, () if patient is None else (patient.name, patient.number.value, patient.birth_date))
    ticket = portal.passphrases.keep(call.session.account.id, row.exchange.id, passphrase, call.now)
    return DiscTicket(ticket, _name(row.exchange.id, sealed=True))


def _disc(portal: Portal, call: Call) -> Reply:
    row = portal.listing.one(call.session, call.variables["exchange"]).exchange
    account, language = call.session.account, "en" if call.query.get("language") == "en" else "nl"
    ticket = call.query.get("ticket")
    passphrase = None if ticket is None else portal.passphrases.take(ticket, account.id, row.id, call.now)
    sealed = passphrase is not None
    exchange = begin(portal.database, row.organisation, row.id, account.login, call.now, sealed)
    contents = contents_of(portal.sources, exchange, language, f"Beeldbrug {portal.look.version}")
    chunks = zipped(contents.entries(), exchange.created)
    whole = chunks if passphrase is None else sealed_with(passphrase, chunks)
    body = noted(portal.database, exchange, whole, account.login, len(contents.numbers), call.now)
    name = (b"content-disposition", f'attachment; filename="{_name(row.id, sealed)}"'.encode())
    return Reply(body, content_type="application/octet-stream" if sealed else "application/zip", headers=[name])


def _name(exchange: str, sealed: bool) -> str:
    return f"beeldbrug-{exchange[:_NAMED]}.zip{'.age' if sealed else ''}"


_DISC: Final = "/exchanges/{exchange}/disc"

ROUTES: Final[tuple[Route, ...]] = (
    Route("POST", _DISC + "/seal", Permission.SEND, _seal, body=DiscSeal, answer=DiscTicket),
    Route("GET", _DISC, Permission.SEND, _disc, once=True),
)
