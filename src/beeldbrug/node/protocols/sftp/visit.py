"""One log-in of a partner: who, from where, by which key, and what he brought. It is noted when the connection ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from beeldbrug.node.ports.drop import Drop


@dataclass(frozen=True, slots=True)
class Partner:
    """An account. ``keys`` gives the present content of an authorized_keys file; ``networks``: from where he may come,
    empty is anywhere."""

    account: str
    organisation: str
    drop: Drop
    keys: Callable[[], str]
    networks: tuple[IPv4Network | IPv6Network, ...] = ()


@dataclass(slots=True)
class Visit:
    """``key`` is the fingerprint of the key, or of the authority of the certificate. ``files`` were closed properly,
    ``broken`` were not; ``outcome`` is ``success``, or why there was no log-in."""

    account: str
    organisation: str
    address: str
    key: str = ""
    by_certificate: bool = False
    files: int = 0
    bytes: int = 0
    broken: int = 0
    outcome: str = "success"
    last: float = field(default=0.0)
    """Monotonic seconds of the last thing the client asked."""
