"""Requests for missing images, and what a gathering fetches afterwards for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, and add the column."""
    op.create_table(
        "image_request",
        *map(_text, ("organisation", "exchange")),
        sa.Column("number", _number(), autoincrement=False, nullable=False),
        *map(_text, ("state", "urgency")),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("had", _number(), nullable=False),
        sa.Column("part", _number(), nullable=True),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("reply_part", _number(), nullable=True),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("ended", "heard")),
        sa.PrimaryKeyConstraint("organisation", "exchange", "number", name="pk_image_request"),
        sqlite_with_rowid=False,
    )
    op.create_index("image_request_by_state", "image_request", ["organisation", "state", "at"])
    op.add_column("gathering", sa.Column("later", sa.LargeBinary(), nullable=True))
