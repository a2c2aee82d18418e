"""Where the BSN of each arrival was found, or why none was; no identity."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "bsn_found",
        *map(_text, ("organisation", "exchange", "sender", "finding")),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "exchange", name="pk_bsn_found"),
        sqlite_with_rowid=False,
    )
    op.create_index("bsn_found_by_time", "bsn_found", ["organisation", "at"])
