"""Reports that are given on to the hospital's own systems: what is sent and about whom lies sealed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "report_delivery",
        *map(_text, ("organisation", "id", "exchange", "report")),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *map(_text, ("outlet", "mark")),
        sa.Column("retracts", sa.Boolean(create_constraint=False), nullable=False),
        *map(_text, ("state", "control")),
        sa.Column("created", sa.Double(), nullable=False),
        sa.Column("changed", sa.Double(), nullable=False),
        _text("reason"),
        sa.Column("said", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_report_delivery"),
        sa.UniqueConstraint(
            *("organisation", "exchange", "report", "number", "outlet", "mark", "retracts"), name="uq_report_delivery"
        ),
    )
    op.create_index("report_delivery_of_exchange", "report_delivery", ["organisation", "exchange", "created"])
