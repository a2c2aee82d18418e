"""Nothing waits unseen: alerts come when something waits too long, go when it does not, and a day is told once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import pytest

from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import Direction, Party, State, Urgency
from beeldbrug.node.policy.unseen import DAY, Patience
from beeldbrug.node.ports.waking import Letter
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.unseen.summary import summary
from beeldbrug.node.usecases.unseen.tell import DESK, NOT_SENT, SILENT, URGENT, Daily, UnseenStep
from tests.contract.node import given
from tests.contract.node.given import A, B

MORNING = 1_790_000_000.0 - 1_790_000_000.0 % DAY + 8 * 3600.0
"""After half past seven in Amsterdam, summer or winter."""

ZONE = ZoneInfo("Europe/Amsterdam")


@dataclass
class Mailman:
    letters: list[Letter] = field(default_factory=list)
    away: bool = False

    def deliver(self, letter: Letter) -> None:
        if self.away:
            raise Unavailable("mail-server-away", "Away.", "Wait.")
        self.letters.append(letter)


@dataclass
class Node:
    vault: Vault
    now: float = MORNING
    mailman: Mailman = field(default_factory=Mailman)
    number: int = 0

    def step(self) -> None:
        daily = Daily(("balie@example.nl", "hoofd@example.nl"), portal="https://portal.example.nl")
        UnseenStep(A, self.vault, lambda: self.now, ZONE, Patience(), daily, self.mailman).step(A)

    def exchange(self, direction: Direction, state: State, urgency: Urgency, age: float, **more: object) -> str:
        self.number += 1
        id_ = f"{self.number:032x}"
        new = given.exchange()
        terms = replace(new.terms, urgency=urgency, sender=Party(B, "B"))
        with self.vault.write() as tx:
            tx.exchanges.add(
                replace(new, id=id_, direction=direction, peer=B, terms=terms, state=state, created=self.now - age)
            )
            if more:
                tx.exchanges.update(id_, self.now - age, **more)
        return id_

    def alerts(self) -> set[tuple[str, str]]:
        with self.vault.read() as tx:
            return {(alert.exchange, alert.code) for alert in tx.alerts.open(A)}


@pytest.fixture
def node(vault: Vault) -> Node:
    return Node(vault)


def test_an_urgent_case_that_nobody_opens_is_told_at_both_ends_until_somebody_does(node: Node) -> None:
    came = node.exchange(Direction.IN, State.VERIFIED, Urgency.STAT, 16 * 60)
    sent = node.exchange(Direction.OUT, State.ARRIVING, Urgency.ASAP, 16 * 60)
    node.exchange(Direction.IN, State.ARRIVING, Urgency.STAT, 14 * 60)
    node.exchange(Direction.IN, State.VERIFIED, Urgency.ROUTINE, 16 * 60)
    node.exchange(Direction.IN, State.IMPORTED, Urgency.STAT, 16 * 60)
    node.step()
    assert node.alerts() == {(came, URGENT), (sent, URGENT)}
    with node.vault.write() as tx:
        tx.exchanges.update(came, node.now, seen=node.now)
    node.step()
    assert node.alerts() == {(sent, URGENT)}


def test_an_arrival_that_lies_at_the_desk_for_days_is_told(node: Node) -> None:
    lying = node.exchange(Direction.IN, State.VERIFIED, Urgency.ROUTINE, 3.1 * DAY, reason_code="bsn-missing")
    node.exchange(Direction.IN, State.VERIFIED, Urgency.ROUTINE, 2.9 * DAY, reason_code="bsn-missing")
    node.exchange(Direction.IN, State.VERIFIED, Urgency.ROUTINE, 9 * DAY)
    node.step()
    assert node.alerts() == {(lying, DESK)}
    found = summary(node.vault, A, Patience(), node.now)
    assert (found.at_desk, round(found.oldest_at_desk / DAY, 1)) == (2, 3.1)


def test_a_partner_that_falls_silent_is_told_and_forgotten_when_it_sends_again(node: Node) -> None:
    for day in range(12):
        node.exchange(Direction.IN, State.IMPORTED, Urgency.ROUTINE, (9 + day) * DAY)
    node.step()
    assert node.alerts() == {("", SILENT + B)}
    node.exchange(Direction.IN, State.IMPORTED, Urgency.ROUTINE, 60.0)
    node.step()
    assert node.alerts() == set()


def test_the_day_is_told_once_after_its_hour_and_names_nobody(node: Node) -> None:
    node.exchange(Direction.IN, State.VERIFIED, Urgency.STAT, 16 * 60)
    node.now -= 4 * 3600.0
    node.step()
    assert node.mailman.letters == []
    node.now += 4 * 3600.0
    node.step()
    node.step()
    first, second = node.mailman.letters
    assert (first.address, second.address) == ("balie@example.nl", "hoofd@example.nl")
    assert "Spoed die nog niemand heeft geopend: 1" in first.text and "https://portal.example.nl" in first.text
    assert first.id != second.id
    node.now += DAY
    node.step()
    assert len(node.mailman.letters) == 4


def test_a_mail_server_that_is_away_is_told_and_asked_again(node: Node) -> None:
    node.mailman.away = True
    node.step()
    assert ("", NOT_SENT) in node.alerts()
    node.mailman.away = False
    node.step()
    assert ("", NOT_SENT) not in node.alerts() and len(node.mailman.letters) == 2
