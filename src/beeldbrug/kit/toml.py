"""Write TOML 1.0 of plain values: tables, arrays of tables, and inline tables in arrays. Reading is the library's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def dumps(values: Mapping[str, Any]) -> str:
    """The document; None is left out."""
    return "\n".join(_table(values, "")).strip() + "\n"


def _table(values: Mapping[str, Any], path: str) -> Iterator[str]:
    later: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, Mapping) or _tables(value):
            later.append((key, value))
        elif value is not None:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in later:
        where = f"{path}{_key(key)}"
        for one in [value] if isinstance(value, Mapping) else value:
            yield ""
            yield f"[{where}]" if isinstance(value, Mapping) else f"[[{where}]]"
            yield from _table(one, where + ".") if isinstance(value, Mapping) else _flat(one)


def _flat(values: Mapping[str, Any]) -> Iterator[str]:
    """An element of an array of tables: what is nested in it stands inline."""
    for key, value in values.items():
        if value is not None:
            yield f"{_key(key)} = {_value(value)}"


def _tables(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and bool(value) and _all_tables(value)


def _all_tables(value: Sequence[Any]) -> bool:
    return all(isinstance(one, Mapping) for one in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items() if one is not None) + " }"
    return "[" + ", ".join(_value(one) for one in value) + "]"


def _text(text: str) -> str:
    """A basic string: JSON's escapes are TOML's too, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
