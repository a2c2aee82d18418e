"""What is open is counted from an index, however many exchanges there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    open_ = sa.text("state NOT IN ('expired', 'failed', 'imported', 'refused', 'withdrawn')")
    op.create_index(
        "exchange_open",
        "exchange",
        ["organisation", "direction", "state", "urgency"],
        sqlite_where=open_,
        postgresql_where=open_,
    )
