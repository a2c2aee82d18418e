"""A structured report as plain text: its words, units and headings, nothing left out unseen, and within its bounds."""

from __future__ import annotations

from typing import Any

import pytest

from beeldbrug.dicom.content_tree import DEEPEST, ITEMS_MOST, plain_text, spoken, walk
from beeldbrug.model.errors import Malformed, TooLarge

MOST = 10_000


def coded(value: str, meaning: str) -> dict[str, Any]:
    return {"00080100": {"vr": "SH", "Value": [value]}, "00080104": {"vr": "LO", "Value": [meaning]}}


def item(kind: str, name: str = "", below: tuple[Any, ...] = (), **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"0040A040": {"vr": "CS", "Value": [kind]}}
    if name:
        found["0040A043"] = {"vr": "SQ", "Value": [coded("x", name)]}
    if below:
        found["0040A730"] = {"vr": "SQ", "Value": list(below)}
    return found | {tag.removeprefix("t"): value for tag, value in more.items()}


def text(name: str, value: str, *below: Any) -> dict[str, Any]:
    return item("TEXT", name, below, t0040A160={"vr": "UT", "Value": [value]})


def number(name: str, value: str, unit: tuple[str, str]) -> dict[str, Any]:
    measured = {
        "0040A30A": {"vr": "DS", "Value": [value]},
        "004008EA": {"vr": "SQ", "Value": [coded(*unit)]},
    }
    return item("NUM", name, t0040A300={"vr": "SQ", "Value": [measured]})


def root(*below: Any) -> dict[str, Any]:
    return item("CONTAINER", "Verslag", below)


def test_headings_stand_alone_and_what_explains_an_item_is_indented() -> None:
    report = root(
        item(
            "CONTAINER",
            "Bevindingen",
            (text("Finding", "Een laesie.", number("Diameter", "12", ("mm", "millimeter"))),),
        ),
        item("CONTAINER", "Conclusie", (text("Conclusion", "Geen maligniteit.\r\nControle over 6 maanden."),)),
    )
    assert plain_text(report, MOST).split("\n") == [
        *("Bevindingen", "Finding: Een laesie.", "  Diameter: 12 mm", "", "Conclusie"),
        *("Conclusion:", "Geen maligniteit.", "Controle over 6 maanden."),
    ]


@pytest.mark.parametrize(
    ("unit", "said"),
    [(("mm", "millimeter"), "12 mm"), (("1", "no units"), "12"), (("1", "px"), "12 px"), (("", ""), "12")],
)
def test_a_measurement_never_loses_the_unit_that_it_has(unit: tuple[str, str], said: str) -> None:
    assert plain_text(root(number("Lengte", "12", unit)), MOST) == f"Lengte: {said}"


def test_a_measurement_without_a_number_says_why() -> None:
    failed = item("NUM", "Volume", t0040A301={"vr": "SQ", "Value": [coded("114000", "Not a number")]})
    assert plain_text(root(failed), MOST) == "Volume: Not a number"


def test_codes_names_days_and_times_are_given_in_words() -> None:
    report = root(
        item("CODE", "Plaats", t0040A168={"vr": "SQ", "Value": [coded("T-28000", "Long")]}),
        item("PNAME", "Lezer", t0040A123={"vr": "PN", "Value": [{"Alphabetic": "Çelik^Anna^^dr."}]}),
        item("DATE", "Dag", t0040A121={"vr": "DA", "Value": ["20251120"]}),
        item("TIME", "Tijd", t0040A122={"vr": "TM", "Value": ["093015.5"]}),
        item("DATETIME", "Moment", t0040A120={"vr": "DT", "Value": ["20251120093015+0100"]}),
    )
    assert plain_text(report, MOST).split("\n") == [
        *("Plaats: Long", "Lezer: dr. Anna Çelik", "Dag: 2025-11-20", "Tijd: 09:30", "Moment: 2025-11-20 09:30")
    ]


def test_what_has_no_words_is_named_and_counted() -> None:
    assert (
        plain_text(root(item("IMAGE"), item("IMAGE"), item("SCOORD", "Gebied")), MOST)
        == "[IMAGE] (2)\nGebied: [SCOORD]"
    )


@pytest.mark.parametrize("broken", [{}, root(), {"0040A730": "x"}, {"0040A730": {"Value": [None, 3]}}])
def test_a_report_that_says_nothing_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="report-without-content"):
        plain_text(broken, MOST)


def test_a_tree_deeper_wider_or_longer_than_any_report_is_refused() -> None:
    deep = text("x", "y")
    for _ in range(DEEPEST + 1):
        deep = item("CONTAINER", "", (deep,))
    wide = root(*[item("IMAGE")] * (ITEMS_MOST + 1))
    for hostile in (root(deep), wide):
        with pytest.raises(TooLarge, match="report-too-large"):
            plain_text(hostile, MOST)
        with pytest.raises(TooLarge, match="report-too-large"):
            list(walk(hostile))
    with pytest.raises(TooLarge):
        plain_text(root(text("x", "y" * MOST)), MOST)


def test_a_name_is_said_as_people_say_it() -> None:
    assert spoken("Vries^Anna^Maria^dr.^MD=x^y") == "dr. Anna Maria Vries MD"
    assert spoken("") == ""
