"""The tree of commands: an error of the project becomes code, text and remedy with exit code 1, never a traceback.

Exit codes: 0 done, 1 a fault was found or the deed was refused, 2 the command line was not understood.
"""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from beeldbrug.cli.options import JSON_KEY
from beeldbrug.cli.output import print_error
from beeldbrug.model.errors import BeeldbrugError


class Tree(TyperGroup):
    """The root of all commands."""

    def list_commands(self, ctx: Any) -> list[str]:
        """By name: commands and groups have one list."""
        return sorted(super().list_commands(ctx))

    def invoke(self, ctx: Any) -> Any:
        """Run the command; errors of the tree of errors are printed."""
        try:
            return super().invoke(ctx)
        except BeeldbrugError as error:
            print_error(error, bool(ctx.meta.get(JSON_KEY)))
            raise typer.Exit(1) from None


def group(text: str) -> typer.Typer:
    """A group of commands below the root."""
    return typer.Typer(no_args_is_help=True, help=text)
