"""What is opened in the portal: the study of one exchange, or one study that lies here; and who may open it.

One origin at a time: what came in an exchange is shown as it came, never mixed with other copies of the study. Ids are
those of exchanges and rows, never a patient's. What the scope does not cover, and what was withdrawn or has expired, is
not there. It writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports.records import OWN, ExchangeRow, InstanceRow, InstanceState, StudyRow
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.read.reach import Reach, may_be_read, not_found
from beeldbrug.node.usecases.read.scope import Scope

MEMBERS_AT_ONCE = 1000
_ROW_DIGITS = 18


class Kind(StrEnum):
    """How a study is named."""

    EXCHANGE = "exchanges"
    STUDY = "studies"


@dataclass(frozen=True, slots=True)
class Name:
    """An exchange's id, or the row id of a study."""

    kind: Kind
    id: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A study under one origin. ``exchange`` is the one it is opened as; ``study`` None before anything has come."""

    origin: str
    study_uid: str
    study: StudyRow | None
    exchange: ExchangeRow | None

    @property
    def until(self) -> float:
        """When it ends to be there; 0 for never."""
        received = self.exchange is not None and self.exchange.direction is Direction.IN
        return self.exchange.expires if received and self.exchange is not None else 0.0


def find_subject(transaction: Transaction, scope: Scope, now: float, name: Name) -> Subject:
    """The subject of a name. Raises NotFound outside the scope."""
    if name.kind is Kind.STUDY:
        return _study(transaction, scope, now, name.id)
    exchange = transaction.exchanges.get(scope.organisation, name.id)
    if exchange is None or not _covers(scope, exchange, now):
        raise not_found()
    origin = name.id if exchange.direction is Direction.IN else OWN
    study = _copy(transaction, scope.organisation, origin, exchange.study_uid)
    return Subject(origin, exchange.study_uid, study, exchange)


def rejected_of(transaction: Transaction, subject: Subject, rows: Sequence[InstanceRow]) -> dict[int, str]:
    """Of these, what the sender takes back: by row id, the code of why."""
    if subject.exchange is None or subject.exchange.direction is not Direction.IN:
        return {}
    marks = transaction.sender_rejections.of(subject.exchange.organisation, subject.exchange.id)
    why = {one.instance_uid: one.title for one in marks if one.instance_uid != one.note}
    return {row.id: why[row.instance_uid] for row in rows if row.instance_uid in why} if why else {}


def instances_of(transaction: Transaction, scope: Scope, subject: Subject) -> list[InstanceRow]:
    """Its instances, in an order to open them in: the first of each series, then series by series."""
    exchange = subject.exchange
    if exchange is not None and exchange.direction is Direction.OUT:
        members = _members(transaction, exchange)
        held = {row.id for row in members}
        beside = [id_ for id_ in saved_beside(transaction, subject) if id_ not in held]
        rows = members + transaction.instances.get(scope.organisation, beside)
    else:
        rows = transaction.instances.instances(scope.organisation, subject.origin, subject.study_uid, None, {})
    found = transaction.instances.series(scope.organisation, subject.origin, subject.study_uid, {})
    places = {series.series_uid: place for place, series in enumerate(found)}
    rows.sort(key=lambda row: (places.get(row.series_uid, len(places)), row.instance_number or 0, row.id))
    return _heads_first(rows)


def instance_of(transaction: Transaction, scope: Scope, subject: Subject, id_: int) -> InstanceRow:
    """One of its instances by row id. Raises NotFound when it is none of them."""
    rows = transaction.instances.get(scope.organisation, [id_])
    if not rows or rows[0].origin != subject.origin or rows[0].study_uid != subject.study_uid:
        raise not_found()
    exchange = subject.exchange
    if exchange is None or exchange.direction is Direction.IN or id_ in saved_beside(transaction, subject):
        return rows[0]
    if exchange.id not in transaction.exchanges.exchanges_of(scope.organisation, id_):
        raise not_found()
    return rows[0]


def saved_beside(transaction: Transaction, subject: Subject) -> list[int]:
    """Instances that people here have saved beside it."""
    if subject.study is None:
        return []
    organisation = subject.study.organisation
    return [row.instance for row in transaction.saved.of_study(organisation, subject.origin, subject.study_uid)]


def progress(subject: Subject, rows: Sequence[InstanceRow], saved: Collection[int] = ()) -> tuple[int, int, bool]:
    """(instances here, instances known of, whether more is expected); ``saved`` here are not what comes in."""
    rows = [row for row in rows if row.id not in saved]
    here = sum(row.state is not InstanceState.HEADER for row in rows)
    exchange = subject.exchange
    if exchange is None or exchange.direction is Direction.OUT:
        return here, len(rows), here < len(rows)
    total = max(exchange.total, len(rows))
    return here, total, exchange.state is State.ARRIVING or here < len(rows)


def pack_is_visible(transaction: Transaction, scope: Scope, now: float, pack: str) -> float | None:
    """Until when (POSIX seconds, or infinity) sealed bytes of a pack may go to this scope; None for not at all."""
    ends = [_origin_until(transaction, scope, now, origin, pack) for origin in _origins(transaction, scope, pack)]
    return max((end for end in ends if end is not None), default=None)


def _origins(transaction: Transaction, scope: Scope, pack: str) -> list[str]:
    return transaction.packs.origins(scope.organisation, pack)


def _origin_until(transaction: Transaction, scope: Scope, now: float, origin: str, pack: str) -> float | None:
    organisation = scope.organisation
    if origin != OWN:
        exchange = transaction.exchanges.get(organisation, origin)
        covered = exchange is not None and _covers(scope, exchange, now)
        return (exchange.expires or float("inf")) if covered and exchange is not None else None
    if not scope.exchanges and not scope.studies:
        return float("inf")
    studies = set() if scope.exchanges else set(scope.studies)
    for id_ in scope.exchanges:
        sent = transaction.exchanges.get(organisation, id_)
        if sent is not None and sent.direction is Direction.OUT and _covers(scope, sent, now):
            studies.add(sent.study_uid)
    used = any(pack in transaction.instances.packs_used(organisation, OWN, study) for study in sorted(studies))
    return float("inf") if used else None


def _covers(scope: Scope, exchange: ExchangeRow, now: float) -> bool:
    named = not scope.exchanges or exchange.id in scope.exchanges
    readable = exchange.direction is Direction.OUT or may_be_read(exchange, now)
    return named and readable and scope.covers_study(exchange.study_uid)


def _study(transaction: Transaction, scope: Scope, now: float, id_: str) -> Subject:
    if not (id_.isascii() and id_.isdecimal() and len(id_) <= _ROW_DIGITS):
        raise not_found()
    row = transaction.instances.study(scope.organisation, int(id_))
    if row is None or not Reach(transaction, scope, now).reaches(row.origin, row.study_uid):
        raise not_found()
    exchange = None if row.origin == OWN else transaction.exchanges.get(scope.organisation, row.origin)
    return Subject(row.origin, row.study_uid, row, exchange)


def _copy(transaction: Transaction, organisation: str, origin: str, study_uid: str) -> StudyRow | None:
    return next(iter(transaction.instances.studies(organisation, [(origin, study_uid)], {}, 0, 1)), None)


def _members(transaction: Transaction, exchange: ExchangeRow) -> list[InstanceRow]:
    ids: list[int] = []
    after = 0
    while some := transaction.exchanges.members(exchange.id, after, MEMBERS_AT_ONCE):
        ids += [member.instance for member in some]
        after = some[-1].ordinal
    return transaction.instances.get(exchange.organisation, ids)


def _heads_first(rows: Sequence[InstanceRow]) -> list[InstanceRow]:
    runs = [list(run) for _, run in groupby(rows, key=lambda row: row.series_uid)]
    return [run[0] for run in runs] + [row for run in runs for row in run[1:]]
