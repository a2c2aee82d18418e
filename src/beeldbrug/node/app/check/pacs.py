"""Checks of the PACS and worklist, both ways: C-ECHO and C-FIND to it, and our own port as it must call us."""

from __future__ import annotations

from collections.abc import Iterator

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.app.check.findings import Finding, Level, of_error
from beeldbrug.node.app.check.ports import listens
from beeldbrug.node.app.compose import make_pacs
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.usecases.known import NO_QUERIES

AREA = "pacs"
NOBODY = Patient(number=PatientNumber("BEELDBRUG-CHECK-NOBODY"))
"""A number that no patient has; the query shows that the PACS answers queries."""


def check_pacs(settings: NodeSettings, dry: bool) -> Iterator[Finding]:
    """All of it; in a dry run nothing is contacted."""
    pacs = make_pacs(settings)
    if pacs is None or settings.pacs is None:
        yield Finding(
            AREA,
            Level.WARNING,
            "pacs-not-set",
            "No PACS is set; arrivals are not imported.",
            "Set [pacs] in the settings.",
        )
        return
    if dry:
        yield Finding(AREA, Level.NOTE, "pacs-not-asked", "The PACS was not contacted (dry run).")
        return
    try:
        yield Finding(AREA, Level.OK, "node-to-pacs", f"The PACS answers C-ECHO in {pacs.echo() * 1000:.0f} ms.")
    except BeeldbrugError as error:
        yield of_error(AREA, error)
        return
    try:
        for _ in pacs.find_patients(NOBODY):
            break
        yield Finding(AREA, Level.OK, "pacs-query", "The PACS answers C-FIND.")
    except BeeldbrugError as error:
        otherwise = settings.hl7 is not None and error.code == NO_QUERIES
        yield of_error(AREA, error, Level.NOTE if otherwise else Level.FAULT)
    yield Finding(
        AREA,
        Level.NOTE,
        "pacs-retrieve-untried",
        f"Whether the PACS sends to {settings.retrieve.ae_title} shows when a study is first chosen in the portal.",
        "Have that title entered in the PACS with this node's address and DICOM port; see the form.",
    )
    yield listens(settings, settings.pacs.ae_title)
