"""Who gave a study's accession number; which documents replace which, and which versions of reports they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0029"
branch_labels = None
depends_on = None


def _text(name: str, default: str | None = None) -> sa.Column[str]:
    words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, words, nullable=False, server_default=default)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False)


def _octets(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    """Add the column, make the tables."""
    op.add_column("study", _text("accession_issuer", ""))
    op.create_table(
        "report_document",
        _text("organisation"),
        *map(_octets, ("mark", "replaces")),
        sa.Column("noted", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "mark", name="pk_report_document"),
        sqlite_with_rowid=False,
    )
    op.create_index("report_document_by_replaced", "report_document", ["organisation", "replaces"])
    op.create_table(
        "report_document_version",
        *map(_text, ("organisation", "report")),
        _number("number"),
        _octets("mark"),
        sa.PrimaryKeyConstraint("organisation", "report", "number", name="pk_report_document_version"),
        sqlite_with_rowid=False,
    )
    op.create_index("report_document_version_by_mark", "report_document_version", ["organisation", "mark"])
