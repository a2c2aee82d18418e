"""Figures without identity: nobody is found in them, and what is counted is what is said."""

from __future__ import annotations

import time
from typing import Any

import pytest

from beeldbrug.model.exchange import Direction, State, Urgency
from beeldbrug.model.figures import Dose, Moments
from beeldbrug.node.policy.figures import SMALL, Assumptions, Count, Figures, figures, spread, summed

B, C = "00000002", "00000003"
START = 1_790_000_000.0


def row(**changes: Any) -> Moments:
    values: dict[str, Any] = {
        "direction": Direction.IN,
        "peer": B,
        "rule": "",
        "urgency": Urgency.STAT,
        "state": State.IMPORTED,
        "created": START,
        "first_part": START,
        "verified": START + 30,
        "seen": START + 60,
        "imported_at": START + 120,
        "total": 300,
        "reason_code": "",
    }
    return Moments(**{**values, **changes})


def count(rows: list[Moments], judged: tuple[int, int] = (0, 0), **assumed: Any) -> Figures:
    def day(at: float) -> str:
        return time.strftime("%Y-%m-%d", time.gmtime(at))

    return figures(rows, judged, [], Assumptions(**assumed), lambda at: day(at)[:7], day)


@pytest.mark.parametrize("few", range(1, SMALL))
def test_a_cell_of_few_is_never_a_number(few: int) -> None:
    found = count([row()] * few)
    (partner,) = found.partners
    assert partner.count == Count(None)
    assert (partner.instances, partner.to_look.median, partner.to_import.median) == (None, None, None)
    assert {one[3] for one in found.days} == {Count(None)}
    assert found.saved.discs is None


def test_a_hidden_cell_cannot_be_found_by_subtracting_from_the_sum() -> None:
    found = count([row()] * 7 + [row(peer=C)] * 3)
    shown = {line.key: line.count.value for line in found.partners}
    assert shown == {B: 7, C: None}
    assert found.total[Direction.IN] == Count(8, least=True), "3 and 4 look the same"
    assert summed([7, 4]) == summed([7, 1])


def test_times_are_from_the_request_to_the_first_look_and_to_the_pacs() -> None:
    rows = [row(seen=START + at * 60, imported_at=START + at * 120) for at in range(1, 11)]
    (line,) = count(rows).partners
    assert (line.to_look.median, line.to_look.p90) == (330.0, 540.0)
    assert (line.to_import.median, line.to_import.p90) == (660.0, 1080.0)


def test_what_nobody_has_looked_at_has_no_time() -> None:
    (line,) = count([row(seen=None, imported_at=None)] * 6).partners
    assert line.count == Count(6)
    assert line.to_look.count == Count(0)
    assert line.to_look.median is None


def test_a_percentile_of_few_is_not_told() -> None:
    assert spread([1.0] * 9).p90 is None
    assert spread([1.0] * 10).p90 == 1.0
    assert spread([1.0, 2.0, 3.0, 4.0]).median is None
    assert spread([-5.0] * 5).median == 0.0, "two clocks that differ make no time before the request"


def test_routes_are_the_titles_of_what_was_sent() -> None:
    sent = row(direction=Direction.OUT, rule="NAAR_B")
    assert [(line.key, line.direction) for line in count([row()] * 5 + [sent] * 5).routes] == [
        ("", Direction.IN),
        ("NAAR_B", Direction.OUT),
    ]


def test_failures_are_told_by_their_reason() -> None:
    refused = row(state=State.REFUSED, reason_code="wrong-patient", imported_at=None)
    failed = row(state=State.FAILED, reason_code="pacs-refused", imported_at=None)
    found = count([refused] * 6 + [failed] * 2 + [row()] * 9)
    assert [(one.code, one.count.value) for one in found.failures] == [("pacs-refused", None), ("wrong-patient", 6)]


def test_a_repeat_is_a_fact_only_where_somebody_said_so_and_an_estimate_names_its_share() -> None:
    found = count([row()] * 100, (20, 8)).saved
    assert (found.asked, found.said, found.estimated) == (Count(20), Count(8), None)
    found = count([row()] * 100, (20, 8), repeat_share=0.1, discs_per_exchange=0.5).saved
    assert found.estimated == pytest.approx(8.0), "of the 80 that nobody judged"
    assert found.discs == 50.0


def test_dose_is_a_total_of_enough_reports() -> None:
    def total(reports: int) -> Figures:
        return figures([], (0, 0), [("2026-11", Dose("CT", reports, 500.0, 0.0))], Assumptions(), str, str)

    assert total(4).doses[0].dlp is None
    assert total(5).doses[0].dlp == 500.0
