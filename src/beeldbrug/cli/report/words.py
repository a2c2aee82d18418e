"""Words on screen for reports, in Dutch and English, and the id that a person types. Values only."""

from __future__ import annotations

from typing import Annotated

import typer

from beeldbrug.cli.output import Output
from beeldbrug.model.report import ReportStatus
from beeldbrug.node.ports.reports import ReportRow, ReportState, VersionHead

ReportId = Annotated[str, typer.Argument(help="Id of the report, as `report list` shows it.")]

STATES: dict[ReportState, tuple[str, str]] = {
    ReportState.WAITING: ("wacht op het onderzoek", "waits for its study"),
    ReportState.PLACED: ("bij het onderzoek", "with its study"),
    ReportState.DESK: ("op de desk", "at the desk"),
    ReportState.ASIDE: ("apart gezet", "set aside"),
}
STATUSES: dict[ReportStatus, tuple[str, str]] = {
    ReportStatus.PRELIMINARY: ("voorlopig", "preliminary"),
    ReportStatus.FINAL: ("definitief", "final"),
    ReportStatus.CORRECTED: ("gecorrigeerd", "corrected"),
    ReportStatus.CANCELLED: ("vervallen", "cancelled"),
}


def status_of(row: ReportRow, heads: list[VersionHead]) -> ReportStatus:
    """Of the version in force."""
    found = (head.status for head in heads if head.number == row.standing)
    return next(found, ReportStatus.PRELIMINARY)


def said(output: Output, word: tuple[str, str]) -> str:
    """In the language of the output."""
    return output.choose(*word)


def as_object(row: ReportRow, heads: list[VersionHead]) -> dict[str, object]:
    """A report without identity."""
    return {
        "report": row.id,
        "direction": row.direction.value,
        "state": row.state.value,
        "status": status_of(row, heads).value,
        "versions": len(heads),
        "exchange": row.exchange,
        "reason": row.reason,
        "changed": row.changed,
    }
