"""The work list by urgency is read from an index; which instances a sender rejected is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def upgrade() -> None:
    """Make the index and the table."""
    op.create_index("exchange_by_urgency", "exchange", ["organisation", "urgency", "created", "id"])
    op.create_table(
        "sender_rejection",
        *map(_text, ("organisation", "exchange", "note", "instance_uid", "series_uid", "title")),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "exchange", "note", "instance_uid", name="pk_sender_rejection"),
        sqlite_with_rowid=False,
    )
