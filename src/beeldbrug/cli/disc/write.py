"""``beeldbrug disc write``: a disc by IHE PDI of an exchange or a study, as ZIP, ISO image or folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.cli.opening import open_node, passphrase_in
from beeldbrug.cli.options import (
    Consent,
    GroundOption,
    Json,
    Lang,
    Person,
    PurposeOption,
    Question,
    ReceiverName,
    Responsible,
    Settings,
    actor,
    language,
)
from beeldbrug.cli.output import Output
from beeldbrug.cli.words import word
from beeldbrug.model.errors import Malformed
from beeldbrug.model.exchange import CARRIED, Ground, Party, Purpose, Terms, Urgency
from beeldbrug.node.app.base import Base
from beeldbrug.node.app.carrying import order_disc, write_disc
from beeldbrug.node.usecases.overview import find_exchange

Source = Annotated[str, typer.Argument(help="Id of an exchange to 'disc or file', or a Study Instance UID held here.")]


def command(
    source: Source,
    settings: Settings,
    to: Annotated[Path, typer.Option("--to", help="FILE.zip, FILE.iso, FILE.zip.age or an empty folder.")],
    passphrase_file: Annotated[
        Path | None,
        typer.Option("--passphrase-file", help="Seal it: file with the passphrase, 12 characters at least."),
    ] = None,
    receiver_name: ReceiverName = None,
    person: Person = None,
    ground: GroundOption = None,
    purpose: PurposeOption = None,
    responsible: Responsible = None,
    question: Question = None,
    consent: Consent = None,
    json: Json = False,
    lang: Lang = None,
) -> None:
    """Write a disc; of a study, say for whom (--receiver-name), on what ground and who is responsible."""
    output = Output(json, language(lang))
    passphrase = None if passphrase_file is None else passphrase_in(passphrase_file)
    with open_node(settings) as base:
        if "." in source:
            terms = _terms(base, receiver_name, person, ground, purpose, responsible, question, consent)
            exchange = order_disc(base, terms, source, actor()).id
        else:
            exchange = find_exchange(base.database, base.own.ura, source).id
        images = write_disc(base, exchange, to, output.language.value, actor(), passphrase)
    output.say(f"{images} {word('written', output.language)}", f"{word('exchange', output.language)} {exchange}")
    output.done({"exchange": exchange, "instances": images, "sealed": passphrase is not None})


def _terms(
    base: Base,
    receiver_name: str | None,
    person: str | None,
    ground: Ground | None,
    purpose: Purpose | None,
    responsible: str | None,
    question: str | None,
    consent: str | None,
) -> Terms:
    if not receiver_name or ground is None or not responsible:
        raise Malformed(
            "terms-incomplete", "Not all terms are known.", "Give --receiver-name, --ground and --responsible."
        )
    usual = Purpose.PATIENT_REQUEST if ground is Ground.PATIENT_CARRIES else Purpose.TREATMENT
    return Terms(
        sender=Party(base.own.ura, base.own.name),
        receiver=Party(CARRIED, receiver_name, person=person or ""),
        purpose=purpose or usual,
        ground=ground,
        urgency=Urgency.ROUTINE,
        responsible=responsible,
        question=question or "",
        consent=consent or "",
    )
