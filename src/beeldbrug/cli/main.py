"""The command line: ``beeldbrug COMMAND``. One command a file; every command knows ``--json``. No logic of its own.

``node`` and ``hub`` print one JSON line when they are ready. Exit codes are those of ``cli.tree``.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from types import TracebackType
from typing import Annotated

import typer

from beeldbrug.cli.account.group import app as account
from beeldbrug.cli.addresses.group import app as addresses
from beeldbrug.cli.audit.group import app as audit
from beeldbrug.cli.desk.group import app as desk
from beeldbrug.cli.disc.group import app as disc
from beeldbrug.cli.keys.group import app as keys
from beeldbrug.cli.missing.group import app as missing
from beeldbrug.cli.park.group import app as park
from beeldbrug.cli.partner.group import app as partner
from beeldbrug.cli.patients.group import app as patients
from beeldbrug.cli.prove.group import app as prove
from beeldbrug.cli.report.group import app as report
from beeldbrug.cli.sftp.group import app as sftp
from beeldbrug.cli.token.group import app as token
from beeldbrug.cli.tree import Later, Tree, holding

USAGE = 2

COMMANDS = {
    "node": Later("beeldbrug.cli.node", "Run the node until SIGTERM or SIGINT."),
    "hub": Later("beeldbrug.cli.hub.group:app", "A hub: run it (the default), or say who takes part."),
    "demo": Later(
        "beeldbrug.cli.demo.command",
        "Send a study from hospital A's PACS to hospital B's PACS, on this machine, and show how it went.",
    ),
    "status": Later("beeldbrug.cli.status", "Show what is on its way, in and out."),
    "summary": Later(
        "beeldbrug.cli.summary",
        "Tell what waits: urgent and unopened, at the desk and for how long, failed, silent partners, open alerts.",
    ),
    "send": Later(
        "beeldbrug.cli.send",
        "Send files: under a rule (--to), or to a receiver named here with ground and responsible.",
    ),
    "withdraw": Later("beeldbrug.cli.withdraw", "Take back a sending."),
    "backup": Later(
        "beeldbrug.cli.backup", "Back up the vault. The root key is not in it: see `beeldbrug keys backup`."
    ),
    "restore": Later(
        "beeldbrug.cli.restore",
        "Restore the vault into an empty data folder; the node must not run, its keys must be there.",
    ),
    "upgrade": Later("beeldbrug.cli.upgrade", "Upgrade the vault. The node does so too when it starts."),
    "check": Later(
        "beeldbrug.cli.check",
        "Check settings, disk, ports, keys, hub, correspondents, PACS and identity providers; the node may be running.",
    ),
}

app = typer.Typer(
    cls=holding(Tree, COMMANDS),
    no_args_is_help=True,
    add_completion=False,
    help="Beeldbrug: exchange of medical images.",
)
app.add_typer(park, name="park")
app.add_typer(desk, name="desk")
app.add_typer(report, name="report")
app.add_typer(missing, name="missing")
app.add_typer(patients, name="patients")
app.add_typer(partner, name="partner")
app.add_typer(addresses, name="addresses")
app.add_typer(disc, name="disc")
app.add_typer(sftp, name="sftp")
app.add_typer(keys, name="keys")
app.add_typer(audit, name="audit")
app.add_typer(token, name="token")
app.add_typer(account, name="account")
app.add_typer(prove, name="prove")


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"beeldbrug {version('beeldbrug')}")
        raise typer.Exit()


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Beeldbrug: exchange of medical images."""


def main() -> None:
    """Entry point of the program."""
    sys.excepthook = _fault
    try:
        # not app(): that puts its own hook in, which prints the text of any error
        typer.main.get_command(app)(prog_name="beeldbrug")
    except SystemExit as end:
        if end.code == USAGE and "--json" in sys.argv:
            content = {"code": "usage", "text": "The command line was not understood.", "remedy": "Try --help."}
            sys.stdout.write(json.dumps(content) + "\n")
        raise


def _fault(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
    """A fault of the program: its type and places, never its text, which may hold a header's value."""
    from beeldbrug.kit.log import get

    get("cli").error("program fault", exc_info=(kind, error, at))


if __name__ == "__main__":
    main()
