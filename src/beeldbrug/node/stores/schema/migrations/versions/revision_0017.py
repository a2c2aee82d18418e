"""Partners that no hub knows, and what they have taken of each exchange; no identity. Delivered is ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


OPEN = "state NOT IN ('delivered', 'expired', 'failed', 'imported', 'refused', 'withdrawn')"
URGENT = f"urgency IN ('stat', 'asap') AND {OPEN}"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "partner",
        *map(_text, ("organisation", "id", "name")),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_partner"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "delivery",
        _text("exchange"),
        sa.Column("instance", number, autoincrement=False, nullable=False),
        _text("organisation"),
        sa.Column("status", number, nullable=False),
        _text("reason"),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("exchange", "instance", name="pk_delivery"),
        sqlite_with_rowid=False,
    )
    for name, columns, condition in (
        ("exchange_urgent", ["organisation", "created", "id"], URGENT),
        ("exchange_open", ["organisation", "direction", "state", "urgency"], OPEN),
    ):
        op.drop_index(name, "exchange")
        op.create_index(name, "exchange", columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
