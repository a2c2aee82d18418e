"""Reads a plan as the browser does: what is told by how it differs from the first of its series is made whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def whole_lines(told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of one answer, none like another."""
    firsts: dict[int, dict[str, Any]] = {}
    lines: list[dict[str, Any]] = []
    for one in told:
        line = dict(one)
        like, without = line.pop("like", 0), line.pop("without", ())
        if like:
            found = firsts[like] | line["metadata"]
            line["metadata"] = {tag: value for tag, value in found.items() if tag not in without}
        elif line["type"] == "instance":
            firsts[line["id"]] = line["metadata"]
        lines.append(line)
    return lines
