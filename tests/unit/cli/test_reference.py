"""The reference page says what the commands say."""

from __future__ import annotations

from pathlib import Path

from beeldbrug.cli.reference import page

DOCS = Path(__file__).resolve().parents[3] / "docs" / "reference"


def test_the_page_is_what_the_commands_say() -> None:
    kept = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert kept == page(), "run: python -m beeldbrug.cli.reference > docs/reference/cli.md"


def test_every_command_takes_json_and_its_result_is_described() -> None:
    described = (DOCS / "cli-results.md").read_text(encoding="utf-8")
    sections = page().split("\n## ")[1:]
    runs = ("beeldbrug node", "beeldbrug hub", "beeldbrug hub run")
    commands = {one.split("\n", 1)[0]: one for one in sections}
    assert [name for name, text in commands.items() if "`--json`" not in text and name not in runs] == []
    missing = [name for name in commands if f"`{name.removeprefix('beeldbrug ')}`" not in described]
    assert missing == []
