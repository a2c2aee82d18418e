"""Measure the check for burned-in text: how much of what was printed it misses, and what it sees that is not there.

``python -m tests.bench.burned_in.measure``: the table of docs/how-to/send-a-picture comes from here. The check is the
portal's own, run by Node.js.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.burned_in.pictures import Drawn, clean, planted, written_on

WEB = Path(__file__).parents[3] / "web"
NODE = Path(sys.executable).parent / "node"
SECONDS = 600.0


@dataclass(frozen=True)
class Outcome:
    """A picture and what the check said of it."""

    drawn: Drawn
    verdict: str
    spots: list[dict[str, Any]]
    milliseconds: float

    @property
    def hit(self) -> bool:
        """Whether text that is there was pointed at: half of it or more lies in spots."""
        if self.drawn.text is None:
            return False
        left, top, right, bottom = self.drawn.text
        if self.drawn.kind == "real":
            return bool(self.spots)
        covered = 0.0
        for spot in self.spots:
            wide = min(right, spot["right"]) - max(left, spot["left"])
            high = min(bottom, spot["bottom"]) - max(top, spot["top"])
            covered += max(0, wide) * max(0, high)
        return covered >= 0.5 * (right - left) * (bottom - top)


def check(pictures: Iterable[Drawn]) -> list[Outcome]:
    """The verdicts, in order."""
    with tempfile.TemporaryDirectory(prefix="beeldbrug-burned-in-") as folder:
        listed, kept = [], []
        for number, one in enumerate(pictures):
            file = Path(folder) / f"{number}.grey"
            file.write_bytes(one.grey.tobytes())
            height, width = one.grey.shape
            listed.append({"file": str(file), "width": width, "height": height})
            kept.append(one)
        names = Path(folder) / "list.json"
        names.write_text(json.dumps(listed))
        command = [str(NODE), "scripts/burned-in.mjs", str(names)]
        said = subprocess.run(command, cwd=WEB, check=True, capture_output=True, text=True, timeout=SECONDS).stdout
    lines = [json.loads(line) for line in said.splitlines()]
    return [
        Outcome(one, line["verdict"], line["spots"], line["milliseconds"])
        for one, line in zip(kept, lines, strict=True)
    ]


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """Lines for people: of each kind how many, missed, found, in doubt."""
    kinds = list(dict.fromkeys(one.drawn.kind for one in outcomes))
    lines = [
        "| pictures | number | text pointed at | missed | said for certain | in doubt | nothing said |",
        "|---|" + "---|" * 6,
    ]
    for kind in kinds:
        some = [one for one in outcomes if one.drawn.kind == kind]
        said = [sum(one.verdict == verdict for one in some) for verdict in ("found", "unsure", "none")]
        clean_ones = all(one.drawn.text is None for one in some)
        hits = "" if clean_ones else str(sum(one.hit for one in some))
        missed = "" if clean_ones else str(sum(not one.hit for one in some))
        lines.append(f"| {kind} | {len(some)} | {hits} | {missed} | {said[0]} | {said[1]} | {said[2]} |")
    return lines


def main() -> None:
    """Print the table."""
    outcomes = check([*planted(seed=2, each=40), *written_on(), *clean()])
    print("\n".join(table(outcomes)))
    times = sorted(one.milliseconds for one in outcomes)
    print(f"\ntime of a check: median {times[len(times) // 2]:.0f} ms, longest {times[-1]:.0f} ms")


if __name__ == "__main__":
    main()
