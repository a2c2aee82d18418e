"""``beeldbrug keys show``: fingerprints and ages of the node's keys, certificate and statement. No secret is shown."""

from __future__ import annotations

from datetime import UTC, datetime

from beeldbrug.cli.keys.files import fingerprint
from beeldbrug.cli.opening import open_node
from beeldbrug.cli.options import Json, Settings
from beeldbrug.cli.output import Output
from beeldbrug.node.app.standing import standing


def command(settings: Settings, json: Json = False) -> None:
    """Show this node's keys."""
    output = Output(json)
    with open_node(settings) as base:
        keys = standing(base)
    rows = [
        ["organisation", f"{keys.ura}  {keys.name}"],
        ["signing key", keys.signing_key],
        ["certificate", fingerprint(keys.certificates[0]) if keys.certificates else "-"],
        ["certificate until", _day(keys.certificate_expires)],
        ["root key", keys.root_key],
        ["backup rehearsed", _day(keys.rehearsed) if keys.rehearsed else "never"],
        ["key statement", f"{keys.sequence}, issued {_day(keys.issued)}" if keys.sequence else "none yet"],
    ]
    output.table(["", ""], rows)
    if keys.transport:
        output.heading("transport keys")
    output.table(
        ["id", "from", "until"],
        [[key.key_id, _day(key.not_before), _day(key.not_after)] for key in keys.transport],
    )
    output.done(
        {
            "organisation": keys.ura,
            "signing_key": keys.signing_key,
            "certificates": [fingerprint(one) for one in keys.certificates],
            "certificate_expires": keys.certificate_expires,
            "root_key": keys.root_key,
            "rehearsed": keys.rehearsed,
            "statement": {"sequence": keys.sequence, "issued": keys.issued} if keys.sequence else None,
            "transport": [
                {"id": key.key_id, "not_before": key.not_before, "not_after": key.not_after} for key in keys.transport
            ],
        }
    )


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone().strftime("%Y-%m-%d %H:%M") if at else "-"
