"""The study of a carrier on its way into its exchange: cut, sealed and kept like what comes by DICOM (guarantee 1).

Implements ``receive.arrival.Keeper``. Everything belongs to the exchange alone (its origin), and nothing is sent on. An
exchange that was refused or has expired meanwhile takes nothing more. Nobody waits for the single instance, so commits
are shared by as many as come in while the disk is busy; ``settle`` says when all are durable.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as CommitTimeout
from dataclasses import dataclass, field, replace
from uuid import uuid4

from beeldbrug.kit.log import get
from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import BeeldbrugError, Conflict, Unavailable
from beeldbrug.model.exchange import State
from beeldbrug.model.identity import InstanceIndex
from beeldbrug.node.ports.records import InstanceState, NewInstance
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.receive.arrival import InstanceArrival
from beeldbrug.node.usecases.receive.packing import OpenPack
from beeldbrug.node.usecases.receive.session import (
    GATHER_BYTES,
    PACKS_OPEN,
    SYNC_SECONDS,
    Receiving,
    await_syncs,
    grown,
)

AT_ONCE = 24
"""Instances whose commit may be under way at once."""

log = get("intake")


@dataclass
class StudyIntake:
    """One study being taken in; used from one thread."""

    receiving: Receiving
    organisation: str
    exchange: str
    study_uid: str
    _packs: OrderedDict[tuple[str, ...], OpenPack] = field(default_factory=OrderedDict)
    _let_go: list[OpenPack] = field(default_factory=list)
    """Packs that were closed to make room for others."""
    _gathering: memoryview = field(default_factory=lambda: memoryview(bytearray(GATHER_BYTES)))
    _pending: deque[tuple[Future[None], Sequence[OpenPack]]] = field(default_factory=deque)
    """Instances whose commit is under way."""
    _expected: str = ""
    _ended: bool = False

    def begin(self, instance_uid: str) -> InstanceArrival:
        """Start the file of this instance."""
        self._expected = instance_uid
        return InstanceArrival(self, None)

    def end(self) -> None:
        """Close the packs; what lies in them for an exchange that has ended goes."""
        wait([future for future, _ in self._pending], SYNC_SECONDS)
        packs = [*self._packs.values(), *(self._let_go if self._ended else ())]
        for pack in packs:
            if self._ended:
                pack.needed = False
            try:
                self.receiving.packing.release(pack)
            except BeeldbrugError as error:  # disk full: start-up or the clock closes the segment later
                log.warning("pack not closed", code=error.code)
        self._packs.clear()

    def now(self) -> float:
        """POSIX seconds."""
        return self.receiving.clock()

    def pack_for(self, line: Line, index: InstanceIndex | None) -> OpenPack:
        """The pack that values of this line go to; one of its own for what comes before its study is known."""
        if index is None:
            key: tuple[str, ...] = (line, "", uuid4().hex)
        else:
            key = (line, index.series_uid if line is Line.PIXEL else "")
        pack = self._packs.get(key)
        if pack is not None:
            self._packs.move_to_end(key)
            return pack
        while len(self._packs) >= PACKS_OPEN:
            _, oldest = self._packs.popitem(last=False)
            self.receiving.packing.release(oldest)
            self._let_go.append(oldest)
        gathering = self._gathering if line is Line.PIXEL else None
        pack = self._packs[key] = self.receiving.packing.open(self.organisation, line, gathering, self.exchange)
        return pack

    def announce(self, early: NewInstance, packs: Sequence[OpenPack]) -> None:
        """Nobody waits for the beginning of a file."""

    def check(self, index: InstanceIndex) -> None:
        """Whether it is what was listed. Raises Conflict ``carrier-changed``."""
        if (index.study_uid, index.instance_uid) != (self.study_uid, self._expected):
            raise Conflict(
                "carrier-changed",
                "A file holds another image now than when the list was made.",
                "List the disc or folder again; nothing may write in it meanwhile.",
            )

    def keep(self, new: NewInstance, packs: Sequence[OpenPack], early: NewInstance | None = None) -> None:
        """Sync what was sealed and commit the instance, in a while. Raises Unavailable and Conflict, also of those
        before it."""
        for pack in packs:
            pack.need()
        syncing = [future for pack in packs for future in pack.sync()]
        verified = replace(new, origin=self.exchange, state=InstanceState.VERIFIED)
        lengths = grown(new)

        def deed(tx: Transaction) -> None:
            self._add(tx, verified, packs, lengths)
            await_syncs(syncing)

        self._pending.append((self.receiving.database.submit(deed), tuple(packs)))
        while len(self._pending) > AT_ONCE:
            self._await_first()

    def settle(self) -> None:
        """Return when all that was kept is durable. Raises Unavailable, Conflict."""
        while self._pending:
            self._await_first()

    def _await_first(self) -> None:
        future, packs = self._pending.popleft()
        try:
            future.result(SYNC_SECONDS)
        except CommitTimeout:
            raise Unavailable("commit-timeout", "The vault does not commit in time.", "Check the data disk.") from None
        for pack in packs:
            pack.kept = True

    def _add(
        self, tx: Transaction, new: NewInstance, packs: Sequence[OpenPack], lengths: Sequence[tuple[str, int, int]]
    ) -> None:
        if tx.exchanges.hold(self.organisation, self.exchange) is not State.ARRIVING:
            self._ended = True
            raise Conflict(
                "intake-ended",
                "The arrival was refused or has ended while it was being read in.",
                "Read it in again if it is wanted after all.",
            )
        if tx.instances.find(self.organisation, self.exchange, new.index.instance_uid, new.hash) is not None:
            return
        for pack in packs:
            if not pack.kept:
                tx.packs.add(pack.row)
        for pack_id, number, length in lengths:
            tx.packs.grow_segment(self.organisation, pack_id, number, length)
        instance = tx.instances.add(new)
        tx.exchanges.add_member(self.exchange, self.organisation, instance)
        tx.exchanges.bump(self.exchange, new.received, done=1)

    def forget(self, early: NewInstance) -> None:
        """Nothing was announced."""

    def refused(self, error: BeeldbrugError) -> None:
        """Whoever reads it in is told."""
