"""How an arrival came in, what whoever brought it wrote beside it, and how many instances did not come along."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is there came by the hub."""
    words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("exchange", sa.Column("route", words, nullable=False, server_default="hub"))
    op.add_column("exchange", sa.Column("note", sa.LargeBinary(), nullable=False, server_default=sa.text("''")))
    op.add_column("exchange", sa.Column("missing", number, nullable=False, server_default="0"))
