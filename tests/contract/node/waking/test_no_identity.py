"""Nothing of the study, its patient or its question is in any notice, in whichever language its reader has."""

from __future__ import annotations

import re

import pytest

from beeldbrug.model.exchange import Direction, Ground, Party, Purpose, State, Terms, Urgency
from beeldbrug.model.notice import Cause, Channel
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, A, B
from tests.contract.node.waking.conftest import Ward

CANARY = "Kanarie{}"
WORDS = ("vries", "johanna", "999990019", "19700102", "acc1", "hersenen", "20240305", "bakker", "1.2.3", "kanarie")


def _terms(urgency: Urgency) -> Terms:
    """Every field that is free to be written in holds something that must not come out; two repeat the patient."""
    sender = Party(
        B, "Ziekenhuis de Vries", CANARY.format(1), CANARY.format(2), CANARY.format(3), phone="030 999990019"
    )
    receiver = Party(A, CANARY.format(4), CANARY.format(5), "Radiologie", CANARY.format(6))
    return Terms(
        sender, receiver, Purpose.TREATMENT, Ground.REFERRAL, urgency, CANARY.format(7), "Kanarie?", CANARY.format(8)
    )


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("cause", [Cause.FIRST_IMAGE, Cause.VERIFIED])
def test_no_value_of_the_study_is_in_any_notice(ward: Ward, language: str, cause: Cause) -> None:
    ward.roster(ward.engage("anna", Channel.SMS, language=language), ward.engage("bert", Channel.MAIL))
    with ward.vault.write() as tx:
        tx.exchanges.add(
            given.exchange(direction=Direction.IN, state=State.ARRIVING, terms=_terms(Urgency.STAT), peer=B)
        )
        tx.instances.add(given.instance(origin=PARCEL))
        tx.exchanges.update(
            PARCEL, NOW, description="CT hersenen kanarie", local_number="999990019", modalities=("CT",)
        )
    ward.wake(cause)
    ward.work(120, 30)
    letters = [letter for post in ward.posts.values() for letter in post.letters]
    assert len(letters) >= 2 and {letter.address for letter in letters} == {"anna@sms", "bert@mail"}
    for letter in letters:
        said = f"{letter.subject}\n{letter.text}".casefold().replace(PARCEL, "")
        assert not [word for word in WORDS if word in said], said
        assert ("stat" if "anna" in letter.address and language == "en" else "spoed") in said
        assert not re.search(r"\d{6}", said.replace(PARCEL, ""))


def test_where_the_hospital_does_not_repeat_the_patient_its_name_and_number_are_there(ward: Ward) -> None:
    ward.roster(ward.engage("anna", Channel.SMS))
    ward.arrive()
    ward.wake()
    ward.work()
    (letter,) = ward.posts[Channel.SMS].letters
    assert "Ziekenhuis B" in letter.text and "030 555 0200" in letter.text
