"""Orders that the node makes for its imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "made_order",
        *map(_text, ("organisation", "control_id", "exchange", "peer", "state", "reason")),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("at", "changed")),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "control_id", name="pk_made_order"),
        sqlite_with_rowid=False,
    )
    op.create_index("made_order_of_exchange", "made_order", ["organisation", "exchange"])
    op.create_table(
        "order_number",
        _text("organisation"),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("organisation", name="pk_order_number"),
        sqlite_with_rowid=False,
    )
