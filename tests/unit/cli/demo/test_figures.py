"""The demo's last line says what its docs say, and one fault is enough to fail."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from beeldbrug.cli.demo.play import Figures, Moments, Sent
from beeldbrug.cli.demo.readback import ReadBack

FIRST = Moments("1", 30, 99.0, 100.0, 110.0, 109.5, 112.0, 113.0, "imported")
SECOND = Moments("2", 2, 110.0, 120.0, 121.0, 121.7, 124.0, 125.5, "imported", "emergency-number", by_hand=True)


def figures(**changes: object) -> Figures:
    read = ReadBack(32, 32, 32, 0)
    whole = Figures((FIRST, SECOND), read, Sent(32), Counter({"not-dicom": 1}), 0, "Orthanc 1")
    return replace(whole, **changes)  # type: ignore[arg-type]  # by name


def test_the_line_has_what_programs_rely_on() -> None:
    told = figures().as_json()
    assert {key: told[key] for key in ("instances", "byte_exact", "imported", "duplicates", "leaks", "pacs")} == {
        "instances": 32,
        "byte_exact": 32,
        "imported": 32,
        "duplicates": 0,
        "leaks": 0,
        "pacs": "Orthanc 1",
    }
    assert (told["first_image_s"], told["verified_s"], told["imported_s"]) == (0.7, 3.0, 4.5)
    assert told["first_image_before_end"] is True
    assert told["emergency_number"] == 1
    assert told["left_out"] == {"not-dicom": 1}


def test_what_never_came_has_no_time() -> None:
    told = figures(
        moments=(FIRST, replace(SECOND, imported=None, state="failed", reason="pacs-refused-c000"))
    ).as_json()
    assert told["imported_s"] is None
    assert told["faults"] == {"pacs-refused-c000": 1}


@pytest.mark.parametrize(
    "changes",
    [
        {"read": ReadBack(32, 31, 32, 0)},
        {"read": ReadBack(32, 32, 31, 0)},
        {"read": ReadBack(32, 32, 32, 1)},
        {"read": ReadBack(0, 0, 0, 0)},
        {"leaks": 1},
        {"expected": 33},
        {"leaks_proven": False},
        {"moments": (FIRST, replace(SECOND, state="verified"))},
        {"moments": (FIRST, replace(SECOND, verified=None))},
    ],
)
def test_one_fault_is_enough(changes: dict[str, object]) -> None:
    assert figures().flawless
    assert not figures(**changes).flawless
