"""What waits at the receiving desk is read from an index, however many exchanges there are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    at_desk = sa.text(
        "direction = 'in' AND state IN ('failed', 'seen', 'verified') AND withdrawn IS NULL "
        "AND reason_code NOT IN ('', 'chosen-at-desk', 'patient-stays')"
    )
    op.create_index(
        "exchange_at_desk",
        "exchange",
        ["organisation", "direction", "created", "id"],
        sqlite_where=at_desk,
        postgresql_where=at_desk,
    )
