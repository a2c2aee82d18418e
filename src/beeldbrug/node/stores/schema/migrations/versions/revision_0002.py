"""Indexes for what is under way: rounds of sending and fetching, and the sweep, read what is new and nothing else."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _only(condition: str) -> dict[str, Any]:
    """A partial index, on both engines."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Make the indexes; note which segments of arrivals are here, which had no rows of their own before."""
    op.create_index("exchange_by_expiry", "exchange", ["organisation", "expires"])
    place = ["exchange", "pack", "number"]
    op.create_index("sending_not_uploaded", "sending", place, **_only("uploaded IS NULL"))
    op.create_index("sending_not_announced", "sending", place, **_only("part IS NULL"))
    op.execute(
        """
INSERT INTO sending (exchange, pack, number, organisation, uploaded, part)
SELECT pack.origin, segment.pack, segment.number, segment.organisation,
  CASE WHEN segment.state = 'stored' THEN 0.0 ELSE NULL END, 1
FROM segment JOIN pack ON pack.organisation = segment.organisation AND pack.pack = segment.pack
WHERE pack.origin <> 'own'"""
    )
