"""Who is on duty at a hospital of the journeys, written into its vault; what they got is read from the demo's page."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.request import urlopen

from beeldbrug.model.account import Account
from beeldbrug.model.notice import Channel, Contact
from beeldbrug.model.roster import Roster, Rules, Shift
from tests.e2e.world import End

AN_HOUR = 3600.0
_LETTER = re.compile(r"<article><small>[\d:]+ · ([^<]*)</small>(.*?)</article>", re.DOTALL)


def put_on_duty(
    end: End, accounts: Sequence[Account], department: str = "Radiologie", wait: float = AN_HOUR, *ways: Channel
) -> None:
    """Day and night, first called first, instead of whoever was; with an address for each of these ways."""
    organisation, now = end.site.ura, end.vault.clock.now()
    shifts = tuple(Shift(level, one.id, day, 0, 0) for level, one in enumerate(accounts, 1) for day in range(7))
    with end.vault.database.write() as tx:
        known = tx.rosters.of_department(organisation, department)
        if known is not None:
            tx.rosters.delete(organisation, known.id)
        tx.rosters.add(Roster(f"{department}-{now!r}", organisation, department, Rules(wait=wait), shifts))
        for one in accounts:
            for channel in ways:
                tx.contacts.put(organisation, Contact(one.id, channel, f"{one.login}@{channel}", now))


@dataclass(frozen=True)
class Got:
    """A letter as the demo's page shows it."""

    address: str
    text: str


def letters(end: End) -> list[Got]:
    """All that went out, oldest first."""
    url = f"http://127.0.0.1:{end.site.web_port}/demo/berichten"
    with urlopen(url, timeout=30) as answer:
        page = answer.read().decode()
    found = [Got(html.unescape(one), html.unescape(re.sub("<[^>]+>", "", text))) for one, text in _LETTER.findall(page)]
    return found[::-1]
