"""What a study pictures is told from descriptions as Dutch hospitals write them, Body Part empty."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.node.policy.relevance.regions import Region, is_trauma, overlap, regions_asked, regions_of
from tests.unit.node.policy.relevance_pairs import HELD_OUT, LATER, TUNED, UNSEEN, Labelled


def told(one: Labelled) -> frozenset[str]:
    return frozenset(map(str, regions_of([one.modality], one.description, one.series, one.body_part)))


@pytest.mark.parametrize(
    ("name", "labelled"), [("tuned", TUNED), ("held out", HELD_OUT), ("later", LATER), ("unseen", UNSEEN)]
)
def test_of_labelled_descriptions_nearly_all_regions_are_told(name: str, labelled: Sequence[Labelled]) -> None:
    wanted = sum(len(one.regions) for one in labelled)
    found = sum(len(told(one)) for one in labelled)
    right = sum(len(told(one) & one.regions) for one in labelled)
    exact = sum(told(one) == one.regions for one in labelled)
    print(f"{name}: recall {right / wanted:.1%}, precision {right / found:.1%}, {exact} of {len(labelled)} exact")
    wrong = [(one.description, sorted(told(one)), sorted(one.regions)) for one in labelled if told(one) != one.regions]
    assert right / wanted >= 0.95, wrong
    assert right / found >= 0.95, wrong


def test_there_are_a_hundred_and_more_and_most_have_no_body_part() -> None:
    everything = [*TUNED, *HELD_OUT, *LATER, *UNSEEN]
    assert (
        len(TUNED) >= 100 and len({(one.modality, one.description, one.series, one.body_part) for one in TUNED}) > 100
    )
    assert sum(not one.body_part for one in everything) > 0.9 * len(everything)
    assert {region for one in everything for region in one.regions} == set(Region)


@pytest.mark.parametrize(
    ("question", "regions"),
    [
        ("Bloeding? Trombolyse?", {"brain"}),
        ("Graag beoordeling MRI LWK: HNP met uitval?", {"l-spine"}),
        ("Past dit bij appendicitis?", {"abdomen"}),
        ("Verwezen door de longarts, cardioloog en KNO-arts", set()),
        ("Aan de hand van deze beelden graag advies", set()),
        ("Graag herbeoordeling evt. met vergelijking", set()),
        ("", set()),
        ("MDO mamma", {"breast"}),
    ],
)
def test_a_question_says_where_it_is_about(question: str, regions: set[str]) -> None:
    assert {str(region) for region in regions_asked(question)} == regions


def test_an_article_is_no_accident() -> None:
    assert is_trauma("Val van de trap") and is_trauma("polytrauma")
    assert not is_trauma("Graag het advies over het onderzoek")


def test_neighbours_are_read_together_and_strangers_are_not() -> None:
    assert overlap(frozenset({Region.ABDOMEN}), frozenset({Region.PELVIS}))
    assert overlap(frozenset({Region.WHOLE_BODY}), frozenset({Region.THORAX}))
    assert not overlap(frozenset({Region.THORAX}), frozenset({Region.KNEE}))
    assert not overlap(frozenset(), frozenset(Region))


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_only_text(description: str, body_part: str) -> None:
    assert regions_of(["CT"], description, [body_part], body_part) <= set(Region)
