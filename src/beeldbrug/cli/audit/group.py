"""The commands below ``beeldbrug audit``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "The audit trail.",
    {
        "list": Later("beeldbrug.cli.audit.list", "Show events of the audit trail, oldest first; times are local."),
        "verify": Later(
            "beeldbrug.cli.audit.verify",
            "Check that nothing in the audit trail was changed, left out or cut off.",
        ),
    },
)
