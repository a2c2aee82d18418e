"""What one network address may do at upload links, beyond the limits of each link: tries, uploads begun, and bytes.

A guesser who walks over links, and a program that begins uploads without end, are stopped before they cost anything.
Generous enough for a hospital behind one address. In memory: a restart begins anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beeldbrug.kit.allowance import Allowance, network_of
from beeldbrug.model.errors import TooLarge


@dataclass(frozen=True, slots=True)
class GuestLimits:
    """For each address (IPv6: each /64). Tries within ten minutes; uploads begun and bytes within a day."""

    tries: int = 60
    uploads: int = 200
    bytes: int = 500 * 2**30


TRIES_SECONDS = 600.0
DAY_SECONDS = 86400.0


@dataclass(frozen=True)
class Guests:
    """Of one organisation, in one process."""

    tries: Allowance
    uploads: Allowance
    bytes: Allowance

    def try_code(self, address: str) -> None:
        """Somebody gives a link and a code. Raises TooLarge ``link-address-limit``."""
        _demand(self.tries.take(network_of(address)))

    def begin(self, address: str) -> None:
        """An upload is begun. Raises as ``try_code``."""
        _demand(self.uploads.take(network_of(address)))

    def bring(self, address: str, size: int) -> None:
        """So many bytes come in. Raises as ``try_code``."""
        _demand(self.bytes.take(network_of(address), size))


def make_guests(limits: GuestLimits, now: Callable[[], float]) -> Guests:
    """With nothing used yet."""
    return Guests(
        Allowance(limits.tries, TRIES_SECONDS, now),
        Allowance(limits.uploads, DAY_SECONDS, now),
        Allowance(limits.bytes, DAY_SECONDS, now),
    )


def _demand(allowed: bool) -> None:
    if not allowed:
        raise TooLarge(
            "link-address-limit",
            "Too much was tried or sent from this network address.",
            "Wait, and go on where you were; else ask who sent you the link for another way.",
        )
