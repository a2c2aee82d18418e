"""The commands below ``beeldbrug keys``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "Keys and certificates.",
    {
        "authority": Later("beeldbrug.cli.keys.authority", "Make an authority that certifies organisations."),
        "request": Later("beeldbrug.cli.keys.request", "Make a signing key and a request for its certificate."),
        "certify": Later(
            "beeldbrug.cli.keys.certify",
            "Certify an organisation, after its name, URA and key were compared with what it says itself.",
        ),
        "show": Later("beeldbrug.cli.keys.show", "Show this node's keys."),
        "rotate": Later(
            "beeldbrug.cli.keys.rotate",
            "Make a new transport key; senders use it as soon as they see the statement.",
        ),
        "backup": Later(
            "beeldbrug.cli.keys.backup",
            "Back up the keys; keep file and passphrase apart from each other and from the vault's backups.",
        ),
        "restore": Later("beeldbrug.cli.keys.restore", "Restore the keys of a node that has none."),
        "rehearse": Later("beeldbrug.cli.keys.rehearse", "Prove that a backup of the keys works; changes no key."),
    },
)
