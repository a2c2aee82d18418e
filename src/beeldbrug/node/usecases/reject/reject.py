"""Tell the PACS by a rejection note (IHE IOCM) that what was imported is not to be shown any more.

The note is made and fixed in the vault in the transaction of its cause, with the identity as the PACS has it; it is
sent after that, and again until the PACS has answered. Whether a PACS acts on it, only the hospital knows: by its
setting, taking the note counts as having removed the study, or a human still looks and confirms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import tzinfo

from beeldbrug.dicom.json_model import to_json
from beeldbrug.dicom.part10 import dataset_start
from beeldbrug.model.capsule import VALUE_INLINE_BYTES
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.exchange import Urgency
from beeldbrug.node.policy.undoing import IMPORT_UNDONE
from beeldbrug.node.ports.committing import Rejection
from beeldbrug.node.ports.pacs import Pacs, StoreOutcome
from beeldbrug.node.ports.records import ExchangeRow, ImportRow, InstanceRow
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.audit_event import of_exchange
from beeldbrug.node.usecases.desk.undo import confirm_removed
from beeldbrug.node.usecases.reject.document import rejection_note
from beeldbrug.node.usecases.save.dataset import Author, Maker, as_file
from beeldbrug.node.usecases.save.key_objects import SOP_CLASS

EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
ROWS_AT_ONCE = 1000


@dataclass(frozen=True)
class Rejecting:
    """Makes notes for one organisation, by its name, with this version of the program, in the zone of its clocks."""

    organisation_name: str
    version: str
    zone: tzinfo

    def reject(self, tx: Transaction, exchange: ExchangeRow, title: str, now: float) -> int:
        """Make the note about all that the PACS has accepted of the import as it stands, and wish for its sending; how
        many instances it is about. To be called before the import's rows are set aside. ``title``: a code of
        ``policy.rejecting``."""
        rows, one = _imported(tx, exchange)
        if one is None:
            return 0
        attributes = to_json(one.header, one.transfer_syntax, False, lambda path: "", VALUE_INLINE_BYTES)
        maker = Maker(Author("", self.organisation_name), self.version, now, self.zone)
        dataset = rejection_note(rows, attributes, title, maker)
        file = as_file(dataset)
        uid = str(dataset.SOPInstanceUID)
        note = Rejection(exchange.id, uid, now, title, len(rows), file[dataset_start(file) :])
        tx.rejections.add(exchange.organisation, note)
        tx.work.add(exchange.organisation, WorkKind.REJECT, exchange.id, Urgency.URGENT, now)
        return len(rows)


@dataclass(frozen=True)
class RejectStep:
    """The work ``reject`` of one organisation: its subject is an exchange with notes that were not sent yet. With
    ``trusted``, a note that the PACS took counts as having removed the study."""

    organisation: str
    database: Database
    pacs: Pacs
    trusted: bool
    clock: Callable[[], float]

    def step(self, subject: str) -> float | None:
        """Send the notes. Raises Unavailable."""
        with self.database.read() as tx:
            waiting = tx.rejections.waiting(self.organisation, subject)
        for note in waiting:
            with self.pacs.associate([(SOP_CLASS, EXPLICIT_LITTLE_ENDIAN)]) as association:
                outcome = association.store(SOP_CLASS, note.instance_uid, EXPLICIT_LITTLE_ENDIAN, [note.dataset])
            self._answered(note, outcome)
        return None

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """The human at the desk removes the study in the PACS, as the alert says."""
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.organisation, subject)
            if exchange is not None:
                tx.audit.append(of_exchange(exchange, "rejection-sent", "E", error.code, self.clock()))
        return None

    def _answered(self, note: Rejection, outcome: StoreOutcome) -> None:
        now, told = self.clock(), "success" if outcome.accepted else f"pacs-refused-{outcome.status:04x}"
        with self.database.write() as tx:
            exchange = tx.exchanges.get(self.organisation, note.exchange)
            tx.rejections.answered(self.organisation, replace(note, status=outcome.status, sent=now))
            if exchange is None:
                return
            event = of_exchange(
                exchange, "rejection-sent", "U", told, now, decision=(note.title,), instances=note.instances
            )
            tx.audit.append(event)
        if outcome.accepted and self.trusted and exchange.reason_code == IMPORT_UNDONE.code:
            confirm_removed(self.database, self.organisation, exchange.id, "node", now)


def _imported(tx: Transaction, exchange: ExchangeRow) -> tuple[list[InstanceRow], ImportRow | None]:
    """What the PACS has of the study, and one of it as it was written."""
    waiting = set(tx.imports.waiting(exchange.id))
    ids = [one for one in tx.imports.fixed(exchange.id) if one not in waiting]
    parts = [ids[start : start + ROWS_AT_ONCE] for start in range(0, len(ids), ROWS_AT_ONCE)]
    rows = [row for part in parts for row in tx.instances.get(exchange.organisation, part)]
    fixed = next((one for one in tx.imports.rows(exchange.id, ids[:1]) if one.header), None)
    return rows, fixed
