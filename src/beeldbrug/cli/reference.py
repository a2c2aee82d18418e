"""The reference page of the command line, written from the commands themselves: ``python -m beeldbrug.cli.reference``.

``docs/reference/cli.md`` is its output; a test compares the two. It runs no command.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from beeldbrug.cli.main import app
from beeldbrug.cli.tree import Later

PREFACE = """# The command line

`beeldbrug COMMAND`. Every command takes `--json`: its result is then one JSON object, the last line of standard output;
`node` and `hub` print one such line when they are ready. What the objects hold: [results](cli-results.md).

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | a fault was found, or the deed was refused: code, text and remedy say why |
| 2 | the command line was not understood |

With `--json` an error is the object `{"code", "text", "remedy"}`. `BEELDBRUG_SETTINGS` may name the node's settings
file instead of `--settings`. Texts are Dutch, or English with `--lang en` or an English `LANG`.

This page is made by `python -m beeldbrug.cli.reference`.
"""


def page() -> str:
    """The page in Markdown."""
    return "\n".join([PREFACE, *_sections("beeldbrug", typer.main.get_command(app))]).rstrip() + "\n"


def _sections(name: str, command: Any) -> Iterator[str]:
    if isinstance(command, Later):
        command = command.load()
    below = getattr(command, "commands", None)
    if below is None:
        yield from _section(name, command)
        return
    if [one for one in command.params if one.name not in ("help", "version")]:
        yield from _section(name, command)
    for each in sorted(below):
        yield from _sections(f"{name} {each}", below[each])


def _section(name: str, command: Any) -> Iterator[str]:
    yield f"## {name}\n"
    yield f"{' '.join((command.help or '').split())}\n"
    rows = [_row(parameter) for parameter in command.params if parameter.name != "help"]
    if rows:
        yield "| | | |\n|---|---|---|"
        yield from rows
        yield ""


def _row(parameter: Any) -> str:
    names = (
        [*parameter.opts, *parameter.secondary_opts] if parameter.opts[0].startswith("-") else [_argument(parameter)]
    )
    shown = ", ".join(f"`{name}`" for name in names)
    return f"| {shown} | {_values(parameter)} | {_help(parameter)} |"


def _argument(parameter: Any) -> str:
    return str(parameter.name).upper() + ("..." if parameter.nargs == -1 else "")


def _values(parameter: Any) -> str:
    if getattr(parameter, "is_flag", False):
        return ""
    described = parameter.type_descriptor
    if described.is_choice:
        return ", ".join(f"`{getattr(choice, 'value', choice)}`" for choice in described.choices or ())
    if described.is_ranged or described.annotation in (int, float):
        return "number"
    return "path" if described.is_path or described.annotation is Path else "text"


def _help(parameter: Any) -> str:
    text = str(getattr(parameter, "help", "") or "")
    if parameter.required:
        return f"{text} Required."
    default = parameter.default
    if default in (None, False, True, "") or callable(default):
        return text
    return f"{text} Default: {getattr(default, 'value', default)}."


if __name__ == "__main__":
    sys.stdout.write(page())
