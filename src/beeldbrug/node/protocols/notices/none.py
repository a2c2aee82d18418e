"""A way that is not set up: what was to go by it goes by another one."""

from __future__ import annotations

from beeldbrug.model.errors import Unsupported
from beeldbrug.node.ports.waking import Letter


class NotSetUp:
    """Implements ``ports.waking.Courier``: takes nothing."""

    def deliver(self, letter: Letter) -> None:
        """Raises Unsupported ``way-not-set-up``."""
        raise Unsupported(
            "way-not-set-up", "This way is not set up here.", "Ask your administrator for mail or SMS notices."
        )
