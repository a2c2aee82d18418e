"""When what came in with an exchange was destroyed; indexes to find those that still hold something, and by study."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the indexes; arrivals that ended without an import hold nothing any more."""
    op.add_column("exchange", sa.Column("emptied", sa.Double(), nullable=True))
    condition = sa.text("emptied IS NULL")
    place = ["organisation", "direction", "created"]
    op.create_index("exchange_not_emptied", "exchange", place, sqlite_where=condition, postgresql_where=condition)
    op.create_index("exchange_of_study", "exchange", ["organisation", "study_uid"])
    op.execute(
        """
UPDATE exchange SET emptied = updated
WHERE direction = 'in' AND state IN ('expired', 'withdrawn', 'refused')"""
    )
