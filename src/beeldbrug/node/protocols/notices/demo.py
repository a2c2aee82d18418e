"""Letters of a demonstration: kept in a folder, and shown by the portal as a mailbox and a telephone. Not for care.

The folder is the demo's own; what lies in it names no patient, as no letter does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from beeldbrug.kit.files import make_folder, write_over
from beeldbrug.model.notice import Channel
from beeldbrug.node.ports.waking import Letter, ShownLetter

FOLDER = "demo-berichten"
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class DemoCourier:
    """Implements ``ports.waking.Courier`` by writing files."""

    folder: Path
    channel: Channel
    clock: Callable[[], float]

    def deliver(self, letter: Letter) -> None:
        """Write it down; the same letter again replaces the first."""
        make_folder(self.folder)
        shown = ShownLetter(self.channel, letter.address, letter.subject, letter.text, self.clock())
        write_over(self.folder / f"{letter.id}.json", json.dumps(asdict(shown)).encode())


def read_letters(folder: Path) -> list[ShownLetter]:
    """The newest letters, newest first."""
    found = []
    for path in folder.glob("*.json") if folder.is_dir() else ():
        fields = json.loads(path.read_bytes())
        found.append(ShownLetter(Channel(fields.pop("channel")), **fields))
    return sorted(found, key=lambda one: -one.at)[:MOST_SHOWN]
