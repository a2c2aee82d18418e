"""What the receiver's answer does at the sender, and which answers are not believed."""

from __future__ import annotations

import pytest

from beeldbrug.model.answer import Answerer
from beeldbrug.model.capsule import AnswerRecord
from beeldbrug.model.errors import BeeldbrugError, NotFound
from beeldbrug.model.exchange import Direction, Ground, State
from beeldbrug.node.usecases.consult.hear import hear, take_answer
from beeldbrug.sealed.envelope import Envelope
from tests.contract.node.given import NOW, PARCEL, A, B
from tests.unit.node.usecases.consult.conftest import Ward


def told(ward: Ward, number: int, answer: str, sender: str = B, parcel: str = PARCEL, outcome: str = "done") -> None:
    envelope = Envelope(1, "answer", parcel, number, "", "", sender, A, "", NOW)
    record = AnswerRecord(number, answer, outcome, Answerer("dr. Bakker"), "Nu", "030", NOW + number)
    with ward.vault.write() as tx:
        take_answer(tx, A, envelope, record, NOW + number)


@pytest.fixture
def sent(ward: Ward) -> Ward:
    ward.add(direction=Direction.OUT, state=State.SEEN)
    return ward


def test_come_makes_the_sending_a_transfer(sent: Ward) -> None:
    told(sent, 1, "come")
    assert sent.row().terms.ground is Ground.REFERRAL
    assert sent.alerts() == []
    told(sent, 2, "retracted")
    assert sent.row().terms.ground is Ground.EMERGENCY


def test_come_to_which_nothing_was_left_changes_no_ground(sent: Ward) -> None:
    told(sent, 1, "come", outcome="no-copy")
    assert sent.row().terms.ground is Ground.EMERGENCY


def test_an_answer_that_asks_for_something_alerts_until_it_is_heard_or_another_comes(sent: Ward) -> None:
    told(sent, 1, "call-me")
    assert sent.alerts() == ["answer-call-me"]
    told(sent, 2, "more-imaging")
    assert sent.alerts() == ["answer-more-imaging"]
    hear(sent.vault, A, PARCEL, "johanna", NOW + 9)
    assert sent.alerts() == []
    assert sent.events().count("answer-heard") == 1
    hear(sent.vault, A, PARCEL, "johanna", NOW + 10)
    assert sent.events().count("answer-heard") == 1


@pytest.mark.parametrize(
    ("number", "answer", "sender", "parcel", "code"),
    [
        (2, "come", A, PARCEL, "answer-misplaced"),
        (2, "come", B, "0" * 32, "answer-misplaced"),
        (1, "come", B, PARCEL, "answer-reused"),
        (0, "come", B, PARCEL, "answer-reused"),
        (2, "perhaps", B, PARCEL, "answer-unknown"),
    ],
)
def test_what_is_not_the_receivers_next_answer_is_not_believed(
    sent: Ward, number: int, answer: str, sender: str, parcel: str, code: str
) -> None:
    told(sent, 1, "call-me")
    with pytest.raises(BeeldbrugError) as caught:
        told(sent, number, answer, sender, parcel)
    assert caught.value.code == code
    assert sent.row().terms.ground is Ground.EMERGENCY
    assert sent.alerts() == ["answer-call-me"]


def test_an_answer_to_an_arrival_is_misplaced(ward: Ward) -> None:
    ward.add()
    with pytest.raises(BeeldbrugError) as caught:
        told(ward, 1, "come")
    assert caught.value.code == "answer-misplaced"


def test_only_a_sending_of_ours_can_be_heard(ward: Ward) -> None:
    ward.add()
    for organisation, id in ((A, PARCEL), (B, PARCEL), (A, "0" * 32)):
        with pytest.raises(NotFound):
            hear(ward.vault, organisation, id, "johanna", NOW)
