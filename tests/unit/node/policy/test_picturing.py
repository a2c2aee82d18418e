"""A picture without a name: what its header is worth, and what policy demands before it goes out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.exchange import PICTURED, Ground, Party, Purpose, Terms, Urgency
from beeldbrug.node.policy.disclosure import Facts as SendingFacts
from beeldbrug.node.policy.disclosure import may_send
from beeldbrug.node.policy.picturing import CAPTURES, GROUNDS, PURPOSES, Facts, Header, may_hand_out, warnings

TERMS = Terms(
    Party("00000001", "A"),
    Party(PICTURED, person="Refereeravond"),
    Purpose.TRAINING,
    Ground.ANONYMOUS,
    Urgency.ROUTINE,
    responsible="dr. Vries",
)
CT = Header("NO", "NO", "CT", "1.2.840.10008.5.1.4.1.1.2", ("ORIGINAL", "PRIMARY", "AXIAL"))
FACTS = Facts(TERMS, CT, looked=True)


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        (CT, ()),
        (replace(CT, burned_in=""), ()),
        (replace(CT, burned_in="yes"), ("picture-burned-in",)),
        (replace(CT, modality="US"), ("picture-often-text",)),
        (replace(CT, modality="US", burned_in="YES"), ("picture-burned-in",)),
        (replace(CT, sop_class=CAPTURES), ("picture-often-text",)),
        (replace(CT, sop_class=CAPTURES + ".4"), ("picture-often-text",)),
        (replace(CT, image_type=("DERIVED", "SECONDARY")), ("picture-often-text",)),
        (replace(CT, conversion="DV"), ("picture-often-text",)),
        (replace(CT, modality="XC"), ("picture-face-perhaps",)),
        (replace(CT, recognisable="YES"), ("picture-recognisable",)),
        (replace(CT, sop_class="1.2.840.10008.5.1.4.1.1.88.67"), ("picture-no-image",)),
        (replace(CT, sop_class="1.2.840.10008.5.1.4.1.1.104.1"), ("picture-no-image",)),
        (Header(), ()),
    ],
)
def test_what_a_header_says_is_told(header: Header, codes: tuple[str, ...]) -> None:
    assert tuple(reason.code for reason in warnings(header)) == codes


def test_what_was_looked_at_may_go_and_what_was_not_never() -> None:
    assert may_hand_out(FACTS).permitted
    refused = may_hand_out(replace(FACTS, looked=False))
    assert [reason.code for reason in refused.reasons] == ["picture-not-looked-at"]


def test_doubt_is_an_obligation_that_stands_in_the_trail() -> None:
    assert may_hand_out(FACTS).obligations == ()
    assert may_hand_out(replace(FACTS, doubt=True)).obligations == ("looked-for-text",)
    assert may_hand_out(replace(FACTS, header=replace(CT, modality="US"))).obligations == ("looked-for-text",)


@pytest.mark.parametrize("change", [{"recognisable": "YES"}, {"sop_class": "1.2.840.10008.5.1.4.1.1.88.33"}])
def test_no_confirmation_helps_what_is_no_picture_without_a_name(change: dict[str, str]) -> None:
    assert not may_hand_out(replace(FACTS, header=replace(CT, **change))).permitted


def test_an_objection_stops_it() -> None:
    assert [reason.code for reason in may_hand_out(replace(FACTS, objection=True)).reasons] == ["picture-objection"]


@pytest.mark.parametrize("ground", list(Ground))
def test_each_ground_is_in_the_table_or_refused(ground: Ground) -> None:
    stated = replace(TERMS, ground=ground, consent="mondeling, 23-11-2026")
    assert may_hand_out(replace(FACTS, terms=stated)).permitted == (ground in GROUNDS)


@pytest.mark.parametrize("purpose", list(Purpose))
def test_each_purpose_is_in_the_table_or_refused(purpose: Purpose) -> None:
    assert may_hand_out(replace(FACTS, terms=replace(TERMS, purpose=purpose))).permitted == (purpose in PURPOSES)


def test_no_study_is_sent_on_the_ground_of_a_picture() -> None:
    assert not may_send(SendingFacts(TERMS, receiver_known=True)).permitted
