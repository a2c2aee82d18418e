"""Composition of waking: plugs couriers and settings into its use cases, for the worker and for the portal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from beeldbrug.model.notice import Channel
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.waking import Courier
from beeldbrug.node.ports.work import Step, WorkKind
from beeldbrug.node.protocols.notices.demo import FOLDER, DemoCourier, read_letters
from beeldbrug.node.protocols.notices.mail import MailCourier, MailServer
from beeldbrug.node.protocols.notices.none import NotSetUp
from beeldbrug.node.protocols.notices.sms import GatewayCourier, WebCourier, WebService
from beeldbrug.node.usecases.waking.calling import Calling
from beeldbrug.node.usecases.waking.contacts import Contacting
from beeldbrug.node.usecases.waking.deliver import DeliverStep
from beeldbrug.node.usecases.waking.noticing import Noticing
from beeldbrug.node.usecases.waking.notify import NotifyStep
from beeldbrug.node.usecases.waking.rosters import Rostering

Clock = Callable[[], float]


def couriers(settings: NodeSettings, clock: Clock) -> dict[Channel, Courier]:
    """The outside ways that are set up."""
    notices = settings.notices
    if notices.demo:
        folder = demo_folder(settings)
        return {channel: DemoCourier(folder, channel, clock) for channel in (Channel.SMS, Channel.MAIL)}
    found: dict[Channel, Courier] = {}
    mail, sms = notices.mail, notices.sms
    if mail.server:
        password = mail.password.get_secret_value() if mail.password is not None else ""
        server = MailServer(mail.server, mail.sender, mail.security, mail.user, password, mail.authority)
        found[Channel.MAIL] = MailCourier(server, clock)
    if sms.gateway:
        found[Channel.SMS] = GatewayCourier(found[Channel.MAIL], sms.gateway, sms.international)
    elif sms.url:
        secret = sms.secret.get_secret_value() if sms.secret is not None else ""
        found[Channel.SMS] = WebCourier(
            WebService(
                url=sms.url,
                template=sms.template,
                content_type=sms.content_type,
                secret_header=sms.secret_header,
                secret=secret,
                international=sms.international,
                authority=sms.authority,
            )
        )
    return found


def demo_folder(settings: NodeSettings) -> Path:
    """Where a demonstration's letters lie."""
    return settings.data / FOLDER


def waking_steps(settings: NodeSettings, database: Database, clock: Clock) -> Mapping[tuple[str, str], Step]:
    """What the worker does to wake people."""
    ura, notices, ways = settings.organisation.ura, settings.notices, couriers(settings, clock)
    offered, base, department = tuple(ways), settings.web.public_url, notices.default_department
    keep = notices.keep_days * 86400.0
    notify = NotifyStep(ura, database, clock, ZoneInfo(notices.time_zone), offered, department, keep)
    steps: dict[tuple[str, str], Step] = {(ura, WorkKind.NOTIFY): notify}
    for channel, kind in ((Channel.MAIL, WorkKind.MAIL), (Channel.SMS, WorkKind.SMS)):
        courier = ways.get(channel, NotSetUp())
        steps[ura, kind] = DeliverStep(ura, database, channel, courier, clock, offered, base, department)
    return steps


def make_calling(settings: NodeSettings, database: Database, clock: Clock) -> Calling:
    """What the portal needs of waking people."""
    ura, notices, ways = settings.organisation.ura, settings.notices, couriers(settings, clock)
    zone, department = ZoneInfo(notices.time_zone), notices.default_department
    return Calling(
        contacting=Contacting(database, ura, clock, ways),
        rostering=Rostering(database, ura, clock, zone, tuple(ways), department),
        noticing=Noticing(database, ura, clock, department),
        letters=(lambda: read_letters(demo_folder(settings))) if notices.demo else None,
    )
