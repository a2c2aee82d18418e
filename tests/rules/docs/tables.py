"""Markdown tables and the words in which the generated pages of the docs begin."""

from __future__ import annotations

from collections.abc import Iterable

MADE = "Made by `python -m tests.rules.docs.write` from {source}; do not edit."


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; a bar within a cell is escaped."""
    columns = list(head)
    lines = ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns), *lines]) + "\n"


def page(parts: Iterable[str]) -> str:
    """Paragraphs and tables, an empty line between them."""
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)
