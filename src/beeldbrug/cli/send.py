"""``beeldbrug send``: take DICOM files into the vault as they are and send them; the running node does the sending."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import (
    Consent,
    Department,
    GroundOption,
    Json,
    Lang,
    Location,
    Person,
    PurposeOption,
    Question,
    Receiver,
    ReceiverName,
    Responsible,
    Settings,
    UrgencyOption,
    actor,
    language,
)
from beeldbrug.cli.output import Output
from beeldbrug.cli.terms import choice, party
from beeldbrug.cli.waiting import Goal, Timeout, wait_for
from beeldbrug.cli.words import word
from beeldbrug.model.errors import Malformed, NotFound
from beeldbrug.model.exchange import Purpose, Urgency
from beeldbrug.node.app.base import Base
from beeldbrug.node.app.compose import sending_rule, side_reception
from beeldbrug.node.policy.rules import SendingRule
from beeldbrug.node.ports.reception import Peer
from beeldbrug.node.usecases.receive.files import Taken, take_files
from beeldbrug.node.usecases.release import Choice

Sources = Annotated[list[Path], typer.Argument(help="Files, or folders with everything below them.", exists=True)]


def command(
    sources: Sources,
    settings: Settings,
    to: Annotated[str | None, typer.Option("--to", help="AE title of the sending rule to send under.")] = None,
    receiver: Receiver = None,
    receiver_name: ReceiverName = None,
    location: Location = None,
    department: Department = None,
    person: Person = None,
    ground: GroundOption = None,
    purpose: PurposeOption = None,
    responsible: Responsible = None,
    urgency: UrgencyOption = None,
    question: Question = None,
    consent: Consent = None,
    wait: Annotated[Goal | None, typer.Option("--wait", help="Wait until the receiver has come so far.")] = None,
    timeout: Timeout = 600.0,
    name_refused: Annotated[bool, typer.Option("--name-refused", help="Print the names of files not taken.")] = False,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Send files: under a rule (--to), or to a receiver named here with ground and responsible."""
    output = Output(json, language(lang))
    chosen = choice(
        party(receiver, receiver_name, department, person, location),
        purpose,
        ground,
        responsible,
        urgency,
        question,
        consent,
    )
    with open_node(settings) as base:
        rule = _rule(base, to, chosen)
        taken = _take(base, rule, _files(sources), output)
        _print_taken(taken, output, name_refused)
        exchanges = sorted(set(taken.exchanges.values()))
        reached = wait_for(base, exchanges, wait, timeout, output) if wait and exchanges else True
        result = {
            "instances": taken.instances,
            "bytes": taken.bytes,
            "exchanges": exchanges,
            "refused": dict(taken.refused),
            "reached": reached if wait else None,
        }
        output.done(result, ok=reached and not taken.refused and bool(taken.instances))


def _rule(base: Base, to: str | None, chosen: Choice) -> SendingRule:
    """The rule of the title, or one for this run alone. Raises Malformed, NotFound."""
    if (to is None) == (chosen.receiver is None):
        raise Malformed("whom-to", "Say to whom, in one way.", "Give either --to TITLE or --receiver URA.")
    said = {
        name: value
        for name in ("purpose", "ground", "responsible", "urgency", "question", "consent")
        if (value := getattr(chosen, name)) is not None
    }
    if to is not None:
        rule = sending_rule(base, to)
        if rule is None:
            raise NotFound("rule-unknown", "No sending rule has this AE title.", "See `beeldbrug check` for them.")
        # other terms than the rule's must not join what was sent under the rule
        return replace(rule, ae_title=_own_title(), **said) if said else rule
    if chosen.receiver is None or chosen.ground is None or not chosen.responsible:
        raise Malformed("terms-incomplete", "Not all terms are known.", "Give --ground and --responsible as well.")
    if chosen.receiver.organisation == base.own.ura:
        raise Malformed("receiver-is-self", "The receiver is this organisation itself.", "Name the other one's URA.")
    return SendingRule(
        ae_title=_own_title(),
        organisation=base.own.ura,
        receiver=chosen.receiver,
        purpose=chosen.purpose or Purpose.TREATMENT,
        ground=chosen.ground,
        urgency=chosen.urgency or Urgency.ROUTINE,
        responsible=chosen.responsible,
        question=chosen.question or "",
        consent=chosen.consent or "",
    )


def _own_title() -> str:
    return f"send-{token_hex(8)}"


def _files(sources: list[Path]) -> list[Path]:
    """All files, each once, in a stable order."""

    def found() -> Iterator[Path]:
        for source in sources:
            yield from (path for path in sorted(source.rglob("*")) if path.is_file()) if source.is_dir() else [source]

    return list(dict.fromkeys(found()))


def _take(base: Base, rule: SendingRule, files: list[Path], output: Output) -> Taken:
    who = actor()
    peer = Peer(calling_ae=who, called_ae=rule.ae_title, address="local")
    with side_reception(base) as receiving, output.progress() as progress:
        task = progress.add_task(word("taken", output.language), total=len(files))
        return take_files(receiving, rule, peer, files, lambda _: progress.advance(task))


def _print_taken(taken: Taken, output: Output, name_refused: bool) -> None:
    language = output.language
    size = f"{taken.bytes / 1e6:.1f} MB"
    output.say(f"{taken.instances} {word('taken', language)}, {size}")
    for code, count in taken.refused.most_common():
        output.say(f"{count} {word('not-taken', language)}: {code}")
    for path, code in taken.refusals if name_refused else ():
        output.say(f"  {code}  {path}")
    for exchange in sorted(set(taken.exchanges.values())):
        output.say(f"{word('exchange', language)} {exchange}")
