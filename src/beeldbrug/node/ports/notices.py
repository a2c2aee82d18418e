"""How a human is told of an alert: a log line always, and where set, a web hook or mail. Never with identity."""

from __future__ import annotations

from typing import Protocol

from beeldbrug.node.ports.records import AlertRow


class Notifier(Protocol):
    """Sends an alert out. Raises Unavailable when it could not be delivered; it is then tried again."""

    def notify(self, alert: AlertRow) -> None:
        """Tell."""
