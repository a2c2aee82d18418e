"""The command line: ``beeldbrug COMMAND``. One command a file; every command knows ``--json``. No logic of its own.

``node`` and ``hub`` print one JSON line when they are ready. Exit codes are those of ``cli.tree``.
"""

from __future__ import annotations

import json
import sys
from types import TracebackType

import typer

from beeldbrug.cli import backup, check, node, restore, send, status, summary, upgrade, withdraw
from beeldbrug.cli.account.group import app as account
from beeldbrug.cli.audit.group import app as audit
from beeldbrug.cli.demo import command as demo
from beeldbrug.cli.desk.group import app as desk
from beeldbrug.cli.disc.group import app as disc
from beeldbrug.cli.hub.group import app as hub
from beeldbrug.cli.keys.group import app as keys
from beeldbrug.cli.missing.group import app as missing
from beeldbrug.cli.park.group import app as park
from beeldbrug.cli.partner.group import app as partner
from beeldbrug.cli.patients.group import app as patients
from beeldbrug.cli.prove import command as prove
from beeldbrug.cli.report.group import app as report
from beeldbrug.cli.sftp.group import app as sftp
from beeldbrug.cli.token.group import app as token
from beeldbrug.cli.tree import Tree
from beeldbrug.kit.log import get

USAGE = 2

app = typer.Typer(cls=Tree, no_args_is_help=True, add_completion=False, help="Beeldbrug: exchange of medical images.")
app.command("node")(node.command)
app.command("demo")(demo.command)
app.command("status")(status.command)
app.command("summary")(summary.command)
app.command("send")(send.command)
app.command("withdraw")(withdraw.command)
app.command("backup")(backup.command)
app.command("restore")(restore.command)
app.command("upgrade")(upgrade.command)
app.command("check")(check.command)
app.add_typer(hub, name="hub")
app.add_typer(park, name="park")
app.add_typer(desk, name="desk")
app.add_typer(report, name="report")
app.add_typer(missing, name="missing")
app.add_typer(patients, name="patients")
app.add_typer(partner, name="partner")
app.add_typer(disc, name="disc")
app.add_typer(sftp, name="sftp")
app.add_typer(keys, name="keys")
app.add_typer(audit, name="audit")
app.add_typer(token, name="token")
app.add_typer(account, name="account")
app.add_typer(prove.app, name="prove")


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
    get("cli").error("program fault", exc_info=(kind, error, at))


if __name__ == "__main__":
    main()
