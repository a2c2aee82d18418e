"""Composition of the portal: plugs the node's stores and clients into what its handlers work with."""

from __future__ import annotations

from importlib.metadata import version
from zoneinfo import ZoneInfo

from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.model.importing import Order
from beeldbrug.node.app.administration import make_administration
from beeldbrug.node.app.archive import LiveArchive
from beeldbrug.node.app.base import Base, make_known
from beeldbrug.node.app.compose import make_trust, reading
from beeldbrug.node.app.consulting import make_consulting
from beeldbrug.node.app.doors import make_doors, make_ehrs, make_launchers
from beeldbrug.node.app.intake import make_requesting, make_uploading
from beeldbrug.node.app.live import LivePacs
from beeldbrug.node.app.rejecting import make_rejecting
from beeldbrug.node.app.signing import make_signing
from beeldbrug.node.app.trail import make_trail
from beeldbrug.node.app.waking import make_calling
from beeldbrug.node.app.ways import open_ways
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.protocols.portal.events import Events
from beeldbrug.node.protocols.portal.notice_feed import NoticeFeed
from beeldbrug.node.protocols.portal.portal import Look, Portal
from beeldbrug.node.usecases.consult.together import place_of
from beeldbrug.node.usecases.desk.orders import orders_for
from beeldbrug.node.usecases.desk.waiting import Sides, sides
from beeldbrug.node.usecases.inbox.listing import Listing, Row
from beeldbrug.node.usecases.intake.guests import make_guests
from beeldbrug.node.usecases.picture.hand_out import Picturing
from beeldbrug.node.usecases.related.of_patient import Related
from beeldbrug.node.usecases.save.saving import Saving
from beeldbrug.node.usecases.sending.address_book import AddressBook
from beeldbrug.node.usecases.sending.find import Find
from beeldbrug.node.usecases.sending.sending import Sending
from beeldbrug.node.usecases.sending.supply import Supply
from beeldbrug.node.usecases.view.viewing import Viewing


def make_sending(base: Base) -> Sending:
    """What people send with."""
    ura, now, archive = base.own.ura, base.clock.now, LiveArchive(base.live)
    trust = make_trust(base, open_ways(base))
    book = AddressBook(ura, base.database, trust, base.live.rules, now)
    return Sending(ura, base.own.name, base.database, Find(base.database, archive, archive.is_set, now), book)


def make_supply(base: Base, sending: Sending) -> Supply:
    """What people answer requests for missing images with."""
    archive = LiveArchive(base.live)
    return Supply(base.own.ura, base.database, archive, archive.is_set, sending.book.known, base.clock.now)


def make_saving(base: Base) -> Saving:
    """What people save key images and presentation states with."""
    zone = ZoneInfo(base.settings.notices.time_zone)
    return Saving(base.own.name, version("beeldbrug"), zone, base.database, base.sources, base.clock.now)


def make_related(base: Base) -> Related:
    """What tells which studies are of one patient."""
    issuer = base.settings.import_rule().issuer
    return Related(base.own.name, issuer, base.database, base.sources, base.clock.now)


def make_portal(base: Base) -> Portal:
    """What the web process serves people with."""
    settings, rule = base.settings, base.settings.import_rule()
    pacs, known = LivePacs(base.live), make_known(base)
    signing = make_signing(base)
    listing = Listing(
        base.database,
        base.own.ura,
        base.clock.now,
        pacs.is_set,
        undo_days=rule.undo_days,
        present=lambda id: consulting.together.present(place_of(id)),
    )
    events = Events(base.database, base.own.ura, listing, signing)
    consulting = make_consulting(base, events)

    def both_sides(row: Row) -> Sides | None:
        if not pacs.is_set() or row.patient is None:
            return None
        one = row.patient
        return sides(base.sources, known, row.exchange, Patient(one.name, one.birth_date, one.sex, one.number))

    def fitting_orders(exchange: ExchangeRow, number: PatientNumber) -> list[Order]:
        return orders_for(known, rule, exchange, number) if pacs.is_set() else []

    sending = make_sending(base)
    calling = make_calling(settings, base.database, base.clock.now)
    events.feed(NoticeFeed(calling.noticing))
    return Portal(
        organisation=base.own.ura,
        organisation_name=base.own.name,
        database=base.database,
        store=base.store,
        sources=base.sources,
        reading=reading(base),
        clock=base.clock,
        signing=signing,
        doors=make_doors(settings, base.clock.now),
        launchers=make_launchers(settings),
        ehrs=make_ehrs(settings, base.clock.now),
        listing=listing,
        events=events,
        consulting=consulting,
        look=Look(version("beeldbrug"), settings.portal.for_diagnosis),
        viewing=Viewing(base.sources),
        sides=both_sides,
        orders=fitting_orders,
        makes_orders=settings.orders.making(base.own.name).wanted,
        import_rule=rule,
        administration=make_administration(base),
        sending=sending,
        supply=make_supply(base, sending),
        saving=make_saving(base),
        picturing=Picturing(base.own.name, base.database, base.sources, base.clock.now),
        related=make_related(base),
        calling=calling,
        guests=make_guests(settings.upload_links.limits(), base.clock.now),
        uploading=make_uploading(settings, base.database, base.clock.now),
        requesting=make_requesting(settings, base.database, base.clock.now),
        trail=make_trail(base),
        tell_pacs=rejecting.reject if (rejecting := make_rejecting(base)) is not None else None,
    )
