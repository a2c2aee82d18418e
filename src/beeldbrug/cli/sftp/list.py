"""``beeldbrug sftp list``: what of partners' uploads lies aside, and why. Names of files are not shown: they may say
who it is about."""

from __future__ import annotations

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Settings, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import duration, word
from beeldbrug.node.app.drops import drop_partners
from beeldbrug.node.usecases.intake.aside import lying_aside

SHOWN = 12


def command(settings: Settings, json: Json = False, lang: Lang = None) -> None:
    """Show what lies aside, by partner."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        now = base.clock.now()
        found = lying_aside(drop_partners(base.settings))
        folder = base.settings.data
    if not found:
        output.say(word("nothing-aside", output.language))
    heads = [word(name, output.language) for name in ("upload", "brought-by", "files", "size", "age", "reason")]
    rows = [
        [
            aside.batch.id[:SHOWN],
            partner.name,
            str(aside.files),
            f"{aside.bytes / 1e6:.1f} MB",
            duration(now - aside.at, output.language),
            aside.code,
        ]
        for partner, aside in found
    ]
    output.table(heads, rows, right=(2, 3))
    shown = [
        {
            "id": aside.batch.id,
            "partner": partner.account,
            "name": partner.name,
            "code": aside.code,
            "files": aside.files,
            "bytes": aside.bytes,
            "unfinished": aside.batch.unfinished,
            "at": aside.at,
            "folder": str(folder / partner.route.value / partner.account / "aside" / aside.batch.id / "files"),
        }
        for partner, aside in found
    ]
    output.done({"aside": shown})
