"""Promises of kit.log: what a line can and cannot hold."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from beeldbrug.kit import log
from beeldbrug.model.errors import Denied


@pytest.fixture
def lines() -> Iterator[Any]:
    out = io.StringIO()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    log.configure("info", out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    log.configure("info")
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)


def test_a_key_outside_the_list_is_dropped_and_counted(lines: Any) -> None:
    log.get("x").info("study received", patient="Jansen", bytes=7, study_uid="1.2")
    (line,) = lines()
    assert line["bytes"] == 7 and line["event"] == "study received" and line["dropped"] == 2
    assert line["source"] == "x" and line["level"] == "info" and line["time"].endswith("Z")
    assert "Jansen" not in json.dumps(line) and "1.2" not in json.dumps(line)


@pytest.mark.parametrize("event", ["got 999990019", "file a/b.dcm", "x" * 101, "naam: Jansen"])
def test_an_event_that_is_no_plain_phrase_is_withheld(lines: Any, event: str) -> None:
    log.get("x").warning(event)
    assert lines()[0]["event"] == "event withheld"


def test_an_exception_leaves_type_and_place_but_no_text(lines: Any) -> None:
    try:
        raise ValueError("Jansen^Piet")
    except ValueError:
        log.get("x").exception("import failed")
    (line,) = lines()
    assert line["error"] == "ValueError" and line["where"][-1].startswith("kit/test_log.py:")
    assert "Jansen" not in json.dumps(line)


def test_an_error_of_the_tree_leaves_its_code_and_text(lines: Any) -> None:
    log.get("x").error("part refused", exc_info=Denied("seal-broken", "The seal does not hold."))
    assert lines()[0]["code"] == "seal-broken" and lines()[0]["text"] == "The seal does not hold."


def test_bytes_are_never_written_out(lines: Any) -> None:
    log.get("x").info("odd", text=b"Jansen", reason=memoryview(b"abc"))
    assert lines()[0]["text"] == "6 bytes" and lines()[0]["reason"] == "3 bytes"


def test_lines_of_other_libraries_lose_their_text(lines: Any) -> None:
    logging.getLogger("some.library").warning("patient %s", "Jansen")
    logging.getLogger("some.library").info("patient %s", "Jansen")
    (line,) = lines()
    assert line["source"] == "some.library" and line["event"] == "library warned"
    assert "Jansen" not in json.dumps(line)


def test_levels_below_the_set_one_are_silent(lines: Any) -> None:
    log.get("x").debug("quiet")
    assert lines() == []
