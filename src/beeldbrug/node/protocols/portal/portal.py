"""What the handlers of the portal work with; put together in ``node.app.portal``. Values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from beeldbrug.kit.clock import Clock
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.identity import PatientNumber
from beeldbrug.model.importing import Order
from beeldbrug.node.policy.rules import ImportRule
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.segments import SegmentStore
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.protocols.portal.events import Events
from beeldbrug.node.protocols.portal.together import Consulting
from beeldbrug.node.usecases.administer.administration import Administration
from beeldbrug.node.usecases.carry.sealing import Passphrases
from beeldbrug.node.usecases.desk.undo import Told
from beeldbrug.node.usecases.desk.waiting import Sides
from beeldbrug.node.usecases.inbox.listing import Listing, Row
from beeldbrug.node.usecases.intake.guests import Guests
from beeldbrug.node.usecases.intake.request import Requesting
from beeldbrug.node.usecases.intake.upload import Uploading
from beeldbrug.node.usecases.picture.hand_out import Picturing
from beeldbrug.node.usecases.read.reading import Reading
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.related.of_patient import Related
from beeldbrug.node.usecases.save.saving import Saving
from beeldbrug.node.usecases.sending.sending import Sending
from beeldbrug.node.usecases.sending.supply import Supply
from beeldbrug.node.usecases.sign_in.by_provider import Doors
from beeldbrug.node.usecases.sign_in.launch import Launchers
from beeldbrug.node.usecases.sign_in.signing import Signing
from beeldbrug.node.usecases.sign_in.smart import Ehrs
from beeldbrug.node.usecases.trail.search import Trail
from beeldbrug.node.usecases.view.viewing import Viewing
from beeldbrug.node.usecases.waking.calling import Calling


@dataclass(frozen=True, slots=True)
class Look:
    """What the screens must know of this node: its version, and whether it is certified for primary diagnosis."""

    version: str
    for_diagnosis: bool = False


@dataclass(frozen=True, slots=True)
class Portal:
    """One organisation's portal."""

    organisation: str
    organisation_name: str
    database: Database
    store: SegmentStore
    sources: Sources
    reading: Reading
    clock: Clock
    signing: Signing
    doors: Doors
    """Identity providers that people can sign in with."""
    launchers: Launchers
    """Systems that may open a patient here."""
    ehrs: Ehrs
    """EPDs that may, by SMART."""
    listing: Listing
    events: Events
    consulting: Consulting
    look: Look
    viewing: Viewing
    sides: Callable[[Row], Sides | None]
    """Own patients that an arrival may be of, asked live. Raises Unavailable."""
    orders: Callable[[ExchangeRow, PatientNumber], list[Order]]
    """Orders that an arrival may be imported for under this number, asked live. Raises Unavailable."""
    makes_orders: Callable[[Urgency], bool]
    """Whether an import of this urgency gets an order of its own where none fits."""
    import_rule: ImportRule
    administration: Administration
    calling: Calling
    sending: Sending
    supply: Supply
    saving: Saving
    picturing: Picturing
    related: Related
    uploading: Uploading
    guests: Guests
    requesting: Requesting
    trail: Trail
    passphrases: Passphrases = field(default_factory=Passphrases)
    """For discs that are about to be downloaded."""
    tell_pacs: Told | None = None
    """Tells the PACS of an import that is undone, where that is set."""
