"""``beeldbrug prove``: claims of the design, proved on the user's own data. See docs/reference/machine-output.md.

The last line is always one JSON object; without ``--json`` tables for people stand above it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.opening import node_settings
from beeldbrug.cli.options import Json
from beeldbrug.cli.output import Output
from beeldbrug.cli.prove.leaks.hub import HubState, hub_state
from beeldbrug.cli.prove.leaks.prove import LeakReport, doors, prove_leaks
from beeldbrug.cli.prove.roundtrip import Proved, Tally, Verdict, files_below, prove_files
from beeldbrug.hub.app.settings import HubSettings
from beeldbrug.kit.settings import load
from beeldbrug.model.errors import NotFound

SHOWN = 40
"""Places of leaks that are listed; the count is of all."""


def roundtrip(
    places: Annotated[list[Path], typer.Argument(help="Files, or folders with all that is below.", exists=True)],
    as_json: Json = False,
    names: Annotated[bool, typer.Option("--names", help="Show names of files; they may hold identity.")] = False,
) -> None:
    """Cut, seal, open and join every file: does it come back byte for byte?"""
    output = Output(as_json)
    files = files_below(places)
    shown: list[Proved] = []
    with output.progress() as progress:
        task = progress.add_task("cut, seal, open, join", total=len(files))

        def tell(proved: Proved) -> None:
            progress.advance(task)
            if proved.verdict is Verdict.DIFFERENT or (names and proved.verdict is Verdict.REFUSED):
                shown.append(proved)

        tally = prove_files(files, tell)
    _show_tally(output, tally, shown, names)
    _last_line(tally.as_json(), not tally.verdicts[Verdict.DIFFERENT])


def _show_tally(output: Output, tally: Tally, shown: Sequence[Proved], names: bool) -> None:
    rows = [[one.verdict.value, one.code, str(one.path) if names else f"file {one.number}"] for one in shown]
    output.table(["", "reason", "file"], rows)
    figures = [["files", str(tally.files)], ["byte-exact", str(tally.verdicts[Verdict.BYTE_EXACT])]]
    figures += [[f"refused: {code}", str(count)] for code, count in sorted(tally.refusals.items())]
    figures += [["different", str(tally.verdicts[Verdict.DIFFERENT])], ["MB/s", f"{tally.as_json()['mb_per_s']}"]]
    output.table(["", ""], figures, right=[1])


def leaks(
    data: Annotated[
        Path, typer.Option("--data", help="Folder of a demo: hub.toml, hub/ and the nodes' settings beside them.")
    ] = Path("data"),
    nodes: Annotated[
        list[Path] | None, typer.Option("--node", help="Settings of a node whose values are searched for; repeatable.")
    ] = None,
    hub: Annotated[
        Path | None, typer.Option("--hub", help="The hub: its settings (TOML), or the folder of its state.")
    ] = None,
    logs: Annotated[
        list[Path] | None, typer.Option("--log", help="A log file of the hub that lies elsewhere; repeatable.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Search the hub's whole state, the nodes' doors and the opened pixel line for every identifying value; prove the
    search's eyes."""
    output = Output(as_json)
    settings = nodes or sorted(path for path in data.glob("*.toml") if path.name != "hub.toml")
    if not settings:
        raise NotFound(
            "no-node-settings",
            "There are no settings of a node here, so there is nothing to search for.",
            "Name the folder of a demo with --data, or a node's settings with --node.",
        )
    found = [node_settings(file) for file in settings]
    states = _states(hub, data, logs or (), doors(found))
    with output.progress() as progress:
        task = progress.add_task("opening", total=None)
        report = prove_leaks(found, states, lambda text: progress.update(task, description=text))
    show_leaks(output, report)
    _last_line(report.as_json(), report.proven)


def _states(hub: Path | None, data: Path, logs: Sequence[Path], doors: list[HubState]) -> list[HubState]:
    """The hub and the doors; doors alone where no hub was named and none lies where a demo has it."""
    place = hub or (data / "hub.toml" if (data / "hub.toml").is_file() else data / "hub")
    return doors if hub is None and doors and not place.exists() else [_hub(place, logs), *doors]


def _hub(place: Path, logs: Sequence[Path]) -> HubState:
    if place.is_dir():
        return hub_state(place, logs=logs)
    if not place.is_file():
        raise NotFound(
            "no-hub-state",
            "There is no hub here, and no door of a node.",
            "Name its settings or its folder with --hub.",
        )
    settings = load(HubSettings, place)
    return hub_state(settings.data, settings, logs)


def show_leaks(output: Output, report: LeakReport) -> None:
    """What was searched and found, for people; values are never shown."""
    found = Counter((one.fault.value, one.place) for one in report.findings.all)
    output.table(
        ["found", "where", "times"],
        [[fault, place, str(count)] for (fault, place), count in found.most_common(SHOWN)],
        right=[2],
    )
    output.table(["planted, but not found"], [[one.where] for one in report.planted if not one.found])
    figures = report.as_json()
    rows = [
        ["identifying values searched for", "values"],
        ["places looked at", "places"],
        ["found", "found"],
        ["left out: shown in the address book anyway", "address_book"],
        ["left out: words of the program itself", "program_words"],
        ["left out: of two characters only, as 000001", "too_plain"],
        ["short values that came up by chance in hashes or greys", "by_chance"],
        ["values planted in copies", "planted"],
        ["planted values found", "planted_found"],
        ["pixel values not here (withdrawn, or on their way)", "not_here"],
        ["pictures", "pictures"],
        ["pictures not said to be free of burned-in text: not proven", "not_proven"],
    ]
    output.table(["", ""], [[text, str(figures[key])] for text, key in rows], right=[1])
    output.say("Whoever holds the bytes of a segment sees where sealed messages begin and how long they are.")


def _last_line(result: dict[str, object], ok: bool) -> None:
    typer.echo(json.dumps(result))
    raise typer.Exit(0 if ok else 1)
