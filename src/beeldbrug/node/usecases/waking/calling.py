"""All that the portal needs of waking people, in one value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from beeldbrug.node.ports.waking import ShownLetter
from beeldbrug.node.usecases.waking.contacts import Contacting
from beeldbrug.node.usecases.waking.noticing import Noticing
from beeldbrug.node.usecases.waking.rosters import Rostering


@dataclass(frozen=True)
class Calling:
    """Of one organisation. ``letters`` reads what a demonstration sent, newest first; None where it is none."""

    contacting: Contacting
    rostering: Rostering
    noticing: Noticing
    letters: Callable[[], Sequence[ShownLetter]] | None = None
