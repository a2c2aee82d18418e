"""The door for senders: admits associations under a sending rule and feeds exchanges with what they bring.

Implements ``ports.reception``. A pack per association and series (pixel line) and per association and study (identity
line); an identity value that comes before its study is known gets a pack of its own, so that no key ever covers
another patient's values.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as CommitTimeout
from dataclasses import dataclass, field, replace
from uuid import uuid4

from beeldbrug.kit.log import get
from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import BeeldbrugError, Denied, Malformed, NotFound, Unavailable
from beeldbrug.model.exchange import Ground, Party, Purpose, Terms, Urgency
from beeldbrug.model.identity import InstanceIndex
from beeldbrug.node.policy.admission import rule_for
from beeldbrug.node.policy.rules import GeneralRule, RetrieveRule, SendingRule
from beeldbrug.node.ports.committing import CommitReport
from beeldbrug.node.ports.reception import Peer, StoreRequest
from beeldbrug.node.ports.records import AuditEvent, ExchangeRow, NewInstance
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.receive.arrival import InstanceArrival
from beeldbrug.node.usecases.receive.early import Early, announce, end_empty, forget
from beeldbrug.node.usecases.receive.keep import Feed, Kept, keep
from beeldbrug.node.usecases.receive.packing import OpenPack, Packing
from beeldbrug.node.usecases.receive.wanted import Wanted

ANNOUNCE_SECONDS = 5.0
"""Longest wait for a large instance to be made known while it streams; it may also become known later."""

GATHER_BYTES = 512 * 1024
"""Pixel bytes that are sealed, hashed and written together: a slice of a CT, rather than each of its fragments."""

SYNC_SECONDS = 60.0
"""A disk that takes longer to sync an instance counts as failed."""

PACKS_OPEN = 64
"""Packs that one association keeps open; the longest unused is closed first."""

log = get("receive")


@dataclass(frozen=True)
class Receiving:
    """``ports.reception.Reception``: one for the process. ``names`` maps organisations to their names."""

    database: Database
    packing: Packing
    rules: Sequence[SendingRule | GeneralRule]
    names: Mapping[str, str]
    process: str
    clock: Callable[[], float]
    home: str
    report: Callable[[CommitReport], None] | None = None
    """Takes what the own archive reports of storage commitment."""
    archive: Callable[[], tuple[str, str]] = lambda: ("", "")
    """AE titles of the own archive and of this node when it calls it."""

    def admit(self, peer: Peer) -> Session:
        """Admit under the called AE title's rule. Raises Denied, audited."""
        try:
            rule = rule_for(self.rules, peer.calling_ae, peer.called_ae, peer.address, peer.certificate)
        except Denied as error:
            if error.code != "called-ae-unknown" or not self.reports(peer):
                self._audit_refusal(peer, error)
                raise
            rule = RetrieveRule(peer.called_ae, self.home)
        feed = self._feed(rule, peer)
        return Session(self, feed, Wanted(feed) if isinstance(rule, RetrieveRule) else None)

    def reports(self, peer: Peer) -> bool:
        """Whether it is the own archive that calls this node back, with a report; it brings nothing in by that."""
        return bool(peer.calling_ae) and (peer.calling_ae, peer.called_ae) == self.archive()

    def feeding(self, exchange: ExchangeRow, peer: Peer) -> Session:
        """A session for what goes into one exchange that is there; nothing else is opened for it."""
        days = (exchange.expires - exchange.created) / 86400
        feed = Feed(exchange.organisation, exchange.rule, exchange.terms, days, uuid4().hex, self.process, peer)
        return Session(self, replace(feed, exchange=exchange.id))

    def open(self, rule: SendingRule | GeneralRule, peer: Peer, study: str = "") -> Session:
        """A session for what is sent under a rule by a person on this machine, or whoever has a token for it; no
        caller's rights are asked. ``study`` not empty: of that one alone."""
        return Session(self, self._feed(rule, peer), study=study)

    def _feed(self, rule: SendingRule | GeneralRule, peer: Peer) -> Feed:
        name = self.names.get(rule.organisation, "")
        if isinstance(rule, SendingRule):
            terms, days = rule.terms(name), rule.expires_days
        else:
            nobody = Party(rule.organisation, name), Party("")
            terms, days = Terms(*nobody, Purpose.TREATMENT, Ground.REFERRAL, Urgency.ROUTINE), 30.0
        return Feed(rule.organisation, rule.ae_title, terms, days, uuid4().hex, self.process, peer)

    def _audit_refusal(self, peer: Peer, error: Denied) -> None:
        details: dict[str, str | int | float | bool] = {"called_ae": peer.called_ae, "address": peer.address}
        event = AuditEvent(
            self.home, "associate", "E", error.code, actor=peer.calling_ae, details=details, at=self.clock()
        )
        self.database.submit(lambda tx: tx.audit.append(event))
        log.warning("association refused", code=error.code, address=peer.address)


@dataclass
class Session:
    """``ports.reception.ReceptionSession``: one association; used from its one thread."""

    receiving: Receiving
    feed: Feed
    wanted: Wanted | None = None
    """What was asked for, where nothing else may come in."""
    study: str = ""
    """The one study that may come in; empty is any."""
    _packs: OrderedDict[tuple[str, ...], OpenPack] = field(default_factory=OrderedDict)
    _studies: dict[str, Counter[str]] = field(default_factory=dict)
    _refusals: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _early: dict[bytes, Early] = field(default_factory=dict)
    _announced: set[str] = field(default_factory=set)
    _gathering: memoryview = field(default_factory=lambda: memoryview(bytearray(GATHER_BYTES)))
    """Of all pixel packs: pixel data of an association come one after the other."""
    exchanges: dict[str, str] = field(default_factory=dict)
    """Exchange that was fed last, by study."""

    def __post_init__(self) -> None:
        self.organisation = self.feed.organisation

    def begin(self, request: StoreRequest) -> InstanceArrival:
        """Start one instance."""
        return InstanceArrival(self, request)

    def begin_file(self) -> InstanceArrival:
        """Start one file; it is kept byte for byte, file meta information included."""
        return InstanceArrival(self, None)

    def echo(self) -> None:
        """Nothing to keep of a C-ECHO."""

    def committed(self, report: CommitReport) -> None:
        """The archive reports. Raises NotFound ``commitment-unknown``."""
        if self.receiving.report is None:
            raise NotFound("commitment-unknown", "Nothing was asked under this transaction UID.")
        self.receiving.report(report)

    def end(self, clean: bool) -> None:
        """Close the packs, end the association's part in its exchanges, audit the counts."""
        for pack in self._packs.values():
            try:
                self.receiving.packing.release(pack)
            except BeeldbrugError as error:  # disk full: start-up or the clock closes the segment later
                log.warning("pack not closed", code=error.code)
        self._packs.clear()
        if self._studies or self._refusals or self._early:
            self.receiving.database.submit(lambda tx: self._note_end(tx, clean))

    def now(self) -> float:
        """POSIX seconds."""
        return self.receiving.clock()

    def pack_for(self, line: Line, index: InstanceIndex | None) -> OpenPack:
        """The pack that values of this line go to."""
        if index is None:
            return self._fresh((line, "", uuid4().hex), line)
        key = (line, index.study_uid, index.series_uid if line is Line.PIXEL else "")
        pack = self._packs.get(key)
        if pack is None:
            return self._fresh(key, line)
        self._packs.move_to_end(key)
        return pack

    def _fresh(self, key: tuple[str, ...], line: Line) -> OpenPack:
        while len(self._packs) >= PACKS_OPEN:
            _, oldest = self._packs.popitem(last=False)
            self.receiving.packing.release(oldest)
        gathering = self._gathering if line is Line.PIXEL else None
        pack = self._packs[key] = self.receiving.packing.open(self.feed.organisation, line, gathering)
        return pack

    def announce(self, early: NewInstance, packs: Sequence[OpenPack]) -> None:
        """Make an instance known whose bulk is still coming in, if that can be done at once. Never raises."""
        study_uid = early.index.study_uid
        first = study_uid not in self._studies
        rows = [pack.row for pack in packs]
        now = self.now()
        self._early[early.hash] = _found_by(early)
        try:
            before = [pack.need() for pack in packs]
            future = self.receiving.database.submit(
                lambda tx: announce(tx, self._feed_for(tx, early.index), early, rows, first, now)
            )
            kept = future.result(ANNOUNCE_SECONDS)
        except (BeeldbrugError, CommitTimeout) as error:  # it is kept all the same, or refused, when it is whole
            log.info("instance not announced", code=getattr(error, "code", "commit-timeout"))
            return
        if kept is None:
            _set_back(packs, before)
            return
        self._studies.setdefault(study_uid, Counter())
        self._announced.add(kept.exchange)
        for pack in packs:
            pack.exchange, pack.urgency, pack.kept = kept.exchange, kept.urgency, True

    def check(self, index: InstanceIndex) -> None:
        """Whether it may come in. Raises Denied ``not-asked-for``, Malformed ``stow-study-differs``."""
        check_study(index, self.study)
        if self.wanted is not None:
            with self.receiving.database.read() as tx:
                self.wanted.feed_for(tx, index)

    def _feed_for(self, tx: Transaction, index: InstanceIndex) -> Feed:
        return self.feed if self.wanted is None else self.wanted.feed_for(tx, index)

    def forget(self, early: NewInstance) -> None:
        """What was announced will not come in whole. Never raises."""
        found, now = _found_by(early), self.now()
        try:
            self.receiving.database.submit(lambda tx: forget(tx, found, now))
        except BeeldbrugError as error:  # the end of the association, or the next start, makes up for it
            log.warning("instance not forgotten", code=error.code)

    def keep(self, new: NewInstance, packs: Sequence[OpenPack], early: NewInstance | None = None) -> None:
        """Sync what was sealed, commit the instance; returns when both are durable. Raises Unavailable.

        The disk syncs while the transaction is prepared; the commit waits for it, so that no row ever names bytes that
        a power cut could take.
        """
        before = [pack.need() for pack in packs]
        syncing = [future for pack in packs for future in pack.sync()]
        first = new.index.study_uid not in self._studies
        lengths = [*grown(new)]
        rows = [pack.row for pack in packs if not pack.kept]
        now = self.now()
        announced = b"" if early is None else early.hash

        def deed(tx: Transaction) -> Kept:
            kept = keep(tx, self._feed_for(tx, new.index), new, rows, lengths, first, now, announced)
            await_syncs(syncing)
            return kept

        kept = self.receiving.database.run(deed)
        if early is not None:
            self._early.pop(early.hash, None)
        self.exchanges[new.index.study_uid] = kept.exchange
        counts = self._studies.setdefault(new.index.study_uid, Counter())
        counts["instances"] += 1
        counts["duplicates"] += kept.duplicate
        counts["bytes"] += new.size
        if kept.duplicate:  # the instance lies where it lay before
            _set_back(packs, before)
            return
        for pack in packs:
            pack.exchange, pack.urgency, pack.kept = kept.exchange, kept.urgency, True

    def refused(self, error: BeeldbrugError) -> None:
        """Count a refusal for the audit at the end of the association."""
        self._refusals[error.code] += 1
        log.warning("instance refused", code=error.code, remedy=error.remedy)

    def _note_end(self, tx: Transaction, clean: bool) -> None:
        now = self.now()
        for early in self._early.values():
            forget(tx, early, now)
        tx.exchanges.association_ended(self.feed.association, now)
        end_empty(tx, self.organisation, sorted(self._announced), now)
        for study_uid, counts in self._studies.items():
            self._audit(tx, study_uid, "success" if clean else "aborted", dict(counts), now)
        if self._refusals:
            self._audit(tx, "", "refused", dict(self._refusals), now)

    def _audit(self, tx: Transaction, study_uid: str, outcome: str, counts: Mapping[str, int], now: float) -> None:
        tx.audit.append(
            AuditEvent(
                organisation=self.feed.organisation,
                event="received",
                action="C",
                outcome=outcome,
                actor=self.feed.peer.calling_ae,
                responsible=self.feed.terms.responsible,
                study_uid=study_uid,
                details=dict(counts),
                at=now,
            )
        )


def check_study(index: InstanceIndex, study: str) -> None:
    """Whether it is of this study; an empty one is any. Raises Malformed ``stow-study-differs``."""
    if study and index.study_uid != study:
        raise Malformed(
            "stow-study-differs",
            "An instance is of another study than the request is for.",
            "Store it in its own study.",
        )


def await_syncs(syncing: Sequence[Future[None]]) -> None:
    """Return when all bytes are on the disk. Raises Unavailable."""
    done, late = wait(syncing, SYNC_SECONDS)
    if late:
        raise Unavailable("disk-slow", "The disk does not write what it was given in time.", "Check the data disk.")
    for future in done:
        future.result()


def _set_back(packs: Sequence[OpenPack], needed: Sequence[bool]) -> None:
    for pack, before in zip(packs, needed, strict=True):
        pack.needed = before


def _found_by(early: NewInstance) -> Early:
    return Early(early.organisation, early.index.instance_uid, early.hash)


def grown(new: NewInstance) -> list[tuple[str, int, int]]:
    """(pack, segment, length) up to which this instance needs each segment."""
    ends: dict[tuple[str, int], int] = {}
    places = [place for bulk in new.bulks for place in (bulk.place, bulk.frames) if place is not None]
    for place in [*places, *([new.header_place] if new.header_place else [])]:
        for extent in place.extents:
            key = (place.pack, extent.segment)
            ends[key] = max(ends.get(key, 0), extent.offset + extent.length)
    return [(pack, number, length) for (pack, number), length in ends.items()]
