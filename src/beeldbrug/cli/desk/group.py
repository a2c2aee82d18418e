"""The commands below ``beeldbrug desk``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "The receiving desk: arrivals that wait for a human.",
    {
        "list": Later(
            "beeldbrug.cli.desk.list",
            "Show arrivals that wait at the image desk, with the reason and the remedy.",
        ),
        "import": Later(
            "beeldbrug.cli.desk.import_",
            "Import an arrival that waits.",
        ),
        "refuse": Later(
            "beeldbrug.cli.desk.refuse",
            "Refuse an arrival.",
        ),
        "series": Later(
            "beeldbrug.cli.desk.series:series",
            "Show the series of an arrival, and which stay out of the PACS; or import some of those after all.",
        ),
        "orders": Later(
            "beeldbrug.cli.desk.series:orders",
            "Show the orders of the worklist that fit an arrival under this number, the nearest day first.",
        ),
        "undo": Later(
            "beeldbrug.cli.desk.undo:undo",
            "Undo an import; until the study is out of the PACS nothing of it is imported again.",
        ),
        "removed": Later(
            "beeldbrug.cli.desk.undo:removed",
            "Say that a study whose import was undone is out of the PACS.",
        ),
        "rekey": Later(
            "beeldbrug.cli.desk.rekey",
            "Say whose a study under an emergency number is, or take that back.",
        ),
        "quality": Later(
            "beeldbrug.cli.desk.quality",
            "Count per sender where the BSN was found in its images, or why not. Nothing of a patient is shown.",
        ),
    },
)
