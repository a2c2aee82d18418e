"""The commands below ``beeldbrug report``."""

from __future__ import annotations

from beeldbrug.cli.tree import Later, group

app = group(
    "Reports: those that travel with studies, and those that wait for a human.",
    {
        "attach": Later(
            "beeldbrug.cli.report.attach",
            "Attach a PDF to a sending, with which or after which it goes, or to an arrival.",
        ),
        "list": Later(
            "beeldbrug.cli.report.list",
            "Show reports, without whom they are of.",
        ),
        "place": Later(
            "beeldbrug.cli.report.place",
            "Decide where a report belongs; on a study of another patient nobody can put it.",
        ),
        "show": Later(
            "beeldbrug.cli.report.show",
            "Show what a report says in its version in force.",
        ),
    },
)
