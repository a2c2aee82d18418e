"""Routes of the desk's work on one import: its series, its orders, who is busy with it, the rest, undoing it, and
whose an emergency patient's images are."""

from __future__ import annotations

from typing import Final

import msgspec

from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.ports.importing import Undone
from beeldbrug.node.ports.records import SeriesRow
from beeldbrug.node.ports.rekeying import Rekeying
from beeldbrug.node.protocols.portal.exchange_wire import Exchange, exchange_object
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.usecases.desk.claim import claim, release
from beeldbrug.node.usecases.desk.rest import import_rest
from beeldbrug.node.usecases.desk.undo import confirm_removed, undo_import
from beeldbrug.node.usecases.imports.left_out import series_left, series_of, taken_back
from beeldbrug.node.usecases.inbox.listing import visible
from beeldbrug.node.usecases.rekey.decide import confirm_moved, rekey, take_back


class ArrivedSeries(msgspec.Struct, frozen=True):
    """A series of an arrival. ``left_out``: plan and rule keep it out of the PACS. ``rejected``: how many of its
    instances their sender takes back."""

    uid: str
    number: int | None
    modality: str
    description: str
    instances: int
    left_out: bool
    rejected: int


class UndoneObject(msgspec.Struct, frozen=True):
    """The last import that was undone: when, why, and under which number (and order) it stands or stood in the PACS."""

    at: float
    why: str
    number: str
    order: str
    removed: float | None


class MadeOrderObject(msgspec.Struct, frozen=True):
    """The order that was made for it: asked, refused, placed, cancelling, cancelled or kept (which is: not cancelled).
    ``reason`` is a code, empty where there is none."""

    accession_number: str
    state: str
    reason: str
    changed: float


class RekeyObject(msgspec.Struct, frozen=True):
    """How far it is with its emergency number: stands, asked, question, looking, moved, aside, done or ended. ``into``
    is the own number, empty where nobody has said it; ``until``: how long the PACS has to follow (POSIX seconds)."""

    state: str
    number: str
    into: str
    changed: float
    until: float


class ImportObject(msgspec.Struct, frozen=True):
    """What an import is decided by."""

    series: list[ArrivedSeries]
    undone: UndoneObject | None
    order: MadeOrderObject | None
    rekeying: RekeyObject | None
    with_rejected: bool
    """Whether a human takes in what its sender takes back."""


class NumberGiven(msgspec.Struct, frozen=True):
    """An own number; no URL holds one."""

    number: str
    issuer: str = ""


class OrderObject(msgspec.Struct, frozen=True):
    """A scheduled step of the worklist; ``start`` is YYYYMMDD or empty."""

    accession_number: str
    description: str
    modality: str
    start: str


class Orders(msgspec.Struct, frozen=True):
    """Those that fit, the nearest day first. ``makes``: where none fits one is made, unless the choice is none."""

    orders: list[OrderObject]
    makes: bool


class RekeyChoice(msgspec.Struct, frozen=True):
    """Who the emergency patient is; ``as_of`` as with an import."""

    number: str
    issuer: str = ""
    as_of: float | None = None


class RestChoice(msgspec.Struct, frozen=True):
    """Series to be imported as well, by UID."""

    series: list[str]
    rejected: bool = False
    """What its sender takes back as well."""


class ClaimChoice(msgspec.Struct, frozen=True):
    """Whether to take it from a colleague."""

    take_over: bool = False


class UndoChoice(msgspec.Struct, frozen=True):
    """Why (``policy.undoing.WHY``)."""

    why: str


def _import(portal: Portal, call: Call) -> ImportObject:
    with portal.database.read() as tx:
        exchange = visible(tx, call.session, call.variables["exchange"])
        left = series_left(tx, exchange, portal.import_rule.without)
        rows, back = series_of(tx, exchange), taken_back(tx, exchange)
        rejected = tx.plans.get(portal.organisation, exchange.id).rejected
        undone = tx.undone.last(portal.organisation, exchange.id)
        made = tx.made_orders.last(portal.organisation, exchange.id)
        rekeying = tx.rekeyings.get(portal.organisation, exchange.id)
    shown = [
        _arrived(row, row.series_uid in left, len(back.get(row.series_uid, ())), rejected)
        for row in sorted(rows, key=lambda row: (row.number is None, row.number or 0, row.series_uid))
    ]
    return ImportObject(
        shown,
        None if undone is None else _undone(undone),
        None if made is None else MadeOrderObject(made.order.accession_number, made.state, made.reason, made.changed),
        None if rekeying is None else _rekeying(rekeying),
        rejected,
    )


def _arrived(row: SeriesRow, left: bool, back: int, rejected: bool) -> ArrivedSeries:
    out = left or (not rejected and back >= row.instances)
    return ArrivedSeries(row.series_uid, row.number, row.modality, row.description, row.instances, out, back)


def _rekeying(row: Rekeying) -> RekeyObject:
    return RekeyObject(row.state.value, _shown(row.number), _shown(row.into), row.changed, row.until)


def _shown(number: str) -> str:
    """A number as people read it, with its issuer where that is not the usual one."""
    return number.replace("^^^", " · ")


def _undone(undone: Undone) -> UndoneObject:
    return UndoneObject(undone.at, undone.why, _shown(undone.number), undone.order, undone.removed)


def _orders(portal: Portal, call: Call) -> Orders:
    body: NumberGiven = call.body
    with portal.database.read() as tx:
        exchange = visible(tx, call.session, call.variables["exchange"])
    found = portal.orders(exchange, PatientNumber(body.number.strip(), body.issuer.strip()))
    shown = [OrderObject(one.accession_number, one.description, one.modality, one.start) for one in found]
    return Orders(shown, not found and portal.makes_orders(exchange.urgency))


def _rest(portal: Portal, call: Call) -> Exchange:
    without = portal.import_rule.without
    import_rest(
        portal.database,
        portal.organisation,
        _reached(portal, call),
        call.body.series,
        without,
        _login(call),
        call.now,
        call.body.rejected,
    )
    return _row(portal, call)


def _claim(portal: Portal, call: Call) -> Exchange:
    exchange = _reached(portal, call)
    claim(portal.database, portal.organisation, exchange, _login(call), call.now, call.body.take_over)
    return _row(portal, call)


def _release(portal: Portal, call: Call) -> Exchange:
    release(portal.database, portal.organisation, _reached(portal, call), _login(call), call.now)
    return _row(portal, call)


def _undo(portal: Portal, call: Call) -> Exchange:
    days, exchange = portal.import_rule.undo_days, _reached(portal, call)
    who = (_login(call), call.now)
    undo_import(portal.database, portal.organisation, exchange, call.body.why, days, *who, portal.tell_pacs)
    return _row(portal, call)


def _removed(portal: Portal, call: Call) -> Exchange:
    confirm_removed(portal.database, portal.organisation, _reached(portal, call), _login(call), call.now)
    return _row(portal, call)


def _rekey(portal: Portal, call: Call) -> Exchange:
    body: RekeyChoice = call.body
    number, wait = PatientNumber(body.number.strip(), body.issuer.strip()), portal.import_rule.rekey_seconds
    exchange = _reached(portal, call)
    rekey(portal.database, portal.organisation, exchange, number, _login(call), call.now, wait, body.as_of)
    return _row(portal, call)


def _rekey_undo(portal: Portal, call: Call) -> Exchange:
    take_back(portal.database, portal.organisation, _reached(portal, call), _login(call), call.now)
    return _row(portal, call)


def _rekey_confirm(portal: Portal, call: Call) -> Exchange:
    confirm_moved(portal.database, portal.organisation, _reached(portal, call), _login(call), call.now)
    return _row(portal, call)


def _reached(portal: Portal, call: Call) -> str:
    """The id of the exchange, once it is known to be within the session's reach."""
    with portal.database.read() as tx:
        return visible(tx, call.session, call.variables["exchange"]).id


def _row(portal: Portal, call: Call) -> Exchange:
    return exchange_object(portal.listing.one(call.session, call.variables["exchange"]), call.now)


def _login(call: Call) -> str:
    return call.session.account.login


_ROW: Final = "/exchanges/{exchange}"
_DESK: Final = Permission.IMPORT

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", _ROW + "/import", _DESK, _import, answer=ImportObject),
    Route("POST", _ROW + "/orders", _DESK, _orders, body=NumberGiven, answer=Orders),
    Route("POST", _ROW + "/import-rest", _DESK, _rest, body=RestChoice, answer=Exchange),
    Route("POST", _ROW + "/claim", _DESK, _claim, body=ClaimChoice, answer=Exchange),
    Route("POST", _ROW + "/release", _DESK, _release, answer=Exchange),
    Route("POST", _ROW + "/undo-import", _DESK, _undo, body=UndoChoice, answer=Exchange),
    Route("POST", _ROW + "/re-key", _DESK, _rekey, body=RekeyChoice, answer=Exchange),
    Route("POST", _ROW + "/re-key-undo", _DESK, _rekey_undo, answer=Exchange),
    Route("POST", _ROW + "/re-key-confirm", _DESK, _rekey_confirm, answer=Exchange),
    Route("POST", _ROW + "/confirm-removed", _DESK, _removed, answer=Exchange),
)
