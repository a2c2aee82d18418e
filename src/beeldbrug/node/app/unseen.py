"""Plugs the mail server into what tells of what waits."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from beeldbrug.model.notice import Channel
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.app.waking import couriers
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.work import Step, WorkKind
from beeldbrug.node.protocols.notices.none import NotSetUp
from beeldbrug.node.usecases.unseen.tell import Daily, UnseenStep


def unseen_steps(settings: NodeSettings, database: Database, clock: Callable[[], float]) -> dict[tuple[str, str], Step]:
    """The work ``unseen``."""
    section, ura = settings.unseen, settings.organisation.ura
    courier = couriers(settings, clock).get(Channel.MAIL, NotSetUp())
    daily = Daily(section.mail_to, section.minute, section.language, settings.web.public_url)
    zone = ZoneInfo(settings.notices.time_zone)
    return {(ura, WorkKind.UNSEEN): UnseenStep(ura, database, clock, zone, section.patience, daily, courier)}
