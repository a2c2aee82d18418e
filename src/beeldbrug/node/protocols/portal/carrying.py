"""Routes of discs: an exchange to "disc or file" as a ZIP by IHE PDI, made while it is downloaded."""

from __future__ import annotations

from typing import Final

from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Reply, Route
from beeldbrug.node.usecases.carry.contents import contents_of
from beeldbrug.node.usecases.carry.hand_out import begin, noted
from beeldbrug.node.usecases.carry.zipped import zipped

_NAMED: Final = 8
"""Digits of the exchange's id in the file's name; enough to find it by, and nothing of a patient."""


def _disc(portal: Portal, call: Call) -> Reply:
    row = portal.listing.one(call.session, call.variables["exchange"]).exchange
    actor, language = call.session.account.login, "en" if call.query.get("language") == "en" else "nl"
    exchange = begin(portal.database, row.organisation, row.id, actor, call.now)
    contents = contents_of(portal.sources, exchange, language, f"Beeldbrug {portal.look.version}")
    chunks = zipped(contents.entries(), exchange.created)
    body = noted(portal.database, exchange, chunks, actor, len(contents.numbers), call.now)
    name = f'attachment; filename="beeldbrug-{row.id[:_NAMED]}.zip"'
    return Reply(body, content_type="application/zip", headers=[(b"content-disposition", name.encode())])


ROUTES: Final[tuple[Route, ...]] = (Route("GET", "/exchanges/{exchange}/disc", Permission.SEND, _disc, once=True),)
