"""The page of all settings, from the settings models and the text below each field (``docs/reference/settings.md``)."""

from __future__ import annotations

import ast
import inspect
import types
from collections.abc import Iterator
from enum import Enum
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from beeldbrug.hub.app.settings import HubSettings
from beeldbrug.node.app.settings import NodeSettings
from tests.rules.docs.tables import MADE, page, table

_HEAD = f"""\
# Settings

{MADE.format(source="the settings models")}

A node and a hub each read one TOML file (`-s FILE`), then the environment, which goes before the file. The name of a
variable is the role's prefix and the setting's path in capitals, with two underscores between levels, as
`BEELDBRUG_NODE_WEB__PORT`; lists and tables are JSON there. Settings are read once, at the start. All faults are
reported together, by name and without values; an unknown name is a fault. A relative path counts from the folder in
which the process starts.

Examples: [a hospital's node](node.example.toml), [a hub](hub.example.toml). A secret is best given by the environment.
"""

_WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path", SecretStr: "secret"}

PATTERNS = {
    r"^[^\\\x00-\x1f]*$": "text of one line, at most 16 characters",
    r"^[!-\[\]-~]([ -\[\]-~]{0,14}[!-\[\]-~])?$": "AE title, 1 to 16 characters",
    r"^[0-9]{8}$": "8 digits",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": "a time such as 07:30",
    r"^([0-9]{8}|partner:[a-z0-9][a-z0-9-]{0,39})$": "8 digits, or `partner:ID`",
    r"^[A-Z0-9]{0,8}$": "at most 8 capitals or digits",
    r"^[A-Z0-9]{1,8}$": "1 to 8 capitals or digits",
    r"^(debug|info|warning|error)$": "`debug`, `info`, `warning` or `error`",
    r"^[a-z][a-z0-9_-]{0,31}$": "lower-case letters, digits, `_` and `-`, 1 to 32",
    r"^([0-9]{8})?$": "8 digits, or empty",
    r"^[a-z0-9][a-z0-9.-]{0,99}$": "lower-case letters, digits, dots, hyphens",
    r"^[a-z0-9][a-z0-9-]{0,39}$": "lower-case letters, digits and hyphens, 1 to 40",
    r"^[!-~]*$": "printable ASCII without spaces",
    r"^[^\x00-\x1f\x7f]*$": "text of one line, at most 180 characters",
}


def settings() -> str:
    """The whole page."""
    parts = [_HEAD]
    for title, model, file in (("Node", NodeSettings, "node.toml"), ("Hub", HubSettings, "hub.toml")):
        prefix = str(model.model_config["env_prefix"])
        parts.append(f"## {title}\n\n`beeldbrug {title.lower()} -s {file}`; prefix of the environment `{prefix}`.\n")
        parts += _sections(model, "")
    return page(parts)


def _sections(model: type[BaseModel], name: str) -> Iterator[str]:
    said = docstrings(model)
    if name:
        yield f"### `{name}`\n\n{_prose(inspect.getdoc(model) or '')}\n"
    yield table(
        ("setting", "value", "default", "meaning"),
        [
            (f"`{field}`", _value(info), _default(info), _prose(said.get(field, "")))
            for field, info in model.model_fields.items()
        ],
    )
    for field, info in model.model_fields.items():
        section, many = _section(info.annotation)
        if section is not None:
            path = f"{name.strip('[]')}.{field}" if name else field
            yield from _sections(section, f"[[{path}]]" if many else f"[{path}]")


def docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The text below each field, those of the sections that it builds on included."""
    found: dict[str, str] = {}
    for base in model.__bases__:
        if base.__module__.startswith("beeldbrug.") and issubclass(base, BaseModel):
            found |= docstrings(base)
    body = ast.parse(inspect.getsource(model)).body[0]
    assert isinstance(body, ast.ClassDef)
    for field, text in pairwise(body.body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            found[field.target.id] = " ".join(str(ast.literal_eval(text.value)).split())
    return found


def fields(model: type[BaseModel]) -> Iterator[tuple[type[BaseModel], str]]:
    """Every field, those of sections included."""
    for field, info in model.model_fields.items():
        yield model, field
        section, _ = _section(info.annotation)
        if section is not None:
            yield from fields(section)


def _prose(text: str) -> str:
    return text.replace("``", "`")


def _section(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """(model, whether there are several) of a field that holds tables."""
    many = get_origin(annotation) is tuple
    for one in get_args(annotation) or (annotation,):
        if isinstance(one, type) and issubclass(one, BaseModel):
            return one, many
    return None, False


def _value(info: FieldInfo) -> str:
    section, many = _section(info.annotation)
    if section is not None:
        return "tables" if many else "table"
    bounds = [said for rule in info.metadata if (said := _bound(rule))]
    patterns = [PATTERNS[rule.pattern] for rule in info.metadata if getattr(rule, "pattern", None)]
    return patterns[0] if patterns else ", ".join([_type(info.annotation), *bounds])


def _type(annotation: Any) -> str:
    origin, inner = get_origin(annotation), [one for one in get_args(annotation) if one not in (type(None), Ellipsis)]
    if origin in (Union, types.UnionType):
        return _type(inner[0])
    if origin is tuple:
        return f"list of {_type(inner[0])}"
    if origin is dict:
        return f"table of {_type(inner[1])}"
    if origin is Literal:
        return _choice(inner)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _choice([one.value for one in annotation])
    return _WORDS[annotation]


def _choice(values: list[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _bound(rule: Any) -> str:
    for name, words in (("ge", "at least"), ("gt", "more than"), ("le", "at most")):
        if getattr(rule, name, None) is not None:
            return f"{words} {getattr(rule, name):,}".replace(",", " ")
    return ""


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "**needed**"
    value = info.default
    section, many = _section(info.annotation)
    if value is PydanticUndefined or value is None or value in ("", ()):
        return "none" if section is not None or value in (None, ()) or value is PydanticUndefined else "empty"
    if section is not None:
        return "one that lets anybody call" if many else "as below"
    shown = str(value.value if isinstance(value, Enum) else value).lower() if isinstance(value, bool) else value
    return f"`{shown}`"
