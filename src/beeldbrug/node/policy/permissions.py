"""What each role may do: a table that the portal's routes and screens read. Pure; no I/O.

An administrator keeps the node running and sees no patient; a privacy officer reads the trail and sees no picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from beeldbrug.model.account import Role


class Permission(StrEnum):
    """What a route of the portal asks of whoever calls it."""

    SIGNED_IN = "signed-in"
    SEE_EXCHANGES = "see-exchanges"
    VIEW = "view"
    IMPORT = "import"
    INTAKE = "intake"
    REFUSE = "refuse"
    ANSWER = "answer"
    ASK = "ask"
    SEND = "send"
    WITHDRAW = "withdraw"
    SHARE_VIEW = "share-view"
    PICTURE = "picture"
    ROSTER = "roster"
    FIGURES = "figures"
    BSN_QUALITY = "bsn-quality"
    ACCOUNTS = "accounts"
    ADMINISTER = "administer"
    AUDIT = "audit"


_CARE = {
    *(Permission.SEE_EXCHANGES, Permission.VIEW, Permission.SEND, Permission.WITHDRAW),
    *(Permission.IMPORT, Permission.ASK),
}

_COUNTS = {Permission.FIGURES, Permission.BSN_QUALITY}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CLINICIAN: frozenset(
        _CARE | {Permission.ANSWER, Permission.REFUSE, Permission.SHARE_VIEW, Permission.INTAKE, Permission.PICTURE}
    ),
    Role.IMAGE_DESK: frozenset(
        _CARE | {Permission.REFUSE, Permission.INTAKE, Permission.PICTURE, Permission.BSN_QUALITY}
    ),
    Role.COORDINATOR: frozenset(
        _COUNTS | {Permission.SEE_EXCHANGES, Permission.SEND, Permission.WITHDRAW, Permission.ROSTER}
    ),
    Role.ADMINISTRATOR: frozenset(_COUNTS | {Permission.ACCOUNTS, Permission.ADMINISTER, Permission.ROSTER}),
    Role.PRIVACY_OFFICER: frozenset(_COUNTS | {Permission.AUDIT}),
}
"""Besides SIGNED_IN, which everybody has who has signed in."""


LAUNCHED = frozenset(
    _CARE | {Permission.SIGNED_IN, Permission.ANSWER, Permission.REFUSE, Permission.SHARE_VIEW, Permission.PICTURE}
)
"""What a session that was launched for one patient may at most: nothing of the node, and nothing of other people."""


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """All that these roles may together."""
    return frozenset({Permission.SIGNED_IN}).union(*(PERMISSIONS[role] for role in roles))
