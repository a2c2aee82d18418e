"""What a bench says at its end: one JSON object, with what of the targets was missed. Format:
docs/reference/benchmarks.

Targets stand in ``targets.toml`` beside this file and nowhere else. It measures nothing.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TARGETS = Path(__file__).with_name("targets.toml")

Number = int | float


@dataclass
class Report:
    """Collects a bench's outcome. ``peers`` holds name, version and settings of whatever was compared with."""

    name: str
    figures: dict[str, Number] = field(default_factory=dict)
    ratios: dict[str, Number] = field(default_factory=dict)
    peers: dict[str, dict[str, Any]] = field(default_factory=dict)
    setting: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        """The last line of the bench."""
        targets = read_targets(self.name)
        return json.dumps(
            {
                "name": self.name,
                "figures": self.figures,
                "ratios": self.ratios,
                "peers": self.peers,
                "setting": self.setting,
                "targets": targets,
                "missed": missed(targets, {**self.figures, **self.ratios}),
            }
        )


def read_targets(name: str) -> dict[str, dict[str, Number]]:
    """The targets of one bench, by figure or ratio."""
    found: dict[str, dict[str, Number]] = tomllib.loads(TARGETS.read_text())[name]
    return found


def missed(targets: Mapping[str, Mapping[str, Number]], measured: Mapping[str, Number]) -> dict[str, dict[str, Any]]:
    """Targets that were not reached, with the figure; one that was not measured counts as missed, with None."""
    found: dict[str, dict[str, Any]] = {}
    for name, target in targets.items():
        figure = measured.get(name)
        low = figure is None or figure < target.get("least", figure)
        high = figure is None or figure > target.get("most", figure)
        if low or high:
            found[name] = {"measured": figure, **target}
    return found


def rounded(value: float, digits: int = 3) -> float:
    """To so many significant digits: more would claim what was not measured."""
    return float(f"{value:.{digits}g}")
