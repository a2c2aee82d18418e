"""The commands below ``beeldbrug account``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "People who sign in to the portal.",
    {
        "setup": Later("beeldbrug.cli.account.setup", "Make the one-time token of the first run; it lives an hour."),
        "create": Later(
            "beeldbrug.cli.account.create",
            "Make an account; the one-time code that is printed goes to its holder by hand or telephone.",
        ),
        "list": Later("beeldbrug.cli.account.list", "Show the accounts with their roles."),
        "recover": Later(
            "beeldbrug.cli.account.recover",
            "Make a one-time code; with it a new password is chosen and a new second factor set up.",
        ),
    },
)
