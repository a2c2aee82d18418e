"""The commands below ``beeldbrug partner``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "Partners without Beeldbrug: whom images can go to by SFTP, DICOM or disc.",
    {
        "add": Later(
            "beeldbrug.cli.partner.add",
            "Add a partner; with the id of one that is there, a way or departments more.",
        ),
        "again": Later(
            "beeldbrug.cli.partner.again",
            "Deliver again what failed; what the partner has taken is not sent twice.",
        ),
        "import": Later(
            "beeldbrug.cli.partner.import_",
            "Add partners from a file, or replace those with the same ids.",
        ),
        "list": Later("beeldbrug.cli.partner.list", "List partners without Beeldbrug."),
        "remove": Later(
            "beeldbrug.cli.partner.remove",
            "Take a partner off the list; what is on its way to it fails, and says so.",
        ),
        "test": Later(
            "beeldbrug.cli.partner.test",
            "SFTP: log in, write one byte, remove it. DICOM: C-ECHO. No image is sent.",
        ),
    },
)
