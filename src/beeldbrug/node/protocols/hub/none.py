"""No hub is set: every request waits, and says so. A node without a hub still receives, parks, reads and imports.

Implements ``ports.route.Hub``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.live import LiveEntry
from beeldbrug.node.ports.route import Correspondent, MailboxEntry


def _none() -> NoReturn:
    raise Unavailable("no-hub", "No hub is set.", "Set [hub] url and roots in the node's settings.")


class NoHub:
    """A hub that is not there."""

    def toward(self, organisation: str) -> NoHub:
        """Itself: no way leads anywhere."""
        return self

    def echo(self) -> float:
        """Raises Unavailable ``no-hub``."""
        _none()

    def correspondents(self) -> list[Correspondent]:
        """Raises Unavailable ``no-hub``."""
        _none()

    def correspondent(self, organisation: str) -> Correspondent:
        """Raises Unavailable ``no-hub``."""
        _none()

    def enrol(self, certificate_chain: tuple[str, ...]) -> None:
        """Raises Unavailable ``no-hub``."""
        _none()

    def publish_statement(self, statement: str) -> None:
        """Raises Unavailable ``no-hub``."""
        _none()

    def publish_directory(self, directory: str) -> None:
        """Raises Unavailable ``no-hub``."""
        _none()

    def put_part(self, parcel: str, number: int, envelope: str, body: bytes, urgency: str, expires: float) -> None:
        """Raises Unavailable ``no-hub``."""
        _none()

    def mailbox(self, after: int, limit: int = 500) -> list[MailboxEntry]:
        """Raises Unavailable ``no-hub``."""
        _none()

    def events(self, after: int) -> Iterator[MailboxEntry | None]:
        """Raises Unavailable ``no-hub``."""
        _none()

    def put_live(self, parcel: str, body: bytes) -> None:
        """Raises Unavailable ``no-hub``."""
        _none()

    def live(self, stop: threading.Event) -> Iterator[LiveEntry]:
        """Raises Unavailable ``no-hub``."""
        _none()

    def get_part(self, parcel: str, sender: str, number: int) -> bytes:
        """Raises Unavailable ``no-hub``."""
        _none()

    def acknowledge(self, parcel: str, sender: str, number: int) -> None:
        """Raises Unavailable ``no-hub``."""
        _none()

    def grant_pack(self, pack: str, parcel: str, receiver: str, expires: float) -> None:
        """Raises Unavailable ``no-hub``."""
        _none()

    def put_segment(self, pack: str, number: int, body: bytes, hash: bytes) -> None:
        """Raises Unavailable ``no-hub``."""
        _none()

    def fetch_segment(self, pack: str, number: int, path: Path, padded: int) -> None:
        """Raises Unavailable ``no-hub``."""
        _none()

    def withdraw(self, parcel: str) -> bool:
        """Raises Unavailable ``no-hub``."""
        _none()

    def put_head(self, head: str) -> None:
        """Raises Unavailable ``no-hub``."""
        _none()

    def heads(self, after: int = 0) -> list[str]:
        """Raises Unavailable ``no-hub``."""
        _none()

    def close(self) -> None:
        """Nothing is open."""
