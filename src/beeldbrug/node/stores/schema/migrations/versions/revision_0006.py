"""Answers to an arrival, secrets of live channels, shared views."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable, autoincrement=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=nullable)


def _octets(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "answer",
        *map(_text, ("organisation", "exchange")),
        _number("number"),
        *map(_text, ("answer", "outcome", "ground")),
        _moment("at"),
        _octets("told"),
        _number("part", nullable=True),
        _moment("heard", nullable=True),
        sa.PrimaryKeyConstraint("organisation", "exchange", "number", name="pk_answer"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "live_key",
        *map(_text, ("organisation", "exchange")),
        _octets("wrapped"),
        sa.PrimaryKeyConstraint("organisation", "exchange", name="pk_live_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "share",
        *map(_text, ("organisation", "id", "kind", "subject", "host", "guest")),
        _moment("created"),
        _moment("expires"),
        _moment("ended", nullable=True),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_share"),
        sqlite_with_rowid=False,
    )
    op.create_index("share_of_host", "share", ["organisation", "host", "created"])
    op.create_index("share_of_guest", "share", ["organisation", "guest", "created"])
