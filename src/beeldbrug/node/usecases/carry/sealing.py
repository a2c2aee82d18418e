"""Passphrases for discs that are about to be downloaded: kept in memory for a moment, used once, by who gave it.

A download is a GET, whose URL is in histories and logs: so the passphrase goes ahead in a body, and the URL names it.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from typing import Final

from beeldbrug.model.errors import NotFound, Unavailable

SECONDS: Final = 120.0
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class _Kept:
    account: str
    exchange: str
    passphrase: str
    until: float


class Passphrases:
    """Those of one web process. Thread-safe; nothing of it is written anywhere."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, _Kept] = {}

    def keep(self, account: str, exchange: str, passphrase: str, now: float) -> str:
        """The ticket that it can be taken by once. Raises Unavailable ``too-many-discs``."""
        with self._lock:
            self._kept = {ticket: one for ticket, one in self._kept.items() if one.until > now}
            if len(self._kept) >= MOST:
                raise Unavailable("too-many-discs", "Too many discs are being made.", "Try again in a minute.")
            ticket = secrets.token_urlsafe(24)
            self._kept[ticket] = _Kept(account, exchange, passphrase, now + SECONDS)
        return ticket

    def take(self, ticket: str, account: str, exchange: str, now: float) -> str:
        """The passphrase, which is gone then. Raises NotFound ``disc-ticket-over``."""
        with self._lock:
            one = self._kept.pop(ticket, None)
        if one is None or one.until <= now or (one.account, one.exchange) != (account, exchange):
            raise NotFound(
                "disc-ticket-over", "This download was made before, or waited too long.", "Give the passphrase again."
            )
        return one.passphrase
