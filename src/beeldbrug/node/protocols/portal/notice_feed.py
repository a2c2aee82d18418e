"""New and changed notices as events for the pages of whom they are for. Read when any process has committed."""

from __future__ import annotations

from typing import Final

import msgspec

from beeldbrug.node.protocols.portal.events import OVERLAP_SECONDS, Event
from beeldbrug.node.protocols.portal.waking_wire import notice_object
from beeldbrug.node.usecases.inbox.listing import reaches
from beeldbrug.node.usecases.sign_in.signing import Session
from beeldbrug.node.usecases.waking.noticing import Noticing, Shown

NAME: Final = "notice"


class NoticeFeed:
    """Which notices were told of by this process. For one thread at a time."""

    def __init__(self, noticing: Noticing) -> None:
        self._noticing = noticing
        self._since = noticing.now()
        self._told: dict[str, tuple[float, bool]] = {}

    def __call__(self) -> list[Event]:
        """What is new since the last time."""
        shown = self._noticing.changed(self._since)
        self._since = max(self._since, self._noticing.now() - OVERLAP_SECONDS)
        fresh = [one for one in shown if self._told.get(one.notice.id) != _mark(one)]
        self._told = {one.notice.id: _mark(one) for one in shown}
        return [_event(one) for one in fresh]


def _mark(shown: Shown) -> tuple[float, bool]:
    return shown.notice.updated, shown.over


def _event(shown: Shown) -> Event:
    def allowed(session: Session) -> bool:
        return session.account.id == shown.notice.account and reaches(session.scope, shown.exchange)

    return Event(NAME, msgspec.json.encode(notice_object(shown)), allowed)
