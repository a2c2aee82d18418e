"""The commands below ``beeldbrug token``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "Bearer tokens for reading or storing over DICOMweb.",
    {
        "create": Later(
            "beeldbrug.cli.token.create",
            "Make a token for reading; without --study or --exchange it reads all of the organisation. With --sends or "
            "--brings it is for storing (STOW-RS), and reads nothing; with --audits it reads the audit trail alone.",
        ),
        "revoke": Later("beeldbrug.cli.token.revoke", "Take back an account's tokens."),
    },
)
