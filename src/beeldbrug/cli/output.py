"""What commands print: calm tables and lines for people, or one JSON object as the last line for programs.

Results go to standard output, progress and errors to standard error. Nothing is decided here. What only draws for
people (rich) is imported where it draws: with ``--json`` no command waits for it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from beeldbrug.cli.options import Language
from beeldbrug.model.errors import BeeldbrugError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

PIPED_WIDTH = 150
"""Columns of a table that goes into a file or a pipe."""


@dataclass(frozen=True, slots=True)
class Output:
    """How this run prints."""

    json: bool
    language: Language = Language.EN

    def say(self, *lines: str) -> None:
        """Lines for people."""
        if not self.json:
            for line in lines:
                self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def heading(self, text: str) -> None:
        """The title of what follows."""
        if not self.json:
            from rich.markup import escape

            self.console.print(f"\n[bold]{escape(text)}[/bold]", highlight=False)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
        """Rows under heads; ``right`` are columns of numbers."""
        if self.json or not rows:
            return
        from rich.markup import escape
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style="dim", show_edge=False, padding=(0, 2, 0, 0))
        table.show_header = any(heads)
        for number, head in enumerate(heads):
            table.add_column(escape(head), justify="right" if number in right else "left", overflow="fold")
        for row in rows:
            table.add_row(*(escape(cell) for cell in row))
        self.console.print(table)

    def done(self, result: Mapping[str, Any], ok: bool = True) -> None:
        """The end: the JSON object where asked for; raises Exit 1 when it is not ``ok``."""
        if self.json:
            sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        if not ok:
            raise typer.Exit(1)

    def choose(self, dutch: str, english: str) -> str:
        """The text in this run's language; the other one where that is empty."""
        return (dutch or english) if self.language is Language.NL else (english or dutch)

    @property
    def console(self) -> Console:
        """Standard output."""
        from rich.console import Console

        return Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Counts that move, on a terminal's standard error; they are wiped at the end."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        shown = not self.json and sys.stderr.isatty()
        with Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown) as progress:
            yield progress


def print_error(error: BeeldbrugError, as_json: bool) -> None:
    """Code, text and remedy: as the last line of standard output in JSON, else on standard error."""
    if as_json:
        content = {"code": error.code, "text": error.text, "remedy": error.remedy}
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        return
    from rich.console import Console
    from rich.markup import escape

    console = Console(stderr=True, width=None if sys.stderr.isatty() else PIPED_WIDTH)
    console.print(f"[bold red]{escape(error.code)}[/bold red]", highlight=False)
    console.print(error.text, markup=False, highlight=False, soft_wrap=True)
    if error.remedy:
        console.print(f"-> {error.remedy}", markup=False, highlight=False, soft_wrap=True)
