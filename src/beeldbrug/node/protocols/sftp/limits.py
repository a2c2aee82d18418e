"""Limits of the SFTP port, beside those of each partner's place (``ports.drop``)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """``attempts`` at logging in on one connection; ``handles``: files that one connection has open at once;
    ``strangers``: connections of one address that have not logged in yet."""

    connections: int = 32
    connections_per_partner: int = 8
    attempts: int = 6
    login_seconds: float = 30.0
    idle_seconds: float = 300.0
    handles: int = 64
    strangers: int = 10
