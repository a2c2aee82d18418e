"""Who is on duty in the demo: at both hospitals the radiologist first, the image desk second, day and night.

Their telephones and mailboxes are the demo's page; nothing goes out.
"""

from __future__ import annotations

import secrets

from beeldbrug.model.notice import Channel, Contact
from beeldbrug.model.roster import Roster, Rules, Shift
from beeldbrug.node.app.base import Base

DEPARTMENT = "Radiologie"
WAIT_SECONDS = 60.0
LEVELS = ("arts", "balie")
"""Account names, first called first."""


def make_duty(nodes: tuple[Base, ...]) -> None:
    """Write rosters and addresses."""
    for base in nodes:
        _make(base)


def _make(base: Base) -> None:
    organisation, now = base.own.ura, base.clock.now()
    with base.database.write() as tx:
        shifts = []
        for level, login in enumerate(LEVELS, 1):
            account = tx.accounts.by_login(organisation, login)
            if account is None:
                continue
            shifts += [Shift(level, account.id, day, 0, 0) for day in range(7)]
            number, mail = f"+3130555010{level}", f"{login}@ziekenhuis.example"
            tx.contacts.put(organisation, Contact(account.id, Channel.SMS, number, now))
            tx.contacts.put(organisation, Contact(account.id, Channel.MAIL, mail, now))
        tx.rosters.add(Roster(secrets.token_hex(16), organisation, DEPARTMENT, Rules(wait=WAIT_SECONDS), tuple(shifts)))
