"""The vault on SQLite or PostgreSQL: one Transaction over all stores, and the Database that gives it (ports.vault).

``read`` is one consistent view, ``write`` one transaction, ``submit`` a share in a group commit. Migrating is
``schema.upgrade``; ``open_vault`` refuses a schema of another version and a
root key that is not this vault's. It never writes identity or values into an error.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, text

from beeldbrug.kit.group_commit import GroupCommit
from beeldbrug.kit.sql import reading, scrub, writing
from beeldbrug.model.errors import Denied
from beeldbrug.node.ports import accounts as account_ports
from beeldbrug.node.ports import administration as administration_ports
from beeldbrug.node.ports import committing as committing_ports
from beeldbrug.node.ports import consult as consult_ports
from beeldbrug.node.ports import exchanges as exchange_ports
from beeldbrug.node.ports import image_requests as image_request_ports
from beeldbrug.node.ports import importing as importing_ports
from beeldbrug.node.ports import listing
from beeldbrug.node.ports import ordering as ordering_ports
from beeldbrug.node.ports import own_patients as own_patient_ports
from beeldbrug.node.ports import partners as partner_ports
from beeldbrug.node.ports import rekeying as rekeying_ports
from beeldbrug.node.ports import report_delivery as report_delivery_ports
from beeldbrug.node.ports import report_documents as report_documents_ports
from beeldbrug.node.ports import reports as report_ports
from beeldbrug.node.ports import saved as saved_ports
from beeldbrug.node.ports import sender_rejections as sender_rejection_ports
from beeldbrug.node.ports import sending as sending_ports
from beeldbrug.node.ports import traffic as traffic_ports
from beeldbrug.node.ports import upload_requests as request_ports
from beeldbrug.node.ports import uploads as upload_ports
from beeldbrug.node.ports import vault as ports
from beeldbrug.node.ports import waking as waking_ports
from beeldbrug.node.ports import ways as way_ports
from beeldbrug.node.stores.schema.upgrade import check_schema
from beeldbrug.node.stores.sql.accounts import SqlAccounts, SqlFactors
from beeldbrug.node.stores.sql.addresses import SqlAddresses
from beeldbrug.node.stores.sql.administration import SqlDepartments, SqlQueue, SqlSettings
from beeldbrug.node.stores.sql.alerts import SqlAlerts
from beeldbrug.node.stores.sql.audit import SqlAudit
from beeldbrug.node.stores.sql.bsn_quality import SqlBsnQuality
from beeldbrug.node.stores.sql.commitments import SqlCommitments, SqlRejections
from beeldbrug.node.stores.sql.consult import SqlAnswers, SqlLiveSecrets, SqlShares
from beeldbrug.node.stores.sql.contacts import SqlContacts
from beeldbrug.node.stores.sql.exchanges import SqlExchanges
from beeldbrug.node.stores.sql.facts import SqlFacts
from beeldbrug.node.stores.sql.figures import SqlFigures
from beeldbrug.node.stores.sql.gatherings import SqlGatherings
from beeldbrug.node.stores.sql.image_requests import SqlImageRequests
from beeldbrug.node.stores.sql.importing import SqlClaims, SqlPlans, SqlUndoneImports
from beeldbrug.node.stores.sql.imports import SqlImports
from beeldbrug.node.stores.sql.instances import SqlInstances
from beeldbrug.node.stores.sql.keys import SqlKeys
from beeldbrug.node.stores.sql.listings import SqlListings
from beeldbrug.node.stores.sql.made_orders import SqlMadeOrders
from beeldbrug.node.stores.sql.own_patients import SqlOwnPatients
from beeldbrug.node.stores.sql.packs import SqlPacks
from beeldbrug.node.stores.sql.parcels import SqlParcels
from beeldbrug.node.stores.sql.partners import SqlDeliveries, SqlPartners
from beeldbrug.node.stores.sql.rekeyings import SqlRekeyings
from beeldbrug.node.stores.sql.report_deliveries import SqlReportDeliveries
from beeldbrug.node.stores.sql.report_documents import SqlReportDocuments
from beeldbrug.node.stores.sql.reports import SqlReports
from beeldbrug.node.stores.sql.rosters import SqlRosters
from beeldbrug.node.stores.sql.saved import SqlSaved
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.sender_rejections import SqlSenderRejections
from beeldbrug.node.stores.sql.sessions import SqlSessions
from beeldbrug.node.stores.sql.statements import Statements, in_tree, run_in_tree
from beeldbrug.node.stores.sql.tokens import SqlTokens
from beeldbrug.node.stores.sql.traffic import SqlTraffics
from beeldbrug.node.stores.sql.upload_requests import SqlUploadRequests
from beeldbrug.node.stores.sql.uploads import SqlUploads
from beeldbrug.node.stores.sql.wakings import SqlWakings
from beeldbrug.node.stores.sql.ways import SqlParcelWays
from beeldbrug.node.stores.sql.work import SqlWork
from beeldbrug.sealed.opening.vault import VaultRoot

T = TypeVar("T")

ROOT_FACT = "vault.root-key"
"""Fact of no organisation: the id of the root key that this vault is sealed under."""

# SQLite: changes when another connection commits, and the one that asks never does. PostgreSQL: a snapshot changes
# exactly when a commit becomes visible, and an old one never comes back.
_VERSION = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}

_ONE_VIEW = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


class VaultTransaction:
    """All stores over one transaction; each is made when it is first asked for."""

    def __init__(self, connection: Connection, seal: Sealing) -> None:
        self.connection = connection
        self._sql = Statements(connection)
        self._seal = seal

    @cached_property
    def instances(self) -> ports.Instances:
        """Studies, series, instances."""
        return SqlInstances(self._sql, self._seal)

    @cached_property
    def packs(self) -> ports.Packs:
        """Packs, keys, segments."""
        return SqlPacks(self._sql, self._seal)

    @cached_property
    def exchanges(self) -> exchange_ports.Exchanges:
        """Exchanges and members."""
        return SqlExchanges(self._sql, self._seal)

    @cached_property
    def parcels(self) -> ports.Parcels:
        """Parts and segments under way."""
        return SqlParcels(self._sql)

    @cached_property
    def imports(self) -> ports.Imports:
        """On the way into the PACS."""
        return SqlImports(self._sql, self._seal)

    @cached_property
    def plans(self) -> importing_ports.Plans:
        """What was decided about imports."""
        return SqlPlans(self._sql, self._seal)

    @cached_property
    def claims(self) -> importing_ports.Claims:
        """Who decides about what."""
        return SqlClaims(self._sql)

    @cached_property
    def undone(self) -> importing_ports.UndoneImports:
        """Imports that were undone."""
        return SqlUndoneImports(self._sql, self._seal)

    @cached_property
    def made_orders(self) -> ordering_ports.MadeOrders:
        """Orders that the node made."""
        return SqlMadeOrders(self._sql, self._seal)

    @cached_property
    def rekeyings(self) -> rekeying_ports.Rekeyings:
        """Imports under emergency numbers."""
        return SqlRekeyings(self._sql, self._seal)

    @cached_property
    def sender_rejections(self) -> sender_rejection_ports.SenderRejections:
        """What senders took back."""
        return SqlSenderRejections(self._sql)

    @cached_property
    def commitments(self) -> committing_ports.Commitments:
        """What the PACS was asked to keep."""
        return SqlCommitments(self._sql)

    @cached_property
    def rejections(self) -> committing_ports.Rejections:
        """What the PACS was told to hide."""
        return SqlRejections(self._sql, self._seal)

    @cached_property
    def keys(self) -> ports.Keys:
        """Transport keys and statements."""
        return SqlKeys(self._sql, self._seal)

    @cached_property
    def audit(self) -> ports.Audit:
        """The audit trail."""
        return SqlAudit(self._sql, self._seal)

    @cached_property
    def alerts(self) -> ports.Alerts:
        """What humans must know."""
        return SqlAlerts(self._sql)

    @cached_property
    def work(self) -> ports.Work:
        """The outbox."""
        return SqlWork(self._sql)

    @cached_property
    def tokens(self) -> ports.Tokens:
        """Bearer tokens."""
        return SqlTokens(self._sql)

    @cached_property
    def facts(self) -> ports.Facts:
        """Small facts."""
        return SqlFacts(self._sql)

    @cached_property
    def listings(self) -> listing.Listings:
        """Exchanges as people read them."""
        return SqlListings(self._sql, SqlExchanges(self._sql, self._seal))

    @cached_property
    def accounts(self) -> account_ports.Accounts:
        """Who can sign in."""
        return SqlAccounts(self._sql, self._seal)

    @cached_property
    def factors(self) -> account_ports.Factors:
        """Second factors."""
        return SqlFactors(self._sql, self._seal)

    @cached_property
    def sessions(self) -> account_ports.Sessions:
        """Sessions and one-time tickets."""
        return SqlSessions(self._sql, self._seal)

    @cached_property
    def rosters(self) -> waking_ports.Rosters:
        """Who is on call."""
        return SqlRosters(self._sql)

    @cached_property
    def wakings(self) -> waking_ports.Wakings:
        """What people are needed for, and who was told."""
        return SqlWakings(self._sql)

    @cached_property
    def contacts(self) -> waking_ports.Contacts:
        """Where people are reached."""
        return SqlContacts(self._sql, self._seal)

    @cached_property
    def answers(self) -> consult_ports.Answers:
        """What receivers answered."""
        return SqlAnswers(self._sql, self._seal)

    @cached_property
    def live_secrets(self) -> consult_ports.LiveSecrets:
        """Secrets of live channels."""
        return SqlLiveSecrets(self._sql, self._seal)

    @cached_property
    def shares(self) -> consult_ports.Shares:
        """Shared views inside the organisation."""
        return SqlShares(self._sql)

    @cached_property
    def image_requests(self) -> image_request_ports.ImageRequests:
        """What receivers miss."""
        return SqlImageRequests(self._sql, self._seal)

    @cached_property
    def gatherings(self) -> sending_ports.Gatherings:
        """Studies on their way into exchanges."""
        return SqlGatherings(self._sql, self._seal)

    @cached_property
    def addresses(self) -> sending_ports.Addresses:
        """The own part of the address book."""
        return SqlAddresses(self._sql)

    @cached_property
    def saved(self) -> saved_ports.Saved:
        """What people saved beside studies."""
        return SqlSaved(self._sql, self._seal)

    @cached_property
    def own_patients(self) -> own_patient_ports.OwnPatients:
        """The hospital's own patients."""
        return SqlOwnPatients(self._sql, self._seal)

    @cached_property
    def traffics(self) -> traffic_ports.Traffics:
        """How much came from whom."""
        return SqlTraffics(self._sql)

    @cached_property
    def ways(self) -> way_ports.ParcelWays:
        """Which ways parcels went."""
        return SqlParcelWays(self._sql)

    @cached_property
    def partners(self) -> partner_ports.Partners:
        """Partners that no hub knows."""
        return SqlPartners(self._sql)

    @cached_property
    def deliveries(self) -> partner_ports.Deliveries:
        """What partners have taken."""
        return SqlDeliveries(self._sql)

    @cached_property
    def uploads(self) -> upload_ports.Uploads:
        """What people bring by browser."""
        return SqlUploads(self._sql, self._seal)

    @cached_property
    def upload_requests(self) -> request_ports.UploadRequests:
        """What outsiders are asked for."""
        return SqlUploadRequests(self._sql, self._seal)

    @cached_property
    def reports(self) -> report_ports.Reports:
        """Reports and their versions."""
        return SqlReports(self._sql, self._seal)

    @cached_property
    def report_deliveries(self) -> report_delivery_ports.ReportDeliveries:
        """Reports that are given on."""
        return SqlReportDeliveries(self._sql, self._seal)

    @cached_property
    def report_documents(self) -> report_documents_ports.ReportDocuments:
        """Which documents the versions of reports are."""
        return SqlReportDocuments(self._sql, self._seal)

    @cached_property
    def settings(self) -> administration_ports.Settings:
        """Settings kept in the vault."""
        return SqlSettings(self._sql)

    @cached_property
    def departments(self) -> administration_ports.Departments:
        """The organisation's departments."""
        return SqlDepartments(self._sql)

    @cached_property
    def queue(self) -> administration_ports.Queue:
        """The outbox as an operator reads it."""
        return SqlQueue(self._sql)

    @cached_property
    def figures(self) -> administration_ports.Figures:
        """Figures without identity."""
        return SqlFigures(self._sql)

    @cached_property
    def bsn_quality(self) -> administration_ports.BsnQuality:
        """Where the BSN of arrivals was found."""
        return SqlBsnQuality(self._sql)


class Vault:
    """ports.vault.Database; thread-safe, one for a process, made after it started (not across a fork)."""

    def __init__(self, engine: Engine, root: VaultRoot) -> None:
        self.engine = engine
        self.seal = Sealing(root)
        self._lock = threading.Lock()
        self._commits: GroupCommit | None = None
        self._watch: Any = None

    @contextmanager
    def read(self) -> Iterator[VaultTransaction]:
        """One consistent view; what is written in it is lost."""
        with in_tree(), reading(self.engine) as connection, connection.begin() as view:
            if connection.dialect.name == "postgresql":
                connection.execute(text(_ONE_VIEW))
            try:
                yield VaultTransaction(connection, self.seal)
            finally:
                view.rollback()

    @contextmanager
    def write(self) -> Iterator[VaultTransaction]:
        """Committed and durable when the block ends without error."""
        with in_tree(), writing(self.engine) as connection:
            yield VaultTransaction(connection, self.seal)

    def submit(self, deed: Callable[[ports.Transaction], T]) -> Future[T]:
        """Run the deed in the next group commit; it may run twice, and must do nothing but use the transaction."""
        return self._group().submit(self._work(deed))

    def run(self, deed: Callable[[ports.Transaction], T]) -> T:
        """As ``submit``, and wait; quicker when nobody else is committing. Raises Unavailable ``commit-timeout``."""
        return self._group().run(self._work(deed))

    def version(self) -> int:
        """A number that changes when any process committed; SQLite 10, PostgreSQL 100 microseconds."""
        with self._lock, in_tree():
            if self._watch is None:
                self._watch = self._watching()
            try:
                found = self._watch.driver_connection.execute(_VERSION[self.engine.dialect.name]).fetchone()[0]
            except BaseException:
                self._watch.invalidate()  # the server went; the next call asks anew
                self._watch = None
                raise
        if isinstance(found, int):
            return found
        return int.from_bytes(hashlib.sha256(str(found).encode()).digest()[:7], "big")

    def scrub(self) -> bool:
        """What was deleted leaves the database's files as well; False when it must be asked again."""
        with in_tree():
            return scrub(self.engine)

    def close(self) -> None:
        """Commit what was submitted, then close all connections."""
        with self._lock:
            if self._commits is not None:
                self._commits.close()
            if self._watch is not None:
                self._watch.invalidate()
                self._watch = None
        self.engine.dispose()

    def _watching(self) -> Any:
        """A connection that only ever asks, outside any transaction."""
        watch = self.engine.raw_connection()
        if self.engine.dialect.name == "postgresql":
            driver: Any = watch.driver_connection
            driver.autocommit = True
        return watch

    def _work(self, deed: Callable[[ports.Transaction], T]) -> Callable[[Connection], T]:
        return lambda connection: run_in_tree(lambda: deed(VaultTransaction(connection, self.seal)))

    def _group(self) -> GroupCommit:
        with self._lock:
            if self._commits is None:
                self._commits = GroupCommit(self.engine, name="vault-commit")
            return self._commits


def open_vault(engine: Engine, provide: Callable[[str | None], VaultRoot]) -> Vault:
    """The vault in a migrated database. ``provide`` gets the id of the vault's root key, None for a new vault.

    Raises Unavailable ``schema-older``, ``schema-newer``, Denied ``root-key-wrong``, and what ``provide`` raises.
    """
    check_schema(engine)
    with in_tree(), reading(engine) as connection, connection.begin():
        expected = SqlFacts(Statements(connection)).get("", ROOT_FACT)
    root = provide(expected)
    if expected is not None and root.key_id != expected:
        raise Denied(
            "root-key-wrong",
            "The root key is not the one that this vault is sealed under.",
            "Point the setting to the right key, or restore it from its backup: beeldbrug keys restore.",
        )
    vault = Vault(engine, root)
    if expected is None:
        with vault.write() as transaction:
            transaction.facts.set("", ROOT_FACT, root.key_id)
    return vault
