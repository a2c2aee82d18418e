"""What every process and command of a node has in hand: its settings, keys, vault, spool and store (DESIGN section 5).

Part of the composition root, and no more than a small command needs: who listens or works takes ``compose`` as well.
What only some settings ask for (a hub, an object store) is imported where it is plugged in; what may not be loaded
here stands in tests/rules/test_starting.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.x509 import Certificate

from beeldbrug.kit.clock import Clock, SystemClock
from beeldbrug.kit.files import make_folder
from beeldbrug.kit.sql import open_engine
from beeldbrug.model.errors import Malformed, Unavailable
from beeldbrug.node.app.live import Live, LivePacs
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.ports.segments import SegmentStore, SideSpools, Spool
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.stores.folder import FolderStore
from beeldbrug.node.stores.rootkey import RootFile, root_file
from beeldbrug.node.stores.spool import FileSideSpools, FileSpool
from beeldbrug.node.stores.sql.database import open_vault
from beeldbrug.node.usecases.known import Known
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.trust import OwnOrganisation
from beeldbrug.sealed.certificates import read_certificates, verify_chain
from beeldbrug.sealed.keys import read_signing_key

if TYPE_CHECKING:
    from beeldbrug.node.protocols.hub.client import HttpHub


@dataclass(frozen=True)
class Base:
    """What every process and command of a node has in hand."""

    settings: NodeSettings
    own: OwnOrganisation
    roots: tuple[Certificate, ...]
    database: Database
    spool: Spool
    sides: SideSpools
    store: SegmentStore
    root_key: RootFile
    clock: Clock
    live: Live = field(init=False)
    """The settings in force: the file's, with those of the vault."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "live", Live(self.settings, self.database, self.own.ura))

    @property
    def sources(self) -> Sources:
        """For reading."""
        return Sources(self.database, (self.spool, self.sides), self.store, self.clock)


@contextmanager
def open_base(settings: NodeSettings) -> Iterator[Base]:
    """Open vault, spool and store; closed at the end. Raises Malformed, Unavailable or Denied with the remedy."""
    make_folder(settings.data)
    clock = SystemClock()
    own = own_organisation(settings)
    root_key = root_file(str(settings.root_key))
    database = open_vault(open_engine(settings.database_url), root_key.provide)
    try:
        yield Base(
            settings=settings,
            own=own,
            roots=pinned_roots(settings, own, clock),
            database=database,
            spool=FileSpool(settings.data / "spool", settings.reserve_bytes),
            sides=FileSideSpools(settings.data / "sides", settings.reserve_bytes),
            store=segment_store(settings),
            root_key=root_key,
            clock=clock,
        )
    finally:
        database.close()


def own_organisation(settings: NodeSettings) -> OwnOrganisation:
    """The organisation with its key and certificate. Raises Unavailable or Malformed."""
    section = settings.organisation
    chain = _read(section.certificate, "certificate")
    key = read_signing_key(_read(section.signing_key, "signing key"))
    return OwnOrganisation(section.ura, section.name, key, (chain.decode("ascii", "replace"),))


def connect_hub(base: Base) -> HttpHub:
    """The node's hub. Raises Unavailable ``no-hub`` when none is set."""
    return hub_client(base.settings, base.own, base.clock)


def hub_client(settings: NodeSettings, own: OwnOrganisation, clock: Clock) -> HttpHub:
    """As ``connect_hub``, without a vault."""
    section = settings.hub
    if section is None:
        raise Unavailable("no-hub", "No hub is set.", "Set [hub] url and roots in the node's settings.")
    from beeldbrug.kit import http
    from beeldbrug.node.protocols.hub.client import HttpHub

    trust = http.Trust(authority=section.authority) if section.authority else None
    return HttpHub(section.url, own.ura, own.signing_key, clock, trust)


def make_known(base: Base) -> Known:
    """Whom the hospital knows, by the settings in force."""

    def places() -> tuple[str, ...]:
        settings = base.live.now()
        return tuple(name for name in ("pacs", "worklist", "hl7") if getattr(settings, name) is not None)

    rule = base.settings.import_rule()
    return Known(base.database, base.own.ura, LivePacs(base.live), rule.issuer, places, rule.emergency_issuer)


def segment_store(settings: NodeSettings) -> SegmentStore:
    """Where closed segments lie."""
    if settings.store is None:
        return FolderStore(settings.data / "segments")
    from beeldbrug.node.stores.objects import open_objects

    options = {name: secret.get_secret_value() for name, secret in settings.store_options.items()}
    return open_objects(settings.store, **options)


def pinned_roots(settings: NodeSettings, own: OwnOrganisation, clock: Clock) -> tuple[Certificate, ...]:
    """Pinned roots; our own chain must end there too, or nobody will believe us."""
    file = settings.hub.roots if settings.hub is not None else settings.direct.roots if settings.direct else None
    if file is None and settings.direct is not None:
        raise Malformed(
            "direct-without-roots",
            "Without a hub nothing says whose certificates are believed.",
            "Set [direct] roots to the PEM file of the root certificates.",
        )
    if file is None:
        return ()
    roots = read_certificates(_read(file, "root certificates"))
    chain = [one for pem in own.certificate_chain for one in read_certificates(pem)]
    certified = verify_chain(chain, roots, clock.now(), own.ura)
    if certified.public_key != own.signing_key.public_key():
        raise Malformed(
            "certificate-of-other-key",
            "The certificate certifies another key than the signing key in the settings.",
            "Have the right request certified: `beeldbrug keys request`.",
        )
    return roots


def _read(path: Path, what: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Unavailable(
            "file-missing", f"The {what} cannot be read where the settings say.", "Correct the setting, or make it."
        ) from None
