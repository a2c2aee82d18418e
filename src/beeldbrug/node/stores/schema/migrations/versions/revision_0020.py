"""Which ways each parcel was given to: the hub, our own door, or a correspondent's; no identity."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "parcel_way",
        *map(_text, ("organisation", "parcel", "way")),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "parcel", "way", name="pk_parcel_way"),
        sqlite_with_rowid=False,
    )
    op.create_index("parcel_way_by_time", "parcel_way", ["organisation", "at"])
