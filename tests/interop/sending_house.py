"""One hospital without a hub that sends to partners of its own list; real vault, spool and ways."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from beeldbrug.model.exchange import Ground, Party, Purpose, State, Urgency
from beeldbrug.node.app.partners import Ways
from beeldbrug.node.policy.rules import SendingRule
from beeldbrug.node.ports.partners import Delivery, Partner, Way
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.deliver.deliver import DeliverStep
from tests.contract.node.exchange.house import A, House, authority, the_patient
from tests.contract.node.exchange.memory_hub import MemoryHub
from tests.contract.node.exchange.small import Bare, dataset, encoded, new_uid

PARTNER = "regio-noord"
TITLE = "NAAR_NOORD"


def rule(urgency: Urgency = Urgency.STAT, ground: Ground = Ground.REFERRAL) -> SendingRule:
    """What is sent to the title goes to the partner."""
    receiver = Party(f"partner:{PARTNER}", "Ziekenhuis Noord")
    return SendingRule(TITLE, A, receiver, Purpose.TREATMENT, ground, urgency, responsible="radioloog")


@contextmanager
def sending_house(folder: Path, *ways: Way, urgency: Urgency = Urgency.STAT) -> Iterator[House]:
    """A house with this partner on its list."""
    house = House(A, folder / "house", authority(), MemoryHub(), (rule(urgency),))
    try:
        wire(house)
        put_partner(house, *ways)
        yield house
    finally:
        house.close()


def wire(house: House) -> None:
    """As a worker process that has just started."""
    house.wire()
    house.steps[WorkKind.DELIVER] = DeliverStep(
        A, house.database, house.sources, Ways(), house.clock.now, lambda _: 0.0, "Beeldbrug test"
    )


def put_partner(house: House, *ways: Way) -> None:
    """The partner with these ways."""
    with house.database.write() as tx:
        tx.partners.put(Partner(A, PARTNER, "Ziekenhuis Noord", "00000044", (), ways))


def study(count: int, pixels: int = 32 * 64) -> list[Bare]:
    """A CT of so many slices of so many bytes."""
    uid = new_uid()
    numbers = itertools.count(1)
    return [
        encoded(dataset(the_patient(), uid, f"{uid}.1", f"{uid}.1.{number}", number, bytes([number % 251]) * pixels))
        for number in itertools.islice(numbers, count)
    ]


def send(house: House, datasets: list[Bare]) -> ExchangeRow:
    """Take them in under the rule, and work until there is nothing to do now."""
    house.receive(datasets, TITLE)
    house.run()
    return house.exchange()


def again(house: House) -> ExchangeRow:
    """What waited is tried once more."""
    house.clock.ahead += 61.0
    house.run()
    return house.exchange()


def delivered(house: House, exchange: ExchangeRow) -> list[Delivery]:
    """What the partner has answered."""
    with house.database.read() as tx:
        return list(tx.deliveries.of(A, exchange.id).values())


def is_delivered(exchange: ExchangeRow, count: int) -> bool:
    """All of it is there."""
    return exchange.state is State.DELIVERED and exchange.done == exchange.total == count
