"""Reports: their versions, what they are joined by, with which exchange they went, and pieces on their way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False)


def _moment(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=False)


def _octets(name: str, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def upgrade() -> None:
    """Make the tables."""
    _reports()
    op.create_table(
        "report_mark",
        _text("organisation"),
        _octets("mark"),
        _text("report"),
        sa.PrimaryKeyConstraint("organisation", "mark", "report", name="pk_report_mark"),
        sqlite_with_rowid=False,
    )
    op.create_index("report_mark_of_report", "report_mark", ["organisation", "report"])
    op.create_table(
        "report_travel",
        *map(_text, ("organisation", "exchange", "report")),
        *map(_number, ("number", "part")),
        _moment("at"),
        sa.PrimaryKeyConstraint("organisation", "exchange", "report", "number", name="pk_report_travel"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_piece",
        *map(_text, ("organisation", "exchange", "version")),
        _number("number"),
        _octets("data"),
        sa.PrimaryKeyConstraint("organisation", "exchange", "version", "number", name="pk_report_piece"),
    )


def _reports() -> None:
    op.create_table(
        "report",
        *map(_text, ("organisation", "id", "direction", "exchange")),
        _octets("mark"),
        *map(_text, ("state", "study_uid", "reason")),
        _number("standing"),
        _moment("changed"),
        _octets("about"),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_report"),
        sa.UniqueConstraint("organisation", "direction", "exchange", "mark", name="uq_report"),
        sqlite_with_rowid=False,
    )
    op.create_index("report_by_state", "report", ["organisation", "state", "changed"])
    op.create_index("report_by_change", "report", ["organisation", "changed"])
    op.create_index("report_of_study", "report", ["organisation", "study_uid"])
    op.create_index("report_of_exchange", "report", ["organisation", "exchange"])
    op.create_table(
        "report_version",
        *map(_text, ("organisation", "report")),
        _number("number"),
        _text("status"),
        *map(_moment, ("at", "arrived")),
        _octets("content"),
        _number("document_bytes"),
        _octets("said"),
        _octets("document", nullable=True),
        sa.PrimaryKeyConstraint("organisation", "report", "number", name="pk_report_version"),
    )
