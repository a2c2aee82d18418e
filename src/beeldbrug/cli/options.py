"""Options that commands share, and who is at the keyboard. Values only; nothing is opened here."""

from __future__ import annotations

import os
import pwd
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from beeldbrug.model.exchange import Ground, Purpose, Urgency

JSON_KEY = "beeldbrug.json"
"""Under this key the command tree finds whether errors are to be printed as JSON."""


class Language(StrEnum):
    """Languages of what is printed; Dutch first."""

    NL = "nl"
    EN = "en"


def _remember(context: typer.Context, value: bool) -> bool:
    context.meta[JSON_KEY] = value
    return value


Settings = Annotated[
    Path, typer.Option("--settings", "-s", envvar="BEELDBRUG_SETTINGS", help="The node's settings (TOML).")
]
Json = Annotated[
    bool, typer.Option("--json", callback=_remember, help="Print one JSON object as the last line, and no tables.")
]
Lang = Annotated[
    Language | None, typer.Option("--lang", help="Language of the texts; without it that of LANG, else Dutch.")
]
Patients = Annotated[bool, typer.Option("--patients", help="Show who the patients are. That is audited.")]
Exchange = Annotated[str, typer.Argument(help="Id of the exchange; its first digits are enough.")]

Receiver = Annotated[
    str | None, typer.Option("--receiver", help="URA of the receiving organisation, or partner:ID of the own list.")
]
ReceiverName = Annotated[str | None, typer.Option("--receiver-name", help="Its name, as people read it.")]
Department = Annotated[str | None, typer.Option("--department", help="Department at the receiver.")]
Location = Annotated[str | None, typer.Option("--location", help="Location of the receiver.")]
Person = Annotated[str | None, typer.Option("--person", help="Person at the receiver.")]
GroundOption = Annotated[Ground | None, typer.Option("--ground", help="Legal ground of the disclosure.")]
PurposeOption = Annotated[Purpose | None, typer.Option("--purpose", help="Purpose of use; TREAT without it.")]
Responsible = Annotated[str | None, typer.Option("--responsible", help="Responsible role or person at the sender.")]
UrgencyOption = Annotated[Urgency | None, typer.Option("--urgency", help="How soon it is needed.")]
Question = Annotated[str | None, typer.Option("--question", help="What the receiver is asked.")]
Consent = Annotated[str | None, typer.Option("--consent", help="Where the patient's consent is registered.")]
PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", help="File with the passphrase; without it you are asked.")
]


def language(chosen: Language | None) -> Language:
    """The chosen language, else that of the environment (POSIX LC_ALL, LC_MESSAGES, LANG), else Dutch."""
    if chosen is not None:
        return chosen
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    first = next((name for name in names if name), "")
    return Language.EN if first.startswith("en") else Language.NL


def actor() -> str:
    """The account of the operating system that runs this command, as the audit trail names it."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:
        name = str(number)
    return f"cli:{name}"
