"""What an import that was undone, or another arrival of the study, means for one that would go by itself."""

from __future__ import annotations

import pytest

from beeldbrug.node.policy.undoing import EARLIER_UNDONE, ELSEWHERE, Earlier, may_follow


@pytest.mark.parametrize(
    ("number", "earlier", "why"),
    [
        ("7001", [], None),
        ("7001", [Earlier("", False)], None),
        ("7001", [Earlier("7001", False), Earlier("", False)], None),
        ("7001", [Earlier("7001", False), Earlier("7002", False)], ELSEWHERE),
        ("7001", [Earlier("", True)], EARLIER_UNDONE),
        ("7001", [Earlier("7001", False), Earlier("", True)], EARLIER_UNDONE),
        ("", [Earlier("7002", False)], None),
        ("", [Earlier("", True)], EARLIER_UNDONE),
    ],
)
def test_a_study_is_not_spread_over_two_patients_without_a_human(
    number: str, earlier: list[Earlier], why: object
) -> None:
    assert may_follow(number, earlier) is why
