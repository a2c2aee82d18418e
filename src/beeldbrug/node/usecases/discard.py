"""Delete the sealed files of packs whose keys and rows have gone (DESIGN section 4, Withdrawing). Repeatable.

The wish for it is written in the transaction that deletes the rows, so that a crash in between leaves no file behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.segments import SegmentStore
from beeldbrug.node.ports.vault import Database

AGAIN_SECONDS = 600.0

log = get("discard")


@dataclass(frozen=True)
class DiscardStep:
    """The work ``discard`` of one organisation; its subject is a pack. ``incoming`` holds downloads under way."""

    database: Database
    store: SegmentStore
    incoming: Path

    def step(self, subject: str) -> float | None:
        """Delete the files, unless the pack was granted anew meanwhile. Raises Unavailable."""
        with self.database.read() as tx:
            owner = tx.packs.owner(subject)
        if owner is None:
            self.store.delete_pack(subject)
            for path in self.incoming.glob(f"{subject}-*"):
                path.unlink(missing_ok=True)
        self.database.scrub()
        return None

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """Sealed bytes without a key stay behind for a while."""
        log.error("pack not deleted", code=error.code, pack=subject)
        return AGAIN_SECONDS
