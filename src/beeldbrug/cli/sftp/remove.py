"""``beeldbrug sftp remove``: throw away what lies aside of a partner's upload."""

from __future__ import annotations

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Settings, actor, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.sftp.take import Upload
from beeldbrug.cli.words import word
from beeldbrug.node.app.drops import drop_partners
from beeldbrug.node.usecases.intake.aside import find_aside, throw_away


def command(upload: Upload, settings: Settings, json: Json = False, lang: Lang = None) -> None:
    """Throw it away, for good."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        found = find_aside(drop_partners(base.settings), upload)
        throw_away(base.database, base.own.ura, found, actor(), base.clock.now())
    output.say(word("thrown-away", output.language))
    output.done({"id": found[1].batch.id, "files": found[1].files})
