"""Take in what partners brought by SFTP or STOW-RS, when they are done with it; the work ``drop``, one a partner.

What lies there is whole when every file was closed properly and nothing has changed for a while: then each study
becomes an arrival of its own, by that route, of whichever patient its headers name. One upload may hold many
patients; the studies of one are never put with those of another. Where an upload broke off nothing is taken until the
partner goes on, or for so long that he will not. What cannot be taken whole, and what is no image, is put aside, and a
human is told; nothing waits unseen, and nothing is thrown away but what is in an arrival. After a kill what was
gathered is taken once more, which does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.model.exchange import Ground, Route
from beeldbrug.node.policy.carrying import ENCRYPTED, TRUNCATED
from beeldbrug.node.ports.carrier import Carrier
from beeldbrug.node.ports.drop import Batch, Batches, Group
from beeldbrug.node.ports.records import AlertRow, AuditEvent
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.intake.listing import Listing, list_carrier
from beeldbrug.node.usecases.intake.look import Kind
from beeldbrug.node.usecases.intake.take import Brought, Taken, take_in
from beeldbrug.node.usecases.receive.session import Receiving

ASIDE = "drop-aside"
TEXTS = (
    "Iets dat een partner via SFTP of STOW bracht is niet of niet helemaal ingelezen en ligt apart.",
    "Something that a partner brought by SFTP or STOW was not taken in, or not all of it, and lies aside.",
    "Bekijk het met `beeldbrug sftp list`; vraag de partner het opnieuw te sturen, of neem wat er is.",
    "See `beeldbrug sftp list`; ask the partner to send it again, or take what there is.",
)

INCOMPLETE, NO_IMAGE, NOTHING = "drop-incomplete", "drop-not-images", "drop-empty"

_NO_LOSS = frozenset({Kind.DICOMDIR, Kind.EMPTY})
"""What is no instance, and that nobody misses."""

log = get("intake")


@dataclass(frozen=True, slots=True)
class Partner:
    """Who brings: account, name as the desk sees it, URA where known, and the ground on which he sends."""

    account: str
    name: str
    organisation: str
    ground: Ground
    batches: Batches
    route: Route = Route.SFTP
    quiet: float | None = None
    """Seconds without any change before something is taken; None is as for all."""


@dataclass
class DropStep:
    """The work ``drop`` of one organisation. ``quiet``, ``abandoned`` and ``every`` are seconds: without any change
    before something is taken, before an upload that broke off counts as given up, and from one look to the next."""

    organisation: str
    name: str
    database: Database
    partners: Mapping[str, Partner]
    receiving: Callable[[], AbstractContextManager[Receiving]]
    clock: Callable[[], float]
    quiet: float = 30.0
    abandoned: float = 3600.0
    every: float = 2.0
    _seen: dict[tuple[str, str], tuple[Group, float]] = field(default_factory=dict)

    def step(self, subject: str) -> float | None:
        """One look at one partner's place. Raises Unavailable when it, the vault or its disk is away."""
        partner = self.partners.get(subject)
        if partner is None:  # no longer in the settings; what lies there stays
            return None
        self._gather(partner)
        for batch in partner.batches.batches():
            self._take(partner, batch)
        self._tell()
        return self.every

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """Nothing to note beyond a log line; the next look comes."""
        log.error("drop not taken", code=error.code)
        return self.every

    def _gather(self, partner: Partner) -> None:
        now, groups = self.clock(), partner.batches.groups()
        before = {key: seen for key, seen in self._seen.items() if key[0] == partner.account}
        for key in before:
            del self._seen[key]
        for group in groups:
            key = (partner.account, group.key)
            known = before.get(key)
            since = known[1] if known is not None and known[0] == group and known[1] <= now else now
            self._seen[key] = (group, since)
            waited = max(now - since, now - group.newest) if group.unfinished else now - since
            quiet = self.quiet if partner.quiet is None else partner.quiet
            if waited >= (self.abandoned if group.unfinished else quiet) and partner.batches.gather(group):
                del self._seen[key]

    def _take(self, partner: Partner, batch: Batch) -> None:
        try:
            code, taken = self._taken(partner, batch)
        except BeeldbrugError as error:
            if isinstance(error, Unavailable) and error.code != "carrier-unreadable":
                raise
            code, taken = error.code, []
        if not code:
            partner.batches.done(batch)
            return
        partner.batches.put_aside(batch, code, taken)
        log.warning("drop put aside", code=code, partner=partner.account)
        event = AuditEvent(self.organisation, "drop-refused", "E", code, actor=partner.account, at=self.clock())
        with self.database.write() as tx:
            tx.audit.append(event)

    def _taken(self, partner: Partner, batch: Batch) -> tuple[str, list[str]]:
        with partner.batches.open(batch) as carrier, self.receiving() as receiving:
            outcome = take_batch(receiving, carrier, batch, brought_by(partner, self.organisation, self.name, batch))
        log.info("drop taken", count=outcome.instances, partner=partner.account)
        return outcome.code, outcome.taken

    def _tell(self) -> None:
        """The alert stands as long as something lies aside."""
        aside = any(partner.batches.aside() for partner in self.partners.values())
        with self.database.read() as tx:
            told = any(one.code == ASIDE for one in tx.alerts.open(self.organisation))
        if aside == told:
            return
        with self.database.write() as tx:
            if aside:
                tx.alerts.raise_(AlertRow(0, self.organisation, "", ASIDE, *TEXTS, raised=self.clock()))
            else:
                tx.alerts.clear(self.organisation, "", ASIDE, self.clock())


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a batch: the code of why (the rest of) it lies aside, or none; names of what is in an arrival."""

    code: str
    taken: list[str]
    instances: int
    exchanges: tuple[str, ...]


def brought_by(partner: Partner, organisation: str, name: str, batch: Batch, partly: bool = False) -> Brought:
    """Who brought it, as the arrivals say."""
    return Brought(
        organisation,
        name,
        partner.account,
        partner.name,
        batch.label,
        partly,
        partner.route,
        partner.organisation,
        partner.ground,
    )


def take_batch(receiving: Receiving, carrier: Carrier, batch: Batch, brought: Brought) -> Outcome:
    """Take in each study of a batch, whoever they are of; nothing of a patient of whom something is known to be
    missing, unless ``partly``. Raises as ``take_in``."""
    listing = list_carrier(carrier)
    for number in range(batch.unfinished):  # of which study, only its sender knows
        listing.note(TRUNCATED.code, str(number))
    done = []
    for one in listing.patients:
        studies = [study for study in one.studies.values() if study.instances]
        lacking = listing.unknown_lacking() + sum(study.lacking for study in one.studies.values())
        if studies and (brought.partly or not lacking):
            done.append(take_in(receiving, carrier, listing, one.patient, studies, brought))
    exchanges = tuple(exchange for one in done for exchange in one.exchanges.values())
    code = _code(listing, done, brought.partly)
    return Outcome(code, _names(listing, code), sum(one.instances for one in done), exchanges)


def _code(listing: Listing, done: list[Taken], partly: bool) -> str:
    if ENCRYPTED.code in listing.findings:
        return ENCRYPTED.code
    if not all(one.verified for one in done) or (listing.lacking and not partly):
        return INCOMPLETE
    if not done:
        return NOTHING
    return NO_IMAGE if any(count for kind, count in listing.others.items() if kind not in _NO_LOSS) else ""


def _names(listing: Listing, code: str) -> list[str]:
    """Of what need not lie aside any more."""
    studies = [study for one in listing.patients for study in one.studies.values()] if code == NO_IMAGE else []
    return [entry.name for study in studies for series in study.series.values() for entry, _ in series.files]
