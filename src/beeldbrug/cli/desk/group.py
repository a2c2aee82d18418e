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
        "import": Later("beeldbrug.cli.desk.import_", "Import an arrival that waits."),
        "refuse": Later("beeldbrug.cli.desk.refuse", "Refuse an arrival."),
        "quality": Later(
            "beeldbrug.cli.desk.quality",
            "Count per sender where the BSN was found in its images, or why not. Nothing of a patient is shown.",
        ),
    },
)
