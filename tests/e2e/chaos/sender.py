"""A's PACS in the chaos test: sends small studies without end, and knows for certain what was acknowledged.

Like any PACS it sends again, on a new association, whatever had no success when an association broke. What was
acknowledged is written down the moment the answer is in.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.store_scu import StoreScu
from tests.e2e.studies import Made, make_study

SIDES = (16, 24, 48, 96, 160, 300)
"""Sides of the pictures: 0.5 to 180 kB an instance."""

CHUNK = 16384
AGAIN_SECONDS = 0.1


@dataclass
class Ledger:
    """Everything that was acknowledged: SOP Instance UID -> hash of the pixels. Thread-safe."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    studies: list[str] = field(default_factory=list)
    resent: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, one: Made) -> None:
        """The node said success."""
        with self.lock:
            self.acknowledged[one.uid] = one.pixels

    def count(self) -> int:
        """How many."""
        with self.lock:
            return len(self.acknowledged)


class Sender(threading.Thread):
    """One modality or PACS: one association at a time. ``phase`` says what the node is doing for it right now."""

    def __init__(
        self,
        number: int,
        seed: int,
        port: int,
        titles: tuple[str, ...],
        patients: tuple[PhantomPatient, ...],
        ledger: Ledger,
        room: Callable[[], bool],
    ) -> None:
        super().__init__(name=f"sender-{number}", daemon=True)
        self.phase = ""
        self.error: BaseException | None = None
        self._number, self._port, self._titles, self._patients = number, port, titles, patients
        self._chance = random.Random(f"{seed}/{number}")
        self._ledger, self._room = ledger, room
        self._stopping = threading.Event()
        self._abandoned = False

    def stop(self) -> None:
        """Begin no further study; the one under way is sent to its end."""
        self._stopping.set()

    def abandon(self) -> None:
        """Stop at once, with a study half sent."""
        self._abandoned = True
        self._stopping.set()

    def run(self) -> None:
        """Send study after study."""
        count = 0
        try:
            while not self._stopping.is_set():
                if not self._room():
                    self._stopping.wait(0.05)
                    continue
                count += 1
                self._send(self._study(count))
        except BaseException as error:  # told by the run's verdict
            self.error = error
            raise

    def _study(self, count: int) -> list[Made]:
        chance = self._chance
        seed = f"{chance.getrandbits(64)}/{count}"
        return make_study(
            chance.choice(self._patients), chance.randint(5, 20), rows=SIDES, seed=seed, series=chance.randint(1, 3)
        )

    def _send(self, study: list[Made]) -> None:
        with self._ledger.lock:
            self._ledger.studies.append(study[0].study_uid)
        title = self._chance.choice(self._titles)
        left = list(study)
        while left and not self._abandoned:
            try:
                self._associate(title, left)
            except BeeldbrugError:
                with self._ledger.lock:
                    self._ledger.resent += 1
                time.sleep(AGAIN_SECONDS)
            finally:
                self.phase = ""

    def _associate(self, title: str, left: list[Made]) -> None:
        application = Application(title, "127.0.0.1", self._port, "PACSA", timeout=20.0)
        with StoreScu(application, [(left[0].sop_class, left[0].syntax)]) as association:
            while left:
                one = left[0]
                outcome = association.store(one.sop_class, one.uid, one.syntax, self._paced(one.dataset))
                self.phase = ""
                if outcome.status != 0:
                    return
                self._ledger.note(one)
                left.pop(0)
                if self._abandoned:
                    return
                time.sleep(self._chance.uniform(0.0, 0.06))

    def _paced(self, dataset: bytes) -> Iterator[bytes]:
        self.phase = "receiving"
        for start in range(0, len(dataset), CHUNK):
            yield dataset[start : start + CHUNK]
            time.sleep(self._chance.uniform(0.0, 0.004))
        self.phase = "committing"
