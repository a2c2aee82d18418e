"""What is written is TOML that means the same when it is read."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from beeldbrug.kit.toml import dumps


@pytest.mark.parametrize(
    "values",
    [
        {"text": 'a "quote", a \\ and a\nline', "odd": "\x7f\x00é漢", "empty": ""},
        {"number": 3, "float": 0.5, "small": 1e-09, "large": 1e16, "yes": True, "no": False},
        {"list": ["a", "b"], "none": [], "nested": [[1, 2], [3]]},
        {"table": {"a": 1, "inner": {"b": "c"}}},
        {"rules": [{"ae_title": "X", "callers": [{"ae_title": "*", "networks": ["10.0.0.0/8"]}]}, {"ae_title": "Y"}]},
        {"a key": 1, "é": 2, "": 3},
        {"pacs": {"host": "h"}, "scalar": 1},
    ],
)
def test_what_is_written_is_read_back(values: dict[str, Any]) -> None:
    assert tomllib.loads(dumps(values)) == values


def test_none_is_left_out() -> None:
    assert tomllib.loads(dumps({"a": None, "b": {"c": None, "d": 1}})) == {"b": {"d": 1}}
