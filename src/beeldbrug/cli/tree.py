"""The tree of commands: an error of the project becomes code, text and remedy with exit code 1, never a traceback.

A command is imported when it is used: until then the tree knows its place and its line in the list (``Later``), so that
help comes at once and a command does not wait for what only others need.

Exit codes: 0 done, 1 a fault was found or the deed was refused, 2 the command line was not understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from beeldbrug.cli.options import JSON_KEY
from beeldbrug.model.errors import BeeldbrugError


class Later(TyperCommand):
    """A command, or a group with options of its own, that is imported when it is used.

    ``place`` is the module, and after a colon its name there, ``command`` without one; ``text`` is the first paragraph
    of its help, word for word (tests/rules/test_starting.py).
    """

    def __init__(self, place: str, text: str) -> None:
        super().__init__(None, help=text)
        self.place = place

    def load(self) -> Any:
        """The command itself."""
        module, _, name = self.place.partition(":")
        found = getattr(import_module(module), name or "command")
        if isinstance(found, typer.Typer):
            return typer.main.get_command(found)
        alone = typer.Typer(add_completion=False)
        alone.command()(found)
        return typer.main.get_command(alone)

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """What parses the rest of the line: the context is the command's own."""
        return self.load().make_context(info_name, args, parent, **extra)


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
            from beeldbrug.cli.output import print_error

            print_error(error, bool(ctx.meta.get(JSON_KEY)))
            raise typer.Exit(1) from None


def holding(kind: type[TyperGroup], later: Mapping[str, Later]) -> type[TyperGroup]:
    """This kind of group, with these commands beside those that are registered."""

    class Holding(kind):  # type: ignore[valid-type,misc]  # the kind is known when it is called
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            for name, command in later.items():
                command.name = name
                self.add_command(command)

    return Holding


def group(text: str, commands: Mapping[str, Later]) -> typer.Typer:
    """A group of commands below the root."""
    return typer.Typer(cls=holding(TyperGroup, commands), no_args_is_help=True, help=text)
