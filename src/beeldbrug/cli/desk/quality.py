"""``beeldbrug desk quality``: where senders put the BSN, counted; for the desk, a spreadsheet, or the sender itself."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from beeldbrug.cli.moments import end_of, moment
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Language, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.model.errors import Malformed
from beeldbrug.node.app.administration import make_quality
from beeldbrug.node.policy.bsn_letter import WORDS, percent
from beeldbrug.node.policy.bsn_quality import RIGHT, USABLE, SenderQuality
from beeldbrug.node.usecases.figures.count import written


def command(
    settings: Settings,
    since: Annotated[
        str, typer.Option("--from", help="From this date (2026-03-01), or this long ago (30d); 90 days without it.")
    ] = "90d",
    until: Annotated[str, typer.Option("--to", help="Up to and including this date; up to now without it.")] = "0d",
    sender: Annotated[str, typer.Option("--sender", help="Only this sender (URA).")] = "",
    letter: Annotated[bool, typer.Option("--letter", help="The text to send to that sender.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print it as CSV.")] = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Count per sender where the BSN was found in its images, or why not. Nothing of a patient is shown."""
    output = Output(json, language(lang))
    if json + csv + letter > 1 or (letter and not sender):
        raise Malformed(
            "form-unclear",
            "The report is wanted in more than one form, or a letter to nobody.",
            "Give one of --json, --csv and --letter; with --letter also --sender.",
        )
    with open_node(settings) as base:
        now = base.clock.now()
        period = (moment(since, now), end_of(until, now))
        quality = make_quality(base)
        if csv:
            sys.stdout.write(quality.table(*period, sender, actor(), now))
            return
        if letter:
            sys.stdout.write(quality.letter(*period, sender, output.language.value, actor(), now))
            return
        found, names = quality.report(*period, sender)
    if not found:
        output.say(word("nothing-counted", output.language))
    heads = ("peer", "studies", "bsn-right", "bsn-elsewhere", "bsn-lacking", "findings")
    rows = [_cells(one, names[one.sender], output.language) for one in found]
    output.table([word(head, output.language) for head in heads], rows, right=(1, 2, 3, 4))
    output.done({"since": period[0], "until": period[1], "senders": [_object(one, names[one.sender]) for one in found]})


def _cells(one: SenderQuality, name: str, tongue: Language) -> list[str]:
    if one.studies.value is None:
        return [name or one.sender, written(one.studies), "", "", "", ""]
    shares = (one.right, one.usable - one.right, one.studies.value - one.usable)
    rest = sorted(((count, finding) for finding, count in one.findings.items() if finding is not RIGHT), reverse=True)
    reasons = [f"{count} {WORDS[finding][tongue is Language.EN]}" for count, finding in rest]
    return [
        name or one.sender,
        written(one.studies),
        *(percent(one.share(count), tongue.value) for count in shares),
        "\n".join(reasons),
    ]


def _object(one: SenderQuality, name: str) -> dict[str, Any]:
    return {
        "sender": one.sender,
        "name": name,
        "studies": one.studies.value,
        "right": one.right,
        "usable": one.usable,
        "findings": [
            {"finding": finding.value, "count": count, "usable": finding in USABLE}
            for finding, count in one.findings.items()
        ],
    }
