"""Who gave a study's accession number."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0027"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, words, nullable=False, server_default="")


def upgrade() -> None:
    """Add the column."""
    op.add_column("study", _text("accession_issuer"))
