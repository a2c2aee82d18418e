"""``beeldbrug check``: what is right and wrong with this node, and the form that a PACS vendor needs."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from itertools import chain
from typing import Annotated, Any

import typer
from rich.markup import escape

from beeldbrug.cli.opening import node_settings
from beeldbrug.cli.options import Json, Lang, Settings, language
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import GROUNDS, URGENCIES, named
from beeldbrug.node.app.check.findings import Finding, Level
from beeldbrug.node.app.check.form import Form, Title, vendor_form
from beeldbrug.node.app.check.inspect import in_force, inspect, inspect_hosted

SIGNS = {
    Level.OK: "[green]ok     [/green]",
    Level.NOTE: "[blue]note   [/blue]",
    Level.WARNING: "[yellow]warning[/yellow]",
    Level.FAULT: "[bold red]FAULT  [/bold red]",
}


def command(
    settings: Settings,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Contact nobody and change nothing.")] = False,
    form: Annotated[bool, typer.Option("--form/--no-form", help="Print what a PACS vendor has to enter.")] = True,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Check settings, disk, ports, keys, hub, correspondents, PACS and identity providers; the node may be running."""
    output = Output(json, language(lang))
    known = node_settings(settings)
    found: list[Finding] = []
    hosted = inspect_hosted(settings) if known.hosted else ()
    for finding in chain(inspect(known, dry_run), hosted):
        found.append(finding)
        _print(finding, output)
    filled = vendor_form(in_force(known)[0])
    if form:
        _print_form(filled, output)
    counts = Counter(finding.level for finding in found)
    output.heading("  ".join(f"{level.value}: {counts[level]}" for level in reversed(Level)))
    result: dict[str, Any] = {
        "faults": counts[Level.FAULT],
        "warnings": counts[Level.WARNING],
        "findings": [asdict(finding) for finding in found],
        "form": asdict(filled),
        "dry_run": dry_run,
    }
    output.done(result, ok=not counts[Level.FAULT])


def _print(finding: Finding, output: Output) -> None:
    if output.json:
        return
    line = f"{SIGNS[finding.level]} {finding.area:<9} {escape(finding.text)}"
    output.console.print(line, highlight=False, soft_wrap=True)
    if finding.remedy:
        output.console.print(
            f"{' ' * 18}[dim]{finding.code}[/dim] -> {escape(finding.remedy)}", highlight=False, soft_wrap=True
        )


def _print_form(form: Form, output: Output) -> None:
    choose = output.choose
    output.heading(choose("In te voeren in het PACS", "To be entered in the PACS"))
    rows = [
        [choose("adres", "address"), form.host],
        [choose("poort", "port"), str(form.port)],
        ["TLS", form.tls],
        [choose("transfer syntaxes", "transfer syntaxes"), _syntaxes(form, output)],
        [choose("SOP-klassen", "SOP classes"), _classes(form, output)],
        [choose("controle", "verification"), "C-ECHO"],
    ]
    if form.calling_ae:
        services = "(C-ECHO, C-FIND, C-MOVE, C-STORE)"
        rows.append([choose("toe te laten als SCU", "to be allowed as SCU"), f"{form.calling_ae} {services}"])
        rows.append([choose("bestemming van C-MOVE", "destination of C-MOVE"), form.retrieve_ae])
    output.table(["", ""], rows)
    output.heading(choose("AE-titels van deze node", "AE titles of this node"))
    heads = [
        "AE",
        choose("gaat naar", "goes to"),
        choose("afdeling", "department"),
        choose("spoed", "urgency"),
        choose("grond", "ground"),
        choose("mag aanroepen", "callers"),
    ]
    output.table(heads, [_title(title, output) for title in form.titles])


def _title(title: Title, output: Output) -> list[str]:
    language = output.language
    if not title.receiver:
        to = output.choose("nog te bepalen: `beeldbrug park list`", "to be decided: `beeldbrug park list`")
        return [title.ae_title, to, "", "", "", " ".join(title.callers)]
    return [
        title.ae_title,
        f"{title.receiver_name} ({title.receiver})".strip(),
        title.department,
        named(URGENCIES[title.urgency], language),
        named(GROUNDS[title.ground], language) if title.ground else "",
        " ".join(title.callers),
    ]


def _syntaxes(form: Form, output: Output) -> str:
    count = len(form.transfer_syntaxes)
    return output.choose(
        f"alle ({count} uit de standaard, ook private); niets wordt omgezet",
        f"any ({count} of the standard, private ones too); nothing is converted",
    )


def _classes(form: Form, output: Output) -> str:
    count = form.storage_classes
    return output.choose(
        f"alle storage-klassen ({count}, ook private)", f"all storage classes ({count}, private ones too)"
    )
