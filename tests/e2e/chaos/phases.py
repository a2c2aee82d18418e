"""What the two nodes are doing at this moment: read from the senders and, read-only, from the vaults' tables.

A connection lives for one look only, so that a vault whose processes were all killed is opened by nobody but them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.e2e.chaos.sender import Sender

PHASES = ("receiving", "committing", "uploading", "opening", "importing")

_UPLOADING = """
SELECT (SELECT COUNT(*) FROM sending s JOIN segment g ON g.pack = s.pack AND g.number = s.number
        WHERE s.uploaded IS NULL AND g.state = 'stored')
     + (SELECT COUNT(*) FROM part WHERE done IS NULL)"""

_OPENING = """
SELECT (SELECT COUNT(*) FROM segment WHERE state = 'wanted')
     + (SELECT COUNT(*) FROM instance WHERE state IN ('header', 'complete') AND origin <> 'own')"""

_IMPORTING = "SELECT COUNT(*) FROM import_row WHERE NOT accepted"


class Watch:
    """Looks at both ends."""

    def __init__(self, senders: Sequence[Sender], vault_a: Path, vault_b: Path) -> None:
        self._senders, self._a, self._b = senders, vault_a, vault_b

    def look(self, phase: str) -> int:
        """How much is in this phase now: associations, or segments, parts and instances."""
        if phase in ("receiving", "committing"):
            return sum(sender.phase == phase for sender in self._senders)
        if phase == "uploading":
            return _count(self._a, _UPLOADING)
        return _count(self._b, _OPENING if phase == "opening" else _IMPORTING)

    def all(self) -> dict[str, int]:
        """Every phase."""
        return {phase: self.look(phase) for phase in PHASES}


def _count(vault: Path, statement: str) -> int:
    try:
        with closing(sqlite3.connect(f"file:{vault}?mode=ro", uri=True, timeout=0.2)) as connection:
            return int(connection.execute(statement).fetchone()[0])
    except sqlite3.Error:
        return 0  # just being recovered by the process that opened it
