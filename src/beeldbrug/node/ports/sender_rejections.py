"""Instances that their sender takes back by a rejection note (IHE IOCM), each by its UID."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SenderRejection:
    """``note`` is the SOP Instance UID of the rejection note, ``title`` the code of why (``policy.rejecting``)."""

    note: str
    instance_uid: str
    series_uid: str
    title: str
    at: float


class SenderRejections(Protocol):
    """Marks of one vault."""

    def add(self, organisation: str, exchange: str, rejections: Iterable[SenderRejection]) -> None:
        """Keep them; what is there stays."""

    def of(self, organisation: str, exchange: str) -> list[SenderRejection]:
        """Those of an exchange, whether the instances are here or not. A note has one about itself as well."""
