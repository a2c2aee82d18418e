"""Routes of administration: settings that may be changed while the node runs, PACS, hub, keys, queues, health.

No route of this module gives anything of a patient: ids of exchanges, codes, counts, times and organisations only.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import msgspec

from beeldbrug.model.errors import NotFound
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.ports.administration import QueueRow
from beeldbrug.node.ports.configuration import Disk, Entry, Keys, Kind, Process
from beeldbrug.node.ports.records import AlertRow, AuditEvent
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Reply, Route
from beeldbrug.node.usecases.administer.health import Echo, Health
from beeldbrug.node.usecases.administer.queues import queue, try_now
from beeldbrug.node.usecases.waiting import OF_EXCHANGE

KindName = Literal["rules", "general", "pacs", "worklist", "figures", "coercion"]


class SettingObject(msgspec.Struct, frozen=True):
    """A setting in force, as its model has it. ``source``: file, portal, or default (nobody set it)."""

    kind: KindName
    name: str
    value: dict[str, Any]
    source: Literal["file", "portal", "default"]


class ClashObject(msgspec.Struct, frozen=True):
    """What the portal keeps and does not serve, and why."""

    kind: KindName
    name: str
    code: str


class FileSetting(msgspec.Struct, frozen=True):
    """What the file alone sets, read when a process starts."""

    name: str
    value: str


class Configuration(msgspec.Struct, frozen=True):
    """All settings; a change says that it rests on ``revision``."""

    revision: int
    settings: list[SettingObject]
    clashes: list[ClashObject]
    file: list[FileSetting]


class SettingChange(msgspec.Struct, frozen=True):
    """Set this."""

    kind: KindName
    value: dict[str, Any]
    based_on: int


class SettingRemoval(msgspec.Struct, frozen=True):
    """Take this out of what the portal keeps."""

    kind: KindName
    name: str
    based_on: int


class SettingDeed(msgspec.Struct, frozen=True):
    """One change that was made; ``removed`` has no value."""

    revision: int
    kind: str
    name: str
    value: dict[str, Any] | None
    actor: str
    at: float


class SettingHistory(msgspec.Struct, frozen=True):
    """Changes, newest first."""

    changes: list[SettingDeed]


class EchoRequest(msgspec.Struct, frozen=True):
    """Call this: what is in force, or ``value`` as it was typed."""

    kind: Literal["pacs", "worklist"]
    value: dict[str, Any] | None = None


class EchoObject(msgspec.Struct, frozen=True):
    """How it ended: an empty ``code`` is an answer, and ``value`` the seconds it took."""

    at: float
    code: str
    text: str
    remedy: str
    value: float


class CorrespondentObject(msgspec.Struct, frozen=True):
    """An organisation that can be sent to, or why not."""

    organisation: str
    name: str
    code: str


class Correspondents(msgspec.Struct, frozen=True):
    """The hub's address book, checked by this node."""

    correspondents: list[CorrespondentObject]


class WorkObject(msgspec.Struct, frozen=True):
    """Work that waits. ``error`` is why its last try failed; ``exchange`` an id, or empty."""

    id: int
    kind: str
    exchange: str
    urgency: str
    due: float
    failing_since: float | None
    error: str
    tries: int


class Queues(msgspec.Struct, frozen=True):
    """Most urgent first; ``total`` is how many there are."""

    work: list[WorkObject]
    total: int


class ProcessObject(msgspec.Struct, frozen=True):
    """A process; one without ``pid`` should run and does not."""

    name: str
    pid: int
    started: float
    memory: int


class DiskObject(msgspec.Struct, frozen=True):
    """Bytes."""

    free: int
    size: int
    reserve: int
    vault: int
    store: int
    spool: int
    encrypted: bool | None
    remote_store: bool


class KeyObject(msgspec.Struct, frozen=True):
    """A transport key, without its secret."""

    key_id: str
    not_before: float
    not_after: float


class KeysObject(msgspec.Struct, frozen=True):
    """POSIX seconds, 0 for never."""

    signing_key: str
    certificate_expires: float
    certificate_subject: str
    root_key: str
    rehearsed: float
    statement: int
    statement_issued: float
    statement_expires: float
    transport: list[KeyObject]


class FindingObject(msgspec.Struct, frozen=True):
    """What is not well: ``level`` 1 is a warning, 2 a fault."""

    area: str
    level: int
    code: str
    count: float


class OpenAlert(msgspec.Struct, frozen=True):
    """An open alert, in both languages."""

    id: int
    exchange: str
    code: str
    nl: str
    en: str
    remedy_nl: str
    remedy_en: str
    raised: float
    notified: float | None


class HealthObject(msgspec.Struct, frozen=True):
    """How the node does; ``findings`` is empty when all is well."""

    at: float
    findings: list[FindingObject]
    processes: list[ProcessObject]
    disk: DiskObject
    keys: KeysObject
    hub_url: str
    hub_heard: float
    echoes: dict[str, EchoObject]
    work: int
    failing_work: int
    oldest_work: float
    alerts: list[OpenAlert]
    has_pacs: bool


def _configuration(portal: Portal, call: Call) -> Configuration:
    configuration, machine = portal.administration.configuration, portal.administration.machine
    revision = configuration.revision()  # read first: a change in between makes the next one conflict, not be lost
    known = configuration.known()
    return Configuration(
        revision,
        [_setting(entry) for entry in known.entries],
        [ClashObject(one.kind.value, one.name, one.code) for one in known.clashes],
        [FileSetting(name, value) for name, value in machine.file_settings().items()],
    )


def _change(portal: Portal, call: Call) -> Configuration:
    body: SettingChange = call.body
    portal.administration.configuration.change(Kind(body.kind), body.value, body.based_on, _actor(call))
    return _configuration(portal, call)


def _remove(portal: Portal, call: Call) -> Configuration:
    body: SettingRemoval = call.body
    portal.administration.configuration.remove(Kind(body.kind), body.name, body.based_on, _actor(call))
    return _configuration(portal, call)


def _history(portal: Portal, call: Call) -> SettingHistory:
    wanted = call.query.get("kind", "")
    kind = Kind(wanted) if wanted in set(Kind) else None
    rows = portal.administration.configuration.history(kind=kind)
    return SettingHistory(
        [
            SettingDeed(
                row.revision,
                row.kind,
                row.name,
                msgspec.json.decode(row.value, type=dict[str, Any]) if row.value else None,
                row.actor,
                row.at,
            )
            for row in rows
        ]
    )


def _export(portal: Portal, call: Call) -> Reply:
    text = portal.administration.machine.export()
    event = AuditEvent(portal.organisation, "settings-exported", "R", "success", actor=_actor(call), at=call.now)
    with portal.database.write() as tx:
        tx.audit.append(event)
    name = (b"content-disposition", b'attachment; filename="node.toml"')
    return Reply(text.encode(), content_type="application/toml; charset=utf-8", headers=[name])


def _echo(portal: Portal, call: Call) -> EchoObject:
    body: EchoRequest = call.body
    value = body.value
    if value is None:
        known = portal.administration.configuration.known().entries
        value = next((dict(entry.value) for entry in known if entry.kind.value == body.kind), None)
        if value is None:
            raise NotFound("pacs-not-set", "There is nothing set to call.", "Fill in the form first.")
        return _echoed(portal.administration.looking.echo(body.kind, value, _actor(call)))
    return _echoed(portal.administration.looking.echo("", value, _actor(call)))


def _echo_hub(portal: Portal, call: Call) -> EchoObject:
    return _echoed(portal.administration.looking.echo_hub())


def _correspondents(portal: Portal, call: Call) -> Correspondents:
    found = portal.administration.machine.correspondents()
    return Correspondents([CorrespondentObject(one.organisation, one.name, one.code) for one in found])


def _queues(portal: Portal, call: Call) -> Queues:
    rows, total = queue(portal.database, portal.organisation)
    return Queues([_work(row) for row in rows], total)


def _try(portal: Portal, call: Call) -> WorkObject:
    text = call.variables["work"]
    id_ = int(text) if text.isdecimal() and len(text) < 19 else 0
    return _work(try_now(portal.database, portal.organisation, id_, _actor(call), call.now))


def _health(portal: Portal, call: Call) -> HealthObject:
    found = portal.administration.looking.health()
    return _health_object(found, call.now)


def _health_object(found: Health, now: float) -> HealthObject:
    return HealthObject(
        at=now,
        findings=[FindingObject(one.area, int(one.level), one.code, one.count) for one in found.findings],
        processes=[_process(one) for one in found.processes],
        disk=_disk(found.disk),
        keys=_keys(found.keys),
        hub_url=found.hub_url,
        hub_heard=found.hub_heard,
        echoes={name: _echoed(one) for name, one in found.echoes.items()},
        work=found.work,
        failing_work=found.failing_work,
        oldest_work=found.oldest_work,
        alerts=[_alert(one) for one in found.alerts],
        has_pacs=found.has_pacs,
    )


def _setting(entry: Entry) -> SettingObject:
    source: Literal["file", "portal", "default"] = "file" if entry.in_file else "default" if entry.default else "portal"
    return SettingObject(entry.kind.value, entry.name, dict(entry.value), source)


def _echoed(one: Echo) -> EchoObject:
    return EchoObject(one.at, one.code, one.text, one.remedy, one.value)


def _work(row: QueueRow) -> WorkObject:
    exchange = row.subject if row.kind in OF_EXCHANGE else ""
    return WorkObject(row.id, row.kind, exchange, row.urgency, row.due, row.failing_since, row.error, row.tries)


def _process(one: Process) -> ProcessObject:
    return ProcessObject(one.name, one.pid, one.started, one.memory)


def _disk(one: Disk) -> DiskObject:
    return DiskObject(one.free, one.size, one.reserve, one.vault, one.store, one.spool, one.encrypted, one.remote_store)


def _keys(one: Keys) -> KeysObject:
    return KeysObject(
        one.signing_key,
        one.certificate_expires,
        one.certificate_subject,
        one.root_key,
        one.rehearsed,
        one.statement,
        one.statement_issued,
        one.statement_expires,
        [KeyObject(key.key_id, key.not_before, key.not_after) for key in one.transport],
    )


def _alert(one: AlertRow) -> OpenAlert:
    return OpenAlert(
        one.id,
        one.exchange,
        one.code,
        one.text_nl,
        one.text_en,
        one.remedy_nl,
        one.remedy_en,
        one.raised,
        one.notified,
    )


def _actor(call: Call) -> str:
    return call.session.account.login


_ROOT: Final = "/administration"
_SETTINGS: Final = _ROOT + "/settings"
_MAY: Final = Permission.ADMINISTER

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", _SETTINGS, _MAY, _configuration, answer=Configuration),
    Route("POST", _SETTINGS, _MAY, _change, body=SettingChange, answer=Configuration),
    Route("POST", _SETTINGS + "/remove", _MAY, _remove, body=SettingRemoval, answer=Configuration),
    Route("GET", _SETTINGS + "/history", _MAY, _history, answer=SettingHistory),
    Route("GET", _SETTINGS + "/export", _MAY, _export),
    Route("POST", _ROOT + "/echo", _MAY, _echo, body=EchoRequest, answer=EchoObject),
    Route("POST", _ROOT + "/echo-hub", _MAY, _echo_hub, answer=EchoObject),
    Route("GET", _ROOT + "/correspondents", _MAY, _correspondents, answer=Correspondents),
    Route("GET", _ROOT + "/queues", _MAY, _queues, answer=Queues),
    Route("POST", _ROOT + "/queues/{work}/try", _MAY, _try, answer=WorkObject),
    Route("GET", _ROOT + "/health", _MAY, _health, answer=HealthObject),
)
