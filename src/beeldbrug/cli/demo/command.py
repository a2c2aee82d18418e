"""``beeldbrug demo``: a hub, two hospitals, a PACS behind each, and a study that goes across.

Without options it plays once, shows the timeline and stays up, until Ctrl-C, for whoever wants to try. ``--once``
plays, reads everything back (DICOMweb, C-MOVE), looks for leaks and exits; its last line is one JSON object.
"""

from __future__ import annotations

import json
import shutil
import signal
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.demo import play, studies
from beeldbrug.cli.demo.pacs import DemoPacs
from beeldbrug.cli.demo.show import Show
from beeldbrug.cli.demo.stage import Stage, opened_stage
from beeldbrug.cli.options import Json, Lang, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.prove.leaks.hub import hub_state
from beeldbrug.cli.prove.leaks.prove import LeakReport, prove_leaks
from beeldbrug.hub.app.settings import HubSettings
from beeldbrug.kit import log
from beeldbrug.kit.settings import load
from beeldbrug.model.errors import NotFound


def command(
    once: Annotated[bool, typer.Option("--once", help="Play, read everything back, look for leaks, and exit.")] = False,
    as_json: Json = False,
    source: Annotated[
        Path | None, typer.Option("--input", help="Send the DICOM files below this folder, not made-up studies.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Folder for everything; kept. Without it a folder that is removed.")
    ] = None,
    stand_in: Annotated[
        bool, typer.Option("--stand-in", help="Use the small stand-in PACS although Orthanc is here.")
    ] = False,
    lang: Lang = None,
) -> None:
    """Send a study from hospital A's PACS to hospital B's PACS, on this machine, and show how it went."""
    log.configure("error")
    output = Output(as_json, language(lang))
    if source is not None and not source.is_dir():
        raise NotFound("demo-no-input", "The input folder is not there.", "Name a folder with DICOM files.")
    with _stoppable(), _folder(data) as folder:
        figures = _run(Show(output, folder, data is not None), source, folder, once, not stand_in)
    if once:
        typer.echo(json.dumps(figures.as_json()))
    raise typer.Exit(0 if figures.flawless else 1)


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM ends the demo as Ctrl-C does, so that everything it started stops."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
        yield data.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="beeldbrug-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(show: Show, source: Path | None, folder: Path, once: bool, with_orthanc: bool) -> play.Figures:
    made = studies.CHECKED if once else studies.SHOWN
    show.starting()
    speaks = show.output.language.value
    with opened_stage(folder, with_orthanc, lambda: _prepare(source, made, folder), speaks) as (stage, prepared):
        show.started(stage)
        _take_all(stage.pacs_b, prepared.history)
        figures = _play(show, stage, prepared.sources, once, source is not None)
        if not once:
            with suppress(KeyboardInterrupt):
                show.where_to_look(stage)  # it says Ctrl-C: from here on that ends it well
                _more(stage, folder)
                while True:
                    show.code(stage)
                    time.sleep(1.0)
            show.stopping()
    return figures


def _take_all(pacs: DemoPacs, paths: Iterable[Path]) -> None:
    for path in paths:
        pacs.take(path)


def _more(stage: Stage, folder: Path) -> None:
    """Further studies for whoever wants to send one; their patients are known at B as well."""
    _take_all(stage.pacs_b, studies.make_history(studies.WAITING, folder / "more"))
    _take_all(stage.pacs_a, (file.path for file in studies.make(studies.WAITING, folder / "more").files))


def _prepare(source: Path | None, made: tuple[studies.Making, ...], folder: Path) -> studies.Prepared:
    """Read or make what is sent, while everything starts."""
    if source is not None:
        return studies.Prepared(studies.read_folder(source))
    return studies.Prepared(studies.make(made, folder / "studies"), studies.make_history(made, folder / "studies"))


def _play(show: Show, stage: Stage, sources: studies.Sources, once: bool, given: bool) -> play.Figures:
    with play.watch_arrivals(stage) as first_images, show.progress() as progress:
        moments = play.send_all(stage, sources, progress.sent)
        sent = play.send_rest(stage, sources)
        play.wait_for_ends(stage, play.size_of(sources), progress.states)
        if given and play.serve_desk(stage):
            play.wait_for_ends(stage, play.size_of(sources), progress.states)
    play.note_moments(stage, moments, first_images)
    show.timeline(tuple(moments.values()))
    read = play.compare(stage)
    leaks = _leaks(stage) if once else None
    figures = play.Figures(
        tuple(moments.values()),
        read,
        sent,
        sources.left_out,
        leaks.findings.count if leaks else 0,
        stage.pacs_b.name,
        leaks is None or leaks.proven,
        None if given else len(sources.files),
    )
    show.checks(figures, leaks)
    return figures


def _leaks(stage: Stage) -> LeakReport:
    settings = load(HubSettings, stage.world.hub_settings)
    return prove_leaks([stage.a.settings, stage.b.settings], [hub_state(settings.data, settings)], lambda text: None)
