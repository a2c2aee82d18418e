"""What each answer does to the arrival that it answers, and what is refused."""

from __future__ import annotations

from typing import Any, cast

import pytest

from beeldbrug.model.answer import TEXT_CHARACTERS, Answerer, AnswerKind, AnswerOutcome
from beeldbrug.model.dataset import Piece, PieceKind
from beeldbrug.model.errors import Conflict, Malformed, NotFound
from beeldbrug.model.exchange import Direction, Ground, State
from beeldbrug.node.policy.consult import STAYS, UNDO_SECONDS
from beeldbrug.node.ports.consult import AnswerRow
from beeldbrug.node.ports.records import ImportRow
from beeldbrug.node.usecases.consult.answer import answer
from tests.contract.node import given
from tests.contract.node.given import NOW, PACK, PARCEL, A, B
from tests.unit.node.usecases.consult.conftest import Ward

WHO = Answerer("dr. Bakker", "clinician", "Neurologie")


def say(ward: Ward, kind: AnswerKind, text: str = "", phone: str = "", organisation: str = A) -> AnswerRow:
    return answer(
        ward.vault, cast(Any, ward), organisation, PARCEL, kind, WHO, "bakker", text, phone, NOW + 10
    )  # a ward deletes packs


def begin_import(ward: Ward) -> None:
    with ward.vault.write() as tx:
        (row,) = tx.instances.instances(A, PARCEL, given.STUDY, None, {})
        piece = Piece(PieceKind.HEADER, 1)
        tx.imports.fix(A, [ImportRow(PARCEL, row.id, b"x", (piece,), "1.2.840.10008.1.2.1")])


def test_come_makes_it_a_transfer_and_imports_after_a_moment_to_undo(ward: Ward) -> None:
    ward.add()
    row = say(ward, AnswerKind.COME, "Meteen laten rijden", "030 555 0112")
    assert (row.number, row.outcome, row.ground) == (1, AnswerOutcome.DONE, Ground.EMERGENCY)
    assert ward.row().terms.ground is Ground.REFERRAL
    assert ward.work()["import"] == NOW + 10 + UNDO_SECONDS
    assert ward.work()["answer"] == NOW + 10
    assert "answer" in ward.events()


def test_come_to_what_failed_in_the_pacs_tries_once_more(ward: Ward) -> None:
    ward.add(state=State.FAILED)
    say(ward, AnswerKind.COME)
    assert ward.row().state is State.VERIFIED
    assert "import" in ward.work()


def test_stay_erases_the_copy_and_tells_the_sender(ward: Ward) -> None:
    ward.add()
    assert say(ward, AnswerKind.STAY).outcome is AnswerOutcome.ERASED
    row = ward.row()
    assert (row.state, row.reason_code, row.emptied) == (State.REFUSED, STAYS.code, NOW + 10)
    assert ward.deleted == [PACK]
    assert {"answer", "receipt"} <= set(ward.work())
    with ward.vault.read() as tx:
        assert tx.instances.instances(A, PARCEL, given.STUDY, None, {}) == []


def test_stay_keeps_what_is_on_its_way_into_the_pacs_and_says_so(ward: Ward) -> None:
    ward.add()
    begin_import(ward)
    assert say(ward, AnswerKind.STAY).outcome is AnswerOutcome.IMPORT_HAD_BEGUN
    assert (ward.row().state, ward.deleted) == (State.VERIFIED, [])


def test_come_after_stay_says_that_there_is_no_copy_left(ward: Ward) -> None:
    ward.add()
    say(ward, AnswerKind.STAY)
    row = say(ward, AnswerKind.COME)
    assert (row.number, row.outcome) == (2, AnswerOutcome.NO_COPY)
    assert ward.row().state is State.REFUSED


def test_taking_come_back_gives_the_ground_back(ward: Ward) -> None:
    ward.add()
    say(ward, AnswerKind.COME)
    assert say(ward, AnswerKind.RETRACTED).outcome is AnswerOutcome.DONE
    assert ward.row().terms.ground is Ground.EMERGENCY


def test_come_is_not_taken_back_once_the_import_has_begun(ward: Ward) -> None:
    ward.add()
    say(ward, AnswerKind.COME)
    begin_import(ward)
    assert say(ward, AnswerKind.RETRACTED).outcome is AnswerOutcome.IMPORT_HAD_BEGUN
    assert ward.row().terms.ground is Ground.REFERRAL


def test_stay_is_not_taken_back_for_the_copy_has_gone(ward: Ward) -> None:
    ward.add()
    say(ward, AnswerKind.STAY)
    assert say(ward, AnswerKind.RETRACTED).outcome is AnswerOutcome.NO_COPY


def test_there_must_be_an_answer_to_take_back(ward: Ward) -> None:
    ward.add()
    for _ in range(2):
        with pytest.raises(Conflict) as caught:
            say(ward, AnswerKind.RETRACTED)
        assert caught.value.code == "no-answer-to-retract"
    say(ward, AnswerKind.CALL_ME)
    say(ward, AnswerKind.RETRACTED)
    with pytest.raises(Conflict):
        say(ward, AnswerKind.RETRACTED)


@pytest.mark.parametrize("kind", [AnswerKind.CALL_ME, AnswerKind.MORE_IMAGING])
def test_a_question_back_changes_nothing_of_the_study(ward: Ward, kind: AnswerKind) -> None:
    ward.add()
    assert say(ward, kind, "Graag CTA erbij").outcome is AnswerOutcome.DONE
    row = ward.row()
    assert (row.state, row.terms.ground, ward.deleted) == (State.VERIFIED, Ground.EMERGENCY, [])
    assert "import" not in ward.work()


def test_what_is_typed_loses_its_control_characters_and_nothing_else(ward: Ward) -> None:
    ward.add()
    row = say(ward, AnswerKind.CALL_ME, " Bel \x1b[31mnu\x00 \r\n tweede regel\u202e ", "\t030\n")
    assert (row.text, row.phone) == ("Bel [31mnu\ntweede regel", "030")


def test_an_answer_that_is_too_long_is_none(ward: Ward) -> None:
    ward.add()
    with pytest.raises(Malformed) as caught:
        say(ward, AnswerKind.CALL_ME, "a" * (TEXT_CHARACTERS + 1))
    assert caught.value.code == "answer-malformed"
    assert ward.work() == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"terms": given.terms()},
        {"state": State.WITHDRAWN},
        {"state": State.REFUSED},
        {"expires": NOW + 5},
    ],
    ids=["a routine transfer", "withdrawn", "refused otherwise", "expired"],
)
def test_what_does_not_ask_or_is_over_takes_no_answer(ward: Ward, changes: dict[str, Any]) -> None:
    ward.add(**changes)
    with pytest.raises(Conflict) as caught:
        say(ward, AnswerKind.COME)
    assert caught.value.code == "not-answerable"


def test_neither_a_sending_nor_what_is_anothers_can_be_answered(ward: Ward) -> None:
    ward.add(direction=Direction.OUT)
    for organisation in (A, B):
        with pytest.raises(NotFound):
            say(ward, AnswerKind.COME, organisation=organisation)
    assert ward.events() == []
