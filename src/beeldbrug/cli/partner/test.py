"""``beeldbrug partner test``: try every way to a partner, and say what is wrong with it."""

from __future__ import annotations

from typing import Any

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Lang, Settings, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.partner.add import Id
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.app.partners import Ways
from beeldbrug.node.policy.delivering import trouble
from beeldbrug.node.ports.partners import Way
from beeldbrug.node.usecases.partners.keep import one_partner


def command(id: Id, settings: Settings, json: Json = False, lang: Lang = None) -> None:
    """SFTP: log in, write one byte, remove it. DICOM: C-ECHO. No image is sent."""
    output = Output(json, language(lang))
    with open_node(settings) as base:
        partner = one_partner(base.database, base.own.ura, id)
    tried = [_tried(way, output) for way in partner.ways]
    output.done({"partner": id, "ways": tried}, ok=all(one["ok"] for one in tried))


def _tried(way: Way, output: Output) -> dict[str, Any]:
    try:
        seconds = Ways().try_out(way)
    except BeeldbrugError as error:
        reason = trouble(error.code, error.text, error.remedy)
        output.say(f"{way.kind}  {error.code}: {output.choose(reason.nl, reason.en)}")
        output.say(f"   -> {output.choose(reason.remedy_nl, reason.remedy_en)}")
        return {"way": way.kind.value, "ok": False, "code": error.code, "text": reason.en, "remedy": reason.remedy_en}
    output.say(f"{way.kind}  ok, {seconds:.2f} s")
    return {"way": way.kind.value, "ok": True, "seconds": round(seconds, 3)}
