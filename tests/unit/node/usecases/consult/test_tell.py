"""The sender is told each answer once, in order; and a human when that can no longer be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from beeldbrug.model.answer import Answerer, AnswerKind
from beeldbrug.model.errors import Denied, Unavailable
from beeldbrug.model.exchange import Direction
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.usecases.consult.answer import answer
from beeldbrug.node.usecases.consult.tell import NOT_TOLD, TellStep
from tests.contract.node.given import NOW, PARCEL, A
from tests.unit.node.usecases.consult.conftest import Ward


@dataclass
class Wire:
    """What goes out: a post, its own keys and its hub in one."""

    ward: Ward
    ura: str = A
    said: list[str] = field(default_factory=list)
    broken: bool = False

    @property
    def own(self) -> Wire:
        return self

    @property
    def ways(self) -> Wire:
        return self

    def toward(self, organisation: str) -> Wire:
        return self

    def deliver(self, exchange: ExchangeRow) -> None:
        self.said.append("deliver")

    def publish(self, exchange: ExchangeRow, kind: str, records: list[Any], note: Any) -> None:
        if self.broken:
            raise Unavailable("hub-unreachable", "x", "y")
        (record,) = records
        self.said.append(f"{kind} {record.number} {record.answer}")
        part = type("Part", (), {"row": type("Row", (), {"number": len(self.said)})})
        with self.ward.vault.write() as tx:
            note(tx, [part])

    def withdraw(self, parcel: str) -> None:
        self.said.append(f"withdraw {parcel}")


@pytest.fixture
def wire(ward: Ward) -> Wire:
    return Wire(ward)


@pytest.fixture
def step(wire: Wire) -> TellStep:
    return TellStep(wire.ward.vault, cast(Any, wire), lambda: NOW + 60)


def say(ward: Ward, kind: AnswerKind, at: float) -> None:
    answer(ward.vault, cast(Any, ward), A, PARCEL, kind, Answerer("dr. Bakker"), "bakker", "", "", at)


def test_each_answer_goes_once_and_in_order(wire: Wire, step: TellStep) -> None:
    wire.ward.add()
    say(wire.ward, AnswerKind.CALL_ME, NOW + 1)
    say(wire.ward, AnswerKind.COME, NOW + 2)
    assert step.step(PARCEL) is None
    assert wire.said == ["deliver", "answer 1 call-me", "answer 2 come"]
    step.step(PARCEL)
    assert wire.said[3:] == ["deliver"]
    assert wire.ward.row().updated == NOW + 60


def test_what_did_not_go_goes_later(wire: Wire, step: TellStep) -> None:
    wire.ward.add()
    say(wire.ward, AnswerKind.COME, NOW + 1)
    wire.broken = True
    with pytest.raises(Unavailable):
        step.step(PARCEL)
    wire.broken = False
    step.step(PARCEL)
    assert wire.said[-1] == "answer 1 come"


def test_after_stay_the_hubs_copy_goes_too(wire: Wire, step: TellStep) -> None:
    wire.ward.add()
    say(wire.ward, AnswerKind.STAY, NOW + 1)
    step.step(PARCEL)
    assert wire.said == ["deliver", "answer 1 stay", f"withdraw {PARCEL}"]


def test_of_a_sending_or_of_nothing_there_is_nothing_to_tell(wire: Wire, step: TellStep) -> None:
    step.step(PARCEL)
    wire.ward.add(direction=Direction.OUT)
    step.step(PARCEL)
    assert wire.said == []


def test_who_can_no_longer_be_told_is_to_be_called(wire: Wire, step: TellStep) -> None:
    step.failed(PARCEL, Denied("receiver-unknown", "Not known.", "Call."))
    assert wire.ward.alerts() == []
    wire.ward.add()
    step.failed(PARCEL, Denied("receiver-unknown", "Not known.", "Call."))
    assert wire.ward.alerts() == [NOT_TOLD]
