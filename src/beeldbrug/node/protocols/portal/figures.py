"""Routes of the figures without identity, and of saying whether an arrival spared a repeat examination."""

from __future__ import annotations

from typing import Final

import msgspec

from beeldbrug.model.exchange import Direction
from beeldbrug.node.policy import figures as policy
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.period import period
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Reply, Route
from beeldbrug.node.usecases.figures.judge import judge_repeat
from beeldbrug.node.usecases.inbox.listing import visible


class CountObject(msgspec.Struct, frozen=True):
    """How many: null means fewer than five; ``least`` that hidden cells are left out of this sum."""

    value: int | None
    least: bool


class SpreadObject(msgspec.Struct, frozen=True):
    """Seconds; null where too few to say."""

    count: CountObject
    median: float | None
    p90: float | None


class LineObject(msgspec.Struct, frozen=True):
    """Of one partner (URA), route or month; times from the request on."""

    key: str
    name: str
    direction: str
    count: CountObject
    instances: int | None
    to_look: SpreadObject
    to_import: SpreadObject


class FailureObject(msgspec.Struct, frozen=True):
    """Exchanges that did not reach their end; ``code`` is the reason's."""

    direction: str
    state: str
    code: str
    count: CountObject


class SavedObject(msgspec.Struct, frozen=True):
    """What was not needed. ``said`` of ``asked`` arrivals somebody said; ``estimated`` rests on an assumption."""

    imported: CountObject
    discs: float | None
    asked: CountObject
    said: CountObject
    estimated: float | None


class DoseObject(msgspec.Struct, frozen=True):
    """Dose-length product in mGy.cm, dose-area product in Gy.m2."""

    modality: str
    reports: CountObject
    dlp: float | None
    dap: float | None


class AssumptionsObject(msgspec.Struct, frozen=True):
    """What the hospital sets, under settings."""

    discs_per_exchange: float
    repeat_share: float
    repeat_source: str


class FiguresObject(msgspec.Struct, frozen=True):
    """Figures of a period. ``small``: counts below this are hidden."""

    since: float
    until: float
    small: int
    partners: list[LineObject]
    routes: list[LineObject]
    months: list[LineObject]
    failures: list[FailureObject]
    arrived: CountObject
    sent: CountObject
    saved: SavedObject
    doses: list[DoseObject]
    assumptions: AssumptionsObject


class Judgement(msgspec.Struct, frozen=True):
    """Whether the examination did not have to be repeated because of this arrival."""

    avoided: bool


class Judged(msgspec.Struct, frozen=True):
    """What was said of this arrival last; null while nobody said anything."""

    avoided: bool | None


def _figures(portal: Portal, call: Call) -> FiguresObject:
    since, until = period(call)
    found, names = portal.administration.counting.figures(since, until)
    saved, assumed = found.saved, found.assumptions
    return FiguresObject(
        since=since,
        until=until,
        small=policy.SMALL,
        partners=[_line(line, names) for line in found.partners],
        routes=[_line(line, names) for line in found.routes],
        months=[_line(line, names) for line in found.months],
        failures=[FailureObject(one.direction, one.state, one.code, _count(one.count)) for one in found.failures],
        arrived=_count(found.total[Direction.IN]),
        sent=_count(found.total[Direction.OUT]),
        saved=SavedObject(
            _count(saved.imported), saved.discs, _count(saved.asked), _count(saved.said), saved.estimated
        ),
        doses=[DoseObject(one.modality, _count(one.reports), one.dlp, one.dap) for one in found.doses],
        assumptions=AssumptionsObject(assumed.discs_per_exchange, assumed.repeat_share, assumed.repeat_source),
    )


def _csv(portal: Portal, call: Call) -> Reply:
    since, until = period(call)
    text = portal.administration.counting.table(since, until, call.session.account.login, call.now)
    name = (b"content-disposition", b'attachment; filename="beeldbrug-figures.csv"')
    return Reply(text.encode(), content_type="text/csv; charset=utf-8; header=present", headers=[name])


def _judge(portal: Portal, call: Call) -> Judged:
    with portal.database.read() as tx:
        exchange = visible(tx, call.session, call.variables["exchange"])
    judge_repeat(portal.database, exchange, call.body.avoided, call.session.account.login, call.now)
    return Judged(call.body.avoided)


def _judged(portal: Portal, call: Call) -> Judged:
    with portal.database.read() as tx:
        exchange = visible(tx, call.session, call.variables["exchange"])
        return Judged(tx.figures.judgement(exchange.organisation, exchange.id))


def _line(line: policy.Line, names: dict[str, str]) -> LineObject:
    return LineObject(
        line.key,
        names.get(line.key, ""),
        line.direction,
        _count(line.count),
        line.instances,
        _spread(line.to_look),
        _spread(line.to_import),
    )


def _spread(one: policy.Spread) -> SpreadObject:
    return SpreadObject(_count(one.count), one.median, one.p90)


def _count(one: policy.Count) -> CountObject:
    return CountObject(one.value, one.least)


_REPEAT: Final = "/exchanges/{exchange}/repeat-avoided"

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/figures", Permission.FIGURES, _figures, answer=FiguresObject),
    Route("GET", "/figures/csv", Permission.FIGURES, _csv),
    Route("GET", _REPEAT, Permission.SEE_EXCHANGES, _judged, answer=Judged),
    Route("POST", _REPEAT, Permission.IMPORT, _judge, body=Judgement, answer=Judged),
)
