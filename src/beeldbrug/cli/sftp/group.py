"""The commands below ``beeldbrug sftp``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "The SFTP server for partners: its fingerprint, and what of their uploads lies aside.",
    {
        "fingerprint": Later(
            "beeldbrug.cli.sftp.fingerprint",
            "Show the server's fingerprint and public key; the key is made where there is none.",
        ),
        "list": Later("beeldbrug.cli.sftp.list", "Show what lies aside, by partner."),
        "take": Later("beeldbrug.cli.sftp.take", "Take it in; each study becomes an arrival, or completes one."),
        "remove": Later("beeldbrug.cli.sftp.remove", "Throw it away, for good."),
    },
)
