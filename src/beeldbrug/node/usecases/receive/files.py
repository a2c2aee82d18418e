"""Take DICOM files from this machine's disk, as one association would bring them; each is kept byte for byte.

PS3.10 section 7. What is no instance is refused with a code and counted; a full disk ends it, and what was taken stays.
File names are identity and are given back to the caller only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from beeldbrug.model.errors import BeeldbrugError, Malformed, Unavailable
from beeldbrug.node.policy.rules import SendingRule
from beeldbrug.node.ports.reception import Peer
from beeldbrug.node.usecases.receive.session import Receiving, Session

READ_BYTES = 1 << 20


@dataclass
class Taken:
    """What came of it: ``exchanges`` by study, ``refused`` by code, ``refusals`` by file."""

    instances: int = 0
    bytes: int = 0
    exchanges: dict[str, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    refusals: list[tuple[Path, str]] = field(default_factory=list)


def take_files(
    receiving: Receiving, rule: SendingRule, peer: Peer, paths: Iterable[Path], told: Callable[[Taken], None]
) -> Taken:
    """Take all; ``told`` is called after each file. Raises Unavailable when the vault or its disk cannot take more."""
    session, taken, clean = receiving.open(rule, peer), Taken(), False
    try:
        for path in paths:
            _take(session, path, taken)
            taken.exchanges = dict(session.exchanges)
            told(taken)
        clean = True
    finally:
        session.end(clean)
    return taken


def _take(session: Session, path: Path, taken: Taken) -> None:
    arrival = session.begin_file()
    size = 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(READ_BYTES):
                arrival.write(memoryview(chunk))
                size += len(chunk)
        arrival.commit()
    except OSError as error:
        arrival.abort()
        refusal: BeeldbrugError = Malformed(
            "file-unreadable", f"A file cannot be read ({type(error).__name__}).", "Check its rights."
        )
    except Unavailable:
        raise
    except BeeldbrugError as error:
        refusal = error
    else:
        taken.instances += 1
        taken.bytes += size
        return
    taken.refused[refusal.code] += 1
    taken.refusals.append((path, refusal.code))
