"""What is proposed to send: what the question is about, priors that help, and a word when it is much more than that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.model.exchange import Urgency
from beeldbrug.node.policy.relevance.propose import (
    GIVEN,
    MANY_INSTANCES,
    NOT_RECOGNISED,
    NOTHING,
    PRIORS,
    QUESTION_ELSEWHERE,
    TOO_MUCH,
    Proposal,
    StudyFacts,
    excess,
    propose,
)
from tests.unit.node.policy.relevance_histories import HELD_OUT_HISTORIES, HISTORIES, TUNED_HISTORIES, History

TODAY = datetime(2026, 5, 20, 12, tzinfo=UTC)
NOW = TODAY.timestamp()


def study(days: int, modality: str, description: str, id: str = "", instances: int = 100) -> StudyFacts:
    day = (TODAY - timedelta(days=days)).strftime("%Y%m%d")
    return StudyFacts(id or f"{description} {days}", day, (modality,), description, instances=instances)


def of(history: History) -> tuple[list[StudyFacts], Proposal]:
    studies = [study(one.days, one.modality, one.description, str(at)) for at, one in enumerate(history.studies)]
    return studies, propose(history.question, Urgency(history.urgency), studies, NOW)


def labelled(history: History, labels: str) -> set[str]:
    return {str(at) for at, one in enumerate(history.studies) if one.label in labels}


@pytest.mark.parametrize(("name", "histories"), [("tuned", TUNED_HISTORIES), ("held out", HELD_OUT_HISTORIES)])
def test_of_labelled_histories_the_studies_that_help_are_proposed(name: str, histories: Sequence[History]) -> None:
    counts = {"sent": [0, 0], "priors": [0, 0], "proposed": [0, 0]}
    for history in histories:
        proposed = set(of(history)[1].studies)
        for key, wanted in (("sent", labelled(history, ">")), ("priors", labelled(history, "+"))):
            counts[key][0] += len(wanted & proposed)
            counts[key][1] += len(wanted)
        counts["proposed"][0] += len(proposed & labelled(history, ">+"))
        counts["proposed"][1] += len(proposed)
    figures = {key: right / of_all for key, (right, of_all) in counts.items()}
    print(name, len(histories), ", ".join(f"{key} {figure:.1%}" for key, figure in figures.items()))
    assert len(HISTORIES) >= 60
    assert min(figures.values()) >= 0.95


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.question)
def test_what_is_proposed_is_never_called_too_much(history: History) -> None:
    studies, proposal = of(history)
    assert excess(studies, proposal.studies, proposal) == ()
    assert all(one.reason.nl and one.reason.en for one in (*proposal.chosen, *proposal.priors))


def test_priors_are_newest_first_and_limited_in_number_and_age() -> None:
    brain = [study(days, "MR", "MRI hersenen") for days in (1, 100, 200, 300, 400, 500, 2500)]
    for urgency in Urgency:
        priors = [one.study for one in propose("Glioom?", urgency, brain, NOW).priors]
        assert priors == [one.id for one in brain[1 : 1 + PRIORS[urgency]]]
    assert propose("Glioom?", Urgency.ROUTINE, [brain[0], brain[-1]], NOW).priors == ()


def test_one_prior_of_the_same_modality_is_kept_among_newer_ones() -> None:
    studies = [study(0, "CT", "CT abdomen"), *(study(days, "US", "Echo abdomen") for days in (5, 6, 7, 8))]
    old = study(700, "CT", "CT abdomen")
    priors = propose("Levermetastasen?", Urgency.ROUTINE, [*studies, old], NOW).priors
    assert [one.study for one in priors] == ["Echo abdomen 5", "Echo abdomen 6", old.id]


def test_what_is_given_is_chosen_and_a_later_study_is_no_prior() -> None:
    studies = [study(0, "CT", "CT thorax"), study(300, "CT", "CT thorax"), study(600, "CT", "CT thorax")]
    proposal = propose("", Urgency.ROUTINE, studies, NOW, given=["CT thorax 300"])
    assert [(one.study, one.reason) for one in proposal.chosen] == [("CT thorax 300", GIVEN)]
    assert [one.study for one in proposal.priors] == ["CT thorax 600"]


def test_after_an_accident_everything_of_that_day_goes_along() -> None:
    studies = [study(0, "CT", "CT hersenen"), study(0, "DX", "X-enkel"), study(9, "DX", "X-knie")]
    assert set(propose("Val van trap", Urgency.STAT, studies, NOW).studies) == {"CT hersenen 0", "X-enkel 0"}
    assert set(propose("Hoofdpijn", Urgency.STAT, studies, NOW).studies) == {"CT hersenen 0"}


def test_nothing_fitting_is_said() -> None:
    assert propose("CVA?", Urgency.STAT, [], NOW).warnings == (NOTHING,)
    only_report = [replace(study(0, "SR", ""), description="")]
    assert propose("CVA?", Urgency.STAT, only_report, NOW).warnings == (NOTHING,)
    knee = [study(0, "MR", "MRI knie")]
    assert propose("CVA?", Urgency.STAT, knee, NOW).warnings == (QUESTION_ELSEWHERE,)
    unknown = [study(0, "CT", "CT hersenen"), study(5, "OT", "Diversen")]
    assert propose("CVA?", Urgency.STAT, unknown, NOW).warnings == (NOT_RECOGNISED,)


def test_much_more_than_the_question_needs_is_said_with_a_remedy() -> None:
    brain = study(0, "CT", "CT hersenen")
    others = [study(days, "DX", f"X-knie {days}") for days in range(10, 16)]
    big = study(30, "CT", "CT voet", instances=MANY_INSTANCES)
    studies = [brain, *others, big]
    proposal = propose("Bloeding?", Urgency.STAT, studies, NOW)

    def said(*selected: StudyFacts) -> bool:
        return excess(studies, [one.id for one in selected], proposal) == (TOO_MUCH,)

    assert not said(brain) and not said(brain, *others[:2])
    assert said(brain, *others[:3]) and said(brain, big) and said(*studies)
    assert TOO_MUCH.remedy_nl and TOO_MUCH.remedy_en


@given(
    st.lists(
        st.builds(
            StudyFacts,
            st.text(max_size=5),
            st.sampled_from(["", "20260520", "2026", "20261399", "00000000", "99991231", "２０２６０５２０"]),
            st.lists(st.sampled_from(["CT", "SR", "", "DX"]), max_size=3).map(tuple),
            st.text(max_size=20),
        ),
        max_size=8,
    ),
    st.text(max_size=40),
)
def test_whatever_the_headers_say_a_proposal_comes_of_these_studies_only(
    studies: list[StudyFacts], question: str
) -> None:
    proposal = propose(question, Urgency.STAT, studies, NOW)
    assert set(proposal.studies) <= {one.id for one in studies}
    assert len(set(proposal.studies)) == len(proposal.studies)
    assert proposal.chosen or proposal.warnings == (NOTHING,)
    excess(studies, [one.id for one in studies], proposal)
